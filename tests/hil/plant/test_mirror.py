"""The tracking loop of the firmware and its mirror: twins, closed forms, theory against samples, bars."""

from math import erf, inf, log10, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from reference.plant import link as link_twin
from reference.plant import mirror as twin
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib
from hil.plant.errors import PlantError
from hil.plant.mirror import (
    integrator_variance_rad2,
    loop_noise_ratio,
    loop_rejection_ratio,
    mirror_loop_variance_rad2,
    mirror_step_response_rad,
    quad_reading_rad,
    run_mirror_loop,
)
from hil.plant.params_optical import MirrorParams, good_mirror

QUIET = MirrorParams(
    jitter_density_rad2_per_hz=0.0,
    quad_noise_rad=0.0,
    pump_line_rad=0.0,
    pump_harmonic_rad=0.0,
    wheel_line_rad=0.0,
)


def total_urad(mirror: MirrorParams) -> float:
    return sqrt(sum(mirror_loop_variance_rad2(mirror))) * 1e6


def replaced(mirror: MirrorParams, **changes: float) -> MirrorParams:
    values = {name: getattr(mirror, name) for name in MirrorParams.__dataclass_fields__}
    return MirrorParams(**{**values, **changes})


def open_loop(mirror: MirrorParams, frequency_hz: NDArray[np.float64]) -> NDArray[np.complex128]:
    return twin.loop_gain(
        frequency_hz,
        sample_s=1.0 / mirror.loop_sample_hz,
        crossover_hz=mirror.crossover_hz,
        notch_hz=mirror.notch_mode_hz,
        notch_damping=mirror.notch_damping_ratio,
        pole_hz=mirror.notch_pole_hz,
        line_hz=(mirror.pump_line_hz, mirror.pump_harmonic_hz, mirror.wheel_line_hz),
        line_share=mirror.line_share_ratio,
        mode_hz=mirror.mirror_mode_hz,
        damping=mirror.mirror_damping_ratio,
    )


@pytest.mark.parametrize(("crossover_hz", "residual_urad"), [(0.0, 15.85), (250.0, 1.0), (500.0, 0.708)])
def test_pure_integrator_in_closed_form(crossover_hz: float, residual_urad: float) -> None:
    """160 (pi/2) / (1 + fc) urad2; without a loop the Olympus spectrum has 15.85 urad RMS."""
    variance = integrator_variance_rad2(160e-12, 1.0, crossover_hz)
    assert np.sqrt(variance) * 1e6 == pytest.approx(residual_urad, abs=0.005)


@pytest.mark.parametrize("crossover_hz", [20.0, 100.0, 500.0])
def test_loop_of_a_fast_mirror_is_a_pure_integrator(crossover_hz: float) -> None:
    """At a megahertz with a mirror of 100 kHz delays vanish; what is left is of first order in fc/fs."""
    fast = replaced(
        QUIET,
        jitter_density_rad2_per_hz=160e-12,
        loop_sample_hz=1e6,
        mirror_mode_hz=1e5,
        notch_mode_hz=1e5,
        notch_pole_hz=4e5,
        crossover_hz=crossover_hz,
        line_share_ratio=0.0,
    )
    expected = integrator_variance_rad2(160e-12, 1.0, crossover_hz)
    assert mirror_loop_variance_rad2(fast)[0] == pytest.approx(float(expected), rel=3e-5 * crossover_hz)


def test_baseline_mirror_holds_a_microradian_and_a_good_one_less() -> None:
    """Bars: 1.0 urad RMS per axis with a 2 kHz mode, 0.7 with 5 kHz, pump and wheel lines on."""
    assert total_urad(MirrorParams()) <= 1.0
    assert total_urad(good_mirror()) <= 0.7
    assert total_urad(replaced(MirrorParams(), line_share_ratio=0.0)) > total_urad(MirrorParams())


@pytest.mark.parametrize("detuned_ratio", [0.9, 1.1])
def test_a_mirror_that_is_not_what_the_notch_expects_stays_stable(detuned_ratio: float) -> None:
    assert total_urad(replaced(MirrorParams(), mirror_mode_hz=2000.0 * detuned_ratio)) <= 1.0


@pytest.mark.slow
@pytest.mark.parametrize("mirror", [MirrorParams(), good_mirror()], ids=["2 kHz", "5 kHz"])
def test_sampled_loop_leaves_what_theory_says(mirror: MirrorParams) -> None:
    """40 s at 20 kHz, both axes: noise of the estimate below 1 %; the quad cell's bend costs less."""
    run = run_mirror_loop(mirror, 40.0, seed=3)
    rms_urad = np.sqrt(np.mean(run.error_rad[2000:] ** 2)) * 1e6
    assert rms_urad == pytest.approx(total_urad(mirror), rel=0.01)
    assert run.time_s[-1] == pytest.approx(40.0 - 1.0 / mirror.loop_sample_hz)


