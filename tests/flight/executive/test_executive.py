"""The executive over real runs: notices, ladder, modes, state over boots, commands to it."""

from collections.abc import Mapping, Sequence

import pytest
from reference.bus import commander, mixed

from flight.bus.disk import MemoryDisk
from flight.bus.envelope import HEADER_OCTETS, parse_header
from flight.bus.manifest import Level, Manifest, Participant
from flight.bus.settings import Fault, Injection
from flight.dictionary.application import ApplicationStarted, CommandReport
from flight.dictionary.codec import decode
from flight.dictionary.declare import Command, Message
from flight.dictionary.executive import (
    ApplicationDied,
    ApplicationHung,
    ApplicationRestarted,
    BootRecord,
    ExecutiveStatus,
    RestartApplication,
    RestartBudgetSpent,
    SetSystemMode,
    SystemMode,
    SystemModeChanged,
    SystemModeOrder,
)
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App, Stage
from flight.executive.boot_record import ResetType
from flight.executive.executive import Clock, Executive, RunSettings


class Log:
    """Keeps what was routed."""

    def __init__(self) -> None:
        self.routed: list[tuple[int, bytes]] = []

    def put(self, tick: int, routed: Sequence[bytes]) -> None:
        self.routed += [(tick, octets) for octets in routed]

    def of(self, *classes: type[Message]) -> list[tuple[int, Message]]:
        """Return ticks and decoded messages of some classes."""
        ids = {cls.SPEC.id for cls in classes}
        found = ((tick, octets, parse_header(octets).message_id) for tick, octets in self.routed)
        return [
            (tick, decode(DICTIONARY.by_id(one), octets[HEADER_OCTETS:]))
            for tick, octets, one in found
            if one in ids
        ]


def _fly(
    ticks: int,
    *injections: Injection,
    sent: Mapping[int, tuple[Command, App]] | None = None,
    disk: MemoryDisk | None = None,
    closes: bool = True,
) -> tuple[Executive, Log]:
    commander.SENT.clear()
    commander.SENT.update(sent or {})
    log = Log()
    factory = "reference.bus.commander:build"
    gateway = Participant(app=App.GATEWAY, factory=factory, level=Level.SERVICE, sends_commands=True)
    manifest = Manifest(participants=(*mixed.manifest().participants, gateway))
    settings = RunSettings(clock=Clock.INPROCESS, restart_ticks=5)
    executive = Executive(manifest, settings, disk or MemoryDisk(), recorder=log, injections=injections)
    executive.start()
    executive.run(ticks)
    if closes:
        executive.close()
    return executive, log


def _kills(app: App, *ticks: int) -> list[Injection]:
    return [Injection(tick=tick, app=app, fault=Fault.KILL) for tick in ticks]


def test_crash_and_return_are_events_of_their_ticks() -> None:
    _, log = _fly(60, *_kills(App.POWER, 23))
    assert log.of(ApplicationDied, ApplicationRestarted, ApplicationHung) == [
        (23, ApplicationDied(application=16, tick=23)),
        (28, ApplicationRestarted(application=16, restart_count=1, down_ticks=5)),
    ]
    started = [m for _, m in log.of(ApplicationStarted) if m.application == 16]  # type: ignore[attr-defined]
    assert [m.state_age_ticks for m in started] == [0xFFFFFFFF, 28 - 20]  # type: ignore[attr-defined]


def test_spent_budget_falls_back_to_degraded_mode_with_events() -> None:
    executive, log = _fly(120, *_kills(App.POWER, 10, 30, 50, 70))
    assert log.of(RestartBudgetSpent) == [(70, RestartBudgetSpent(application=16, restart_count=3))]
    modes = [(tick, m.mode_to) for tick, m in log.of(SystemModeChanged)]  # type: ignore[attr-defined]
    assert modes == [(0, SystemMode.OPERATE), (70, SystemMode.DEGRADED)]
    [*_, (_, status)] = log.of(ExecutiveStatus)
    assert isinstance(status, ExecutiveStatus)
    assert (status.application_count, status.application_up_count, status.restart_count) == (10, 9, 3)
    assert status.mode is SystemMode.DEGRADED
    assert executive.coordinator.unaccounted_count == 0


