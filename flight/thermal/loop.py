"""One coolant loop through one step, pure: estimate from its readings, then order pump and valve."""

from flight.dictionary.thermal import ThermalMode, ThermalParameters
from flight.thermal import law, radiator
from flight.thermal.memory import LoopMemory
from flight.thermal.observer import SupplyEstimate, observe
from flight.thermal.radiator import Radiator
from flight.thermal.readings import LoopPicture

__all__ = ["RADIATOR", "capacity_w", "estimated", "ordered", "rejected_w"]

RADIATOR = Radiator()
STANDBY_BYPASS_FRAC = 0.5
FLOW_LOST_RATIO = 0.2
"""Flow over what the pump speed promises, below which a loop counts as lost."""
BAND_K = 3.0
BAND_PERSISTENCE_S = 60.0
TEMPERATURE_MIN_K, TEMPERATURE_MAX_K = 200.0, 400.0
"""Readings outside are no temperatures of a coolant loop."""


def estimated(loop: LoopMemory, picture: LoopPicture, dt_s: float) -> tuple[LoopMemory, float]:
    """Return the loop with its readings taken in, and the residual of the supply sensor in K.

    A reading that is missing leaves the last good value in place.
    """
    return_k = _plausible(picture.return_k, loop.return_k)
    panel_k = radiator.mean_panel_k(picture.panel_k) if picture.panel_k else loop.panel_k
    panel_k = _plausible(panel_k, loop.panel_k)
    flow_kg_per_s = loop.flow_kg_per_s if picture.flow_kg_per_s is None else max(picture.flow_kg_per_s, 0.0)
    bypass_frac = loop.bypass_frac if picture.bypass_frac is None else picture.bypass_frac
    model_k = law.mixed_k(
        RADIATOR, return_k=return_k, panel_k=panel_k, flow_kg_per_s=flow_kg_per_s, bypass_frac=bypass_frac
    )
    supply = loop.supply
    if supply is None:
        supply = SupplyEstimate(model_k if picture.supply_k is None else picture.supply_k)
    supply, residual_k = observe(supply, measured_k=picture.supply_k, model_k=model_k, dt_s=dt_s)
    coolant_w = radiator.carried_w(flow_kg_per_s, return_k, supply.temperature_k)
    made = loop._replace(
        supply=supply,
        radiator=radiator.balance(RADIATOR, loop.radiator, coolant_w=coolant_w, panel_k=panel_k, dt_s=dt_s),
        return_k=return_k,
        panel_k=panel_k,
        flow_kg_per_s=flow_kg_per_s,
    )
    return made, residual_k


def rejected_w(loop: LoopMemory, set_k: float) -> float:
    """Return the heat that the coolant leaves in the panels."""
    return radiator.carried_w(loop.flow_kg_per_s, loop.return_k, supply_k(loop, set_k))


def supply_k(loop: LoopMemory, set_k: float) -> float:
    """Return the supply temperature, the set point before the first reading."""
    return set_k if loop.supply is None else loop.supply.temperature_k


def capacity_w(loop: LoopMemory, set_k: float) -> float:
    """Return the heat that the loop's radiator rejects at the set point with the pump at full speed.

    A loop whose coolant stands still although its pump is ordered to turn rejects nothing.
    """
    expected_kg_per_s = RADIATOR.flow_nominal_kg_per_s * loop.pump_speed_frac
    if loop.flow_kg_per_s < FLOW_LOST_RATIO * expected_kg_per_s:
        return 0.0
    return radiator.deliverable_w(
        RADIATOR,
        environment_w=loop.radiator.environment_w,
        supply_k=set_k,
        flow_kg_per_s=RADIATOR.flow_nominal_kg_per_s,
    )


def ordered(
    loop: LoopMemory,
    set_k: float,
    mode: ThermalMode,
    heat_w: float,
    panel_margin_k: float,
    limits: ThermalParameters,
    dt_s: float,
) -> LoopMemory:
    """Return the loop with pump speed, valve position and band watch of this step.

    Parameters
    ----------
    heat_w : float
        Heat that goes into this loop.
    panel_margin_k : float
        Coldest panel less the lowest permitted panel temperature.
    """
    speed_frac = law.pump_speed_frac(
        loop.pump_speed_frac,
        heat_w=heat_w,
        speed_min_frac=limits.pump_speed_min_frac,
        flow_nominal_kg_per_s=RADIATOR.flow_nominal_kg_per_s,
        dt_s=dt_s,
    )
    error_k = set_k - supply_k(loop, set_k)
    outside_s = loop.outside_s + dt_s if abs(error_k) > BAND_K else 0.0
    made = loop._replace(
        outside_s=outside_s,
        announced=outside_s > 0.0 and (loop.announced or outside_s >= BAND_PERSISTENCE_S),
    )
    match mode:
        case ThermalMode.STANDBY:
            return made._replace(pump_speed_frac=1.0, bypass_frac=STANDBY_BYPASS_FRAC)
        case ThermalMode.OVERTEMPERATURE:
            return made._replace(pump_speed_frac=1.0, bypass_frac=0.0, trim=law.LoopTrim())
        case ThermalMode.REGULATE | ThermalMode.FREEZE_GUARD | ThermalMode.SAFE:
            bypass_max_frac = law.bypass_max_frac(panel_margin_k)
            return _regulated(made, set_k, error_k, speed_frac, bypass_max_frac, limits, dt_s)


def _regulated(
    loop: LoopMemory,
    set_k: float,
    error_k: float,
    speed_frac: float,
    bypass_max_frac: float,
    limits: ThermalParameters,
    dt_s: float,
) -> LoopMemory:
    feedforward_frac = law.bypass_feedforward_frac(
        RADIATOR,
        set_k=set_k,
        return_k=loop.return_k,
        panel_k=loop.panel_k,
        flow_kg_per_s=loop.flow_kg_per_s,
    )
    order = law.bypass_order(
        loop.trim,
        feedforward_frac=feedforward_frac,
        error_k=error_k,
        gap_k=law.gap_k(RADIATOR, loop.return_k, loop.panel_k, loop.flow_kg_per_s, feedforward_frac),
        gain_per_k=limits.supply_gain_per_k,
        reset_s=limits.supply_reset_s,
        dt_s=dt_s,
        bypass_max_frac=bypass_max_frac,
    )
    return loop._replace(pump_speed_frac=speed_frac, bypass_frac=order.bypass_frac, trim=order.trim)


def _plausible(value_k: float | None, last_k: float) -> float:
    if value_k is None or not TEMPERATURE_MIN_K < value_k < TEMPERATURE_MAX_K:
        return last_k
    return value_k