def test_variance_is_the_sum_over_the_spectrum() -> None:
    """Independent of Lyapunov's equation: jitter through |S|^2, noise through |T|^2, over the unit circle."""
    mirror = replaced(MirrorParams(), jitter_corner_hz=20.0, line_share_ratio=0.02)
    count = 400_000
    step_hz = 0.5 * mirror.loop_sample_hz / count
    frequencies_hz = (np.arange(count) + 0.5) * step_hz
    loop = open_loop(mirror, frequencies_hz)
    spectrum = twin.sampled_spectrum(frequencies_hz, 160e-12, 20.0, 1.0 / mirror.loop_sample_hz)
    jitter, noise, lines = mirror_loop_variance_rad2(mirror)
    assert jitter == pytest.approx(float(np.sum(spectrum / np.abs(1.0 + loop) ** 2) * step_hz), rel=1e-9)
    assert noise == pytest.approx(float(np.mean(np.abs(loop / (1.0 + loop)) ** 2) * 1e-14), rel=1e-9)
    at = open_loop(mirror, np.array([47.0, 94.0, 67.0]))
    expected = np.sum(np.array([2e-6, 2e-6, 1e-6]) ** 2 / np.abs(1.0 + at) ** 2)
    assert lines == pytest.approx(float(expected), rel=1e-9)


@TWIN_CASES
@given(
    st.floats(0.5, 9999.0),
    st.floats(10.0, 2000.0),
    st.floats(500.0, 8000.0),
    st.floats(0.1, 0.95),
    st.floats(1000.0, 9900.0),
    st.floats(0.0, 0.3),
)
def test_response_equals_its_twin(
    frequency_hz: float, crossover_hz: float, mode_hz: float, damping: float, pole_hz: float, share: float
) -> None:
    mirror = MirrorParams(
        crossover_hz=crossover_hz,
        mirror_mode_hz=mode_hz,
        mirror_damping_ratio=damping,
        notch_pole_hz=pole_hz,
        line_share_ratio=share,
    )
    loop = open_loop(mirror, np.array([frequency_hz]))[0]
    # Near the integrator's and the resonators' poles and near -1 digits cancel.
    room = 1e-10 + 1e-13 * (abs(loop) + 1.0 / abs(1.0 + loop))
    assert loop_rejection_ratio(mirror, frequency_hz) == pytest.approx(1.0 / abs(1.0 + loop) ** 2, rel=room)
    assert loop_noise_ratio(mirror, frequency_hz) == pytest.approx(abs(loop / (1.0 + loop)) ** 2, rel=room)


def test_what_stands_still_is_followed_exactly() -> None:
    assert loop_rejection_ratio(MirrorParams(), [0.0, 47.0])[0] == 0.0
    assert loop_noise_ratio(MirrorParams(), 0.0) == 1.0
    assert 10.0 * log10(loop_rejection_ratio(MirrorParams(), 47.0)) < -34.0


def test_an_unstable_loop_has_no_variance() -> None:
    assert mirror_loop_variance_rad2(replaced(MirrorParams(), crossover_hz=5000.0))[0] == inf


@TWIN_CASES
@given(
    st.integers(0, 2**32),
    st.floats(1.0, 3000.0),
    st.floats(100.0, 9000.0),
    st.floats(0.05, 0.95),
    st.floats(100.0, 9900.0),
    st.tuples(st.floats(1.0, 400.0), st.floats(1.0, 400.0), st.sampled_from([0.0, 67.0])),
    st.floats(0.0, 0.5),
    st.sampled_from([2e-3, 3e-5]),
)
def test_firmware_equals_its_twin(
    seed: int,
    crossover_hz: float,
    notch_hz: float,
    damping: float,
    pole_hz: float,
    lines_hz: tuple[float, ...],
    share: float,
    limit_rad: float,
) -> None:
    design, gains = ffi.new("dd_mirror_design *"), ffi.new("dd_mirror_gains *")
    design.sample_s, design.crossover_hz = 5e-5, crossover_hz
    design.notch_hz, design.notch_damping_ratio, design.notch_pole_hz = notch_hz, damping, pole_hz
    design.line_hz, design.line_share_ratio = list(lines_hz), share
    design.limit_rad, design.offload_hz = limit_rad, 1.0
    lib.dd_mirror_tune(design, gains)
    axis = ffi.new("dd_mirror_axis *")
    other = twin.Controller(
        sample_s=5e-5,
        crossover_hz=crossover_hz,
        notch_hz=notch_hz,
        notch_damping=damping,
        pole_hz=pole_hz,
        line_hz=lines_hz,
        line_share=share,
        limit_rad=limit_rad,
    )
    errors_rad = np.random.default_rng(seed).uniform(-1e-4, 1e-4, 6).tolist()
    size = 1e-4 * max(1.0, abs(other.scale))
    for error in errors_rad:
        lib.dd_mirror_update(axis, gains, error)
        expected = other.update(error)
        assert axis.command_rad == pytest.approx(expected, rel=1e-10, abs=1e-10 * size)
    assert lib.dd_mirror_offload_rad_per_s(axis, gains) == pytest.approx(2.0 * pi * axis.command_rad)


