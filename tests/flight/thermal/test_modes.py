import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.transitions import next_mode
from flight.thermal.modes import TRANSITIONS, Conditions, ThermalMode

CONDITIONS = st.builds(
    Conditions,
    loops_known=st.booleans(),
    supply_excess_k=st.floats(-20.0, 30.0),
    panel_margin_k=st.floats(-30.0, 80.0),
    safe_ordered=st.booleans(),
)


@pytest.mark.requirement("THM-008")
@given(st.sampled_from(ThermalMode), CONDITIONS)
def test_safe_mode_is_reached_from_everywhere_and_left_only_by_order(
    mode: ThermalMode, conditions: Conditions
) -> None:
    assert (next_mode(TRANSITIONS, mode, conditions) == ThermalMode.SAFE) == conditions.safe_ordered


@pytest.mark.requirement("THM-008")
@given(st.sampled_from(ThermalMode), CONDITIONS)
def test_steady_conditions_lead_to_a_steady_mode(mode: ThermalMode, conditions: Conditions) -> None:
    for _ in range(4):
        mode = next_mode(TRANSITIONS, mode, conditions)
    assert next_mode(TRANSITIONS, mode, conditions) == mode


def test_every_mode_can_be_left_and_all_but_standby_reached() -> None:
    assert {row.source for row in TRANSITIONS} == set(ThermalMode)
    assert {row.target for row in TRANSITIONS} == set(ThermalMode) - {ThermalMode.STANDBY}


def test_overtemperature_and_freeze_have_hysteresis() -> None:
    def after(mode: ThermalMode, excess_k: float, margin_k: float) -> ThermalMode:
        return next_mode(
            TRANSITIONS,
            mode,
            Conditions(
                loops_known=True, supply_excess_k=excess_k, panel_margin_k=margin_k, safe_ordered=False
            ),
        )

    assert after(ThermalMode.REGULATE, 9.0, 50.0) == ThermalMode.OVERTEMPERATURE
    assert after(ThermalMode.OVERTEMPERATURE, 4.0, 50.0) == ThermalMode.OVERTEMPERATURE
    assert after(ThermalMode.OVERTEMPERATURE, 2.0, 50.0) == ThermalMode.REGULATE
    assert after(ThermalMode.REGULATE, 0.0, -1.0) == ThermalMode.FREEZE_GUARD
    assert after(ThermalMode.FREEZE_GUARD, 0.0, 14.0) == ThermalMode.FREEZE_GUARD
    assert after(ThermalMode.FREEZE_GUARD, 0.0, 16.0) == ThermalMode.REGULATE
