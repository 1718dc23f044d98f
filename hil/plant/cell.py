"""Voltage of one battery cell on arrays: open circuit of Chen et al. 2020, resistance by temperature."""

from numpy.typing import ArrayLike

from hil.plant._cplant import lib
from hil.plant.arrays import Array, elementwise, physical

__all__ = ["cell_open_voltage_v", "cell_resistance_ohm", "cell_voltage_v"]


def cell_open_voltage_v(charge_frac: ArrayLike) -> Array:
    """Return the open-circuit voltage of an LG M50 cell (NMC 811, 21700), V.

    Parameters
    ----------
    charge_frac : array_like, shape (...)
        State of charge; below 0 and above 1 the end slopes go on.

    Notes
    -----
    Source: Chen et al. 2020, J. Electrochem. Soc. 167 080534, through PyBaMM's parameter set Chen2020 at
    charge 0, 0.1, ... 1, joined by the monotone cubic of Fritsch and Butland (1984).

    Examples
    --------
    >>> cell_open_voltage_v([0.0, 0.5, 1.0]).round(4).tolist()
    [2.5, 3.7509, 4.2]
    """
    return elementwise(lib.dd_cell_ocv, physical("charge_frac", charge_frac, "", low=-1.0, high=2.0))


def cell_resistance_ohm(temperature_k: ArrayLike, *, r0_ohm: float = 0.028, cold_ratio: float = 2.5) -> Array:
    """Return the ohmic resistance of a cell.

    Parameters
    ----------
    temperature_k : array_like, shape (...)
        Cell temperature, K.
    r0_ohm : float
        Resistance at 298.15 K, ohm.
    cold_ratio : float
        Resistance at 273.15 K over that at 298.15 K; between and beyond exponential in temperature.
    """
    return elementwise(
        lib.dd_cell_resistance,
        physical("r0_ohm", r0_ohm, "ohm", positive=True),
        physical("cold_ratio", cold_ratio, "", positive=True),
        physical("temperature_k", temperature_k, "K", positive=True),
    )


def cell_voltage_v(
    charge_frac: ArrayLike,
    current_a: ArrayLike,
    *,
    temperature_k: ArrayLike = 298.15,
    polarisation_v: ArrayLike = 0.0,
    r0_ohm: float = 0.028,
    cold_ratio: float = 2.5,
) -> Array:
    """Return the terminal voltage of a cell: open circuit less polarisation less ohmic drop, V.

    Parameters
    ----------
    charge_frac, current_a, temperature_k, polarisation_v : array_like, broadcast
        State of charge; current, A, positive in discharge; K; sum over both RC links, V.
    r0_ohm, cold_ratio : float
        As in :func:`cell_resistance_ohm`.
    """
    drop_v = physical("current_a", current_a, "A") * cell_resistance_ohm(
        temperature_k, r0_ohm=r0_ohm, cold_ratio=cold_ratio
    )
    return cell_open_voltage_v(charge_frac) - physical("polarisation_v", polarisation_v, "V") - drop_v
