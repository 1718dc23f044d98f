"""One second of thermal control, pure: readings and memory in, memory and decisions out."""

from dataclasses import dataclass, replace

from flight.dictionary.power import BusReading
from flight.dictionary.thermal import LoopReading, ThermalMode, ThermalParameters
from flight.dictionary.transitions import next_mode
from flight.thermal import law, loop, readings
from flight.thermal.memory import LoopMemory, Memory
from flight.thermal.modes import TRANSITIONS, Conditions

__all__ = ["Decision", "Inputs", "Rejection", "advance"]

OVERHEAD_S = 120.0
"""Time constant of the heat beside compute: several passes of the coolant."""
OVERHEAD_MAX_W = 30_000.0
STEP_MAX_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that one step reads; a silent device is None."""

    time_ns: int
    dt_s: float
    safe_ordered: bool
    loops: LoopReading | None
    bus: BusReading | None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A supply sensor that was refused in this step."""

    loop_index: int
    residual_k: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one step found and wants; tuples have one value per loop.

    Parameters
    ----------
    capacity_w : float
        Heat that both radiators reject at the set points.
    lease_supply_w : float
        What of it is left for leases.
    grant_w : float
        What compute should get of that.
    """

    supply_set_k: tuple[float, ...]
    supply_k: tuple[float, ...]
    battery_heater_w: float
    heat_rejected_w: float
    capacity_w: float
    lease_supply_w: float
    grant_w: float
    panel_extremes_k: tuple[float, float]
    rejections: tuple[Rejection, ...]


def advance(memory: Memory, inputs: Inputs, limits: ThermalParameters) -> tuple[Memory, Decision]:
    """Estimate, follow the modes, apply the laws.

    Parameters
    ----------
    memory : Memory
        What the last step left.
    inputs : Inputs
        Readings of this step.
    limits : ThermalParameters
        Present parameters.
    """
    loops, rejections = _estimated(memory, inputs)
    sets_k = tuple([limits.supply_set_k if one.set_k is None else one.set_k for one in loops])
    pairs = tuple(zip(loops, sets_k, strict=True))
    supply_k = tuple([loop.supply_k(one, set_k) for one, set_k in pairs])
    excess_k = max([supply - set_k for supply, set_k in zip(supply_k, sets_k, strict=True)])
    panels_k = readings.panel_extremes_k(inputs.loops) if inputs.loops else None
    margin_k = panels_k[0] - limits.panel_temperature_min_k if panels_k else 0.0
    conditions = Conditions(
        loops_known=all(one.supply is not None for one in loops),
        supply_excess_k=excess_k,
        panel_margin_k=margin_k,
        safe_ordered=inputs.safe_ordered,
    )
    mode = next_mode(TRANSITIONS, memory.mode, conditions)
    rejected_w = sum([loop.rejected_w(one, set_k) for one, set_k in pairs])
    overhead_w = _overhead(memory.overhead_w, inputs, rejected_w)
    heat_w = _loop_heat_w(overhead_w, inputs, rejected_w)
    capacity_w = sum([loop.capacity_w(one, set_k) for one, set_k in pairs])
    made = Memory(
        mode=mode,
        loops=tuple(
            [loop.ordered(one, set_k, mode, heat_w, margin_k, limits, inputs.dt_s) for one, set_k in pairs]
        ),
        overhead_w=overhead_w,
        time_ns=inputs.time_ns,
    )
    return made, Decision(
        supply_set_k=sets_k,
        supply_k=supply_k,
        battery_heater_w=_heater(inputs, limits),
        heat_rejected_w=rejected_w,
        capacity_w=capacity_w,
        lease_supply_w=max(0.0, capacity_w - overhead_w),
        grant_w=_grant(mode, capacity_w, overhead_w, excess_k, limits),
        panel_extremes_k=panels_k or (0.0, 0.0),
        rejections=rejections,
    )


def _estimated(memory: Memory, inputs: Inputs) -> tuple[tuple[LoopMemory, ...], tuple[Rejection, ...]]:
    if inputs.loops is None:
        return memory.loops, ()
    gap_s = (inputs.loops.time_ns - memory.time_ns) * 1e-9 if memory.time_ns else inputs.dt_s
    dt_s = min(max(gap_s, 0.5 * inputs.dt_s), STEP_MAX_S)
    made, rejections = [], []
    for index, before in enumerate(memory.loops):
        after, residual_k = loop.estimated(before, readings.loop_picture(inputs.loops, index), dt_s)
        refused = before.supply is not None and before.supply.refused
        if after.supply is not None and after.supply.refused and not refused:
            rejections.append(Rejection(index, residual_k))
        made.append(after)
    return tuple(made), tuple(rejections)


def _overhead(known_w: float, inputs: Inputs, rejected_w: float) -> float:
    """Return the heat beside compute, learned slowly from what the loops carry and compute draws."""
    compute_w = readings.compute_power_w(inputs.bus)
    if compute_w is None or inputs.loops is None:
        return known_w
    seen_w = min(max(rejected_w - compute_w, 0.0), OVERHEAD_MAX_W)
    return known_w + (seen_w - known_w) * min(1.0, inputs.dt_s / OVERHEAD_S)


def _loop_heat_w(overhead_w: float, inputs: Inputs, rejected_w: float) -> float:
    """Return the heat that goes into each loop; without the electrical side what the coolant carries."""
    compute_w = readings.compute_power_w(inputs.bus)
    return 0.5 * (rejected_w if compute_w is None else overhead_w + compute_w)


def _heater(inputs: Inputs, limits: ThermalParameters) -> float:
    battery_k = readings.battery_temperature_k(inputs.loops) if inputs.loops else None
    if battery_k is None:
        return 0.0
    return law.battery_heater_w(
        temperature_k=battery_k, set_k=limits.battery_set_k, power_max_w=limits.battery_heater_max_w
    )


def _grant(
    mode: ThermalMode, capacity_w: float, overhead_w: float, excess_k: float, limits: ThermalParameters
) -> float:
    if mode in {ThermalMode.STANDBY, ThermalMode.SAFE}:
        return 0.0
    return law.heat_grant_w(
        deliverable_w=capacity_w,
        overhead_w=overhead_w,
        margin_frac=limits.capacity_margin_frac,
        supply_excess_k=excess_k,
    )


def with_set_point(memory: Memory, loop_index: int, set_k: float) -> Memory:
    """Return the memory with the ordered set point of one loop, or of all for an index beyond the loops."""
    every = loop_index >= len(memory.loops)
    loops = [
        one._replace(set_k=set_k) if every or index == loop_index else one
        for index, one in enumerate(memory.loops)
    ]
    return replace(memory, loops=tuple(loops))
