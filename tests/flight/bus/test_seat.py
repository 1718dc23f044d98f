"""What happens to one application in its ticks: schedule, wake-ups, containment, state."""

import msgpack
import pytest
from reference.bus.probe import Loop, Probe, probe, work

from flight.bus.application import Application, Config, Inbox, Now, Received, Subscription
from flight.bus.envelope import fixed_part, varying_part
from flight.bus.exchange import Snapshot, Start
from flight.bus.group import Group, Unit
from flight.bus.mail import Policy
from flight.bus.seat import NO_STATE, SNAPSHOT_OCTETS_MAX, declare
from flight.bus.settings import Fault, Injection
from flight.dictionary.application import (
    ApplicationHousekeeping,
    ApplicationStarted,
    CommandReport,
    Overrun,
    ParameterValue,
    StepFailed,
)
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App

EVENTS = [Subscription(message=cls, depth=64) for cls in (ApplicationStarted, StepFailed, Overrun)]
VALUE = ParameterValue(application=1, parameter_id=1, value=1.0)


def _heard(loop: Loop, cls: type, app: App = App.EVENTS) -> list[tuple[int, object]]:
    return [(tick, m) for tick, m in loop.probe(app).heard if isinstance(m, cls)]


@pytest.mark.parametrize(
    ("period_ms", "offset_ms", "ticks"),
    [(100, 0, [0, 1, 2, 3, 4, 5]), (300, 0, [0, 3]), (200, 100, [1, 3, 5]), (0, 0, []), (2000, 500, [5])],
)
def test_law_sees_each_due_tick_once(period_ms: int, offset_ms: int, ticks: list[int]) -> None:
    loop = Loop(probe(App.POWER, PERIOD_MS=period_ms, OFFSET_MS=offset_ms))
    loop.run(6)
    assert loop.probe(App.POWER).stepped == ticks


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"PERIOD_MS": 250}, "period must be a multiple of the base tick of 100 ms, got 250 ms"),
        ({"PERIOD_MS": -100}, "period must"),
        ({"OFFSET_MS": 150, "PERIOD_MS": 1000}, "offset must be a multiple"),
        ({"OFFSET_MS": 1000, "PERIOD_MS": 1000}, "offset must"),
        ({"LATENCY_TICKS": 10, "PERIOD_MS": 1000}, "latency must be less than the period"),
        ({"LATENCY_TICKS": 1, "PERIOD_MS": 0}, "latency must"),
    ],
)
def test_schedule_must_fit_the_base_tick(changes: dict[str, int], text: str) -> None:
    cls = type("Odd", (Application,), changes)
    with pytest.raises(ValueError, match=text):
        declare(cls(Config(app=App.POWER)))


def test_time_of_a_step_is_the_time_of_its_tick() -> None:
    seen: list[Now] = []
    loop = Loop(probe(App.POWER, lambda _, now, __: seen.append(now), PERIOD_MS=200, OFFSET_MS=100))
    loop.run(4)
    epoch_ns = Config(app=App.POWER).epoch_ns
    assert seen == [
        Now(1, epoch_ns + 100_000_000, pytest.approx(0.1), 0.2),
        Now(3, epoch_ns + 300_000_000, pytest.approx(0.3), 0.2),
    ]


def _sends_each_tick(app: Probe, _: Now, __: Inbox) -> None:
    app.publish(VALUE)


def test_waiting_mail_waits_for_the_step_and_waking_mail_does_not() -> None:
    slow = {"PERIOD_MS": 500}
    waiting = [Subscription(message=ParameterValue, depth=3, policy=Policy.DROP_OLDEST)]
    waking = [Subscription(message=ParameterValue, wake=True)]
    loop = Loop(
        probe(App.EVENTS, _sends_each_tick),
        probe(App.POWER, hears=waiting, **slow),
        probe(App.THERMAL, hears=waking, **slow),
    )
    loop.run(7)
    assert [tick for tick, _ in loop.probe(App.POWER).heard] == [5, 5, 5]
    assert [tick for tick, _ in loop.probe(App.THERMAL).woke] == [1, 2, 3, 4, 5, 6]
    assert [tick for tick, _ in loop.probe(App.THERMAL).heard] == [5]