def test_second_spent_budget_restarts_everything_with_its_state() -> None:
    kills = [*_kills(App.POWER, 10, 30, 50, 70), *_kills(App.THERMAL, 100, 120, 140, 160)]
    executive, log = _fly(200, *kills)
    ports = executive.coordinator.ports
    assert all(ports[app].restart_count >= 1 for app in mixed.RING if app is not App.POWER)
    restarted = {m.application for tick, m in log.of(ApplicationRestarted) if tick > 160}  # type: ignore[attr-defined]
    assert restarted >= {int(app) for app in mixed.RING} - {App.POWER, App.THERMAL}
    ages = [m.state_age_ticks for tick, m in log.of(ApplicationStarted) if tick > 160]  # type: ignore[attr-defined]
    assert max(ages) < 20


def test_mode_is_ordered_each_second_and_on_command() -> None:
    _, log = _fly(42, sent={14: (SetSystemMode(mode=3), App.EXECUTIVE)})
    orders = [(tick, m.mode) for tick, m in log.of(SystemModeOrder)]  # type: ignore[attr-defined]
    assert orders == [
        (0, SystemMode.OPERATE),
        (10, SystemMode.OPERATE),
        (15, SystemMode.SAFE),
        (20, SystemMode.SAFE),
        (30, SystemMode.SAFE),
        (40, SystemMode.SAFE),
    ]


def test_command_restarts_one_application() -> None:
    _, log = _fly(40, sent={14: (RestartApplication(application=App.WORLD), App.EXECUTIVE)})
    assert [tick for tick, _ in log.of(ApplicationDied)] == [16]
    assert [tick for tick, _ in log.of(ApplicationRestarted)] == [21]


def test_command_that_names_nobody_fails() -> None:
    _, log = _fly(20, sent={4: (RestartApplication(application=999), App.EXECUTIVE)})
    stages = [m.stage for _, m in log.of(CommandReport)]  # type: ignore[attr-defined]
    assert stages == [Stage.ACCEPTED, Stage.STARTED, Stage.FAILED]


def test_boot_record_counts_and_tells_why() -> None:
    disk = MemoryDisk()
    records = [_fly(5, disk=disk, closes=closes)[1].of(BootRecord)[0][1] for closes in (True, False, True)]
    found = [(r.boot_count, r.reset_count, r.reset_type) for r in records]  # type: ignore[attr-defined]
    assert found == [(1, 0, ResetType.POWER_ON), (2, 0, ResetType.ORDERLY), (3, 1, ResetType.UNASKED)]
    assert {r.dictionary_hash for r in records} == {DICTIONARY.hash}  # type: ignore[attr-defined]


def test_state_survives_the_end_of_the_software() -> None:
    disk = MemoryDisk()
    first, _ = _fly(45, disk=disk)
    second, log = _fly(1, disk=disk)
    saved = first.coordinator.ports[App.POWER].snapshot
    assert saved is not None
    started = [m for _, m in log.of(ApplicationStarted) if m.application == 16]  # type: ignore[attr-defined]
    assert [m.state_age_ticks for m in started] == [0xFFFFFFFE]  # type: ignore[attr-defined]
    assert second.local is not None
    assert second.local.application(App.POWER).counters.step == 5 + 1


def test_snapshots_are_one_second_old_at_most() -> None:
    executive, _ = _fly(57)
    ages = {
        port.app: 57 - port.snapshot.tick for port in executive.coordinator.ports.values() if port.snapshot
    }
    assert set(ages) == {*map(int, mixed.RING), App.EXECUTIVE, App.GATEWAY}
    assert max(ages.values()) <= 10


def test_fault_on_shared_memory_is_refused() -> None:
    rows = [
        Participant(app=app, factory="reference.bus.mixed:build", unit="plant")
        for app in (App.WORLD, App.ARRAY)
    ]
    with pytest.raises(ValueError, match="memory of its own, got WORLD"):
        Executive(
            Manifest(participants=tuple(rows)),
            RunSettings(clock=Clock.INPROCESS),
            MemoryDisk(),
            injections=_kills(App.WORLD, 5),
        )


@pytest.mark.parametrize("clock", [Clock.LOCKSTEP, Clock.REALTIME])
def test_clock_with_processes_needs_folder_control_and_token(clock: Clock) -> None:
    executive = Executive(mixed.manifest(0, 1), RunSettings(clock=clock), MemoryDisk())
    with pytest.raises(ValueError, match=f"given for {clock.value}"):
        executive.start()


def test_executive_before_its_start_has_no_bus() -> None:
    executive = Executive(mixed.manifest(), RunSettings(clock=Clock.INPROCESS), MemoryDisk())
    assert (executive.tick, executive.lateness) == (0, None)
    with pytest.raises(RuntimeError, match="must be started first"):
        _ = executive.coordinator
    executive.close()
