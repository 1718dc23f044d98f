"""The four applications and the simulated satellite on one in-process bus; what was said, what was true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flight.bus.application import Application, Config, Inbox, Now, Policy, Subscription
from flight.bus.coordinator import Coordinator
from flight.bus.envelope import HEADER_OCTETS
from flight.bus.group import Group, Unit
from flight.bus.inprocess import InProcess
from flight.bus.manifest import rights_of
from flight.bus.settings import Fault, Injection, Settings
from flight.compute.app import ComputeApplication
from flight.dictionary.application import CommandReport
from flight.dictionary.codec import body_codec
from flight.dictionary.declare import Command, Event, Message
from flight.dictionary.executive import SystemModeOrder
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App, Stage
from flight.optical.app import OpticalApplication
from flight.power.app import PowerApplication
from flight.thermal.app import ThermalApplication
from hil.devices import build as devices
from hil.plant import channels
from hil.plant.channels import Group as Channels
from hil.plant.core import Plant

EPOCH_NS = 2_152_709_197_000_000_000
"""2026-03-20T14:46:00 UTC: with node and anomaly at 0 the satellite starts at noon, the Sun in its plane."""
FLOWN: tuple[type[Application], ...] = (
    PowerApplication,
    ThermalApplication,
    ComputeApplication,
    OpticalApplication,
)
DEVICES = tuple(app for app in App if App.WORLD <= app <= App.RADIO)
RADIO = {"stations": [], "octets_per_tick": 6400, "up_ratio": 0.0, "down_ratio": 0.0, "faults": []}
Orders = Mapping[int, Sequence[tuple[App, Command]]]


class Operator(Application):
    """Sends commands and mode orders at given ticks, and keeps the reports."""

    APP = App.GATEWAY
    PERIOD_MS = 100
    HOUSEKEEPING_PERIOD_S = 0
    SUBSCRIPTIONS = (Subscription(message=CommandReport, depth=256, policy=Policy.REJECT_NEW),)

    def __init__(self, config: Config, orders: Orders) -> None:
        super().__init__(config)
        self.orders = orders
        self.stages: list[Stage] = []

    def step(self, now: Now, inbox: Inbox) -> None:
        self.stages += [report.stage for report in inbox.messages(CommandReport)]
        for destination, command in self.orders.get(now.tick, ()):
            self.publish(command, destination=destination)


class Executive(Application):
    """Orders a mode of the whole at given ticks."""

    APP = App.EXECUTIVE
    PERIOD_MS = 100
    HOUSEKEEPING_PERIOD_S = 0

    def __init__(self, config: Config, modes: Mapping[int, SystemModeOrder]) -> None:
        super().__init__(config)
        self.modes = modes

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002 - it hears nothing
        if now.tick in self.modes:
            self.publish(self.modes[now.tick])


class Flight:
    """One flight of the satellite.

    Parameters
    ----------
    numbers : mapping
        Plant parameters that differ, ``section.name`` to value.
    faults : sequence of mapping
        Plant faults: ``name``, ``onset_tick``, ``end_tick``, ``parameters``.
    kills : sequence of (App, int)
        Applications that lose their memory at a tick.
    orders, modes : mappings
        Commands and system modes by tick.
    options : mapping of App to mapping
        Options of the applications.
    without : collection of App
        Applications that do not fly.
    restart_ticks : int
        Ticks from a kill to the return, 1 to 20.
    """

    def __init__(
        self,
        *,
        numbers: Mapping[str, float] | None = None,
        faults: Sequence[Mapping[str, Any]] = (),
        kills: Sequence[tuple[App, int]] = (),
        orders: Orders | None = None,
        modes: Mapping[int, SystemModeOrder] | None = None,
        options: Mapping[App, Mapping[str, object]] | None = None,
        without: Sequence[App] = (),
        restart_ticks: int = 10,
    ) -> None:
        flown = [cls for cls in FLOWN if cls.APP not in without]
        world = {"orbit": "mid_inclination", "numbers": dict(numbers or {}), "faults": list(faults)}
        given: dict[App, Mapping[str, object]] = {App.WORLD: world, App.RADIO: RADIO, **(options or {})}

        def config(app: App) -> Config:
            return Config(app=app, seed=1, epoch_ns=EPOCH_NS, options=given.get(app, {}))

        units = [
            Unit(lambda made, cls=cls: [cls(made[cls.APP])], {cls.APP: config(cls.APP)}) for cls in flown
        ]
        units.append(Unit(self._devices, {app: config(app) for app in DEVICES}))
        units.append(
            Unit(lambda made: [Operator(made[App.GATEWAY], orders or {})], {App.GATEWAY: config(App.GATEWAY)})
        )
        units.append(
            Unit(
                lambda made: [Executive(made[App.EXECUTIVE], modes or {})],
                {App.EXECUTIVE: config(App.EXECUTIVE)},
            )
        )
        self.group = Group(units)
        apps = [*(cls.APP for cls in flown), *DEVICES, App.GATEWAY, App.EXECUTIVE]
        rights = {int(app): rights_of(app, sends_commands=app is App.GATEWAY) for app in apps}
        coordinator = Coordinator(
            self.group.declared(),
            rights,
            settings=Settings(restart_ticks=restart_ticks),
            recorder=self,
            injections=[Injection(tick=tick, app=app, fault=Fault.KILL) for app, tick in kills],
        )
        self._octets: list[tuple[int, bytes]] = []
        self._driver = InProcess(coordinator, self.group)
        self._driver.begin()
        self._driver.run(1)
        self.samples: list[tuple[int, dict[str, list[float]]]] = []

    def _devices(self, configs: Mapping[App, Config]) -> list[Application]:
        """Build world and devices, and keep hold of their plant."""
        made: list[Plant] = []

        class Held(Plant):
            def __init__(self, *given: Any, **named: Any) -> None:
                super().__init__(*given, **named)
                made.append(self)

        known, devices.Plant = devices.Plant, Held  # type: ignore[misc]
        try:
            found = devices.build(configs)
        finally:
            devices.Plant = known  # type: ignore[misc]
        (self.plant,) = made
        return found

    def put(self, tick: int, routed: Sequence[bytes]) -> None:
        """Keep everything that was routed."""
        self._octets += [(tick, octets) for octets in routed]

    def run(self, seconds: int, *truths: str) -> Flight:
        """Fly on; keep the named true values (``group.field``) at each whole second."""
        groups: dict[str, Channels] = {group.name: group for group in channels.GROUPS}
        for _ in range(seconds):
            self._driver.run(10)
            taken = {}
            for name in truths:
                group, field = name.split(".")
                taken[name] = self.plant.truth(group)[groups[group].slice(field)]
            self.samples.append((self._driver.tick, taken))
        return self

    def truth(self, name: str, from_s: float = 0.0) -> list[list[float]]:
        """Return a true value at the end of each second from ``from_s`` on."""
        return [taken[name] for tick, taken in self.samples if tick * 0.1 >= from_s]

    def said(self, cls: type[Message], from_s: float = 0.0, until_s: float = 1e9) -> list[Any]:
        """Return the messages of one class, in order."""
        wanted = cls.SPEC.id.to_bytes(2)
        codec = body_codec(cls)
        return [
            codec.decode(octets[HEADER_OCTETS:])
            for tick, octets in self._octets
            if octets[2:4] == wanted and from_s <= tick * 0.1 < until_s
        ]

    def events(self) -> list[tuple[float, Event]]:
        """Return all events with their times in seconds."""
        found = []
        for tick, octets in self._octets:
            cls = DICTIONARY.find(int.from_bytes(octets[2:4]))
            if cls is not None and issubclass(cls, Event):
                found.append((tick * 0.1, body_codec(cls).decode(octets[HEADER_OCTETS:])))
        return found

    @property
    def operator(self) -> Operator:
        """The sender of the commands."""
        found = self.group.application(App.GATEWAY)
        assert isinstance(found, Operator)
        return found