def test_wake_at_calls_once_and_the_earliest_counts() -> None:
    class Sleeper(Probe):
        PERIOD_MS = 0

        def __init__(self, config: Config) -> None:
            super().__init__(config)
            self.wake_at(7)
            self.wake_at(3)
            self.ticks: list[int] = []

        def woken(self, now: Now) -> None:
            self.ticks.append(now.tick)
            if now.tick == 3:
                self.wake_at(25)

    loop = Loop(Unit(lambda configs: [Sleeper(configs[App.POWER])], {App.POWER: Config(app=App.POWER)}))
    loop.run(40)
    sleeper = loop.probe(App.POWER)
    assert isinstance(sleeper, Sleeper)
    assert sleeper.ticks == [3, 25]


def test_application_without_period_still_reports_each_second() -> None:
    ears = [Subscription(message=ApplicationHousekeeping, depth=16)]
    loop = Loop(probe(App.POWER, PERIOD_MS=0, HOUSEKEEPING_PERIOD_S=1), probe(App.EVENTS, hears=ears))
    loop.run(42)
    rows = _heard(loop, ApplicationHousekeeping)
    assert [tick for tick, _ in rows] == [1, 11, 21, 31, 41]
    assert loop.coordinator.ports[App.POWER].snapshot == Snapshot(
        40, loop.coordinator.ports[16].snapshot.octets
    )  # type: ignore[union-attr]


def test_faulty_step_is_contained_and_withdrawn() -> None:
    def fail_at_3(app: Probe, now: Now, _: Inbox) -> None:
        app.publish(VALUE)
        if now.tick == 3:
            raise RuntimeError("planted " + "x" * 200)

    hears = [*EVENTS, Subscription(message=ParameterValue)]
    loop = Loop(probe(App.POWER, fail_at_3), probe(App.EVENTS, hears=hears))
    loop.run(7)
    assert [tick for tick, _ in _heard(loop, ParameterValue)] == [1, 2, 3, 5, 6]
    [(tick, event)] = _heard(loop, StepFailed)
    assert tick == 4
    assert isinstance(event, StepFailed)
    assert event.text.startswith("RuntimeError: planted xxx")
    assert len(event.text) == 120
    assert loop.probe(App.POWER).stepped == list(range(7))


@pytest.mark.parametrize("hook", ["receive", "woken", "snapshot", "mode"])
def test_fault_in_any_hook_is_contained(hook: str) -> None:
    def broken(*_: object) -> None:
        raise KeyError("planted")

    member = property(broken) if hook == "mode" else broken
    hears = [Subscription(message=ParameterValue, wake=True)]
    unit = probe(App.POWER, lambda app, now, _: app.wake_at(now.tick + 1), hears=hears,
                 PERIOD_MS=1000, HOUSEKEEPING_PERIOD_S=1, **{hook: member})  # fmt: skip
    loop = Loop(unit, probe(App.EVENTS, _sends_each_tick, hears=EVENTS))
    loop.run(15)
    assert any("planted" in event.text for _, event in _heard(loop, StepFailed))  # type: ignore[attr-defined]
    assert loop.probe(App.POWER).stepped == [0, 10]


class Counting(Probe):
    """Counts steps and draws; both are its state."""

    PERIOD_MS = 300

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.count = 0
        self.drawn: list[int] = []

    def step(self, now: Now, inbox: Inbox) -> None:
        super().step(now, inbox)
        self.count += 1
        self.drawn.append(self.stream("draws").next_u64())

    def snapshot(self) -> tuple[object, ...]:
        return (self.count,)

    def restore(self, state: tuple[object, ...]) -> None:
        (self.count,) = state  # type: ignore[assignment]


def _counting(cls: type[Counting] = Counting) -> Unit:
    return Unit(lambda configs: [cls(configs[App.POWER])], {App.POWER: Config(app=App.POWER)})


def _kill_at(tick: int) -> list[Injection]:
    return [Injection(tick=tick, app=App.POWER, fault=Fault.KILL)]


def test_killed_application_goes_on_from_its_last_snapshot() -> None:
    calm = Loop(_counting())
    calm.run(40)
    loop = Loop(_counting(), probe(App.EVENTS, hears=EVENTS), injections=_kill_at(25))
    loop.run(40)
    started = [event for _, event in _heard(loop, ApplicationStarted) if event.application == App.POWER]  # type: ignore[attr-defined]
    assert [(e.restart_count, e.state_age_ticks) for e in started] == [(0, NO_STATE), (1, 30 - 21)]  # type: ignore[attr-defined]
    again, whole = loop.group.application(App.POWER), calm.group.application(App.POWER)
    assert isinstance(again, Counting)
    assert isinstance(whole, Counting)
    assert again.stepped == [30, 33, 36, 39]
    assert again.count == 8 + 4
    assert again.drawn == whole.drawn[8:12]
    assert again.counters.step == 8 + 4


