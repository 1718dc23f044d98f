"""True equator, mean equinox (the frame of SGP4) to J2000: IAU 1976 precession, IAU 1980 nutation."""

from collections.abc import Sequence
from math import cos, pi, sin

__all__ = ["j2000_from_teme"]

_ARCSEC = pi / 648000.0
_DAYS_PER_CENTURY = 36525.0
# Delaunay arguments at J2000 and per century, arcsec (Seidelmann, Explanatory Supplement, table 3.222.2):
# mean anomalies of Moon and Sun, Moon's argument of latitude, elongation, node.
_ARGUMENTS = (
    (485866.733, 1717915922.633),
    (1287099.804, 129596581.224),
    (335778.877, 1739527263.137),
    (1072261.307, 1602961601.328),
    (450160.280, -6962890.539),
)
# The terms of the IAU 1980 series above 0.01 arcsec: multiples of the arguments, longitude and obliquity in
# 1e-4 arcsec (ibid., table 3.222.1). What is left out is below 0.05 arcsec, 2 m at 7,000 km; a set of
# two-line elements is good to 1 km.
_TERMS = (
    ((0, 0, 0, 0, 1), -171996.0, 92025.0),
    ((0, 0, 2, -2, 2), -13187.0, 5736.0),
    ((0, 0, 2, 0, 2), -2274.0, 977.0),
    ((0, 0, 0, 0, 2), 2062.0, -895.0),
    ((0, 1, 0, 0, 0), 1426.0, 54.0),
    ((1, 0, 0, 0, 0), 712.0, -7.0),
    ((0, 1, 2, -2, 2), -517.0, 224.0),
    ((0, 0, 2, 0, 1), -386.0, 200.0),
    ((1, 0, 2, 0, 2), -301.0, 129.0),
    ((0, -1, 2, -2, 2), 217.0, -95.0),
    ((1, 0, 0, -2, 0), -158.0, -1.0),
    ((0, 0, 2, -2, 1), 129.0, -70.0),
    ((-1, 0, 2, 0, 2), 123.0, -53.0),
)

Vector = tuple[float, float, float]


def _about_x(angle_rad: float, vector: Vector) -> Vector:
    c, s = cos(angle_rad), sin(angle_rad)
    return vector[0], c * vector[1] + s * vector[2], -s * vector[1] + c * vector[2]


def _about_y(angle_rad: float, vector: Vector) -> Vector:
    c, s = cos(angle_rad), sin(angle_rad)
    return c * vector[0] - s * vector[2], vector[1], s * vector[0] + c * vector[2]


def _about_z(angle_rad: float, vector: Vector) -> Vector:
    c, s = cos(angle_rad), sin(angle_rad)
    return c * vector[0] + s * vector[1], -s * vector[0] + c * vector[1], vector[2]


def _nutation_rad(century_count: float) -> tuple[float, float]:
    """Nutation in longitude and obliquity, ``century_count`` Julian centuries of TT after J2000."""
    angles = [(start + rate * century_count) * _ARCSEC for start, rate in _ARGUMENTS]
    longitude = obliquity = 0.0
    for multiples, in_longitude, in_obliquity in _TERMS:
        argument = sum(m * angle for m, angle in zip(multiples, angles, strict=True))
        longitude += in_longitude * sin(argument)
        obliquity += in_obliquity * cos(argument)
    return 1e-4 * _ARCSEC * longitude, 1e-4 * _ARCSEC * obliquity


def j2000_from_teme(vector: Sequence[float], tt_d: float) -> Vector:
    """Turn a vector from the true equator and mean equinox of date into J2000.

    Parameters
    ----------
    vector : sequence of 3 floats
        Position or velocity, any unit.
    tt_d : float
        TT days since J2000.0.

    Returns
    -------
    tuple of 3 floats
        The vector on the mean equator and equinox of J2000, the plant's inertial frame; good to 0.05 arcsec.

    Notes
    -----
    Source: Vallado, Fundamentals of Astrodynamics and Applications, 4th ed., section 3.7, eq. 3-80 to 3-90.
    """
    t = tt_d / _DAYS_PER_CENTURY
    mean = (84381.448 - 46.8150 * t - 0.00059 * t * t) * _ARCSEC
    longitude, obliquity = _nutation_rad(t)
    x, y, z = vector
    of_date = _about_z(-longitude * cos(mean), (x, y, z))
    mean_of_date = _about_x(-mean, _about_z(longitude, _about_x(mean + obliquity, of_date)))
    zeta = (2306.2181 * t + 0.30188 * t * t + 0.017998 * t**3) * _ARCSEC
    theta = (2004.3109 * t - 0.42665 * t * t - 0.041833 * t**3) * _ARCSEC
    last = (2306.2181 * t + 1.09468 * t * t + 0.018203 * t**3) * _ARCSEC
    return _about_z(zeta, _about_y(-theta, _about_z(last, mean_of_date)))
