"""Current, voltage and maximum power of one array section on arrays: single diode with two resistances."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array, elementwise, physical

__all__ = ["Curve", "section_current_a", "section_maximum_power"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The characteristic of a section at one light and temperature.

    ``I = photo_a - dark_a exp((x - voc_v) / slope_v) - x / shunt_ohm`` with ``x = V + I series_ohm``.

    Parameters
    ----------
    photo_a : float
        Photocurrent, A; proportional to the light, 0 in the dark.
    dark_a : float
        Diode current at ``x = voc_v``, A.
    voc_v : float
        Open-circuit voltage at the light at which ``dark_a = photo_a - voc_v / shunt_ohm``, V.
    slope_v : float
        Ideality voltage n Vt N of the cells in series, V.
    series_ohm, shunt_ohm : float
        Resistances; infinite shunt for none.

    Raises
    ------
    PlantError
        If a number is not physical.

    Notes
    -----
    Source: Sera, Teodorescu and Rodriguez, PV panel model based on datasheet values, ISIE 2007.
    """

    photo_a: float
    dark_a: float
    voc_v: float
    slope_v: float
    series_ohm: float = 0.0
    shunt_ohm: float = np.inf

    def __post_init__(self) -> None:
        physical("photo_a", self.photo_a, "A", low=0.0)
        physical("dark_a", self.dark_a, "A", positive=True)
        physical("voc_v", self.voc_v, "V", positive=True)
        physical("slope_v", self.slope_v, "V", positive=True)
        physical("series_ohm", self.series_ohm, "ohm", low=0.0)
        physical("1 / shunt_ohm", 1.0 / self.shunt_ohm if self.shunt_ohm else np.inf, "1/ohm", low=0.0)


def _c_curve(curve: Curve) -> object:
    return ffi.new(
        "dd_cell_curve *",
        [curve.photo_a, curve.dark_a, curve.voc_v, curve.slope_v, curve.series_ohm, 1.0 / curve.shunt_ohm],
    )


def section_current_a(curve: Curve, voltage_v: ArrayLike) -> Array:
    """Return the current at a terminal voltage.

    Parameters
    ----------
    curve : Curve
        The characteristic.
    voltage_v : array_like, shape (...)
        Terminal voltage, V.

    Returns
    -------
    float64 or ndarray, shape (...)
        Current, A; negative beyond open circuit.

    Examples
    --------
    >>> ideal = Curve(photo_a=39.0, dark_a=39.0, voc_v=151.0, slope_v=5.229136)
    >>> round(float(section_current_a(ideal, 133.8445)), 4)
    37.5336
    """
    row = _c_curve(curve)

    def one(terminal_v: float) -> float:
        guess_v = min(terminal_v, curve.voc_v)
        return lib.dd_section_current(row, lib.dd_section_junction(row, terminal_v, guess_v))

    return elementwise(one, physical("voltage_v", voltage_v, "V"))


def section_maximum_power(curve: Curve) -> tuple[float, float]:
    """Return voltage (V) and power (W) of the maximum-power point; (0, 0) in the dark.

    Examples
    --------
    >>> ideal = Curve(photo_a=39.0, dark_a=39.0, voc_v=151.0, slope_v=5.229136)
    >>> voltage_v, power_w = section_maximum_power(ideal)
    >>> round(voltage_v, 4), round(power_w, 3)
    (133.8445, 5023.666)
    """
    row = _c_curve(curve)
    junction_v = lib.dd_section_maximum(row)
    current_a = lib.dd_section_current(row, junction_v)
    voltage_v = junction_v - curve.series_ohm * current_a
    return (voltage_v, voltage_v * current_a) if curve.photo_a > 0.0 else (0.0, 0.0)
