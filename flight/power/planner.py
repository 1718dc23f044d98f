"""Energy plan over the coming orbit: how much load the satellite may carry so that each orbit closes.

The plan is a reference for the stored charge. It falls evenly through the eclipse, rises evenly through the
first part of the sunlight and then holds its level. Its shape passes through the charge of the first moment
and then drifts to the nominal shape, so slowly that each orbit still closes. Load and charge rate follow
the reference with a proportional correction, so that a wrong forecast costs a small offset and never adds up.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flight.power.cell import (
    CAPACITY_AH,
    FAST_OHM,
    SERIES_COUNT,
    SLOW_OHM,
    cell_voltage_v,
    charge_at_frac,
    pack_resistance_ohm,
)

__all__ = [
    "EnergyPlan",
    "EnergyState",
    "PlanLimits",
    "Profile",
    "drifted",
    "energy_plan",
    "level_max_frac",
    "profile_through",
    "tracked_array_w",
]

DISCHARGE_EFFICIENCY_FRAC = 0.95
"""Bus energy from stored energy: regulator 0.97 and 2 % in the packs' resistance at half a C."""
CHARGE_EFFICIENCY_FRAC = 0.95
"""Stored energy from bus energy, as above."""
CORRECTION_S = 900.0
"""Time in which a deviation from the reference is worked off."""
RISE_RATIOS = (0.7, 0.6, 0.5, 0.4)
"""Shares of the sunlight in which the reference may rise, the nominal one first; the rest is for the
taper."""
DEPTH_GAIN_FRAC = 0.01
"""Depth that a shorter rise must win to be taken."""
CELL_SPREAD_V = 0.018
"""Highest cell above the mean: 0.5 % of charge and 3 % of resistance over 320 groups, three sigma."""
RETURN_TOLERANCE_FRAC = 0.004
TAPER_RESERVE_V = 0.02
"""Open-circuit voltage below the cell limit that is left for the last current."""
DEPTH_MIN_FRAC = 0.06
"""Discharge that housekeeping and sleeping nodes make in the longest eclipse."""
DRIFT_PER_ORBIT_FRAC = 0.004
"""Most that level and depth move to their nominal values in an orbit."""
DRIFT_PER_ORBIT_RATIO = 0.01
"""Most that the rise moves to its nominal share in an orbit."""
ARRAY_RISE_S = 60.0
ARRAY_FALL_S = 120.0
"""Time constants of the learned array power, upward and downward."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLimits:
    """What the plan must respect.

    Parameters
    ----------
    floor_frac : float
        Charge that no planned eclipse goes below.
    cell_limit_v : float
        Cell voltage at which the charge current begins to taper.
    temperature_k : float
        Of the packs: their resistance sets the taper.
    depth_max_frac : float
        Largest planned discharge of one eclipse, as a share of the capacity.
    capacity_j : float
        Stored energy between empty and full.
    array_power_w : float
        What the array delivers to the bus in full sunlight.
    charge_power_max_w : float
        What the batteries could take now, at the bus.
    """

    floor_frac: float
    cell_limit_v: float
    temperature_k: float
    depth_max_frac: float
    capacity_j: float
    array_power_w: float
    charge_power_max_w: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyState:
    """Where the orbit stands: present charge and the times of the present or next eclipse."""

    charge_frac: float
    period_s: float
    eclipse_s: float
    sunlit_remaining_s: float
    eclipse_remaining_s: float

    @property
    def in_eclipse(self) -> bool:
        """Whether the satellite is in the shadow."""
        return self.eclipse_remaining_s > 0.0

    @property
    def sunlit_s(self) -> float:
        """Length of the sunlight of one orbit."""
        return max(self.period_s - self.eclipse_s, 1.0)

    @property
    def sunlit_elapsed_frac(self) -> float:
        """Share of the sunlight that has passed, 1 in the shadow and without eclipses."""
        if self.eclipse_s <= 0.0 or self.in_eclipse:
            return 1.0
        return min(max(1.0 - self.sunlit_remaining_s / self.sunlit_s, 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Profile:
    """Shape of the reference.

    Parameters
    ----------
    level_frac : float
        Charge at sunset (without eclipses: always).
    depth_frac : float
        Discharge of one eclipse.
    rise_ratio : float
        Share of the sunlight in which the charge comes back.
    """

    level_frac: float
    depth_frac: float
    rise_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyPlan:
    """The plan at this moment.

    Parameters
    ----------
    reference_frac : float
        Charge that the plan wants now.
    load_max_w : float
        Power that all loads together may take from the bus.
    charge_power_max_w : float
        Power that may flow into the batteries, at the bus.
    """

    reference_frac: float
    load_max_w: float
    charge_power_max_w: float


def energy_plan(state: EnergyState, profile: Profile, limits: PlanLimits) -> EnergyPlan:
    """Return load and charge limits for now.

    Raises nothing: a profile deeper than the limits allow is followed only as deep as they do.
    """
    depth_frac = min(profile.depth_frac, _depth_max(state, profile.level_frac, limits))
    reference_frac = profile.level_frac - depth_frac * _lacking(state, profile.rise_ratio)
    correction_w = limits.capacity_j * (state.charge_frac - reference_frac) / CORRECTION_S
    if state.in_eclipse:
        planned_w = DISCHARGE_EFFICIENCY_FRAC * depth_frac * limits.capacity_j / state.eclipse_s
        return EnergyPlan(
            reference_frac=reference_frac,
            load_max_w=max(0.0, planned_w + correction_w),
            charge_power_max_w=max(0.0, -correction_w),
        )
    rising = state.eclipse_s > 0.0 and state.sunlit_elapsed_frac < profile.rise_ratio
    stored_j = depth_frac * limits.capacity_j if rising else 0.0
    recharge_w = stored_j / (CHARGE_EFFICIENCY_FRAC * profile.rise_ratio * state.sunlit_s)
    # What the cells cannot take is free for the loads, however far the charge is behind.
    charged_w = min(recharge_w - correction_w, limits.charge_power_max_w)
    return EnergyPlan(
        reference_frac=reference_frac,
        load_max_w=max(0.0, limits.array_power_w - charged_w),
        charge_power_max_w=max(0.0, recharge_w - correction_w),
    )


def profile_through(state: EnergyState, limits: PlanLimits) -> Profile:
    """Return a profile whose reference passes through the present charge, as deep as the cells can follow.

    Several lengths of the rise are tried; the first of those that allow about the deepest discharge is taken.
    """
    best = _fitting(state, limits, RISE_RATIOS[0])
    for rise_ratio in RISE_RATIOS[1:]:
        candidate = _fitting(state, limits, rise_ratio)
        if candidate.depth_frac > best.depth_frac + DEPTH_GAIN_FRAC:
            best = candidate
    return best


def drifted(
    profile: Profile, state: EnergyState, limits: PlanLimits, target_frac: float, *, orbit_frac: float
) -> Profile:
    """Return the profile moved towards its nominal shape.

    Parameters
    ----------
    target_frac : float
        Sunset charge that the parameters ask for.
    orbit_frac : float
        Part of an orbit that has passed.
    """
    goal_frac = min(target_frac, level_max_frac(limits.cell_limit_v))
    nominal_s = state.sunlit_s
    depth_frac = _deepest(
        lambda depth_frac: (
            _charged(goal_frac, depth_frac, RISE_RATIOS[0], nominal_s, state, limits) >= goal_frac
        ),
        min(limits.depth_max_frac, _depth_max(state, goal_frac, limits)),
    )
    step_frac = DRIFT_PER_ORBIT_FRAC * orbit_frac
    return Profile(
        _approached(profile.level_frac, goal_frac, step_frac),
        _approached(profile.depth_frac, depth_frac, step_frac),
        _approached(profile.rise_ratio, RISE_RATIOS[0], DRIFT_PER_ORBIT_RATIO * orbit_frac),
    )


def level_max_frac(cell_limit_v: float) -> float:
    """Return the charge that cells reach within their voltage limit, with time for the taper."""
    return charge_at_frac(cell_limit_v - TAPER_RESERVE_V)


def tracked_array_w(known_w: float, measured_w: float, *, held_back: bool, dt_s: float) -> float:
    """Return what the array can deliver in full sunlight, learned from what it does.

    A reading above the known value always counts; one below counts only while the converters are not held
    back, because then it says what the array could do and not what was asked of it.
    """
    if measured_w >= known_w:
        return known_w + (measured_w - known_w) * min(1.0, dt_s / ARRAY_RISE_S)
    if held_back:
        return known_w
    return known_w + (measured_w - known_w) * min(1.0, dt_s / ARRAY_FALL_S)


def _fitting(state: EnergyState, limits: PlanLimits, rise_ratio: float) -> Profile:
    """Return the deepest profile of one rise through the present charge that comes back to it in an orbit."""
    charge_frac, lacking = state.charge_frac, _lacking(state, rise_ratio)
    room_frac = max(level_max_frac(limits.cell_limit_v) - charge_frac, 0.0)
    highest_frac = min(limits.depth_max_frac, _depth_max(state, 1.0, limits))
    if lacking > 0.0:
        highest_frac = min(highest_frac, room_frac / lacking)
    duration_s = state.sunlit_s * (1.0 if state.in_eclipse else state.sunlit_elapsed_frac)

    def returns(depth_frac: float) -> bool:
        level_frac = charge_frac + depth_frac * lacking
        wanted_frac = level_frac if state.in_eclipse else charge_frac
        return _charged(level_frac, depth_frac, rise_ratio, duration_s, state, limits) >= wanted_frac

    depth_frac = _deepest(returns, highest_frac)
    return Profile(charge_frac + min(depth_frac * lacking, room_frac), depth_frac, rise_ratio)


def _deepest(returns: Callable[[float], bool], highest_frac: float) -> float:
    """Return the largest depth up to ``highest_frac`` that comes back (bisection), or the smallest."""
    low_frac, high_frac = DEPTH_MIN_FRAC, max(highest_frac, DEPTH_MIN_FRAC)
    if returns(high_frac):
        return high_frac
    for _ in range(6):
        middle_frac = 0.5 * (low_frac + high_frac)
        if returns(middle_frac):
            low_frac = middle_frac
        else:
            high_frac = middle_frac
    return low_frac


def _charged(
    level_frac: float,
    depth_frac: float,
    rise_ratio: float,
    duration_s: float,
    state: EnergyState,
    limits: PlanLimits,
) -> float:
    """Return the charge that ``duration_s`` of sunlight bring back from the bottom, within the cell voltage.

    Forty steps of constant-current, constant-voltage charging with the settled resistance (ohmic and both
    polarisations): a bound from below, because polarisation builds up slowly.
    """
    cell_ohm = (pack_resistance_ohm(limits.temperature_k) + FAST_OHM + SLOW_OHM) / SERIES_COUNT
    step_frac_per_a = duration_s / 40.0 / (3600.0 * CAPACITY_AH)
    planned_a = 3600.0 * CAPACITY_AH * depth_frac / (rise_ratio * state.sunlit_s)
    charge_frac = level_frac - depth_frac
    for _ in range(40):
        taper_a = (limits.cell_limit_v - CELL_SPREAD_V - cell_voltage_v(charge_frac)) / cell_ohm
        charge_frac += max(0.0, min(planned_a, taper_a)) * step_frac_per_a
    return charge_frac + RETURN_TOLERANCE_FRAC


def _approached(value: float, expected: float, step: float) -> float:
    return value + min(max(expected - value, -step), step)


def _depth_max(state: EnergyState, level_frac: float, limits: PlanLimits) -> float:
    """Return the largest discharge: within depth and floor, and no more load at night than by day."""
    if state.eclipse_s <= 0.0:
        return 0.0
    balance_s = 1.0 / (CHARGE_EFFICIENCY_FRAC * state.sunlit_s) + DISCHARGE_EFFICIENCY_FRAC / state.eclipse_s
    equal_frac = limits.array_power_w / (limits.capacity_j * balance_s)
    return max(0.0, min(limits.depth_max_frac, equal_frac, level_frac - limits.floor_frac))


def _lacking(state: EnergyState, rise_ratio: float) -> float:
    """Return the share of the depth that the reference lacks now: 0 at sunset, 1 at sunrise."""
    if state.eclipse_s <= 0.0:
        return 0.0
    if state.in_eclipse:
        return min(max(1.0 - state.eclipse_remaining_s / state.eclipse_s, 0.0), 1.0)
    return max(0.0, 1.0 - state.sunlit_elapsed_frac / rise_ratio)
