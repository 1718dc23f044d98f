"""Laser links on their own: the budget with every term, point-ahead, the acquisition spiral."""

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import ArrayLike

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array, elementwise, physical
from hil.plant.params_optical import OpticalParams

__all__ = [
    "LinkBudget",
    "link_budget",
    "point_ahead_rad",
    "spiral_count",
    "spiral_points_rad",
    "spiral_time_s",
]

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
    Friis's equation; a static error under jitter loses 1 + 4 sigma^2/theta^2 (jitter) times
    exp(2 e^2/(theta^2 + 4 sigma^2)) (pointing). The sensitivity is photons per bit times h c/lambda times the
    bit rate.
    """
    values = np.broadcast_arrays(
        physical("range_m", range_m, "m", positive=True),
        physical("pointing_error_rad", pointing_error_rad, "rad"),
        physical("jitter_rad", jitter_rad, "rad", low=0.0),
        physical("fade_db", fade_db, "dB"),
    )
    terms = _terms(optical, values)
    db = {name: 10.0 * np.log10(column) for name, column in terms.items()}
    return LinkBudget(
        range_m=values[0],
        transmit_power_dbm=np.full(values[0].shape, 10.0 * np.log10(optical.laser_power_w) + 30.0),
        transmit_gain_db=db["transmit_gain_ratio"],
        transmit_loss_db=-db["transmit_optics_ratio"],
        pointing_loss_db=-db["pointing_ratio"],
        jitter_loss_db=-db["jitter_ratio"],
        free_space_loss_db=-db["spread_ratio"],
        fade_db=-db["fade_ratio"],
        receive_gain_db=db["receive_gain_ratio"],
        receive_loss_db=-db["receive_optics_ratio"],
        implementation_loss_db=-db["implementation_ratio"],
        received_power_dbm=db["received_w"] + 30.0,
        sensitivity_dbm=db["required_w"] + 30.0,
        margin_db=db["received_w"] - db["required_w"],
        photons_per_bit_count=terms["photons_count"],
    )


def _terms(optical: OpticalParams, values: tuple[Array, ...]) -> dict[str, Array]:
    """Return every term as the C code names it, in the shape of the values."""
    link = ffi.new("dd_link *", {name: getattr(optical, name) for name in _LINK_FIELDS})
    terms = ffi.new("dd_link_terms *")
    rows = []
    for distance, error, jitter, fade in zip(*(value.ravel() for value in values), strict=True):
        lib.dd_optics_link(link, distance, error, jitter, fade, terms)
        rows.append([getattr(terms, name) for name in _TERMS])
    columns = np.array(rows, float).reshape(-1, len(_TERMS)).T
    return {name: column.reshape(values[0].shape) for name, column in zip(_TERMS, columns, strict=True)}


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
    line = physical("line_m", line_m, "m")
    along = line / np.linalg.norm(line, axis=-1, keepdims=True)
    velocity = physical("velocity_m_per_s", velocity_m_per_s, "m/s")
    across = velocity - np.sum(velocity * along, axis=-1, keepdims=True) * along
    return np.asarray(2.0 / LIGHT_M_PER_S * across)


def spiral_count(limit_rad: float, *, spot_rad: float = 60e-6, overlap_frac: float = 0.7) -> int:
    """Return how many spots cover a disc, one per square of the spacing ``overlap_frac * spot_rad``."""
    return max(1, round(pi * (limit_rad / (overlap_frac * spot_rad)) ** 2))


def spiral_time_s(
    radius_rad: ArrayLike, *, dwell_s: float = 5e-3, spot_rad: float = 60e-6, overlap_frac: float = 0.7
) -> Array:
    """Return the time after which a spiral has covered a radius, ``dwell_s`` a spot."""
    return elementwise(
        lib.dd_optics_spiral_time_s,
        physical("radius_rad", radius_rad, "rad", low=0.0),
        physical("dwell_s", dwell_s, "s", positive=True),
        physical("spot_rad", spot_rad, "rad", positive=True),
        physical("overlap_frac", overlap_frac, "", positive=True),
    )


def spiral_points_rad(limit_rad: float, *, spot_rad: float = 60e-6, overlap_frac: float = 0.7) -> Array:
    """Return the spots of the spiral, shape (count, 2): Archimedean, evenly spaced along and between turns.

    Spot k lies at radius d sqrt(k/pi), d the spacing, and at angle sqrt(4 pi k): turns lie d apart and spots
    d apart along them. Source: M. Scheinfeild et al. 2000, Proc. SPIE 3932, 166.
    """
    count = spiral_count(limit_rad, spot_rad=spot_rad, overlap_frac=overlap_frac)
    number = np.arange(count, dtype=float) + 0.5
    radius = overlap_frac * spot_rad * np.sqrt(number / pi)
    angle = np.sqrt(4.0 * pi * number)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
