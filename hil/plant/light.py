"""Sun, shadow and view of the Earth on arrays: the plant's own models, to be checked against a book."""

import numpy as np
from numpy.typing import ArrayLike

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array, elementwise, physical, vectorwise

__all__ = ["plate_view_factor", "shadow_fraction", "sun_position_m"]


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
