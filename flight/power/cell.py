"""Equivalent circuit of one battery pack: open-circuit voltage, resistances, ODC-100 numbers.

A pack has 40 series groups of 21 parallel 5 Ah cells (145 V, 105 Ah).

Source: open-circuit voltage of Chen et al. 2020, J. Electrochem. Soc. 167 080534 (LG M50, as tabulated by
PyBaMM's Chen2020 set); resistances and time constants are the data-sheet class of ODC-100.
"""

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
ENERGY_WH = 15_564.0
"""Energy between empty and full of one pack: the mean of the table below, 3.706 V, times 40 x 105 Ah."""

CELL_R0_OHM = 0.028
CELL_COLD_RATIO = 2.5
FAST_OHM = SERIES_COUNT * 0.010 / PARALLEL_COUNT
SLOW_OHM = SERIES_COUNT * 0.012 / PARALLEL_COUNT
FAST_S = 40.0
SLOW_S = 800.0

_REFERENCE_K = 298.15
_COLD_EXPONENT_PER_K = 0.036651629
"""ln(2.5) / 25 K: the resistance is 2.5 times larger at 0 C than at 25 C."""

_OCV_V = (2.5, 3.2959, 3.4852, 3.5814, 3.667, 3.7509, 3.8406, 3.9479, 4.0421, 4.0967, 4.2)
_LAST = len(_OCV_V) - 2


def cell_voltage_v(charge_frac: float) -> float:
    """Return the open-circuit voltage of a cell; beyond 0 and 1 the end segments go on."""
    position = charge_frac * 10.0
    index = int(position)
    index = 0 if index < 0 else min(index, _LAST)
    low_v = _OCV_V[index]
    return low_v + (position - index) * (_OCV_V[index + 1] - low_v)


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
    index = int(charge_frac * 10.0)
    index = 0 if index < 0 else min(index, _LAST)
    return 10.0 * (_OCV_V[index + 1] - _OCV_V[index])


def pack_resistance_ohm(temperature_k: float) -> float:
    """Return the series resistance of a pack; it falls 2.5 times from 0 to 25 C, exponentially."""
    clipped_k = min(max(temperature_k, 253.15), 333.15)
    return (
        SERIES_COUNT * CELL_R0_OHM / PARALLEL_COUNT * exp(_COLD_EXPONENT_PER_K * (_REFERENCE_K - clipped_k))
    )
