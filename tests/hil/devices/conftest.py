"""A small bus around the devices: what others would say is a script, what the devices say is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import pytest

from flight.bus.application import Application, Config, Inbox, Now
from flight.bus.coordinator import Coordinator
from flight.bus.envelope import HEADER_OCTETS, parse_header
from flight.bus.group import Group, Unit
from flight.bus.inprocess import InProcess
from flight.bus.manifest import rights_of
from flight.bus.settings import Settings
from flight.dictionary.codec import body_codec
from flight.dictionary.declare import Message
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from hil.devices.build import build

EPOCH_NS = 2_152_709_197_000_000_000  # 2026-03-20T14:46:00Z: orbit B starts at noon with the Sun in its plane
M = TypeVar("M", bound=Message)
Script = Mapping[App, Mapping[int, Sequence[Message]]]


class Speaker(Application):
    """Publishes what a script says, tick by tick."""

    PERIOD_MS = 100
    HOUSEKEEPING_PERIOD_S = 0
    script: Mapping[int, Sequence[Message]] = {}

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002
        for message in self.script.get(now.tick, ()):
            self.publish(message)


def speaker(app: App, script: Mapping[int, Sequence[Message]]) -> Unit:
    cls = type(f"{app.name}Speaker", (Speaker,), {"APP": app, "script": script})
    return Unit(lambda configs: [cls(configs[app])], {app: Config(app=app, epoch_ns=EPOCH_NS)})


class Loop:
    """The bus of one test; it is also the recorder."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.kept: list[tuple[int, Message]] = []
        self.group = Group(units)
        declared = self.group.declared()
        rights = {one.app: rights_of(App(one.app)) for one in declared}
        self.coordinator = Coordinator(declared, rights, settings=Settings(), recorder=self)
        self._bus = InProcess(self.coordinator, self.group)
        self._bus.begin()

    def put(self, tick: int, routed: Sequence[bytes]) -> None:
        for octets in routed:
            cls = DICTIONARY.by_id(parse_header(octets).message_id)
            self.kept.append((tick, body_codec(cls).decode(octets[HEADER_OCTETS:])))

    def run(self, ticks: int) -> None:
        self._bus.run(ticks)
        assert self.coordinator.unaccounted_count == 0
        assert self.coordinator.ledger.reject_count == 0

    def said(self, cls: type[M]) -> list[tuple[int, M]]:
        return [(tick, message) for tick, message in self.kept if isinstance(message, cls)]

    def last(self, cls: type[M]) -> M:
        return self.said(cls)[-1][1]


Make = Callable[..., Loop]


@pytest.fixture
def devices() -> Make:
    """Return a maker of loops: devices by id, options by id, and what the others say."""

    def make(
        *apps: App,
        options: Mapping[App, Mapping[str, object]] | None = None,
        script: Script | None = None,
        seed: int = 7,
    ) -> Loop:
        chosen = options or {}
        configs = {
            app: Config(app=app, seed=seed, epoch_ns=EPOCH_NS, options=chosen.get(app, {}))
            for app in (App.WORLD, *apps)
        }
        units = [speaker(app, lines) for app, lines in (script or {}).items()]
        return Loop([*units, Unit(build, configs)])

    return make


@pytest.fixture
def loop_of() -> Callable[[Sequence[Unit], Script], Loop]:
    """Return a maker of loops around given units."""

    def make(units: Sequence[Unit], script: Script) -> Loop:
        return Loop([*[speaker(app, lines) for app, lines in script.items()], *units])

    return make
