"""Forces, torques and fields around the satellite on arrays: the plant's own models, for anyone to check."""

import numpy as np
from numpy.typing import ArrayLike

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array, elementwise, physical, vectorwise
from hil.plant.errors import PlantError

__all__ = [
    "air_density_kg_per_m3",
    "gravity_gradient_n_m",
    "magnetic_field_t",
    "magnetic_latitude_rad",
    "solar_pressure_force_n",
]

LIGHT_M_PER_S = 299792458.0
EARTH_CORE_RADIUS_M = 3.48e6
"""The field's potential has its sources below this radius (PREM, Dziewonski and Anderson 1981)."""


def solar_pressure_force_n(
    normal_dir_body: ArrayLike,
    sun_dir_body: ArrayLike,
    *,
    area_m2: ArrayLike,
    specular_frac: ArrayLike = 0.0,
    diffuse_frac: ArrayLike = 0.0,
    flux_w_per_m2: ArrayLike = 1361.0,
) -> Array:
    """Return the force of sunlight on the front of a flat plate.

    Parameters
    ----------
    normal_dir_body, sun_dir_body : array_like, shape (..., 3)
        The plate's normal and the direction to the Sun, in one frame; they are made unit vectors.
    area_m2 : array_like
        Area, m2.
    specular_frac, diffuse_frac : array_like
        Shares that are mirrored and scattered, 0 to 1 each; the rest is absorbed.
    flux_w_per_m2 : array_like
        Flux at the plate, W/m2; by default that at one astronomical unit (IAU 2015, resolution B3).

    Returns
    -------
    ndarray, shape (..., 3)
        N; zero where the Sun is behind the plate.

    Raises
    ------
    PlantError
        If a number is not finite or out of range, or a direction is zero.

    Notes
    -----
    Source: Wertz, Spacecraft Attitude Determination and Control (1978), eq. 17-33.

    Examples
    --------
    >>> print(round(1e3 * float(solar_pressure_force_n([1, 0, 0], [1, 0, 0], area_m2=600.0)[0]), 2))
    -2.72
    """

    def one(normal: Array, sun: Array, *numbers: float) -> Array:
        area_m2, mirrored_frac, scattered_frac, flux_w_per_m2 = numbers
        force, pressure_pa = ffi.new("double[3]"), flux_w_per_m2 / LIGHT_M_PER_S
        lib.dd_light_force(
            pressure_pa, area_m2, mirrored_frac, scattered_frac, normal.tolist(), sun.tolist(), force
        )
        return np.array(list(force))

    return vectorwise(
        one,
        "(n),(n),(),(),(),()->(n)",
        _direction("normal_dir_body", normal_dir_body),
        _direction("sun_dir_body", sun_dir_body),
        physical("area_m2", area_m2, "m2", low=0.0),
        physical("specular_frac", specular_frac, "", low=0.0, high=1.0),
        physical("diffuse_frac", diffuse_frac, "", low=0.0, high=1.0),
        physical("flux_w_per_m2", flux_w_per_m2, "W/m2", low=0.0),
    )


def gravity_gradient_n_m(
    position_body_m: ArrayLike, inertia_kg_m2: ArrayLike, *, mu_m3_per_s2: float = 3.986004418e14
) -> Array:
    """Return the gravity-gradient torque on a body with principal inertias ``inertia_kg_m2``.

    Parameters
    ----------
    position_body_m : array_like, shape (..., 3)
        From the Earth's centre, in principal axes, m.
    inertia_kg_m2 : array_like, shape (..., 3)
        Principal inertias, kg m2, above 0.
    mu_m3_per_s2 : float
        Gravitational parameter (IERS Conventions 2010), m3/s2.

    Notes
    -----
    Source: Wertz (1978), eq. 17-31.
    """

    def one(position: Array, inertia: Array) -> Array:
        torque = ffi.new("double[3]")
        lib.dd_gravity_gradient(mu_m3_per_s2, position.tolist(), inertia.tolist(), torque)
        return np.array(list(torque))

    return vectorwise(
        one,
        "(n),(n)->(n)",
        physical("position_body_m", position_body_m, "m"),
        physical("inertia_kg_m2", inertia_kg_m2, "kg m2", positive=True),
    )


def air_density_kg_per_m3(
    altitude_m: ArrayLike,
    *,
    reference_m: float = 6e5,
    reference_kg_per_m3: float = 1.454e-13,
    scale_m: float = 71835.0,
) -> Array:
    """Return the density of an exponential atmosphere (Vallado, 4th ed., table 8-4, 600 km by default)."""
    physical("scale_m", scale_m, "m", positive=True)
    return elementwise(
        lambda altitude: lib.dd_air_density(altitude, reference_m, reference_kg_per_m3, scale_m),
        physical("altitude_m", altitude_m, "m", low=0.0),
    )


def magnetic_field_t(position_ecef_m: ArrayLike) -> Array:
    """Return the Earth's field, Earth-fixed axes, T; shape (..., 3) to (..., 3).

    Notes
    -----
    Source: IGRF-14, epoch 2025.0, degrees 1 to 6 (IAGA Working Group V-MOD, 2024).
    """

    def one(position: Array) -> Array:
        field = ffi.new("double[3]")
        lib.dd_magnetic_field(position.tolist(), field)
        return np.array(list(field))

    return vectorwise(one, "(n)->(n)", _outside("position_ecef_m", position_ecef_m))


def magnetic_latitude_rad(position_ecef_m: ArrayLike) -> Array:
    """Return the latitude of the centred dipole of IGRF-14, rad; shape (..., 3) to (...)."""
    return vectorwise(
        lambda position: lib.dd_magnetic_latitude(position.tolist()),
        "(n)->()",
        _outside("position_ecef_m", position_ecef_m),
    )


def _direction(name: str, vectors: ArrayLike) -> Array:
    """Return unit vectors, or raise where one has no direction."""
    array = physical(name, vectors, "")
    length = np.linalg.norm(array, axis=-1, keepdims=True)
    if not (length > 0.0).all():
        raise PlantError(f"{name} must be a direction, got a vector of length 0")
    return np.asarray(array / length)


def _outside(name: str, positions_m: ArrayLike) -> Array:
    """Return positions above the field's sources, or raise."""
    array = physical(name, positions_m, "m")
    physical(f"length of {name}", np.linalg.norm(array, axis=-1), "m", low=EARTH_CORE_RADIUS_M)
    return array
