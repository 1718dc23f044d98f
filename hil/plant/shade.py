"""An array section in part shadow, on arrays: current, voltage and power with bypass diodes and two peaks."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array, elementwise, physical
from hil.plant.section import Curve

__all__ = ["Shadow", "shaded_current_a", "shaded_maximum_power", "shaded_voltage_v"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A shadow on some of a section's substrings, each of which has a bypass diode.

    Parameters
    ----------
    shaded_frac : float
        Share of the substrings in the shadow, 0 to 1.
    light_frac : float
        Light left there, against the light on the others, 0 to 1.
    substring_count : float
        Substrings in series.
    bypass_saturation_a : float
        Saturation current of a bypass diode, A.
    bypass_ideality_v : float
        Its ideality voltage n Vt, V.

    Raises
    ------
    PlantError
        If a number is not physical.

    Notes
    -----
    Source: Patel and Agarwal, MATLAB-based modeling to study the effects of partial shading on PV array
    characteristics, IEEE Trans. Energy Convers. 23(1), 2008.
    """

    shaded_frac: float
    light_frac: float
    substring_count: float = 8.0
    bypass_saturation_a: float = 1e-5
    bypass_ideality_v: float = 0.0272

    def __post_init__(self) -> None:
        physical("shaded_frac", self.shaded_frac, "1", low=0.0)
        physical("light_frac", self.light_frac, "1", low=0.0)
        physical("1 - shaded_frac", 1.0 - self.shaded_frac, "1", low=0.0)
        physical("1 - light_frac", 1.0 - self.light_frac, "1", low=0.0)
        physical("substring_count", self.substring_count, "1", positive=True)
        physical("bypass_saturation_a", self.bypass_saturation_a, "A", positive=True)
        physical("bypass_ideality_v", self.bypass_ideality_v, "V", positive=True)


def _c_shade(curve: Curve, shadow: Shadow) -> object:
    lit = [curve.photo_a, curve.dark_a, curve.voc_v, curve.slope_v, curve.series_ohm, 1.0 / curve.shunt_ohm]
    return ffi.new(
        "dd_shade *",
        [
            lit,
            shadow.shaded_frac,
            shadow.light_frac,
            shadow.substring_count,
            shadow.bypass_saturation_a,
            shadow.bypass_ideality_v,
        ],
    )


def shaded_voltage_v(curve: Curve, shadow: Shadow, current_a: ArrayLike) -> Array:
    """Return the terminal voltage at a current.

    Parameters
    ----------
    curve : Curve
        The section without the shadow.
    shadow : Shadow
        The shadow on it.
    current_a : array_like, shape (...)
        Current, A, from 0 up.

    Returns
    -------
    float64 or ndarray, shape (...)
        Terminal voltage, V; below zero where only bypass diodes carry the current.
    """
    row = _c_shade(curve, shadow)
    return elementwise(lambda i: lib.dd_shade_voltage(row, i), physical("current_a", current_a, "A", low=0.0))


def shaded_current_a(curve: Curve, shadow: Shadow, voltage_v: ArrayLike) -> Array:
    """Return the current at a terminal voltage, 0 above open circuit.

    Parameters
    ----------
    curve : Curve
        The section without the shadow.
    shadow : Shadow
        The shadow on it.
    voltage_v : array_like, shape (...)
        Terminal voltage, V, from 0 up.

    Returns
    -------
    float64 or ndarray, shape (...)
        Current, A.

    Examples
    --------
    Half of the substrings at two fifths of the light: a step at half the voltage.

    >>> curve = Curve(photo_a=49.5, dark_a=49.5, voc_v=151.0, slope_v=5.229136)
    >>> half = Shadow(shaded_frac=0.5, light_frac=0.4)
    >>> [round(float(i), 2) for i in shaded_current_a(curve, half, [40.0, 60.0, 100.0, 140.0])]
    [49.5, 49.25, 19.8, 18.62]
    """
    row = _c_shade(curve, shadow)
    return elementwise(lambda v: lib.dd_shade_current(row, v), physical("voltage_v", voltage_v, "V", low=0.0))


def shaded_maximum_power(curve: Curve, shadow: Shadow) -> tuple[float, float]:
    """Return voltage (V) and power (W) of the higher one of the two power peaks; (0, 0) in the dark."""
    row, current_a = _c_shade(curve, shadow), ffi.new("double *")
    power_w = lib.dd_shade_maximum(row, current_a) if curve.photo_a > 0.0 else 0.0
    return (power_w / current_a[0], power_w) if power_w > 0.0 else (0.0, 0.0)
