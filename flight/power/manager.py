"""One second of power management, pure: readings and memory in, memory and decisions out."""

from dataclasses import dataclass, replace

from flight.dictionary.navigation import NavigationReading
from flight.dictionary.power import (
    ArrayReading,
    BatteryReading,
    BusReading,
    PowerMode,
    PowerParameters,
)
from flight.dictionary.transitions import next_mode
from flight.power import battery, law, planner, readings, sections
from flight.power.battery import BatteryState
from flight.power.eclipse import Forecast
from flight.power.memory import Memory
from flight.power.modes import TRANSITIONS, Conditions

__all__ = ["Decision", "Inputs", "advance"]

SUNLIT_MIN_FRAC = 0.9
"""Measured sunlight (1 at one astronomical unit, 0.967 at aphelion) below which the array teaches nothing."""
FORECAST_NS = 10_000_000_000
DRIFT_S = 60.0
"""The profile drifts once a minute: it is the dearest part of the plan."""
TEMPERATURE_DEFAULT_K = 293.15
PERIOD_DEFAULT_S = 5_801.0
"""Period at 600 km, before the first navigation fix."""
JOULES_PER_WATT_HOUR = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that one step reads; a silent device is None."""

    time_ns: int
    dt_s: float
    safe_ordered: bool
    compute_request_w: float
    optical_request_w: float
    array: ArrayReading | None
    battery: BatteryReading | None
    bus: BusReading | None
    navigation: NavigationReading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one step found and wants."""

    charge_frac: float
    charge_sigma_frac: float
    bus: readings.BusPicture
    array_expected_w: float
    plan: planner.EnergyPlan
    energy: planner.EnergyState
    charge: law.ChargeLimits
    grants: law.GrantSizes
    lease_supply_w: float
    safe_w: float
    rejections: tuple[battery.Rejection, ...]
    verdicts: tuple[sections.Verdict, ...]


def advance(memory: Memory, inputs: Inputs, limits: PowerParameters) -> tuple[Memory, Decision]:
    """Estimate, follow the modes, apply the laws.

    Parameters
    ----------
    memory : Memory
        What the last step left.
    inputs : Inputs
        Readings and requests of this step.
    limits : PowerParameters
        Present parameters.
    """
    bus = readings.bus_picture(inputs.bus)
    state, rejections = _battery(memory, inputs, bus)
    charge_frac, sigma_frac = state.charge
    forecast, forecast_ns = _forecast(memory, inputs)
    watch, verdicts, expected_w = _sections(memory, inputs, bus, limits)
    energy = _energy(charge_frac, forecast, inputs.time_ns)
    array_w = _array(memory, inputs, bus, energy)
    extremes = readings.pack_extremes(inputs.battery)
    accepted_a = _accepted_a(state, extremes, limits)
    # While no forecast tells day from night the array counts for what it gives now.
    counted_w = (bus.array_power_w or 0.0) if forecast is None else array_w
    profile, plan = _plan(memory, energy, state, counted_w, extremes, accepted_a, limits)
    tier = _tier(memory, state, energy, bus, extremes, limits)
    conditions = Conditions(
        battery_known=state.known_count > 0,
        in_eclipse=energy.in_eclipse,
        load_tier=tier,
        safe_ordered=inputs.safe_ordered,
    )
    mode = next_mode(TRANSITIONS, memory.mode, conditions)
    charge = _charge(extremes, accepted_a, plan, limits, state.known_count, mode)
    grants, safe_w, fixed_w = _grants(mode, tier, inputs, limits, bus, plan, energy, state, extremes)
    made = replace(
        memory,
        mode=mode,
        battery=state,
        forecast=forecast,
        forecast_ns=forecast_ns,
        profile=profile,
        since_drift_s=memory.since_drift_s + inputs.dt_s if memory.since_drift_s < DRIFT_S else inputs.dt_s,
        array_w=array_w,
        tier=tier,
        watch=watch,
    )
    return made, Decision(
        charge_frac=charge_frac,
        charge_sigma_frac=sigma_frac,
        bus=bus,
        array_expected_w=expected_w,
        plan=plan,
        energy=energy,
        charge=charge,
        grants=grants,
        lease_supply_w=max(0.0, safe_w - fixed_w),
        safe_w=safe_w,
        rejections=rejections,
        verdicts=verdicts,
    )


