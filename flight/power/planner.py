"""Energy plan over the coming orbit: how much load the satellite may carry so that each orbit closes.

The plan is a reference for the stored charge: it falls evenly through the eclipse and rises evenly through
the sunlight, and its level passes through the charge of the first moment and then drifts to the target.
Load and charge rate follow the reference with a proportional correction, so that a wrong forecast costs a
small offset and never adds up.
"""

from dataclasses import dataclass

__all__ = [
    "EnergyPlan",
    "EnergyState",
    "PlanLimits",
    "drifted",
    "energy_plan",
    "level_through",
    "tracked_array_w",
]

DISCHARGE_EFFICIENCY_FRAC = 0.95
"""Bus energy from stored energy: regulator 0.97 and 2 % in the packs' resistance at half a C."""
CHARGE_EFFICIENCY_FRAC = 0.95
"""Stored energy from bus energy, as above."""
CORRECTION_S = 900.0
"""Time in which a deviation from the reference is worked off."""
LEVEL_DRIFT_PER_ORBIT_FRAC = 0.004
"""Most that the level moves to its target in an orbit: the orbit still closes within 0.5 %."""
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
    depth_max_frac : float
        Largest planned discharge of one eclipse, as a share of the capacity.
    capacity_j : float
        Stored energy between empty and full.
    array_power_w : float
        What the array delivers to the bus in full sunlight.
    """

    floor_frac: float
    depth_max_frac: float
    capacity_j: float
    array_power_w: float


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
    depth_frac : float
        Planned discharge of one eclipse.
    """

    reference_frac: float
    load_max_w: float
    charge_power_max_w: float
    depth_frac: float


def energy_plan(state: EnergyState, level_frac: float, limits: PlanLimits) -> EnergyPlan:
    """Return load and charge limits for now.

    Parameters
    ----------
    level_frac : float
        Charge that the reference has at sunset (without eclipses: always).
    """
    depth_frac = _depth(state, level_frac, limits)
    reference_frac = level_frac - depth_frac * _spent(state)
    correction_w = limits.capacity_j * (state.charge_frac - reference_frac) / CORRECTION_S
    if state.in_eclipse:
        planned_w = DISCHARGE_EFFICIENCY_FRAC * depth_frac * limits.capacity_j / state.eclipse_s
        return EnergyPlan(
            reference_frac=reference_frac,
            load_max_w=max(0.0, planned_w + correction_w),
            charge_power_max_w=max(0.0, -correction_w),
            depth_frac=depth_frac,
        )
    sunlit_s = max(state.period_s - state.eclipse_s, 1.0)
    recharge_w = depth_frac * limits.capacity_j / (CHARGE_EFFICIENCY_FRAC * sunlit_s)
    return EnergyPlan(
        reference_frac=reference_frac,
        load_max_w=max(0.0, limits.array_power_w - recharge_w + correction_w),
        charge_power_max_w=max(0.0, recharge_w - correction_w),
        depth_frac=depth_frac,
    )


def level_through(state: EnergyState, limits: PlanLimits, *, level_max_frac: float) -> float:
    """Return the sunset level whose reference passes through the present charge, kept inside its limits."""
    level_frac = state.charge_frac
    for _ in range(3):
        level_frac = state.charge_frac + _depth(state, level_frac, limits) * _spent(state)
    return min(max(level_frac, limits.floor_frac), level_max_frac)


def drifted(level_frac: float, target_frac: float, *, dt_s: float, period_s: float) -> float:
    """Return the level moved towards its target, by at most 0.4 % of the charge in an orbit."""
    step_frac = LEVEL_DRIFT_PER_ORBIT_FRAC * dt_s / max(period_s, 1.0)
    return level_frac + min(max(target_frac - level_frac, -step_frac), step_frac)


def tracked_array_w(known_w: float, measured_w: float, *, held_back: bool, dt_s: float) -> float:
    """Return what the array can deliver in full sunlight, learned from what it does.

    A reading above the known value always counts; one below counts only while the converters are not held
    back by the charge limit, because then it says what the array could do and not what was asked of it.
    """
    if measured_w >= known_w:
        return known_w + (measured_w - known_w) * min(1.0, dt_s / ARRAY_RISE_S)
    if held_back:
        return known_w
    return known_w + (measured_w - known_w) * min(1.0, dt_s / ARRAY_FALL_S)


def _depth(state: EnergyState, level_frac: float, limits: PlanLimits) -> float:
    """Return the planned discharge: within depth and floor, and no more load at night than by day."""
    if state.eclipse_s <= 0.0:
        return 0.0
    sunlit_s = max(state.period_s - state.eclipse_s, 1.0)
    balance_s = 1.0 / (CHARGE_EFFICIENCY_FRAC * sunlit_s) + DISCHARGE_EFFICIENCY_FRAC / state.eclipse_s
    equal_frac = limits.array_power_w / (limits.capacity_j * balance_s)
    return max(0.0, min(limits.depth_max_frac, equal_frac, level_frac - limits.floor_frac))


def _spent(state: EnergyState) -> float:
    """Return the share of the depth that the reference lacks now: 0 at sunset, 1 at sunrise."""
    if state.eclipse_s <= 0.0:
        return 0.0
    if state.in_eclipse:
        return min(max(1.0 - state.eclipse_remaining_s / state.eclipse_s, 0.0), 1.0)
    return min(max(state.sunlit_remaining_s / max(state.period_s - state.eclipse_s, 1.0), 0.0), 1.0)
