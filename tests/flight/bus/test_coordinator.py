"""Ticks, faults and accounting of the coordinator, without any process."""

import hypothesis.strategies as st
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from reference.bus.probe import Loop, Probe, probe, work

from flight.bus.application import Inbox, Now
from flight.bus.coordinator import Coordinator
from flight.bus.envelope import parse_header
from flight.bus.exchange import Reply
from flight.bus.mail import Policy, Subscription
from flight.bus.port import PortState
from flight.bus.settings import Fault, Injection, Settings
from flight.dictionary.application import ApplicationStarted, ParameterValue
from flight.dictionary.executive import (
    ApplicationDied,
    ApplicationHung,
    ApplicationRestarted,
    BusReject,
)
from flight.dictionary.power import PowerStatus
from flight.dictionary.types import App

VALUE = ParameterValue(application=1, parameter_id=1, value=2.0)
EARS = [Subscription(message=ParameterValue, depth=8, policy=Policy.REJECT_NEW)]
SENDERS = (App.OPTICAL, App.EVENTS, App.COMPUTE)


def _send_two(app: Probe, now: Now, _: Inbox) -> None:
    for number in (1, 2):
        app.publish(ParameterValue(application=int(app.app), parameter_id=number, value=float(now.tick)))


def test_mail_of_a_tick_comes_in_the_next_sorted_by_source_and_sequence() -> None:
    loop = Loop(*[probe(app, _send_two) for app in SENDERS], probe(App.POWER, hears=EARS))
    loop.run(3)
    heard = [(t, m.application, m.parameter_id, m.value) for t, m in loop.probe(App.POWER).heard]  # type: ignore[attr-defined]
    order = [(int(app), number) for app in sorted(SENDERS) for number in (1, 2)]
    assert heard == [(t, app, number, t - 1.0) for t in (1, 2) for app, number in order]


def test_recorder_gets_what_was_routed_in_order() -> None:
    loop = Loop(*[probe(app, _send_two) for app in SENDERS])
    loop.run(4)
    keys = [(tick, *parse_header(octets)[3:4], parse_header(octets).sequence) for tick, octets in loop.routed]
    assert keys == sorted(keys)
    assert len(keys) == loop.coordinator.trace.message_count == 4 * 6 + 3
    assert {tick for tick, _, _ in keys} == {0, 1, 2, 3}


@pytest.mark.parametrize("latency_ticks", [1, 3])
def test_result_of_long_work_is_published_exactly_k_ticks_later(latency_ticks: int) -> None:
    loop = Loop(
        probe(App.OPTICAL, _send_two, PERIOD_MS=500, LATENCY_TICKS=latency_ticks),
        probe(App.POWER, hears=EARS),
    )
    loop.run(12)
    ticks = sorted({tick for tick, _ in loop.probe(App.POWER).heard})
    assert ticks == [latency_ticks + 1, latency_ticks + 6]
    assert loop.coordinator.ledger.slip_count == 0
    assert loop.coordinator.unaccounted_count == 0


def test_digest_is_kept_every_hundred_ticks() -> None:
    loop = Loop(probe(App.OPTICAL, _send_two))
    loop.run(250)
    assert [digest.tick for digest in loop.coordinator.trace.digests] == [100, 200]


def _events(loop: Loop, cls: type) -> list[object]:
    return [event for event in loop.coordinator.notices if isinstance(event, cls)]


def test_kill_takes_the_mail_of_its_tick_and_later_mail_waits() -> None:
    kill = Injection(tick=5, app=App.POWER, fault=Fault.KILL)
    loop = Loop(
        probe(App.OPTICAL, _send_two),
        probe(App.POWER, hears=EARS),
        injections=[kill],
        settings=Settings(restart_ticks=3),
    )
    loop.run(10)
    heard = [(tick, message.value) for tick, message in loop.probe(App.POWER).heard]  # type: ignore[attr-defined]
    assert heard == [(8, v) for v in (5.0, 5.0, 6.0, 6.0, 7.0, 7.0)] + [(9, 8.0)] * 2
    assert loop.coordinator.ledger.crash_count == 2
    assert loop.coordinator.unaccounted_count == 0
    assert _events(loop, ApplicationDied) == [ApplicationDied(application=16, tick=5)]
    assert _events(loop, ApplicationRestarted) == [
        ApplicationRestarted(application=16, restart_count=1, down_ticks=3)
    ]


