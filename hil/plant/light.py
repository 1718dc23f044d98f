"""Sun, shadow and view of the Earth on arrays: the plant's own models, to be checked against a book."""

import numpy as np
from numpy.typing import ArrayLike

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array, elementwise, physical, vectorwise

__all__ = [
    "albedo_ratio",
    "plate_view_factor",
    "shadow_fraction",
    "solar_irradiance_w_per_m2",
    "sun_position_m",
]

RING_COUNT, RAY_COUNT = 100, 400
"""Rings of rays that fill the disc of a body, and rays in each."""


def shadow_fraction(
    to_sun_m: ArrayLike,
    to_body_m: ArrayLike,
    *,
    sun_radius_m: ArrayLike = 6.957e8,
    body_radius_m: ArrayLike = 6378136.6,
    flattening_frac: ArrayLike = 0.0,
) -> Array:
    """Return the share of the Sun's disc that a body leaves free.

    Parameters
    ----------
    to_sun_m, to_body_m : array_like, shape (..., 3)
        Vectors from the observer to the centres of the Sun and of the body, m, in one frame.
    sun_radius_m, body_radius_m : array_like, shape (...)
        Radii, m; the IAU's Sun (2015, resolution B3) and the IERS 2010 Earth by default.
    flattening_frac : array_like, shape (...)
        Of the body along the frame's Z axis, 0 to 0.5; its radius is then the equatorial one.

    Returns
    -------
    float64 or ndarray, shape (...)
        1 in full light, 0 in the umbra, ``1 - (b / a)**2`` in the antumbra (annular), between them the
        share that the overlap of two discs leaves.

    Raises
    ------
    PlantError
        If a number is not finite or a radius is not above 0.

    Notes
    -----
    Source: Montenbruck and Gill, Satellite Orbits (2000), section 3.4.2, with exact angular radii
    ``asin(R / d)``; the areas of thin lenses come from a series, so that no digits cancel.

    Examples
    --------
    >>> float(shadow_fraction([1.496e11, 0, 0], [-7.0e6, 0, 0]))
    1.0
    >>> float(shadow_fraction([1.496e11, 0, 0], [7.0e6, 0, 0]))
    0.0
    """

    def one(sun: Array, body: Array, sun_m: float, body_m: float, flat_frac: float) -> float:
        return lib.dd_flattened_shadow_fraction(sun.tolist(), body.tolist(), sun_m, body_m, flat_frac)

    return vectorwise(
        one,
        "(n),(n),(),(),()->()",
        physical("to_sun_m", to_sun_m, "m"),
        physical("to_body_m", to_body_m, "m"),
        physical("sun_radius_m", sun_radius_m, "m", positive=True),
        physical("body_radius_m", body_radius_m, "m", positive=True),
        physical("flattening_frac", flattening_frac, "", low=0.0, high=0.5),
    )


def sun_position_m(tt_d: ArrayLike, *, astronomical_unit_m: float = 1.495978707e11) -> Array:
    """Return the Sun's geocentric position in J2000.

    Parameters
    ----------
    tt_d : array_like, shape (...)
        Terrestrial Time, days since 2000-01-01T12:00 TT; the series is good to 0.01 deg from 1950 to 2050.
    astronomical_unit_m : float
        Length of the astronomical unit, m (IAU 2012, resolution B2).

    Returns
    -------
    ndarray, shape (..., 3)
        Position, m.

    Notes
    -----
    Source: Astronomical Almanac, section C, low-precision formulas of date, precessed to J2000.
    """

    def one(time_d: float) -> Array:
        direction, distance = ffi.new("double[3]"), ffi.new("double *")
        lib.dd_sun(time_d, astronomical_unit_m, direction, distance)
        return np.array([axis * distance[0] for axis in direction])

    return vectorwise(one, "()->(n)", physical("tt_d", tt_d, "d"))


def solar_irradiance_w_per_m2(
    distance_m: ArrayLike,
    *,
    incidence_rad: ArrayLike = 0.0,
    lit_frac: ArrayLike = 1.0,
    flux_w_per_m2: ArrayLike = 1361.0,
    astronomical_unit_m: ArrayLike = 1.495978707e11,
) -> Array:
    """Return the sunlight that falls on the front of a flat plate.

    Parameters
    ----------
    distance_m : array_like, shape (...)
        Distance from the Sun, m, above 0.
    incidence_rad : array_like, shape (...)
        Angle between the plate's normal and the direction to the Sun, rad; nothing from pi / 2 on.
    lit_frac : array_like, shape (...)
        Share of the Sun's disc that is free, 0 to 1, as :func:`shadow_fraction` gives it.
    flux_w_per_m2 : array_like, shape (...)
        Flux at one astronomical unit, W/m2 (IAU 2015, resolution B3).
    astronomical_unit_m : array_like, shape (...)
        Length of the astronomical unit, m (IAU 2012, resolution B2).

    Returns
    -------
    float64 or ndarray, shape (...)
        ``lit_frac * flux_w_per_m2 * (astronomical_unit_m / distance_m)**2 * max(0, cos(incidence_rad))``.

    Raises
    ------
    PlantError
        If a number is not finite or out of range.

    Notes
    -----
    Source: inverse square and Lambert's cosine, as in Wertz and Larson, Space Mission Analysis and Design
    (3rd ed. 1999), section 11.4.

    Examples
    --------
    >>> print(round(float(solar_irradiance_w_per_m2(1.52 * 1.495978707e11)), 2))
    589.08
    """
    cosine_ratio = np.maximum(0.0, np.cos(physical("incidence_rad", incidence_rad, "rad")))
    at_distance = elementwise(
        lib.dd_solar_flux,
        physical("flux_w_per_m2", flux_w_per_m2, "W/m2", low=0.0),
        physical("astronomical_unit_m", astronomical_unit_m, "m", positive=True),
        physical("distance_m", distance_m, "m", positive=True),
    )
    return np.asarray(at_distance * physical("lit_frac", lit_frac, "", low=0.0, high=1.0) * cosine_ratio)[()]


