"""Supply-temperature control of one loop, pump schedule, battery heater and the thermal grant.

Dead time: a setpoint made from a reading of tick n acts from tick n + 2 (0.2 s at 100 ms ticks), and the
valve needs 20 s for its stroke; what the plates do to the coolant comes back after up to 25 s. The
feed-forward places the valve from the temperatures at the mixing point itself, so that the slow feedback
only removes what the model lacks.
"""

from typing import NamedTuple

from flight.dictionary.leases import Booking
from flight.dictionary.types import App
from flight.thermal.radiator import COOLANT_J_PER_KG_K, Radiator, outlet_k

__all__ = [
    "BOOKINGS",
    "LoopTrim",
    "ValveOrder",
    "battery_heater_w",
    "bypass_feedforward_frac",
    "bypass_max_frac",
    "bypass_order",
    "gap_k",
    "heat_grant_w",
    "mixed_k",
    "pump_speed_frac",
]

GAP_NOMINAL_K = 12.0
"""Return less radiator outlet for which the gain is stated: 75 kW at 1.8 kg/s."""
GAP_MIN_K = 3.0
TRIM_MAX_FRAC = 0.5
ERROR_MAX_K = 4.0
"""Larger errors are transients that the feed-forward handles; the integrator sees no more than this."""
RISE_NOMINAL_K = 8.0
"""Coolant rise over the plates for which the pump speed is chosen."""
PUMP_RISE_FRAC_PER_S = 0.05
PUMP_FALL_FRAC_PER_S = 0.005
"""Speed up for a load step of 90 kW in 12 s, slow down over the passes that show the step is over."""
BATTERY_HEATER_W_PER_K = 150.0

BOOKINGS = (Booking(holder=App.COMPUTE, fallback_power_w=4800.0, ramp_w_per_s=10_000.0),)
"""Heat that is booked for ever: 18 sleeping nodes of 250 W behind 95 % converters."""


class LoopTrim(NamedTuple):
    """Integral part of one valve, as a share of its stroke."""

    integral_frac: float = 0.0


class ValveOrder(NamedTuple):
    """Valve position, and the trim to go on with."""

    bypass_frac: float
    trim: LoopTrim


def mixed_k(
    radiator: Radiator, *, return_k: float, panel_k: float, flow_kg_per_s: float, bypass_frac: float
) -> float:
    """Return the temperature behind the mixing point."""
    cold_k = outlet_k(radiator, return_k, panel_k, flow_kg_per_s * (1.0 - bypass_frac))
    return bypass_frac * return_k + (1.0 - bypass_frac) * cold_k


def bypass_feedforward_frac(
    radiator: Radiator, *, set_k: float, return_k: float, panel_k: float, flow_kg_per_s: float
) -> float:
    """Return the valve position that mixes to ``set_k``: 0 with a radiator too warm, 1 with all too cold.

    Bisection over the monotone mixing curve; ten halvings resolve a thousandth of the stroke.
    """
    if (
        return_k <= panel_k
        or mixed_k(radiator, return_k=return_k, panel_k=panel_k, flow_kg_per_s=flow_kg_per_s, bypass_frac=0.0)
        >= set_k
    ):
        return 0.0
    low_frac, high_frac = 0.0, 1.0
    for _ in range(10):
        middle_frac = 0.5 * (low_frac + high_frac)
        mix_k = mixed_k(
            radiator, return_k=return_k, panel_k=panel_k, flow_kg_per_s=flow_kg_per_s, bypass_frac=middle_frac
        )
        if mix_k < set_k:
            low_frac = middle_frac
        else:
            high_frac = middle_frac
    return 0.5 * (low_frac + high_frac)


def gap_k(
    radiator: Radiator, return_k: float, panel_k: float, flow_kg_per_s: float, bypass_frac: float
) -> float:
    """Return the coolant's fall over the panels: what the full stroke of the valve can do."""
    return return_k - outlet_k(radiator, return_k, panel_k, flow_kg_per_s * (1.0 - bypass_frac))


