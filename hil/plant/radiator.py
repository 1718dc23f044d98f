"""Balance of a grey plate that radiates to space, on arrays."""

import numpy as np
from numpy.typing import ArrayLike

from hil.plant.arrays import Array, physical

__all__ = ["SIGMA_W_PER_M2K4", "radiator_power_w", "radiator_temperature_k"]

SIGMA_W_PER_M2K4 = 5.670374419e-8
"""Stefan-Boltzmann constant, CODATA 2018. (Basilisk 2.12 carries 5.76051e-8 in its sensorThermal.)"""


def radiator_power_w(
    temperature_k: ArrayLike, *, area_m2: ArrayLike, emissivity_frac: ArrayLike, sink_k: ArrayLike = 0.0
) -> Array:
    """Return the net power radiated, W: ``emissivity sigma area (T**4 - sink**4)`` (Stefan-Boltzmann).

    Parameters
    ----------
    temperature_k, sink_k : array_like, broadcast
        Surface temperature and the temperature of the black body that surrounds it, K.
    area_m2, emissivity_frac : array_like, broadcast
        Radiating area, both sides added, m2; emissivity, 0 to 1.
    """
    temperature = physical("temperature_k", temperature_k, "K", low=0.0)
    sink = physical("sink_k", sink_k, "K", low=0.0)
    coefficient = _coefficient_w_per_k4(area_m2, emissivity_frac)
    return np.asarray(coefficient * (temperature**4 - sink**4))[()]


def radiator_temperature_k(
    power_w: ArrayLike, *, area_m2: ArrayLike, emissivity_frac: ArrayLike, sink_k: ArrayLike = 0.0
) -> Array:
    """Return the temperature at which a plate radiates ``power_w``, K: the inverse of the balance.

    Examples
    --------
    >>> float(radiator_temperature_k(125e3, area_m2=220.0, emissivity_frac=0.9).round(4))
    324.8316
    """
    sink = physical("sink_k", sink_k, "K", low=0.0)
    fourth = physical("power_w", power_w, "W") / _coefficient_w_per_k4(area_m2, emissivity_frac) + sink**4
    return np.asarray(physical("power_w with that sink", fourth, "K4", low=0.0) ** 0.25)[()]


def _coefficient_w_per_k4(area_m2: ArrayLike, emissivity_frac: ArrayLike) -> Array:
    emissivity = physical("emissivity_frac", emissivity_frac, "", positive=True, high=1.0)
    return np.asarray(SIGMA_W_PER_M2K4 * emissivity * physical("area_m2", area_m2, "m2", positive=True))
