import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.transitions import modes_table, next_mode
from flight.optical.modes import TRANSITIONS, Conditions, OpticalMode

CONDITIONS = st.builds(Conditions, navigation_known=st.booleans(), safe_ordered=st.booleans())


@pytest.mark.requirement("OPT-008")
@given(st.sampled_from(OpticalMode), CONDITIONS)
def test_safe_mode_is_reached_from_everywhere_and_left_only_by_order(
    mode: OpticalMode, conditions: Conditions
) -> None:
    assert (next_mode(TRANSITIONS, mode, conditions) == OpticalMode.SAFE) == conditions.safe_ordered


@given(st.sampled_from(OpticalMode), CONDITIONS)
def test_steady_conditions_lead_to_a_steady_mode(mode: OpticalMode, conditions: Conditions) -> None:
    for _ in range(3):
        mode = next_mode(TRANSITIONS, mode, conditions)
    assert next_mode(TRANSITIONS, mode, conditions) == mode


def test_the_table_for_people_has_a_row_per_transition() -> None:
    rows = modes_table(TRANSITIONS).splitlines()
    assert len(rows) == 2 + len(TRANSITIONS)
    assert "| STANDBY | SAFE | safe mode is ordered for the whole satellite |" in rows