def bypass_order(
    trim: LoopTrim,
    *,
    feedforward_frac: float,
    error_k: float,
    gap_k: float,
    gain_per_k: float,
    reset_s: float,
    dt_s: float,
    bypass_max_frac: float,
) -> ValveOrder:
    """Return the valve position: feed-forward plus PI with a gain that follows the valve's own.

    Parameters
    ----------
    error_k : float
        Set point less supply temperature; positive opens the bypass.
    gap_k : float
        Return less radiator outlet: what the full stroke can do. The loop gain is held by scaling with it.
    gain_per_k, reset_s : float
        Gain for a gap of 12 K, and reset time.
    bypass_max_frac : float
        Upper limit of the position (below 1 while the freeze guard keeps the panels warm).
    """
    gain = gain_per_k * GAP_NOMINAL_K / max(gap_k, GAP_MIN_K)
    bounded_k = min(max(error_k, -ERROR_MAX_K), ERROR_MAX_K)
    integral_frac = trim.integral_frac + gain * bounded_k * dt_s / reset_s
    integral_frac = min(max(integral_frac, -TRIM_MAX_FRAC), TRIM_MAX_FRAC)
    wanted_frac = feedforward_frac + gain * bounded_k + integral_frac
    bypass_frac = min(max(wanted_frac, 0.0), bypass_max_frac)
    if wanted_frac != bypass_frac and (wanted_frac - bypass_frac) * bounded_k > 0.0:
        # The valve is at its stop and the error pushes further: the integrator waits.
        integral_frac = trim.integral_frac
    return ValveOrder(bypass_frac, LoopTrim(integral_frac))


def bypass_max_frac(panel_margin_k: float) -> float:
    """Return the most bypass that the panels' temperature allows.

    Full bypass while the coldest panel is 10 K above its limit; below, coolant is sent through to warm the
    panels, up to 40 % of the flow at 5 K under the limit. Continuous, so that the guard does not swing.
    """
    return min(max(0.6 + 0.4 * (panel_margin_k + 5.0) / 15.0, 0.6), 1.0)


def pump_speed_frac(
    present_frac: float, *, heat_w: float, speed_min_frac: float, flow_nominal_kg_per_s: float, dt_s: float
) -> float:
    """Return the pump speed for a rise of 8 K over the plates, approached at a bounded rate.

    Parameters
    ----------
    heat_w : float
        Heat that goes into this loop, from the electrical side: heat measured by the coolant itself would lag
        behind the flow by one pass, and the speed would swing.
    """
    wanted_frac = heat_w / (COOLANT_J_PER_KG_K * flow_nominal_kg_per_s * RISE_NOMINAL_K)
    wanted_frac = min(max(wanted_frac, speed_min_frac), 1.0)
    step_frac = min(
        max(wanted_frac - present_frac, -PUMP_FALL_FRAC_PER_S * dt_s), PUMP_RISE_FRAC_PER_S * dt_s
    )
    return min(max(present_frac + step_frac, speed_min_frac), 1.0)


def battery_heater_w(*, temperature_k: float, set_k: float, power_max_w: float) -> float:
    """Return the heater power: proportional below the set point, 150 W/K."""
    return min(max(BATTERY_HEATER_W_PER_K * (set_k - temperature_k), 0.0), power_max_w)


def heat_grant_w(
    *, deliverable_w: float, overhead_w: float, margin_frac: float, supply_excess_k: float
) -> float:
    """Return the heat that compute may put into the loops.

    Parameters
    ----------
    deliverable_w : float
        What the radiators reject at the set point, both loops.
    overhead_w : float
        Heat of the pumps.
    margin_frac : float
        Share held back for regulation.
    supply_excess_k : float
        How far the hotter supply lies above its set point; each kelvin beyond one takes 5 % more.
    """
    derate = min(max(1.0 - 0.05 * (supply_excess_k - 1.0), 0.3), 1.0)
    return max(0.0, (deliverable_w - overhead_w) * (1.0 - margin_frac) * derate)