def _heard_through(*cuts: Injection) -> tuple[Loop, list[int]]:
    """Return a loop of a speaker and a hearer after ten ticks, and the ticks in which mail came."""
    loop = Loop(probe(App.OPTICAL, _send_two), probe(App.POWER, hears=EARS), injections=cuts)
    loop.run(10)
    return loop, [tick for tick, _ in loop.probe(App.POWER).heard]


@pytest.mark.parametrize("cut_off", [App.OPTICAL, App.POWER])
def test_partition_ends_copies_on_either_side_and_accounts_for_them(cut_off: App) -> None:
    loop, ticks = _heard_through(
        Injection(tick=3, app=cut_off, fault=Fault.CUT), Injection(tick=6, app=cut_off, fault=Fault.JOIN)
    )
    assert ticks == [tick for tick in range(1, 10) if tick not in {4, 5, 6} for _ in range(2)]
    assert loop.coordinator.router.cut_count == 6
    assert loop.coordinator.unaccounted_count == 0
    assert not _events(loop, ApplicationHung)


def test_partition_of_one_message_leaves_the_others() -> None:
    loop, ticks = _heard_through(
        Injection(tick=3, app=App.POWER, fault=Fault.CUT, message_id=PowerStatus.SPEC.id)
    )
    assert len(ticks) == 18
    assert loop.coordinator.router.cut_count == 0


def test_an_application_hears_itself_in_a_partition() -> None:
    cut = Injection(tick=0, app=App.OPTICAL, fault=Fault.CUT)
    loop = Loop(probe(App.OPTICAL, _send_two, hears=EARS), injections=[cut])
    loop.run(5)
    assert len(loop.probe(App.OPTICAL).heard) == 8


def test_hang_is_found_by_the_heartbeat() -> None:
    hang = Injection(tick=4, app=App.POWER, fault=Fault.HANG)
    loop = Loop(
        probe(App.OPTICAL, _send_two),
        probe(App.POWER, hears=EARS),
        injections=[hang],
        settings=Settings(heartbeat_ticks=4, restart_ticks=2),
    )
    loop.run(14)
    assert _events(loop, ApplicationHung) == [ApplicationHung(application=16, silent_ticks=4)]
    assert loop.probe(App.POWER).stepped == [10, 11, 12, 13]
    assert loop.coordinator.ledger.crash_count == 2
    assert loop.coordinator.lost_count == 4
    assert loop.coordinator.unaccounted_count == 0


def test_application_may_stay_down_and_its_mail_is_accounted() -> None:
    kill = Injection(tick=3, app=App.POWER, fault=Fault.KILL)
    loop = Loop(
        probe(App.OPTICAL, _send_two),
        probe(App.POWER, hears=EARS),
        injections=[kill],
        on_down=lambda _, __: None,
    )
    loop.run(20)
    assert loop.coordinator.ports[App.POWER].state is PortState.OFF
    assert loop.coordinator.waiting_count == 8
    assert loop.coordinator.unaccounted_count == 0


def test_ordered_restart_comes_back_and_sequence_goes_on() -> None:
    loop = Loop(probe(App.OPTICAL, _send_two))
    loop.run(3)
    loop.coordinator.order_restart(App.OPTICAL)
    loop.run(10)
    sequences = [parse_header(octets).sequence for _, octets in loop.routed]
    assert sequences == list(range(1, len(sequences) + 1))
    starts = [
        octets for _, octets in loop.routed if parse_header(octets).message_id == ApplicationStarted.SPEC.id
    ]
    assert len(starts) == 2


@pytest.mark.parametrize(
    "reply",
    [
        Reply(99, [], 1, None, []),
        Reply(16, [], 1, None, []),
        Reply(16, [b"x"], 1, b"state", []),
    ],
)
def test_reply_nobody_waits_for_is_late_and_changes_nothing(reply: Reply) -> None:
    loop = Loop(probe(App.POWER))
    loop.run(2)
    before = loop.coordinator.ports[App.POWER].snapshot
    loop.coordinator.accept(1, reply)
    assert loop.coordinator.ledger.rejects == {(BusReject.LATE, reply.app): 1}
    assert loop.coordinator.ports[App.POWER].snapshot == before
    assert loop.coordinator.ports[App.POWER].outbox == []


