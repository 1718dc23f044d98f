"""State of charge by an extended Kalman filter on an equivalent circuit, one filter per pack.

State: charge, fast and slow polarisation of ``V = OCV(s) - R0(T) I - v1 - v2``; current is positive when the
pack discharges. The measurement noise is set far above the sensor's white noise, because what limits the
voltage model is systematic (gain error, resistance error): the filter trusts the current for minutes and the
voltage for hours.

Source: G. L. Plett 2004, J. Power Sources 134 (extended Kalman filtering for battery management, part 3).
"""

from collections.abc import Sequence
from math import exp, sqrt
from typing import NamedTuple

from flight.power.cell import (
    CAPACITY_AH,
    CHARGE_EFFICIENCY_FRAC,
    FAST_OHM,
    FAST_S,
    SERIES_COUNT,
    SLOW_OHM,
    SLOW_S,
    cell_voltage_v,
    charge_at_frac,
    pack_resistance_ohm,
    slope_v,
)

__all__ = [
    "Decay",
    "PackEstimate",
    "first_estimate",
    "mean_charge",
    "median_current_a",
    "predict",
    "trusted_current_a",
    "update",
]

CHARGE_START_SIGMA_FRAC = 0.03
POLARISATION_START_SIGMA_V = 0.5
CHARGE_WALK_FRAC2_PER_S = 6e-10
"""Current-sensor offset of 0.2 A class: 5e-7 of the charge per second, correlated over an hour."""
POLARISATION_WALK_V2_PER_S = (0.02**2) / 40.0
VOLTAGE_SIGMA_V = 0.7
"""Gain error of 0.1 % of 145 V and offsets of millivolts per cell; systematic, so weighed far above noise."""
RESISTANCE_SIGMA_FRAC = 0.2
"""Uncertainty of the series resistance, as a share of the drop it makes."""
GATE_SIGMA_COUNT = 5.0
SIBLING_TOLERANCE_A = 8.0
SIBLING_TOLERANCE_FRAC = 0.15


class PackEstimate(NamedTuple):
    """What the filter of one pack believes; ``p_..`` is the covariance in units of the state (1, V, V).

    ``reject_count`` counts measurements refused in a row.
    """

    charge_frac: float
    fast_v: float
    slow_v: float
    p_charge_frac2: float
    p_charge_fast_v: float
    p_charge_slow_v: float
    p_fast_v2: float
    p_fast_slow_v2: float
    p_slow_v2: float
    reject_count: int = 0

    @property
    def charge_sigma_frac(self) -> float:
        """Standard deviation of the charge."""
        return sqrt(self.p_charge_frac2)


def first_estimate(voltage_v: float, current_a: float, temperature_k: float) -> PackEstimate:
    """Return a start from the first reading: the charge whose open-circuit voltage explains it."""
    cell_v = (voltage_v + current_a * pack_resistance_ohm(temperature_k)) / SERIES_COUNT
    variance_v2 = POLARISATION_START_SIGMA_V**2
    return PackEstimate(
        charge_at_frac(cell_v),
        0.0,
        0.0,
        CHARGE_START_SIGMA_FRAC**2,
        0.0,
        0.0,
        variance_v2,
        0.0,
        variance_v2,
    )


class Decay(NamedTuple):
    """What a step of one length does to the polarisations; the same for all packs."""

    dt_s: float
    fast_ratio: float
    slow_ratio: float

    @staticmethod
    def over(dt_s: float) -> "Decay":
        """Return the decay of ``dt_s``."""
        return Decay(dt_s, exp(-dt_s / FAST_S), exp(-dt_s / SLOW_S))


