from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.power.planner import (
    EnergyState,
    PlanLimits,
    Profile,
    drifted,
    energy_plan,
    level_max_frac,
    profile_through,
    tracked_array_w,
)

LIMITS = PlanLimits(
    floor_frac=0.25,
    cell_limit_v=4.13,
    temperature_k=293.15,
    depth_max_frac=0.25,
    capacity_j=124_512.0 * 3600.0,
    array_power_w=125_000.0,
    charge_power_max_w=150_000.0,
)
PERIOD_S, ECLIPSE_S = 5801.0, 2130.0


def at(time_s: float, charge_frac: float) -> EnergyState:
    """State at a time after sunrise."""
    phase_s = time_s % PERIOD_S
    sunlit_s = PERIOD_S - ECLIPSE_S
    return EnergyState(
        charge_frac=charge_frac,
        period_s=PERIOD_S,
        eclipse_s=ECLIPSE_S,
        sunlit_remaining_s=max(0.0, sunlit_s - phase_s),
        eclipse_remaining_s=max(0.0, PERIOD_S - phase_s) if phase_s >= sunlit_s else 0.0,
    )


def flown(start_frac: float, start_s: float, orbits: int, array_error_ratio: float = 1.0) -> list[float]:
    """Charge after each orbit when loads take all they may: plain energy bookkeeping, losses of 5 % each
    way."""
    charge_frac, ends = start_frac, []
    profile = profile_through(at(start_s, charge_frac), LIMITS)
    step_s = 10.0
    for index in range(round(orbits * PERIOD_S / step_s)):
        state = at(start_s + index * step_s, charge_frac)
        plan = energy_plan(state, profile, LIMITS)
        array_w = 0.0 if state.in_eclipse else LIMITS.array_power_w * array_error_ratio
        net_w = min(array_w - plan.load_max_w, plan.charge_power_max_w)
        charge_frac += (net_w * 0.95 if net_w > 0.0 else net_w / 0.95) * step_s / LIMITS.capacity_j
        assert charge_frac >= LIMITS.floor_frac
        if (index + 1) % round(PERIOD_S / step_s) == 0:
            ends.append(charge_frac)
    return ends


@pytest.mark.requirement("POW-003")
@pytest.mark.parametrize("start_s", [100.0, 1000.0, 1842.0, 3000.0, 3700.0, 4700.0, 5700.0])
@pytest.mark.parametrize("start_frac", [0.6, 0.75, 0.85])
def test_the_orbit_closes_from_any_phase(start_frac: float, start_s: float) -> None:
    for end_frac in flown(start_frac, start_s, 3):
        assert end_frac == pytest.approx(start_frac, abs=0.01)


@pytest.mark.requirement("POW-003")
@pytest.mark.parametrize("array_error_ratio", [0.95, 1.05])
def test_a_wrong_array_forecast_costs_an_offset_that_does_not_grow(array_error_ratio: float) -> None:
    ends = flown(0.7, 1000.0, 5, array_error_ratio)
    assert abs(ends[0] - 0.7) < 0.02
    assert abs(ends[-1] - ends[0]) < 0.003


@settings(max_examples=200)
@given(st.floats(0.0, 1.0), st.floats(0.0, PERIOD_S), st.floats(0.0, 200_000.0), st.floats(0.05, 0.6))
def test_limits_are_never_negative_and_the_reference_stays_above_the_floor(
    charge_frac: float, time_s: float, array_w: float, floor_frac: float
) -> None:
    limits = replace(LIMITS, array_power_w=array_w, floor_frac=floor_frac)
    state = at(time_s, charge_frac)
    profile = profile_through(state, limits)
    plan = energy_plan(state, profile, limits)
    assert plan.load_max_w >= 0.0
    assert plan.charge_power_max_w >= 0.0
    assert profile.level_frac <= max(level_max_frac(limits.cell_limit_v), charge_frac) + 1e-9
    assert plan.reference_frac >= min(floor_frac, profile.level_frac) - 1e-9


@settings(max_examples=100)
@given(st.floats(0.3, 0.85), st.floats(0.001, 0.1), st.floats(0.0, PERIOD_S))
def test_more_charge_allows_more_load(charge_frac: float, more_frac: float, time_s: float) -> None:
    profile = Profile(0.85, 0.2, 0.7)
    low = energy_plan(at(time_s, charge_frac), profile, LIMITS)
    high = energy_plan(at(time_s, charge_frac + more_frac), profile, LIMITS)
    assert high.load_max_w >= low.load_max_w
    assert high.charge_power_max_w <= low.charge_power_max_w


def test_planned_eclipse_power_is_depth_over_time() -> None:
    # 20 % of 124.5 kWh over 2,130 s with 5 % loss.
    plan = energy_plan(at(PERIOD_S - ECLIPSE_S, 0.85), Profile(0.85, 0.2, 0.7), LIMITS)
    assert plan.load_max_w == pytest.approx(0.95 * 0.2 * 124_512.0 * 3600.0 / ECLIPSE_S, rel=1e-9)
    assert plan.charge_power_max_w == 0.0


def test_without_eclipse_the_array_carries_all() -> None:
    state = EnergyState(
        charge_frac=0.8,
        period_s=PERIOD_S,
        eclipse_s=0.0,
        sunlit_remaining_s=PERIOD_S,
        eclipse_remaining_s=0.0,
    )
    plan = energy_plan(state, Profile(0.8, 0.2, 0.7), LIMITS)
    assert plan.load_max_w == pytest.approx(LIMITS.array_power_w)


def test_the_profile_drifts_to_its_nominal_shape_slowly_enough() -> None:
    profile = profile_through(at(1842.0, 0.6), LIMITS)
    for _ in range(200):
        moved = drifted(profile, at(1842.0, 0.6), LIMITS, 0.9, orbit_frac=1.0)
        assert abs(moved.level_frac - profile.level_frac) <= 0.004 + 1e-12
        assert abs(moved.depth_frac - profile.depth_frac) <= 0.004 + 1e-12
        profile = moved
    assert profile.level_frac == pytest.approx(0.9, abs=1e-9)
    assert profile.rise_ratio == pytest.approx(0.7, abs=1e-9)


@pytest.mark.parametrize(
    ("measured_w", "held_back", "rises"), [(90_000.0, True, 0), (90_000.0, False, -1), (110_000.0, True, 1)]
)
def test_the_array_is_learned_from_what_it_must_give(measured_w: float, held_back: bool, rises: int) -> None:
    known_w = tracked_array_w(100_000.0, measured_w, held_back=held_back, dt_s=1.0)
    assert (known_w > 100_000.0) - (known_w < 100_000.0) == rises
