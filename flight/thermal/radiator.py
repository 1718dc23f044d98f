"""Radiator of one loop: outlet temperature, heat balance and the heat it can still reject.

The filter carries one unknown per loop, the heat that the environment adds (Earth infrared, albedo, and every
error of emissivity and area in the same units), from the balance of what the coolant brings, what the panels
emit and what they store.

Source: radiation balance of a grey two-sided panel; heat exchanger effectiveness for one side of constant
temperature, 1 - exp(-NTU) (Incropera and DeWitt, Fundamentals of Heat and Mass Transfer, section 11.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import NamedTuple

__all__ = [
    "Radiator",
    "RadiatorEstimate",
    "balance",
    "carried_w",
    "deliverable_w",
    "mean_panel_k",
    "outlet_k",
]

STEFAN_BOLTZMANN_W_PER_M2_K4 = 5.670374419e-8
"""CODATA 2018."""
COOLANT_J_PER_KG_K = 3500.0
"""Water-glycol class coolant of ODC-100."""
FLOW_MIN_KG_PER_S = 0.02
ENVIRONMENT_START_W = 6500.0
"""Half the radiator, knife-edge at 600 km: infrared 237 W/m2 x 0.249 x 0.9 x 110 m2, and albedo."""
FILTER_S = 120.0
"""Time constant of the environment filter: the Earth's share changes over a quarter orbit."""
ENVIRONMENT_MAX_W = 40_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Radiator:
    """Panels of one loop; ODC-100 numbers: 110 m2 with two sides, emissivity 0.9, 14 panels on two loops."""

    emitting_m2: float = 110.0 * 0.90
    """Both sides of half the radiator times emissivity."""
    contact_w_per_k: float = 7 * 1800.0
    """Coolant to panels at nominal flow."""
    heat_j_per_k: float = 7 * 16000.0
    flow_nominal_kg_per_s: float = 1.8


class RadiatorEstimate(NamedTuple):
    """Heat from the environment and the panel temperature it was last balanced with (0: none yet)."""

    environment_w: float = ENVIRONMENT_START_W
    panel_k: float = 0.0


def mean_panel_k(panel_k: Sequence[float]) -> float:
    """Return the temperature whose emission is the mean emission of the panels."""
    total = 0.0
    for temperature_k in panel_k:
        square = temperature_k * temperature_k
        total += square * square
    return float((total / len(panel_k)) ** 0.25)


def carried_w(flow_kg_per_s: float, return_k: float, supply_k: float) -> float:
    """Return the heat that the coolant loses between return and supply."""
    return flow_kg_per_s * COOLANT_J_PER_KG_K * (return_k - supply_k)


def outlet_k(radiator: Radiator, return_k: float, panel_k: float, radiator_flow_kg_per_s: float) -> float:
    """Return the coolant temperature behind the panels, before it mixes with the bypass."""
    flow_kg_per_s = max(radiator_flow_kg_per_s, FLOW_MIN_KG_PER_S)
    # Contact falls with the 0.8th power of flow (turbulent film), so the ratio to capacity flow rises slowly.
    contact_w_per_k = radiator.contact_w_per_k * (flow_kg_per_s / radiator.flow_nominal_kg_per_s) ** 0.8
    return panel_k + (return_k - panel_k) * exp(-contact_w_per_k / (flow_kg_per_s * COOLANT_J_PER_KG_K))


def balance(
    radiator: Radiator, estimate: RadiatorEstimate, *, coolant_w: float, panel_k: float, dt_s: float
) -> RadiatorEstimate:
    """Advance the environment filter by one reading.

    Parameters
    ----------
    coolant_w : float
        Heat that the coolant lost in the panels.
    panel_k : float
        Mean panel temperature.
    """
    if estimate.panel_k <= 0.0:
        return RadiatorEstimate(estimate.environment_w, panel_k)
    stored_w = radiator.heat_j_per_k * (panel_k - estimate.panel_k) / dt_s
    emitted_w = radiator.emitting_m2 * STEFAN_BOLTZMANN_W_PER_M2_K4 * panel_k**4
    seen_w = stored_w + emitted_w - coolant_w
    environment_w = estimate.environment_w + (seen_w - estimate.environment_w) * min(1.0, dt_s / FILTER_S)
    return RadiatorEstimate(min(max(environment_w, -ENVIRONMENT_MAX_W), ENVIRONMENT_MAX_W), panel_k)


def deliverable_w(
    radiator: Radiator, *, environment_w: float, supply_k: float, flow_kg_per_s: float
) -> float:
    """Return the heat that the radiator of one loop rejects in steady state with all flow through it.

    With heat Q the coolant enters at ``supply + Q/(m c)`` and leaves at ``supply``; the panel then sits where
    the exchanger's effectiveness puts it, and must emit Q and the environment's heat. Solved by Newton's
    method from the linear guess; five steps bring the residual below 1 W.
    """
    flow_kg_per_s = max(flow_kg_per_s, FLOW_MIN_KG_PER_S)
    stream_w_per_k = flow_kg_per_s * COOLANT_J_PER_KG_K
    contact_w_per_k = radiator.contact_w_per_k * (flow_kg_per_s / radiator.flow_nominal_kg_per_s) ** 0.8
    remaining = exp(-contact_w_per_k / stream_w_per_k)
    # outlet = panel + (inlet - panel) * remaining and inlet - outlet = Q / stream give the panel's deficit
    # per watt.
    deficit_k_per_w = remaining / ((1.0 - remaining) * stream_w_per_k)
    factor = radiator.emitting_m2 * STEFAN_BOLTZMANN_W_PER_M2_K4
    heat_w = factor * supply_k**4 - environment_w
    for _ in range(5):
        panel_k = supply_k - deficit_k_per_w * heat_w
        residual_w = factor * panel_k**4 - environment_w - heat_w
        heat_w += residual_w / (1.0 + 4.0 * factor * panel_k**3 * deficit_k_per_w)
    return max(0.0, heat_w)