def predict(estimate: PackEstimate, current_a: float, decay: Decay) -> PackEstimate:
    """Carry one pack forward by one step with a constant current (A, discharge positive)."""
    (
        charge_frac,
        fast_v,
        slow_v,
        p_charge_frac2,
        p_charge_fast_v,
        p_charge_slow_v,
        p_fast_v2,
        p_fast_slow_v2,
        p_slow_v2,
        rejects,
    ) = estimate
    dt_s, fast_ratio, slow_ratio = decay
    efficiency_frac = CHARGE_EFFICIENCY_FRAC if current_a < 0.0 else 1.0
    walk_v2 = POLARISATION_WALK_V2_PER_S * dt_s
    return PackEstimate(
        min(max(charge_frac - efficiency_frac * current_a * dt_s / (3600.0 * CAPACITY_AH), 0.0), 1.0),
        fast_ratio * fast_v + FAST_OHM * (1.0 - fast_ratio) * current_a,
        slow_ratio * slow_v + SLOW_OHM * (1.0 - slow_ratio) * current_a,
        p_charge_frac2 + CHARGE_WALK_FRAC2_PER_S * dt_s,
        fast_ratio * p_charge_fast_v,
        slow_ratio * p_charge_slow_v,
        fast_ratio * fast_ratio * p_fast_v2 + walk_v2,
        fast_ratio * slow_ratio * p_fast_slow_v2,
        slow_ratio * slow_ratio * p_slow_v2 + walk_v2,
        rejects,
    )


def update(
    estimate: PackEstimate, voltage_v: float, current_a: float, temperature_k: float
) -> tuple[PackEstimate, float]:
    """Correct one pack by its terminal voltage.

    Returns
    -------
    tuple[PackEstimate, float]
        The corrected estimate, or the old one with ``reject_count`` raised when the residual fails the gate
        of five standard deviations; and the residual in V.
    """
    (
        charge_frac,
        fast_v,
        slow_v,
        p_charge_frac2,
        p_charge_fast_v,
        p_charge_slow_v,
        p_fast_v2,
        p_fast_slow_v2,
        p_slow_v2,
        rejects,
    ) = estimate
    drop_v = pack_resistance_ohm(temperature_k) * current_a
    residual_v = voltage_v - SERIES_COUNT * cell_voltage_v(charge_frac) + drop_v + fast_v + slow_v
    gain_v = SERIES_COUNT * slope_v(charge_frac)
    cross_charge = gain_v * p_charge_frac2 - p_charge_fast_v - p_charge_slow_v
    cross_fast = gain_v * p_charge_fast_v - p_fast_v2 - p_fast_slow_v2
    cross_slow = gain_v * p_charge_slow_v - p_fast_slow_v2 - p_slow_v2
    noise_v2 = VOLTAGE_SIGMA_V**2 + (RESISTANCE_SIGMA_FRAC * drop_v) ** 2
    variance_v2 = gain_v * cross_charge - cross_fast - cross_slow + noise_v2
    if residual_v * residual_v > GATE_SIGMA_COUNT**2 * variance_v2:
        return estimate._replace(reject_count=rejects + 1), residual_v
    k_charge = cross_charge / variance_v2
    k_fast = cross_fast / variance_v2
    k_slow = cross_slow / variance_v2
    corrected = PackEstimate(
        min(max(charge_frac + k_charge * residual_v, 0.0), 1.0),
        fast_v + k_fast * residual_v,
        slow_v + k_slow * residual_v,
        p_charge_frac2 - k_charge * cross_charge,
        p_charge_fast_v - k_charge * cross_fast,
        p_charge_slow_v - k_charge * cross_slow,
        p_fast_v2 - k_fast * cross_fast,
        p_fast_slow_v2 - k_fast * cross_slow,
        p_slow_v2 - k_slow * cross_slow,
        0,
    )
    return corrected, residual_v


def median_current_a(currents_a: Sequence[float]) -> float | None:
    """Return the median of at least three packs, None for fewer: nobody can be outvoted then."""
    if len(currents_a) < 3:
        return None
    return sorted(currents_a)[len(currents_a) // 2]


def trusted_current_a(current_a: float, middle_a: float | None) -> float:
    """Return the pack's current, or the median of all packs when it lies far from that median.

    The packs share one bus through equal regulators, so a sensor that stands alone is the liar.
    """
    if middle_a is None:
        return current_a
    tolerance_a = SIBLING_TOLERANCE_A + SIBLING_TOLERANCE_FRAC * abs(middle_a)
    return current_a if abs(current_a - middle_a) <= tolerance_a else middle_a


def mean_charge(estimates: Sequence[PackEstimate]) -> tuple[float, float]:
    """Return mean charge and its standard deviation: errors share their cause, so sigmas are averaged."""
    count = len(estimates)
    charge_frac = sum(estimate.charge_frac for estimate in estimates) / count
    return charge_frac, sum(sqrt(max(estimate.p_charge_frac2, 0.0)) for estimate in estimates) / count