def test_snapshot_of_another_version_is_left_alone() -> None:
    class Newer(Counting):
        SNAPSHOT_VERSION = 2

    group = Group([_counting(Newer)])
    octets = msgpack.packb((1, ((0,) * 10, 0, ((), ()), ()), (99,)))
    group.start(Start(16, 5, 7, 1, Snapshot(3, octets)))
    [reply] = group.run(5, [work(16)])
    newer = group.application(App.POWER)
    assert isinstance(newer, Newer)
    assert (newer.count, newer.restart_count) == (1, 1)
    assert int.from_bytes(reply.outbox[0][10:14]) == 8


@pytest.mark.parametrize(
    "octets", [b"", b"\xc1", msgpack.packb((1, 2)), msgpack.packb((1, ((0,), 0, 0, 0), ()))]
)
def test_broken_snapshot_starts_afresh_with_an_event(octets: bytes) -> None:
    group = Group([_counting()])
    group.start(Start(16, 5, 0, 1, Snapshot(3, octets)))
    [reply] = group.run(5, [work(16)])
    ids = [int.from_bytes(message[2:4]) for message in reply.outbox]
    assert StepFailed.SPEC.id in ids
    assert ApplicationStarted.SPEC.id in ids


def test_oversized_snapshot_is_refused_with_an_event() -> None:
    class Huge(Counting):
        def snapshot(self) -> tuple[object, ...]:
            return (bytes(SNAPSHOT_OCTETS_MAX),)

    loop = Loop(_counting(Huge), probe(App.EVENTS, hears=EVENTS))
    loop.run(5)
    assert "snapshot must be <=" in _heard(loop, StepFailed)[0][1].text  # type: ignore[attr-defined]
    assert loop.coordinator.ports[App.POWER].snapshot is None


def test_skipped_ticks_are_made_up_by_one_step_and_reported() -> None:
    group = Group([_counting()])
    group.start(Start(16, 0, 0, 0, None))
    group.run(0, [work(16)])
    [reply] = group.run(7, [work(16, skipped_count=4)])
    counting = group.application(App.POWER)
    assert isinstance(counting, Counting)
    assert counting.stepped == [0, 7]
    assert counting.counters.overrun == 1
    assert Overrun.SPEC.id in [int.from_bytes(message[2:4]) for message in reply.outbox]
    assert reply.next_wake == 9


def test_losses_reach_the_housekeeping_of_the_loser() -> None:
    hears = [Subscription(message=ParameterValue, depth=1, policy=Policy.REJECT_NEW)]
    ears = [Subscription(message=ApplicationHousekeeping, depth=16)]
    slow: dict[str, object] = {"PERIOD_MS": 1000, "HOUSEKEEPING_PERIOD_S": 1}
    loop = Loop(
        probe(App.EVENTS, _sends_each_tick, hears=ears), probe(App.POWER, hears=hears, **slow), settings=None
    )
    loop.run(22)
    rows = _heard(loop, ApplicationHousekeeping)
    lost = [row.lost_count for _, row in rows]  # type: ignore[attr-defined]
    assert lost == [0, 9, 18]


def test_refused_body_is_none_counted_and_told_to_the_bus() -> None:
    seen: list[object] = []

    def read(_: Probe, __: Now, inbox: Inbox) -> None:
        seen.append((inbox.latest(CommandReport), inbox.all(CommandReport), len(inbox)))

    loop = Loop(probe(App.POWER, read, hears=[Subscription(message=CommandReport)]), probe(App.EVENTS))
    port = loop.coordinator.ports[App.EVENTS]
    loop.run(1)
    head = fixed_part(CommandReport.SPEC.id, App.EVENTS, 0, DICTIONARY.schema_hash(CommandReport))
    port.outbox = [head + varying_part(port.sequence + 1, 0, 0) + msgpack.packb((1, 2))]
    loop.coordinator.close_tick(0)
    loop.run(2)
    assert seen[1] == (None, (), 1)
    assert loop.group.application(App.POWER).counters.decode_error == 1
    assert loop.coordinator.ledger.refused_count == 1
    assert loop.coordinator.unaccounted_count == 0


def test_received_is_decoded_once() -> None:
    calls: list[bytes] = []

    def open_body(octets: bytes) -> None:
        calls.append(octets)

    received = Received(b"octets", open_body)  # type: ignore[arg-type]
    assert received.message is None
    assert received.message is None
    assert calls == [b"octets"]
