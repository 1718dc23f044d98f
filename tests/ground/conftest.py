"""A satellite made of dictionary and link alone, and the loop that joins it with a ground node."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from reference.link.ends import plain_ends

from flight.dictionary.declare import Event, Message
from flight.dictionary.fields import field_specs
from flight.dictionary.layout import pack
from flight.dictionary.power import PowerMode, PowerStatus, SetLoadTier
from flight.dictionary.pus import (
    PacketOrigin,
    PusReject,
    Telecommand,
    Verification,
    VerificationStage,
    build_event,
    build_housekeeping,
    build_verification,
    parse_telecommand,
)
from flight.dictionary.types import App, Severity
from flight.link.events import PacketReceived
from flight.link.packet import SequenceCounter
from flight.link.profile import load_builtin
from flight.link.sender import TelemetrySender
from flight.link.telecommand import TelecommandReceiver
from ground.archive.sqlite import ArchiveWriter
from ground.server.config import GroundConfig
from ground.server.node import GroundNode, StationView

EPOCH_NS = 2_177_452_837_000_000_000
TICK_NS = 100_000_000
IN_VIEW = StationView(in_view=True, azimuth_rad=1.0, elevation_rad=0.5, range_m=9e5)
OUT_OF_VIEW = StationView(in_view=False, azimuth_rad=0.0, elevation_rad=-0.2, range_m=5e6)

CHANNEL_EVENTS, CHANNEL_HOUSEKEEPING = 0, 1


@dataclass
class Satellite:
    """The other end of the link. ``answer`` says which stages a command goes through."""

    answer: Callable[[Telecommand], list[VerificationStage]]
    now_ns: int = EPOCH_NS
    commands: list[Telecommand] = field(default_factory=list)
    refused: list[PusReject] = field(default_factory=list)
    sequences: SequenceCounter = field(default_factory=SequenceCounter)
    sender: TelemetrySender = field(default_factory=lambda: TelemetrySender(load_builtin("plain_telemetry")))
    receiver: TelecommandReceiver = field(
        default_factory=lambda: TelecommandReceiver(load_builtin("plain_telecommand"))
    )

    def origin(self, app: App) -> PacketOrigin:
        return PacketOrigin(application=app, sequence=self.sequences.take(app), time_ns=self.now_ns)

    def housekeeping(self, app: App, message: Message) -> None:
        packet = build_housekeeping(self.origin(app), message.SPEC.id, pack(message))
        self.sender.push(CHANNEL_HOUSEKEEPING, packet)

    def event(self, app: App, event: Event) -> None:
        severity = event.SPEC.severity or Severity.INFO
        self.sender.push(CHANNEL_EVENTS, build_event(self.origin(app), event.SPEC.id, severity, pack(event)))

    def verify(self, command: Telecommand, stage: VerificationStage, *, code: int = 0, step: int = 0) -> None:
        report = Verification(request=command.request, stage=stage, code=code, step=step)
        self.sender.push(CHANNEL_EVENTS, build_verification(self.origin(command.application), report))

    def hear(self, units: list[bytes]) -> None:
        for event in self.receiver.receive(b"".join(units)):
            if isinstance(event, PacketReceived):
                self._take(parse_telecommand(event.packet))

    def _take(self, parsed: Telecommand | PusReject) -> None:
        if isinstance(parsed, PusReject):
            self.refused.append(parsed)
            return
        self.commands.append(parsed)
        for stage in self.answer(parsed):
            self.verify(parsed, stage, code=7 if stage.is_failure else 0)

    def frames(self) -> list[bytes]:
        return self.sender.frames(1000, idle=True, only_idle=False)


@dataclass
class Loop:
    """Ground and satellite, tick by tick; what is sent in one tick arrives in the next."""

    node: GroundNode
    satellite: Satellite
    view: StationView | None = IN_VIEW
    tick: int = 0
    each_tick: Callable[["Loop"], None] = lambda _: None
    _down: list[bytes] = field(default_factory=list)
    _up: list[bytes] = field(default_factory=list)

    @property
    def now_ns(self) -> int:
        return EPOCH_NS + self.tick * TICK_NS

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 1e9 / TICK_NS)):
            self.step()

    def step(self) -> None:
        self.satellite.now_ns = self.now_ns
        self.each_tick(self)
        self.satellite.hear(self._up)
        down, self._down = self._down, self.satellite.frames()
        self._up = self.node.step(self.now_ns, [b"".join(down)] if down else [], self.view)
        self.tick += 1


def accepted_and_completed(_: Telecommand) -> list[VerificationStage]:
    return [VerificationStage.ACCEPTED, VerificationStage.COMPLETED]


@pytest.fixture
def config() -> GroundConfig:
    return GroundConfig(satellite=109, token_key=b"test", ends=plain_ends())


@pytest.fixture
def archive_path(tmp_path: Path) -> Path:
    return tmp_path / "ground.sqlite"


@pytest.fixture
def satellite() -> Satellite:
    return Satellite(answer=accepted_and_completed)


@pytest.fixture
def make_loop(config: GroundConfig, archive_path: Path, satellite: Satellite):
    """Return a function that makes a loop, with what a node can be given; its loops end with the test."""
    loops: list[Loop] = []

    def make(**options: object) -> Loop:
        archive = ArchiveWriter(archive_path, satellite=109, durable=False)
        loop = Loop(node=GroundNode(config, archive, **options), satellite=satellite)
        loops.append(loop)
        return loop

    yield make
    for loop in loops:
        loop.node.close()


@pytest.fixture
def power_status() -> Callable[..., PowerStatus]:
    """Return a function that makes a status with what a test names."""

    def make(time_ns: int, **values: object) -> PowerStatus:
        zero = {spec.name: 0.0 if spec.python is float else 0 for spec in field_specs(PowerStatus)}
        return PowerStatus(**{**zero, "time_ns": time_ns, "mode": PowerMode.SUNLIT, **values})

    return make


@pytest.fixture
def publish(satellite: Satellite, power_status: Callable[..., PowerStatus]) -> Callable[[Loop], None]:
    """Return what lets the satellite publish once a second the load tier that it was last commanded to."""

    def each_tick(loop: Loop) -> None:
        tiers = [one.command.tier for one in satellite.commands if isinstance(one.command, SetLoadTier)]
        if loop.tick % 10 == 0:
            status = power_status(loop.now_ns, load_tier=tiers[-1] if tiers else 0, charge_frac=0.8)
            satellite.housekeeping(App.POWER, status)

    return each_tick
