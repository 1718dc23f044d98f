"""Power that a laser terminal receives, on arrays: every term of the budget as an argument."""

from numpy.typing import ArrayLike

from hil.plant._cplant import lib
from hil.plant.arrays import Array, elementwise, physical

__all__ = [
    "antenna_gain_ratio",
    "beam_gain_ratio",
    "fade_frac",
    "link_received_w",
    "mean_pointing_frac",
    "pointing_frac",
]


def antenna_gain_ratio(
    aperture_m: ArrayLike, *, wavelength_m: float = 1.55e-6, efficiency_frac: float = 1.0
) -> Array:
    """Return the gain ``efficiency (pi D / lambda)**2`` of a round aperture (Friis; Hemmati 2009, ch. 2)."""
    return elementwise(
        lib.dd_optics_gain,
        physical("aperture_m", aperture_m, "m", positive=True),
        physical("wavelength_m", wavelength_m, "m", positive=True),
        physical("efficiency_frac", efficiency_frac, "", low=0.0, high=1.0),
    )


def beam_gain_ratio(
    half_angle_rad: ArrayLike, *, aperture_m: float = 0.08, wavelength_m: float = 1.55e-6
) -> Array:
    """Return the on-axis gain of a Gaussian beam of a 1/e2 half-angle that its round aperture cuts off.

    Notes
    -----
    ``8 / half_angle**2 * (1 - exp(-alpha**2))**2`` with alpha the aperture's radius over the beam's,
    ``lambda / (pi half_angle)``: at best 0.8145 of the evenly lit aperture, at alpha 1.12. Source:
    B. J. Klein and J. J. Degnan 1974, Appl. Opt. 13, 2134, without obscuration.
    """
    return elementwise(
        lib.dd_optics_beam_gain,
        physical("aperture_m", aperture_m, "m", positive=True),
        physical("wavelength_m", wavelength_m, "m", positive=True),
        physical("half_angle_rad", half_angle_rad, "rad", positive=True),
    )


def fade_frac(sigma_rad: ArrayLike, half_angle_rad: ArrayLike, probability_frac: ArrayLike) -> Array:
    """Return the share that :func:`pointing_frac` falls below with a probability, under Gaussian jitter.

    Notes
    -----
    The squared error is exponential with mean 2 sigma^2, hence ``p**(4 sigma**2 / half_angle**2)``. Source:
    K. Kiasaleh 1994, Opt. Eng. 33, 3748.
    """
    return elementwise(
        lib.dd_optics_fade_frac,
        physical("sigma_rad", sigma_rad, "rad", low=0.0),
        physical("half_angle_rad", half_angle_rad, "rad", positive=True),
        physical("probability_frac", probability_frac, "", low=0.0, high=1.0),
    )


def pointing_frac(error_rad: ArrayLike, half_angle_rad: ArrayLike) -> Array:
    """Return ``exp(-2 (error / half angle)**2)``, a Gaussian beam off its axis (1/e2 half-angle)."""
    return elementwise(
        lib.dd_optics_pointing_frac,
        physical("error_rad", error_rad, "rad"),
        physical("half_angle_rad", half_angle_rad, "rad", positive=True),
    )


def mean_pointing_frac(sigma_rad: ArrayLike, half_angle_rad: ArrayLike) -> Array:
    """Return the mean of :func:`pointing_frac` over Gaussian jitter of ``sigma_rad`` per axis.

    Notes
    -----
    ``b / (b + 1)`` with ``b = half_angle**2 / (4 sigma**2)``: Toyoshima et al. 2002, J. Opt. Soc. Am. A 19.
    """
    return elementwise(
        lib.dd_optics_mean_pointing_frac,
        physical("sigma_rad", sigma_rad, "rad", low=0.0),
        physical("half_angle_rad", half_angle_rad, "rad", positive=True),
    )


def link_received_w(
    range_m: ArrayLike,
    *,
    transmit_w: ArrayLike = 2.0,
    transmit_gain_ratio: ArrayLike | None = None,
    receive_gain_ratio: ArrayLike | None = None,
    wavelength_m: float = 1.55e-6,
    loss_db: ArrayLike = 0.0,
) -> Array:
    """Return the received optical power, W.

    Parameters
    ----------
    range_m : array_like, shape (...)
        Distance, m.
    transmit_w : array_like
        Transmitted power, W.
    transmit_gain_ratio, receive_gain_ratio : array_like
        Antenna gains; by default an aperture of 80 mm at efficiency 0.8 (``plant.md`` section 1.5).
    wavelength_m : float
        Wavelength, m.
    loss_db : array_like
        Sum of all other losses (optics, pointing, implementation), dB.

    Notes
    -----
    Source: Friis, with free-space loss ``(lambda / 4 pi R)**2``.

    Examples
    --------
    >>> import numpy as np
    >>> dbm = 10 * np.log10(1e3 * link_received_w([1e6, 2e6, 5.4e6], loss_db=7.0))
    >>> [float(value) for value in dbm.round(1)]
    [-25.7, -31.7, -40.4]
    """
    gain = antenna_gain_ratio(0.08, wavelength_m=wavelength_m, efficiency_frac=0.8)
    return elementwise(
        lib.dd_optics_received_w,
        physical("transmit_w", transmit_w, "W", low=0.0),
        physical(
            "transmit_gain_ratio", gain if transmit_gain_ratio is None else transmit_gain_ratio, "", low=0.0
        ),
        physical(
            "receive_gain_ratio", gain if receive_gain_ratio is None else receive_gain_ratio, "", low=0.0
        ),
        physical("wavelength_m", wavelength_m, "m", positive=True),
        physical("range_m", range_m, "m", positive=True),
        physical("loss_db", loss_db, "dB"),
    )
