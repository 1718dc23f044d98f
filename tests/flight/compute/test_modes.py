import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.compute.modes import TRANSITIONS, ComputeMode, Conditions
from flight.dictionary.transitions import next_mode

CONDITIONS = st.builds(
    Conditions,
    granted=st.booleans(),
    active_count=st.integers(0, 18),
    service_count=st.integers(0, 18),
    safe_ordered=st.booleans(),
)


@pytest.mark.requirement("CMP-007")
@given(st.sampled_from(ComputeMode), CONDITIONS)
def test_safe_mode_is_reached_from_everywhere_and_left_only_by_order(
    mode: ComputeMode, conditions: Conditions
) -> None:
    assert (next_mode(TRANSITIONS, mode, conditions) == ComputeMode.SAFE) == conditions.safe_ordered


@pytest.mark.requirement("CMP-004")
@given(st.sampled_from(ComputeMode), CONDITIONS)
def test_nothing_runs_without_both_leases(mode: ComputeMode, conditions: Conditions) -> None:
    after = next_mode(TRANSITIONS, mode, conditions)
    if not conditions.granted and mode != ComputeMode.SAFE and not conditions.safe_ordered:
        assert after == ComputeMode.STANDBY


@given(st.sampled_from(ComputeMode), CONDITIONS)
def test_steady_conditions_lead_to_a_steady_mode(mode: ComputeMode, conditions: Conditions) -> None:
    for _ in range(4):
        mode = next_mode(TRANSITIONS, mode, conditions)
    assert next_mode(TRANSITIONS, mode, conditions) == mode