def test_busy_application_is_skipped_and_told_so() -> None:
    loop = Loop(probe(App.POWER))
    coordinator = loop.coordinator
    for tick in range(3):
        assert coordinator.open_tick(tick, blocked=[16] if tick else []).works == (
            [work(16)] if tick == 0 else []
        )
    coordinator.accept(0, Reply(16, [], 1, None, []))
    assert coordinator.open_tick(3).works == [work(16, skipped_count=2)]
    assert coordinator.ledger.slip_count == 2


def test_silent_process_is_hung_without_any_injection() -> None:
    loop = Loop(probe(App.POWER), settings=Settings(heartbeat_ticks=3))
    downs = [loop.coordinator.open_tick(tick).downs for tick in range(5)]
    assert downs == [[], [], [], [16], []]


@pytest.mark.parametrize(
    ("name", "value"), [("heartbeat_ticks", 0), ("restart_ticks", 0), ("restart_ticks", 21)]
)
def test_settings_have_bounds(name: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"got {value} ticks"):
        Settings(**{name: value})


def _burst(bursts: dict[int, int]) -> object:
    def act(app: Probe, now: Now, _: Inbox) -> None:
        for _ in range(bursts.get(now.tick, 0)):
            app.publish(VALUE)

    return act


class Accounting(RuleBasedStateMachine):
    """Bursts, policies, wake-ups, kills and hangs in any order: every copy ends in exactly one count."""

    @initialize(
        ears=st.lists(
            st.tuples(
                st.integers(1, 6), st.sampled_from(Policy), st.booleans(), st.sampled_from([100, 300, 1000])
            ),
            min_size=3,
            max_size=3,
        ),
        latency_ticks=st.integers(0, 2),
    )
    def begin(self, ears: list[tuple[int, Policy, bool, int]], latency_ticks: int) -> None:
        self.bursts: dict[App, dict[int, int]] = {App.OPTICAL: {}, App.EVENTS: {}}
        listeners = (App.POWER, App.THERMAL, App.COMPUTE)
        units = [
            probe(App.OPTICAL, _burst(self.bursts[App.OPTICAL])),  # type: ignore[arg-type]
            probe(App.EVENTS, _burst(self.bursts[App.EVENTS]), PERIOD_MS=300, LATENCY_TICKS=latency_ticks),  # type: ignore[arg-type]
        ]
        for app, (depth, policy, wake, period_ms) in zip(listeners, ears, strict=True):
            hears = [Subscription(message=ParameterValue, depth=depth, policy=policy, wake=wake)]
            units.append(probe(app, hears=hears, PERIOD_MS=period_ms))
        self.loop = Loop(*units, settings=Settings(restart_ticks=2, heartbeat_ticks=3))
        self.ended_heard = 0

    @property
    def coordinator(self) -> Coordinator:
        return self.loop.coordinator

    @rule(app=st.sampled_from([App.OPTICAL, App.EVENTS]), count=st.integers(0, 12))
    def burst(self, app: App, count: int) -> None:
        self.bursts[app][self.loop.clock.tick] = count

    @rule(ticks=st.integers(1, 12))
    def run(self, ticks: int) -> None:
        self.loop.run(ticks)

    @rule(app=st.sampled_from([App.POWER, App.THERMAL, App.COMPUTE, App.OPTICAL, App.EVENTS]))
    def kill(self, app: App) -> None:
        self.coordinator.order_restart(app)

    @rule(app=st.sampled_from([App.POWER, App.THERMAL, App.COMPUTE, App.OPTICAL]))
    def hang(self, app: App) -> None:
        tick = self.loop.clock.tick
        injection = Injection(tick=tick, app=app, fault=Fault.HANG)
        self.coordinator._injections.setdefault(tick, []).append(injection)

    @invariant()
    def nothing_is_unaccounted(self) -> None:
        if not hasattr(self, "loop"):
            return
        coordinator = self.coordinator
        copies = sum(
            3 for _, octets in self.loop.routed if parse_header(octets).message_id == ParameterValue.SPEC.id
        )
        assert coordinator.ledger.offered_count == copies
        assert coordinator.unaccounted_count == 0
        per_pipe = [pipe for port in coordinator.ports.values() for pipe in port.box.pipes]
        assert sum(pipe.lost_count for pipe in per_pipe) == coordinator.lost_count
        assert all(pipe.waiting_count <= pipe.depth for pipe in per_pipe)
        assert coordinator.ledger.reject_count == 0


Accounting.TestCase.settings = hypothesis_settings(max_examples=40, stateful_step_count=25, deadline=None)
TestAccounting = Accounting.TestCase
