"""Waits: judged at the right sample, ended at the right time, and no longer listening afterwards."""

import pytest

from flight.dictionary.power import PowerMode, PowerStatus, SectionLost
from flight.dictionary.types import App
from ground.script.condition import Condition, parse_condition
from ground.server.waits import ConditionWait, EventWait, PacketWait, TimeWait, Window, condition_test
from ground.telemetry.events import EventLog
from ground.telemetry.names import item_named
from ground.telemetry.store import TelemetryStore

TIER = item_named("POWER", "PowerStatus", "load_tier")
KEY = (int(App.POWER), PowerStatus.SPEC.id)
S_NS = 1_000_000_000


@pytest.fixture
def store() -> TelemetryStore:
    return TelemetryStore()


def wait_for(store: TelemetryStore, text: str, fresh_from=lambda: 0, timeout_s: float = 5.0) -> ConditionWait:
    condition = parse_condition(f"POWER PowerStatus {text}")
    item = item_named("POWER", "PowerStatus", condition.item)
    test = condition_test(condition, item.operand(condition.operand))
    return ConditionWait(Window.of(0, timeout_s), item=item, test=test, store=store, fresh_from=fresh_from)


@pytest.mark.parametrize(
    ("condition", "tier", "passes"),
    [
        ("load_tier > 1", 2, True),
        ("load_tier > 2", 2, False),
        ("load_tier >= 2", 2, True),
        ("load_tier < 2", 2, False),
        ("load_tier <= 2", 2, True),
        ("load_tier == 2", 2, True),
        ("load_tier != 2", 2, False),
        ("mode == SUNLIT", 0, True),
        ("mode != SUNLIT", 0, False),
        ("mode == ECLIPSE", 0, False),
        ("mode < ECLIPSE", 0, True),
        ("charge_frac == 0.3", 0, True),
    ],
)
def test_newest_sample_is_judged(
    store: TelemetryStore, power_status, condition: str, tier: int, passes: bool
) -> None:
    status = power_status(
        1, load_tier=tier, charge_frac=item_named("POWER", "PowerStatus", "charge_frac").operand(0.3)
    )
    store.put(App.POWER, status, packet_ns=1, reception_ns=1)
    wait = wait_for(store, condition, timeout_s=0.0)
    judged = wait.poll(0)
    assert judged is not None
    assert judged.passed is passes
    assert judged.sample is not None


@pytest.mark.parametrize(("value", "operand"), [(b"abc", "abc"), ("abc", 1), (b"", 0.0)])
def test_pairs_that_cannot_be_compared_do_not_meet_a_condition(value: object, operand: str | float) -> None:
    for sign, met in [(">", False), ("<=", False), ("==", False), ("!=", True), ("~", False)]:
        condition = Condition(application="A", message="M", item="i", sign=sign, operand=operand)
        assert condition_test(condition, operand)(value) is met


def test_samples_wait_until_it_is_known_which_are_fresh(store: TelemetryStore, power_status) -> None:
    executed: list[int] = []
    wait = wait_for(store, "load_tier == 1", fresh_from=lambda: executed[0] if executed else None)
    for time_ns, tier in [(10, 1), (20, 1), (30, 0)]:
        store.put(App.POWER, power_status(time_ns, load_tier=tier), packet_ns=0, reception_ns=0)
        assert wait.poll(time_ns) is None
    executed.append(20)
    judged = wait.poll(40)
    assert judged is not None
    assert judged.passed
    assert judged.sample.generation_ns == 20


def test_wait_runs_out_with_the_last_sample_that_counted(store: TelemetryStore, power_status) -> None:
    wait = wait_for(store, "load_tier == 9", fresh_from=lambda: 15)
    for time_ns in (10, 20):
        store.put(App.POWER, power_status(time_ns, load_tier=time_ns), packet_ns=0, reception_ns=0)
    assert wait.poll(5 * S_NS - 1) is None
    judged = wait.poll(5 * S_NS)
    assert (judged.passed, judged.sample.value, judged.waited_s) == (False, 20, 5.0)


def test_ended_wait_listens_no_more(store: TelemetryStore, power_status) -> None:
    waits = [
        wait_for(store, "load_tier == 9"),
        PacketWait(Window.of(0, 5.0), store=store, item_key=KEY, count=1),
    ]
    assert len(store._listeners[KEY]) == 2
    for wait in waits:
        wait.end()
    assert store._listeners[KEY] == []
    TimeWait(Window.of(0, 1.0)).end()


def test_unjudged_samples_are_bounded(store: TelemetryStore, power_status) -> None:
    wait = wait_for(store, "load_tier == 1", fresh_from=lambda: None)
    for time_ns in range(500):
        store.put(App.POWER, power_status(time_ns), packet_ns=0, reception_ns=0)
    assert wait.poll(0) is None
    assert len(wait._unjudged) == 64


def test_packets_are_counted_from_the_request_on(store: TelemetryStore, power_status) -> None:
    store.put(App.POWER, power_status(0), packet_ns=0, reception_ns=0)
    wait = PacketWait(Window.of(0, 5.0), store=store, item_key=KEY, count=2)
    for time_ns in (1, 2):
        assert wait.poll(0) is None
        store.put(App.POWER, power_status(time_ns), packet_ns=0, reception_ns=0)
    assert wait.poll(0).passed


def test_event_wait_finds_the_first_new_one_of_its_name() -> None:
    log = EventLog()
    event = SectionLost(section_index=1, power_w=0.0, power_expected_w=1.0)
    log.put(App.POWER, event, generation_ns=0, reception_ns=0)
    found = []
    wait = EventWait(Window.of(0, 5.0), log=log, name="SectionLost", mark_count=1, found=found.append)
    assert wait.poll(0) is None
    log.put(App.POWER, event, generation_ns=7, reception_ns=0)
    assert wait.poll(1).events[0].count == 2
    assert [record.count for record in found] == [2]
    late = EventWait(Window.of(0, 5.0), log=log, name="Other", mark_count=0, found=found.append)
    assert late.poll(5 * S_NS).timed_out


def test_enumeration_compares_by_number() -> None:
    assert PowerMode.SUNLIT < PowerMode.ECLIPSE
