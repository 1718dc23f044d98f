import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.transitions import next_mode
from flight.power.modes import TRANSITIONS, Conditions, PowerMode

CONDITIONS = st.builds(
    Conditions,
    battery_known=st.booleans(),
    in_eclipse=st.booleans(),
    load_tier=st.integers(0, 3),
    safe_ordered=st.booleans(),
)


@pytest.mark.requirement("POW-010")
@given(st.sampled_from(PowerMode), CONDITIONS)
def test_safe_mode_is_reached_from_everywhere_and_left_only_by_order(
    mode: PowerMode, conditions: Conditions
) -> None:
    after = next_mode(TRANSITIONS, mode, conditions)
    assert (after == PowerMode.SAFE) == conditions.safe_ordered


@given(st.sampled_from(PowerMode), CONDITIONS)
def test_steady_conditions_lead_to_a_steady_mode(mode: PowerMode, conditions: Conditions) -> None:
    for _ in range(3):
        mode = next_mode(TRANSITIONS, mode, conditions)
    assert next_mode(TRANSITIONS, mode, conditions) == mode


def test_every_mode_can_be_left_and_reached() -> None:
    assert {row.source for row in TRANSITIONS} == set(PowerMode)
    assert {row.target for row in TRANSITIONS} == set(PowerMode) - {PowerMode.STANDBY}


@pytest.mark.parametrize(
    ("mode", "in_eclipse", "tier", "expected"),
    [
        (PowerMode.STANDBY, True, 0, PowerMode.ECLIPSE),
        (PowerMode.SUNLIT, True, 0, PowerMode.ECLIPSE),
        (PowerMode.ECLIPSE, False, 1, PowerMode.SUNLIT),
        (PowerMode.ECLIPSE, True, 2, PowerMode.LOW_ENERGY),
        (PowerMode.LOW_ENERGY, True, 1, PowerMode.SUNLIT),
    ],
)
def test_day_night_and_low_energy(mode: PowerMode, in_eclipse: bool, tier: int, expected: PowerMode) -> None:
    conditions = Conditions(battery_known=True, in_eclipse=in_eclipse, load_tier=tier, safe_ordered=False)
    assert next_mode(TRANSITIONS, mode, conditions) == expected
