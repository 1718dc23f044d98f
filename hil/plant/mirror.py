"""The fine-tracking loop on its own: residual variance, response, step response, and the sampled run.

All of it calls the code that the plant runs: ``csrc/firmware/mirror.c`` against the mirror, gimbal, quad cell
and platform jitter of ``csrc/plant``.
"""

from dataclasses import dataclass, fields
from math import pi

import numpy as np
from numpy.typing import ArrayLike

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array
from hil.plant.errors import PlantError
from hil.plant.params_optical import MirrorParams

__all__ = [
    "MirrorRun",
    "integrator_variance_rad2",
    "loop_noise_ratio",
    "loop_rejection_ratio",
    "mirror_loop_variance_rad2",
    "mirror_step_response_rad",
    "quad_reading_rad",
    "run_mirror_loop",
]

SAMPLES_MAX = 20_000_000
"""Samples of one run: 1,000 s at 20 kHz."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorRun:
    """A sampled run of the loop; arrays of shape (count,) and (count, 2): across and up, on the sky.

    Parameters
    ----------
    time_s : array
        Time of each sample.
    error_rad : array
        Partner's direction less the line of sight.
    mirror_rad, gimbal_rad : array
        Angles of the fine mirror and of the gimbal's output.
    """

    time_s: Array
    error_rad: Array
    mirror_rad: Array
    gimbal_rad: Array


def integrator_variance_rad2(
    density_rad2_per_hz: ArrayLike, corner_hz: ArrayLike, crossover_hz: ArrayLike
) -> Array:
    """Return the variance per axis that a pure integrator leaves of jitter with a first-order spectrum.

    The spectrum is ``density/(1 + (f/corner)^2)``, one-sided; the integrator rejects f^2/(f^2 + fc^2). The
    integral is density corner (pi/2)/(1 + fc/corner); with the Olympus spectrum 160 (pi/2)/(1 + fc) urad2.
    """
    corner = np.asarray(corner_hz, float)
    whole = np.asarray(density_rad2_per_hz, float) * corner * pi / 2.0
    return np.asarray(whole / (1.0 + np.asarray(crossover_hz, float) / corner))


def mirror_loop_variance_rad2(mirror: MirrorParams) -> tuple[float, float, float]:
    """Return the variance per axis that the linear loop leaves: of jitter, of sensor noise, of the lines.

    Exact for the sampled loop: the stationary covariance of its state (Lyapunov's equation), and the squared
    sensitivity at the lines. ``inf`` when the loop is unstable.
    """
    parts = ffi.new("double[3]")
    lib.dd_fine_variance(_fine(mirror), parts)
    return parts[0], parts[1], parts[2]


def loop_rejection_ratio(mirror: MirrorParams, frequency_hz: ArrayLike) -> Array:
    """Return the squared sensitivity |S|^2 of the sampled loop: what is left of jitter at a frequency."""
    return _response(mirror, frequency_hz, 0)


def loop_noise_ratio(mirror: MirrorParams, frequency_hz: ArrayLike) -> Array:
    """Return the squared complementary sensitivity |T|^2: how much sensor noise the mirror follows."""
    return _response(mirror, frequency_hz, 1)


def mirror_step_response_rad(
    mode_hz: float, damping_ratio: float, step_s: float, count: int, *, step_rad: float = 1.0
) -> Array:
    """Return the angle of a second-order mirror after 0, 1, ... steps from rest, shape (count,).

    Exact at the samples. Source: G. F. Franklin, J. D. Powell and M. L. Workman, Digital Control of Dynamic
    Systems, section 4.3 (zero-order hold).

    Raises
    ------
    PlantError
        If the mode or the step is not above 0 or the damping not between 0 and 1.
    """
    if not (mode_hz > 0.0 and step_s > 0.0 and 0.0 < damping_ratio < 1.0):
        raise PlantError(
            f"mode_hz and step_s must be above 0 and damping_ratio between 0 and 1, got {mode_hz} Hz, "
            f"{step_s} s, {damping_ratio} (mirror_step_response_rad)"
        )
    order = ffi.new("dd_second_order *")
    lib.dd_second_order_set(order, mode_hz, damping_ratio, step_s)
    x, v = ffi.new("double *"), ffi.new("double *")
    angles = np.zeros(count)
    for number in range(1, count):
        lib.dd_second_order_step(order, step_rad, x, v)
        angles[number] = x[0]
    return angles


def quad_reading_rad(error_rad: ArrayLike, spot_rad: float) -> Array:
    """Return what a quad cell with a Gaussian spot of 1/e2 radius ``spot_rad`` reads: slope 1, then flat.

    sqrt(pi/8) w erf(sqrt(2) e/w). Source: L. P. Salles and D. W. de Lima Monteiro 2010, IEEE Sensors J. 10.
    """
    errors = np.asarray(error_rad, float)
    flat = [lib.dd_quad_reading_rad(error, spot_rad) for error in errors.ravel()]
    return np.array(flat, float).reshape(errors.shape)


def run_mirror_loop(
    mirror: MirrorParams,
    duration_s: float,
    *,
    seed: int = 0,
    target_rad: tuple[float, float] = (0.0, 0.0),
    target_rate_rad_per_s: tuple[float, float] = (0.0, 0.0),
    mirror_stuck: bool = False,
    gimbal_stuck: bool = False,
) -> MirrorRun:
    """Run the loop from rest, sample by sample, as the plant does in sampled fidelity.

    Parameters
    ----------
    mirror : MirrorParams
        Hardware, jitter and loop design.
    duration_s : float
        Length of the run; at most 20,000,000 samples.
    seed : int
        Seed of jitter, noise and the phases of the lines.
    target_rad, target_rate_rad_per_s : tuple of float
        Where the partner is at first, and how it moves; across and up.
    mirror_stuck, gimbal_stuck : bool
        Faults.

    Raises
    ------
    PlantError
        If the duration does not give between 1 and 20,000,000 samples.
    """
    count = round(duration_s * mirror.loop_sample_hz) if 0.0 < duration_s < 1e9 else 0
    if not 1 <= count <= SAMPLES_MAX:
        raise PlantError(
            f"duration_s must give 1 to {SAMPLES_MAX} samples, got {duration_s} s (run_mirror_loop)"
        )
    axes, result = ffi.new("dd_fine_axis[2]"), ffi.new("dd_fine_result *")
    motion = ffi.new(
        "dd_fine_input *",
        {
            "seed": seed,
            "target_rad": target_rad,
            "target_rate_rad_per_s": target_rate_rad_per_s,
            "mirror_stuck": mirror_stuck,
            "gimbal_stuck": gimbal_stuck,
        },
    )
    rows = np.zeros((count, 6))
    lib.dd_fine_run(_fine(mirror), axes, motion, count, result, ffi.from_buffer("double[]", rows))
    return MirrorRun(
        time_s=np.arange(count) / mirror.loop_sample_hz,
        error_rad=rows[:, 0:2],
        mirror_rad=rows[:, 2:4],
        gimbal_rad=rows[:, 4:6],
    )


def _response(mirror: MirrorParams, frequency_hz: ArrayLike, which: int) -> Array:
    fine = _fine(mirror)
    pair = ffi.new("double[2]")
    frequencies = np.asarray(frequency_hz, float)
    flat = []
    for frequency in frequencies.ravel():
        lib.dd_fine_response(fine, frequency, pair, pair + 1)
        flat.append(pair[which])
    return np.array(flat, float).reshape(frequencies.shape)


def _fine(mirror: MirrorParams) -> object:
    """Return the constants of the loop in C, from the parameters by name."""
    params = ffi.new("dd_params *")
    for item in fields(mirror):
        lib.dd_param_set(params, lib.dd_param_index(item.name.encode()), getattr(mirror, item.name))
    fine = ffi.new("dd_fine *")
    lib.dd_fine_set(fine, params)
    return fine