def albedo_ratio(
    place_m: ArrayLike,
    sun_m: ArrayLike,
    normal_dir: ArrayLike,
    *,
    albedo_frac: ArrayLike = 0.3,
    body_radius_m: ArrayLike = 6378136.6,
) -> Array:
    """Return the light that a body scatters onto a plate, over the sunlight that falls on the body.

    The sum over the surface in sight; the plant itself takes the whole view factor times the cosine of the
    Sun's zenith angle below the satellite, which is nothing beyond the terminator.

    Parameters
    ----------
    place_m, sun_m : array_like, shape (..., 3)
        The plate and the Sun from the body's centre, m, in one frame; the plate outside the body.
    normal_dir : array_like, shape (..., 3)
        The plate's normal, a unit vector in that frame.
    albedo_frac : array_like, shape (...)
        Share of the light that the surface scatters, all directions alike (Lambert), 0 to 1.
    body_radius_m : array_like, shape (...)
        Radius, m; the IERS 2010 Earth by default.

    Returns
    -------
    float64 or ndarray, shape (...)
        Irradiance over solar flux; to 1e-4 of itself where the terminator is in sight, else to 1e-6.

    Raises
    ------
    PlantError
        If a number is not finite or out of range, or the place is inside the body.

    Notes
    -----
    Source: Bhanderi and Bak, Modeling Earth Albedo for Satellites in Earth Orbit, AIAA 2005-6465, eq. 3 to 9.
    """

    def one(place: Array, sun: Array, normal: Array, scattered_frac: float, radius_m: float) -> float:
        ratio = float(np.linalg.norm(place)) / radius_m
        physical("place_m over body_radius_m", ratio, "", low=1.0)
        ray, share_sr = _rays_to_a_sphere(-place / (ratio * radius_m), ratio)
        fall = -(ray @ place) / radius_m  # of the place towards the point that is nearest the centre
        reach = fall - np.sqrt(np.maximum(0.0, 1.0 - ratio**2 + fall**2))
        surface = place / radius_m + reach[..., None] * ray
        to_sun = sun / radius_m - surface
        sun_cosine = np.sum(surface * to_sun, axis=-1) / np.linalg.norm(to_sun, axis=-1)
        seen = share_sr * np.maximum(0.0, sun_cosine) * np.maximum(0.0, ray @ normal)
        return float(scattered_frac / np.pi * np.sum(seen))

    return vectorwise(
        one,
        "(n),(n),(n),(),()->()",
        physical("place_m", place_m, "m"),
        physical("sun_m", sun_m, "m"),
        physical("normal_dir", normal_dir, "", low=-1.0, high=1.0),
        physical("albedo_frac", albedo_frac, "", low=0.0, high=1.0),
        physical("body_radius_m", body_radius_m, "m", positive=True),
    )


def _rays_to_a_sphere(down: Array, distance_ratio: float) -> tuple[Array, Array]:
    """Return directions (..., 3) that fill a sphere's disc around ``down``, and their solid angles, sr."""
    edge_cosine = np.sqrt(1.0 - 1.0 / distance_ratio**2)
    points, weights = np.polynomial.legendre.leggauss(RING_COUNT)
    cosine = edge_cosine + 0.5 * (1.0 - edge_cosine) * (points[:, None] + 1.0)
    azimuth_rad = 2.0 * np.pi * (np.arange(RAY_COUNT) + 0.5) / RAY_COUNT
    side = np.cross(down, np.eye(3)[int(np.argmin(np.abs(down)))])
    side /= np.linalg.norm(side)
    across = np.cos(azimuth_rad)[:, None] * side + np.sin(azimuth_rad)[:, None] * np.cross(down, side)
    ray = cosine[..., None] * down + np.sqrt(1.0 - cosine**2)[..., None] * across
    return ray, 0.5 * (1.0 - edge_cosine) * weights[:, None] * (2.0 * np.pi / RAY_COUNT)


def plate_view_factor(distance_ratio: ArrayLike, cosine_ratio: ArrayLike) -> Array:
    """Return the view factor from a small flat plate to a sphere.

    Parameters
    ----------
    distance_ratio : array_like
        Distance of the plate from the centre over the sphere's radius, 1 or more.
    cosine_ratio : array_like
        Cosine of the angle between the plate's normal and the direction to the centre, -1 to 1.

    Notes
    -----
    Source: Juul (1979) and Bannister (1965), closed form; ``cosine / ratio**2`` where the whole sphere is
    before the plate.
    """
    return elementwise(
        lib.dd_plate_view_factor,
        physical("distance_ratio", distance_ratio, "", low=1.0),
        physical("cosine_ratio", cosine_ratio, "", low=-1.0, high=1.0),
    )
