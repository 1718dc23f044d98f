import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.services.filters import KEYS_COUNT_MAX, EventFilters, Verdict

SECOND_NS = 1_000_000_000
LIMITS = {"burst_count": 3.0, "refill_period_s": 10.0, "severity_min_index": 1.0}


def judge(filters, time_ns, *, source=16, event_id=0x8100, severity=2, **limits):
    return filters.judge(source, event_id, severity, time_ns, **(LIMITS | limits))


@pytest.mark.requirement("EVT-002")
def test_a_burst_passes_and_then_one_per_period():
    filters = EventFilters()
    verdicts = [judge(filters, second * SECOND_NS).verdict for second in range(60)]
    passed = [second for second, verdict in enumerate(verdicts) if verdict is Verdict.REPORTED]
    assert passed == [0, 1, 2, 10, 20, 30, 40, 50]
    assert judge(filters, 60 * SECOND_NS + 1).squelched_count == 52


def test_each_event_of_each_source_has_its_own_bucket():
    filters = EventFilters()
    for _ in range(3):
        judge(filters, 0)
    assert judge(filters, 0).verdict is Verdict.SQUELCHED
    assert judge(filters, 0, source=17).verdict is Verdict.REPORTED
    assert judge(filters, 0, event_id=0x8101).verdict is Verdict.REPORTED


@pytest.mark.requirement("EVT-004")
def test_switched_off_and_minor_events_take_no_token():
    filters = EventFilters()
    filters.enable(0x8100, enabled=False)
    assert {judge(filters, 0).verdict for _ in range(9)} == {Verdict.SWITCHED_OFF}
    filters.enable(0x8100, enabled=True)
    assert {judge(filters, 0, severity_min_index=3.0).verdict for _ in range(9)} == {Verdict.BELOW_SEVERITY}
    assert [judge(filters, 0).verdict for _ in range(3)] == [Verdict.REPORTED] * 3


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), max_size=80))
def test_no_more_than_burst_and_refills_pass_in_any_interval(steps):
    filters, now_ns = EventFilters(), 0
    passed_ns: list[int] = []
    for _, wait_s in steps:
        now_ns += wait_s * SECOND_NS
        if judge(filters, now_ns).verdict is Verdict.REPORTED:
            passed_ns.append(now_ns)
    for first in range(len(passed_ns)):
        for last in range(first, len(passed_ns)):
            span_s = (passed_ns[last] - passed_ns[first]) / SECOND_NS
            assert last - first + 1 <= 3.0 + span_s / 10.0 + 1e-6


def test_the_buckets_are_bounded():
    filters = EventFilters()
    for event_id in range(KEYS_COUNT_MAX + 5):
        judge(filters, 0, event_id=event_id)
    assert len(filters.snapshot()[0]) == KEYS_COUNT_MAX


def test_a_snapshot_keeps_buckets_and_switches():
    filters, again = EventFilters(), EventFilters()
    for _ in range(5):
        judge(filters, 0)
    filters.enable(7, enabled=False)
    again.restore(filters.snapshot())
    assert again.snapshot() == filters.snapshot()
    assert judge(again, 0).squelched_count == 3