@TWIN_CASES
@given(
    st.floats(-1.0, 1.0),
    st.floats(-1.0, 1.0),
    st.floats(-1.0, 1.0),
    st.floats(0.1, 9000.0),
    st.floats(0.02, 0.98),
    st.floats(1e-6, 1e-3),
)
def test_oscillator_step_equals_its_twin(
    x: float, v: float, held: float, mode_hz: float, damping: float, step_s: float
) -> None:
    order = ffi.new("dd_second_order *")
    lib.dd_second_order_set(order, mode_hz, damping, step_s)
    position, rate = ffi.new("double *", x), ffi.new("double *", v)
    lib.dd_second_order_step(order, held, position, rate)
    expected = twin.oscillator_step(x, v, held, mode_hz, damping, step_s)
    assert (position[0], rate[0]) == pytest.approx(expected, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize(("mode_hz", "damping"), [(2000.0, 0.6), (5000.0, 0.7), (2000.0, 0.05)])
def test_mirror_steps_as_the_textbook_says(mode_hz: float, damping: float) -> None:
    found = mirror_step_response_rad(mode_hz, damping, 5e-5, 200, step_rad=1e-3)
    expected = [1e-3 * twin.step_response(k * 5e-5, mode_hz, damping) for k in range(200)]
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize(
    ("mode_hz", "damping", "step_s"), [(0.0, 0.5, 1.0), (1.0, 1.0, 1.0), (1.0, 0.5, 0.0)]
)
def test_step_response_refuses_what_is_no_mirror(mode_hz: float, damping: float, step_s: float) -> None:
    with pytest.raises(PlantError, match="mode_hz and step_s must be above 0"):
        mirror_step_response_rad(mode_hz, damping, step_s, 3)


@TWIN_CASES
@given(
    st.integers(0, 2**32),
    st.floats(0.5, 20.0),
    st.floats(0.1, 0.95),
    st.sampled_from([0.0, 30e-6]),
    st.floats(0.0, 50e-6),
    st.floats(0.0, 0.05),
)
def test_gimbal_equals_its_twin(
    seed: int,
    mode_hz: float,
    damping: float,
    quantum_rad: float,
    backlash_rad: float,
    friction: float,
) -> None:
    gimbal, axis = ffi.new("dd_gimbal *"), ffi.new("dd_gimbal_axis *")
    lib.dd_second_order_set(ffi.addressof(gimbal, "servo"), mode_hz, damping, 1e-3)
    gimbal.step_s, gimbal.rate_scale_per_s = 1e-3, 2.0 * pi * mode_hz
    gimbal.quantum_rad, gimbal.backlash_rad, gimbal.friction_rad_per_s2 = quantum_rad, backlash_rad, friction
    state = [0.0, 0.0, 0.0, 0.0]
    for rate in np.random.default_rng(seed).uniform(-0.05, 0.05, 4).tolist():
        lib.dd_gimbal_step(gimbal, axis, rate)
        state = twin.gimbal_step(
            state,
            rate,
            step_s=1e-3,
            frequency_hz=mode_hz,
            damping=damping,
            quantum=quantum_rad,
            backlash=backlash_rad,
            friction=friction,
        )
        found = [axis.set_rad, axis.motor_rad, axis.motor_rate_rad * gimbal.rate_scale_per_s, axis.output_rad]
        assert found == pytest.approx(state, rel=1e-10, abs=1e-14)


@TWIN_CASES
@given(
    st.integers(0, 2**63),
    st.tuples(st.floats(-0.02, 0.02), st.floats(-0.02, 0.02)),
    st.floats(50.0, 1500.0),
    st.floats(300.0, 6000.0),
    st.sampled_from([2e-3, 2e-6]),
)
def test_sampled_run_equals_its_twin(
    seed: int, rates: tuple[float, float], crossover_hz: float, mode_hz: float, limit_rad: float
) -> None:
    """Three gimbal steps, 60 samples of both axes, through all of the loop's parts."""
    mirror = replaced(
        MirrorParams(), crossover_hz=crossover_hz, mirror_mode_hz=mode_hz, mirror_limit_rad=limit_rad
    )
    run = run_mirror_loop(mirror, 3e-3, seed=seed, target_rate_rad_per_s=rates)
    other = twin.SampledLoop(mirror, seed, 0)
    expected = np.array([other.sample(number, rates) for number in range(60)])
    size = float(np.abs(expected).max())
    assert np.all(np.abs(run.error_rad - expected) <= 1e-10 * np.maximum(size, np.abs(expected)))


def test_gimbal_sticks_hangs_and_steps() -> None:
    gimbal, axis = ffi.new("dd_gimbal *"), ffi.new("dd_gimbal_axis *")
    lib.dd_second_order_set(ffi.addressof(gimbal, "servo"), 5.0, 0.7, 1e-3)
    gimbal.step_s, gimbal.rate_scale_per_s, gimbal.quantum_rad = 1e-3, 10.0 * pi, 30e-6
    gimbal.backlash_rad, gimbal.friction_rad_per_s2 = 20e-6, 0.02
    for _ in range(14):
        lib.dd_gimbal_step(gimbal, axis, 1e-3)  # 14 urad: less than half a step
    assert axis.motor_rad == 0.0
    for _ in range(1000):
        lib.dd_gimbal_step(gimbal, axis, 0.1e-3)  # up to 114 urad: four steps
    assert axis.motor_rad == pytest.approx(120e-6, abs=25e-6)  # sticks within 20, creeps before
    assert axis.motor_rad - axis.output_rad == pytest.approx(10e-6, abs=1e-9)


@TWIN_CASES
@given(st.floats(-1e-3, 1e-3), st.floats(1e-6, 1e-4))
def test_quad_cell_equals_its_twin(error_rad: float, spot_rad: float) -> None:
    assert lib.dd_quad_reading_rad(error_rad, spot_rad) == pytest.approx(
        link_twin.quad_reading(error_rad, spot_rad), rel=1e-12
    )


def test_quad_cell_is_straight_near_zero_and_flat_far_off() -> None:
    near, far, farther = quad_reading_rad([1e-8, 80e-6, 1.0], 20e-6)
    assert near == pytest.approx(1e-8, rel=1e-6)
    assert far == pytest.approx(farther, rel=1e-12)
    assert farther == pytest.approx(20e-6 * sqrt(pi / 8.0) * erf(inf))


def test_a_moving_partner_is_followed_with_the_gimbal_and_the_mirror_centred() -> None:
    """1 mrad/s across: the gimbal moves by its steps, the mirror takes up what steps and backlash leave."""
    run = run_mirror_loop(QUIET, 4.0, target_rate_rad_per_s=(1e-3, -0.5e-3))
    late = slice(40_000, None)
    assert np.abs(run.error_rad[late]).max() < 0.5e-6
    assert np.abs(run.mirror_rad[late]).max() < 150e-6
    assert run.gimbal_rad[-1] == pytest.approx([4e-3, -2e-3], abs=150e-6)


def test_a_stuck_gimbal_lets_the_mirror_run_into_its_stop() -> None:
    run = run_mirror_loop(QUIET, 3.0, target_rate_rad_per_s=(1e-3, 0.0), gimbal_stuck=True)
    assert np.abs(run.error_rad[20_000:38_000]).max() < 0.5e-6
    assert run.mirror_rad[-1, 0] == pytest.approx(2e-3, rel=1e-3)
    assert run.error_rad[-1, 0] == pytest.approx(1e-3, rel=2e-3)
    assert not run.gimbal_rad.any()


def test_a_stuck_mirror_leaves_the_jitter() -> None:
    run = run_mirror_loop(MirrorParams(), 2.0, seed=1, mirror_stuck=True)
    assert not run.mirror_rad.any()
    assert np.sqrt(np.mean(run.error_rad**2)) > 5e-6


def test_light_from_afar_pulls_in_though_the_quad_cell_is_flat() -> None:
    run = run_mirror_loop(QUIET, 0.5, target_rad=(400e-6, -400e-6))
    assert np.abs(run.error_rad[-1]).max() < 0.5e-6  # the gimbal still turns


def test_the_same_seed_gives_the_same_run() -> None:
    first, second, other = (run_mirror_loop(MirrorParams(), 0.01, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.error_rad, second.error_rad)
    assert not np.array_equal(first.error_rad, other.error_rad)


@pytest.mark.parametrize("duration_s", [0.0, -1.0, inf, 1e-9, 2e3])
def test_a_run_has_at_least_one_sample_and_not_too_many(duration_s: float) -> None:
    with pytest.raises(PlantError, match="duration_s must give 1 to"):
        run_mirror_loop(MirrorParams(), duration_s)
