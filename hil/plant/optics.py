"""Laser links on their own: budget with every term, pointing loss, point-ahead, spiral.

Every function takes numpy arrays (or numbers) and gives arrays of the broadcast shape; angles in rad, powers
in W or dBm as the names say. They call the same C code as the plant, one value at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log10, pi

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hil.plant._cplant import ffi, lib
from hil.plant.errors import PlantError
from hil.plant.params_optical import OpticalParams

__all__ = [
    "LinkBudget",
    "antenna_gain_db",
    "beam_gain_db",
    "fade_loss_db",
    "link_budget",
    "mean_pointing_loss_db",
    "point_ahead_rad",
    "pointing_loss_db",
    "spiral_count",
    "spiral_points_rad",
    "spiral_time_s",
]

Array = NDArray[np.float64]

LIGHT_M_PER_S = 299_792_458.0
"""Speed of light in vacuum, exact in the SI."""

_LINK_FIELDS = (
    "laser_power_w",
    "aperture_m",
    "wavelength_m",
    "beam_half_angle_rad",
    "transmit_efficiency_frac",
    "receive_efficiency_frac",
    "transmit_loss_db",
    "receive_loss_db",
    "implementation_loss_db",
    "bit_rate_hz",
    "sensitivity_photons_count",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkBudget:
    """Every term of a link budget; arrays of one shape. Losses are positive.

    ``received_power_dbm`` is ``transmit_power_dbm`` plus both gains less all losses;
    ``margin_db`` is what it has above ``sensitivity_dbm``.
    """

    range_m: Array
    transmit_power_dbm: Array
    transmit_gain_db: Array
    transmit_loss_db: Array
    pointing_loss_db: Array
    jitter_loss_db: Array
    free_space_loss_db: Array
    fade_db: Array
    receive_gain_db: Array
    receive_loss_db: Array
    implementation_loss_db: Array
    received_power_dbm: Array
    sensitivity_dbm: Array
    margin_db: Array
    photons_per_bit_count: Array


def antenna_gain_db(
    aperture_m: ArrayLike, wavelength_m: ArrayLike, efficiency_frac: ArrayLike = 1.0
) -> Array:
    """Return the gain of an evenly lit aperture, efficiency (pi D/lambda)^2.

    Source: C. A. Balanis, Antenna Theory, section 12.5; 103.23 dB for 80 mm, 1550 nm, 0.8.
    """
    return _decibel(_each(lib.dd_optics_gain, aperture_m, wavelength_m, efficiency_frac))


def beam_gain_db(aperture_m: ArrayLike, wavelength_m: ArrayLike, half_angle_rad: ArrayLike) -> Array:
    """Return the on-axis gain of a Gaussian beam of 1/e2 half-angle ``half_angle_rad`` cut by its aperture.

    Source: B. J. Klein and J. J. Degnan 1974, Appl. Opt. 13(9), 2134, without obscuration: at best 0.8145
    of the evenly lit aperture, where the half-angle is 1.12 times 2 lambda/(pi D).
    """
    return _decibel(_each(lib.dd_optics_beam_gain, aperture_m, wavelength_m, half_angle_rad))


def pointing_loss_db(error_rad: ArrayLike, half_angle_rad: ArrayLike) -> Array:
    """Return the loss at a pointing error of a Gaussian beam: exp(-2 e^2/theta^2).

    Source: S. G. Lambert and W. L. Casey 1995, Laser Communications in Space, section 3.
    """
    return -_decibel(_each(lib.dd_optics_pointing_frac, error_rad, half_angle_rad))


def mean_pointing_loss_db(sigma_rad: ArrayLike, half_angle_rad: ArrayLike) -> Array:
    """Return the loss of the mean power under Gaussian jitter of ``sigma_rad`` per axis.

    b/(b+1) with b = theta^2/(4 sigma^2). Source: K. Kiasaleh 1994, Opt. Eng. 33(11), 3748.
    """
    return -_decibel(_each(lib.dd_optics_mean_pointing_frac, sigma_rad, half_angle_rad))


def fade_loss_db(sigma_rad: ArrayLike, half_angle_rad: ArrayLike, probability_frac: ArrayLike) -> Array:
    """Return the loss that is exceeded with a probability under Gaussian jitter of ``sigma_rad`` per axis.

    The squared error is exponential with mean 2 sigma^2, hence p^(4 sigma^2/theta^2). Source: Kiasaleh 1994.
    """
    return -_decibel(_each(lib.dd_optics_fade_frac, sigma_rad, half_angle_rad, probability_frac))


def link_budget(
    optical: OpticalParams,
    range_m: ArrayLike,
    *,
    pointing_error_rad: ArrayLike = 0.0,
    jitter_rad: ArrayLike = 0.0,
    fade_db: ArrayLike = 0.0,
) -> LinkBudget:
    """Return every term of the budget between two equal terminals.

    Parameters
    ----------
    optical : OpticalParams
        The terminals; ``OpticalParams(laser_power_w=5.0, aperture_m=0.1)`` sets other constants.
    range_m : array_like
        Distance, above 0.
    pointing_error_rad : array_like
        Static error of the sent beam.
    jitter_rad : array_like
        Its jitter, standard deviation per axis, not negative.
    fade_db : array_like
        Further loss on the way.

    Raises
    ------
    PlantError
        If a range is not above 0, or a value is not finite.

    Notes
    -----
    Friis's equation with the gains of :func:`beam_gain_db` and :func:`antenna_gain_db`; a static error under
    jitter loses 1 + 4 sigma^2/theta^2 (jitter) times exp(2 e^2/(theta^2 + 4 sigma^2)) (pointing). The
    sensitivity is photons per bit times h c/lambda times the bit rate (SI of 2019).
    """
    values = np.broadcast_arrays(
        *(np.asarray(v, float) for v in (range_m, pointing_error_rad, jitter_rad, fade_db))
    )
    if not all(np.isfinite(v).all() for v in values) or not (values[0] > 0.0).all():
        raise PlantError(f"range_m must be above 0 and all values finite, got {range_m!r} m (link_budget)")
    link = ffi.new("dd_link *", {name: getattr(optical, name) for name in _LINK_FIELDS})
    terms = ffi.new("dd_link_terms *")
    rows = []
    for distance, error, jitter, fade in zip(*(v.ravel() for v in values), strict=True):
        lib.dd_optics_link(link, distance, error, jitter, fade, terms)
        rows.append([getattr(terms, name) for name in _TERMS])
    columns = np.array(rows, float).reshape(-1, len(_TERMS)).T.reshape(len(_TERMS), *values[0].shape)
    found = dict(zip(_TERMS, columns, strict=True))
    received_dbm, required_dbm = _dbm(found["received_w"]), _dbm(found["required_w"])
    return LinkBudget(
        range_m=values[0],
        transmit_power_dbm=np.full(values[0].shape, 10.0 * log10(optical.laser_power_w) + 30.0),
        transmit_gain_db=_decibel(found["transmit_gain_ratio"]),
        transmit_loss_db=-_decibel(found["transmit_optics_ratio"]),
        pointing_loss_db=-_decibel(found["pointing_ratio"]),
        jitter_loss_db=-_decibel(found["jitter_ratio"]),
        free_space_loss_db=-_decibel(found["spread_ratio"]),
        fade_db=-_decibel(found["fade_ratio"]),
        receive_gain_db=_decibel(found["receive_gain_ratio"]),
        receive_loss_db=-_decibel(found["receive_optics_ratio"]),
        implementation_loss_db=-_decibel(found["implementation_ratio"]),
        received_power_dbm=received_dbm,
        sensitivity_dbm=required_dbm,
        margin_db=received_dbm - required_dbm,
        photons_per_bit_count=found["photons_count"],
    )


_TERMS = (
    "transmit_gain_ratio",
    "transmit_optics_ratio",
    "pointing_ratio",
    "jitter_ratio",
    "spread_ratio",
    "fade_ratio",
    "receive_gain_ratio",
    "receive_optics_ratio",
    "implementation_ratio",
    "received_w",
    "required_w",
    "photons_count",
)


def point_ahead_rad(line_m: ArrayLike, velocity_m_per_s: ArrayLike) -> Array:
    """Return by how much the sent beam must lead the received one: 2 v/c across the line of sight.

    Parameters
    ----------
    line_m : array_like
        Partner's position less ours, shape (..., 3).
    velocity_m_per_s : array_like
        Partner's velocity less ours, shape (..., 3), same frame.

    Returns
    -------
    array
        The lead as a vector across the line of sight, shape (..., 3).

    Notes
    -----
    Light time and aberration together. Source: J. J. Degnan 1993, Contributions of Space Geodesy to
    Geodynamics 25, 133.
    """
    line = np.asarray(line_m, float)
    along = line / np.linalg.norm(line, axis=-1, keepdims=True)
    velocity = np.asarray(velocity_m_per_s, float)
    across: Array = velocity - np.sum(velocity * along, axis=-1, keepdims=True) * along
    return 2.0 / LIGHT_M_PER_S * across


def spiral_count(limit_rad: float, spot_rad: float, overlap_frac: float) -> int:
    """Return how many spots, one per spacing squared, cover a disc of radius ``limit_rad``."""
    return ceil(pi * (limit_rad / (overlap_frac * spot_rad)) ** 2 - 1e-9)


def spiral_time_s(
    radius_rad: ArrayLike, dwell_s: ArrayLike, spot_rad: ArrayLike, overlap_frac: ArrayLike
) -> Array:
    """Return the time after which a spiral has covered a radius, ``dwell_s`` a spot."""
    return _each(lib.dd_optics_spiral_time_s, radius_rad, dwell_s, spot_rad, overlap_frac)


def spiral_points_rad(limit_rad: float, spot_rad: float, overlap_frac: float) -> Array:
    """Return the spots of the spiral, shape (count, 2): Archimedean, evenly spaced along and between turns.

    Spot k lies at radius d sqrt(k/pi), d the spacing ``overlap_frac * spot_rad``, and at angle
    sqrt(4 pi k): turns lie d apart and spots d apart along them. Source: M. Scheinfeild et al. 2000,
    Proc. SPIE 3932, 166.
    """
    number = np.arange(spiral_count(limit_rad, spot_rad, overlap_frac), dtype=float) + 0.5
    radius = overlap_frac * spot_rad * np.sqrt(number / pi)
    angle = np.sqrt(4.0 * pi * number)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


def _each(function: Callable[..., float], *arguments: ArrayLike) -> Array:
    """Return ``function`` of every element of the broadcast arguments."""
    values = np.broadcast_arrays(*(np.asarray(argument, float) for argument in arguments))
    flat = [function(*row) for row in zip(*(value.ravel() for value in values), strict=True)]
    return np.array(flat, float).reshape(values[0].shape)


def _decibel(share: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(share))


def _dbm(power: Array) -> Array:
    return _decibel(power) + 30.0
