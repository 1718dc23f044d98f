"""Equivalent circuit of one battery pack: open-circuit voltage, resistances, ODC-100 numbers.

A pack has 40 series groups of 21 parallel 5 Ah cells (145 V, 105 Ah). The numbers are those that the
characterisation of new cells gave at 25 C: rest voltages at eleven charges, and a fit of the circuit to
cycles of an orbit. How far a pack lies from them (spread, age) is for the filter to bear.

Source: open-circuit voltage of Chen et al. 2020, J. Electrochem. Soc. 167 080534 (LG M50, as tabulated by
PyBaMM's Chen2020 set), joined by the monotone cubic of Fritsch and Butland 1984, SIAM J. Sci. Stat. Comput.
5, 300; resistances and time constants fitted to that set's electrochemical model over cycles of 0.3 to 0.5 C.
"""

from itertools import pairwise
from math import exp

__all__ = [
    "CAPACITY_AH",
    "ENERGY_WH",
    "FAST_OHM",
    "FAST_S",
    "SERIES_COUNT",
    "SLOW_OHM",
    "SLOW_S",
    "cell_voltage_v",
    "charge_at_frac",
    "pack_resistance_ohm",
    "slope_v",
]

SERIES_COUNT = 40
PARALLEL_COUNT = 21
CAPACITY_AH = 105.0
CHARGE_EFFICIENCY_FRAC = 0.998
ENERGY_WH = 15_598.0
"""Energy between empty and full of one pack: the mean of the curve below, 3.714 V, times 40 x 105 Ah."""

CELL_R0_OHM = 0.030
FAST_OHM = SERIES_COUNT * 0.008 / PARALLEL_COUNT
SLOW_OHM = SERIES_COUNT * 0.016 / PARALLEL_COUNT
FAST_S = 17.0
SLOW_S = 190.0

_REFERENCE_K = 298.15
_COLD_EXPONENT_PER_K = 0.036651629
"""ln(2.5) / 25 K: the resistance is 2.5 times larger at 0 C than at 25 C."""

_OCV_V = (2.5, 3.2959, 3.4852, 3.5814, 3.667, 3.7509, 3.8406, 3.9479, 4.0421, 4.0967, 4.2)
_LAST = len(_OCV_V) - 2


def _cubics(knots_v: tuple[float, ...]) -> tuple[tuple[float, float, float, float], ...]:
    """Return the coefficients of each piece of the monotone cubic through equidistant knots."""
    rises_v = [after_v - before_v for before_v, after_v in pairwise(knots_v)]
    inner_v = [2.0 * left_v * right_v / (left_v + right_v) for left_v, right_v in pairwise(rises_v)]
    slopes_v = [1.5 * rises_v[0] - 0.5 * rises_v[1], *inner_v, 1.5 * rises_v[-1] - 0.5 * rises_v[-2]]
    return tuple(
        [
            (knot_v, left_v, 3.0 * rise_v - 2.0 * left_v - right_v, left_v + right_v - 2.0 * rise_v)
            for knot_v, rise_v, (left_v, right_v) in zip(knots_v, rises_v, pairwise(slopes_v), strict=False)
        ]
    )


_PIECES = _cubics(_OCV_V)


def cell_voltage_v(charge_frac: float) -> float:
    """Return the open-circuit voltage of a cell; beyond 0 and 1 the end slopes go on."""
    inside_frac = min(max(charge_frac, 0.0), 1.0)
    index = min(int(inside_frac * 10.0), _LAST)
    value_v, first_v, second_v, third_v = _PIECES[index]
    share = inside_frac * 10.0 - index
    curve_v = value_v + share * (first_v + share * (second_v + share * third_v))
    if inside_frac == charge_frac:
        return curve_v
    return curve_v + slope_v(inside_frac) * (charge_frac - inside_frac)


def charge_at_frac(voltage_v: float) -> float:
    """Return the charge at which a cell rests at a voltage, 0 to 1 (bisection to 1e-6)."""
    low_frac, high_frac = 0.0, 1.0
    for _ in range(20):
        middle_frac = 0.5 * (low_frac + high_frac)
        if cell_voltage_v(middle_frac) < voltage_v:
            low_frac = middle_frac
        else:
            high_frac = middle_frac
    return 0.5 * (low_frac + high_frac)


def slope_v(charge_frac: float) -> float:
    """Return the derivative of the cell's open-circuit voltage by charge, volts per whole charge."""
    inside_frac = min(max(charge_frac, 0.0), 1.0)
    index = min(int(inside_frac * 10.0), _LAST)
    _, first_v, second_v, third_v = _PIECES[index]
    share = inside_frac * 10.0 - index
    return 10.0 * (first_v + share * (2.0 * second_v + share * 3.0 * third_v))


def pack_resistance_ohm(temperature_k: float) -> float:
    """Return the series resistance of a pack; it falls 2.5 times from 0 to 25 C, exponentially."""
    clipped_k = min(max(temperature_k, 253.15), 333.15)
    return (
        SERIES_COUNT * CELL_R0_OHM / PARALLEL_COUNT * exp(_COLD_EXPONENT_PER_K * (_REFERENCE_K - clipped_k))
    )