def _forecast(memory: Memory, inputs: Inputs) -> tuple[Forecast | None, int]:
    """Return the eclipse forecast and when it was made: from a new fix every ten seconds."""
    due = memory.forecast is None or inputs.time_ns - memory.forecast_ns >= FORECAST_NS
    if due and inputs.navigation is not None:
        return readings.eclipse_forecast(memory.forecast, inputs.navigation, inputs.time_ns), inputs.time_ns
    return readings.eclipse_forecast(memory.forecast, None, inputs.time_ns), memory.forecast_ns


def _battery(
    memory: Memory, inputs: Inputs, bus: readings.BusPicture
) -> tuple[BatteryState, tuple[battery.Rejection, ...]]:
    packs = readings.pack_readings(inputs.battery)
    if inputs.battery is None:
        packs = (battery.MISSING,) * len(memory.battery.packs)
    spare_a = law.battery_current_a(bus.battery_power_w, memory.battery.charge[0])
    time_ns = inputs.time_ns if inputs.battery is None else inputs.battery.time_ns
    return battery.advance(memory.battery, packs, time_ns=time_ns, total_current_a=spare_a)


def _sections(
    memory: Memory, inputs: Inputs, bus: readings.BusPicture, limits: PowerParameters
) -> tuple[sections.SectionWatch, tuple[sections.Verdict, ...], float]:
    if inputs.array is None:
        return memory.watch, (), 0.0
    powers_w, judged = readings.section_picture(inputs.array, memory.enabled_mask)
    watch, verdicts = sections.watch(
        memory.watch,
        powers_w,
        judged,
        sections.collapsed(inputs.array.section_voltage_v, judged),
        sunlit_frac=readings.sunlit_frac(inputs.navigation),
        held_back=law.bus_limited(bus.voltage_v),
        lost_ratio=limits.section_lost_ratio,
        persistence_s=limits.section_lost_persistence_s,
        dt_s=inputs.dt_s,
    )
    return watch, verdicts, sections.expected_power_w(powers_w, judged) * sum(judged)


def _energy(charge_frac: float, forecast: Forecast | None, time_ns: int) -> planner.EnergyState:
    if forecast is None:
        return planner.EnergyState(
            charge_frac=charge_frac,
            period_s=PERIOD_DEFAULT_S,
            eclipse_s=0.0,
            sunlit_remaining_s=PERIOD_DEFAULT_S,
            eclipse_remaining_s=0.0,
        )
    return planner.EnergyState(
        charge_frac=charge_frac,
        period_s=forecast.period_s,
        eclipse_s=forecast.eclipse_s,
        sunlit_remaining_s=forecast.sunlit_remaining_s(time_ns),
        eclipse_remaining_s=forecast.eclipse_remaining_s(time_ns),
    )


def _array(memory: Memory, inputs: Inputs, bus: readings.BusPicture, energy: planner.EnergyState) -> float:
    """Return what the array delivers in full sunlight, learned while it shines on it."""
    lit = readings.sunlit_frac(inputs.navigation) > SUNLIT_MIN_FRAC and not energy.in_eclipse
    if not lit or bus.array_power_w is None:
        return memory.array_w
    return planner.tracked_array_w(
        memory.array_w, bus.array_power_w, held_back=law.bus_limited(bus.voltage_v), dt_s=inputs.dt_s
    )


def _plan(
    memory: Memory,
    energy: planner.EnergyState,
    state: BatteryState,
    array_w: float,
    extremes: readings.PackExtremes | None,
    accepted_a: float,
    limits: PowerParameters,
) -> tuple[planner.Profile | None, planner.EnergyPlan]:
    """Return the profile to go on with and the plan; before the first pack the plan rests on the target."""
    wanted = planner.PlanLimits(
        floor_frac=limits.charge_floor_frac,
        cell_limit_v=limits.cell_voltage_max_v,
        temperature_k=extremes.temperature_min_k if extremes else TEMPERATURE_DEFAULT_K,
        depth_max_frac=limits.depth_max_frac,
        capacity_j=max(state.capacity_wh, 1.0) * JOULES_PER_WATT_HOUR,
        array_power_w=array_w,
        charge_power_max_w=law.bus_power_w(
            accepted_a, extremes.pack_voltage_v if extremes else 0.0, state.known_count
        ),
    )
    profile = memory.profile
    if profile is not None and memory.since_drift_s >= DRIFT_S:
        orbit_frac = memory.since_drift_s / energy.period_s
        profile = planner.drifted(profile, energy, wanted, limits.charge_target_frac, orbit_frac=orbit_frac)
    elif profile is None and state.known_count and memory.forecast is not None:
        profile = planner.profile_through(energy, wanted)
    # Without a profile there is no forecast yet: the present charge is held.
    used = profile or planner.Profile(energy.charge_frac, planner.DEPTH_MIN_FRAC, planner.RISE_RATIOS[0])
    return profile, planner.energy_plan(energy, used, wanted)


def _accepted_a(
    state: BatteryState, extremes: readings.PackExtremes | None, limits: PowerParameters
) -> float:
    """Return the charge current per pack that the highest cell allows."""
    if extremes is None:
        return 0.0
    return law.accepted_a(
        cell_limit_v=limits.cell_voltage_max_v,
        cell_voltage_max_v=extremes.cell_voltage_max_v,
        current_a=state.mean_current_a,
        temperature_k=extremes.temperature_min_k,
    )


def _tier(
    memory: Memory,
    state: BatteryState,
    energy: planner.EnergyState,
    bus: readings.BusPicture,
    extremes: readings.PackExtremes | None,
    limits: PowerParameters,
) -> int:
    if not state.known_count:
        return max(memory.tier, memory.ordered_tier)
    return law.load_tier(
        memory.tier,
        charge_frac=energy.charge_frac,
        floor_frac=limits.charge_floor_frac,
        bus_voltage_v=bus.voltage_v,
        cell_margin_v=None if extremes is None else extremes.cell_voltage_min_v - limits.cell_voltage_min_v,
        ordered_tier=memory.ordered_tier,
    )


def _charge(
    extremes: readings.PackExtremes | None,
    accepted_a: float,
    plan: planner.EnergyPlan,
    limits: PowerParameters,
    pack_count: int,
    mode: PowerMode,
) -> law.ChargeLimits:
    """Return the charge limits: a low battery takes all there is."""
    if extremes is None:
        return law.UNSEEN_CHARGE
    rescue = mode in {PowerMode.LOW_ENERGY, PowerMode.SAFE}
    return law.charge_limits(
        cell_limit_v=limits.cell_voltage_max_v,
        cell_voltage_max_v=extremes.cell_voltage_max_v,
        accepted_a=accepted_a,
        temperature_min_k=extremes.temperature_min_k,
        temperature_max_k=extremes.temperature_max_k,
        planned_power_w=law.RESCUE_CHARGE_W if rescue else plan.charge_power_max_w,
        pack_voltage_v=extremes.pack_voltage_v,
        pack_count=pack_count,
    )


def _grants(
    mode: PowerMode,
    tier: int,
    inputs: Inputs,
    limits: PowerParameters,
    bus: readings.BusPicture,
    plan: planner.EnergyPlan,
    energy: planner.EnergyState,
    state: BatteryState,
    extremes: readings.PackExtremes | None,
) -> tuple[law.GrantSizes, float, float]:
    """Return the grants' sizes, the safe supply, and what the fixed loads take of it."""
    safe_w = law.safe_supply_w(
        array_power_w=bus.array_power_w or 0.0,
        pack_voltage_v=extremes.pack_voltage_v if extremes else 0.0,
        pack_count=state.known_count,
        charge_frac=energy.charge_frac,
    )
    fixed_w = limits.housekeeping_power_w + (bus.thermal_power_w or 0.0)
    sizes = law.grant_sizes(
        load_max_w=plan.load_max_w,
        safe_w=safe_w,
        fixed_w=fixed_w,
        compute_request_w=inputs.compute_request_w,
        optical_request_w=inputs.optical_request_w,
        margin_frac=limits.grant_margin_frac,
        compute_max_w=limits.grant_compute_max_w,
        tier=law.TIER_MAX if mode == PowerMode.SAFE else tier,
        in_eclipse=energy.in_eclipse,
    )
    return sizes, safe_w, fixed_w
