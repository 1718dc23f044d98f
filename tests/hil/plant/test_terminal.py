"""Laser terminals in the plant: tracking in both fidelities, faults, the link and its budget."""

from dataclasses import fields
from math import hypot, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.plant.pointing import REACHED, Pointing

from hil.plant.actuators import TerminalMode
from hil.plant.channels import TERMINALS
from hil.plant.core import Plant
from hil.plant.mirror import mirror_loop_variance_rad2
from hil.plant.optics import link_budget
from hil.plant.params import PlantParams
from hil.plant.params_optical import MirrorParams, OpticalParams, good_mirror

LIMIT_RAD = 500e-6
SAMPLED = PlantParams(name="sampled", optical=OpticalParams(fidelity_count=1.0))
BOTH = pytest.mark.parametrize(
    "params", [PlantParams(name="statistical"), SAMPLED], ids=lambda params: params.name
)


def residual_rad(mirror: MirrorParams) -> float:
    return float(np.sqrt(sum(mirror_loop_variance_rad2(mirror))))


@BOTH
def test_light_on_the_detectors_is_the_budget(params: PlantParams) -> None:
    pointing = Pointing(params).linked()
    for index in REACHED:
        budget = link_budget(
            params.optical,
            pointing.truth("partner_range_m", index),
            pointing_error_rad=params.optical.boresight_error_rad,
            jitter_rad=residual_rad(params.mirror),
        )
        expected_w = 10.0 ** (float(budget.received_power_dbm) / 10.0 - 3.0)
        assert pointing.truth("camera_power_w", index) == pytest.approx(expected_w, rel=1e-9)
        assert pointing.truth("quad_power_w", index) == pytest.approx(0.1 * expected_w, rel=1e-9)
        # The receiver's fibre loses what our own jitter costs, 0.05 dB.
        assert pointing.truth("receiver_power_w", index) == pytest.approx(0.89 * expected_w, rel=0.01)
        assert pointing.truth("frame_lock", index) == 1.0


@pytest.mark.parametrize("mirror", [MirrorParams(), good_mirror()], ids=["2 kHz", "5 kHz"])
def test_statistical_jitter_is_that_of_the_loop(mirror: MirrorParams) -> None:
    pointing = Pointing(PlantParams(name="x", mirror=mirror)).linked()
    assert pointing.truth("jitter_rms_rad", 0) == pytest.approx(residual_rad(mirror), rel=1e-12)
    errors = pointing.collect(400, TerminalMode.LINK, lambda: pointing.truth("error_x_rad", 0))
    assert np.std(errors) == pytest.approx(residual_rad(mirror), rel=0.15)


def test_sampled_jitter_agrees_with_the_statistical_one() -> None:
    pointing = Pointing(SAMPLED).linked()
    for index in REACHED:
        seen = pointing.collect(30, TerminalMode.LINK, lambda i=index: pointing.truth("jitter_rms_rad", i))
        assert np.sqrt(np.mean(np.square(seen))) == pytest.approx(residual_rad(MirrorParams()), rel=0.07)
        assert pointing.truth("frame_lock", index) == 1.0


def test_sampled_run_is_restored_bit_by_bit() -> None:
    pointing = Pointing(SAMPLED).linked()
    image = pointing.plant.snapshot()
    pointing.run(3, TerminalMode.LINK)
    other = Plant(SAMPLED, seed=9, epoch_tai_ns=0)
    other.restore(image)
    first = pointing.plant.truth("terminals")
    pointing.plant.restore(image)
    pointing.run(3, TerminalMode.LINK)
    assert pointing.plant.truth("terminals") == first
    assert other.truth("terminals") != first


@pytest.mark.parametrize("step_s", [0.001, 0.0305, 1.0])
def test_sampled_fidelity_takes_any_step(step_s: float) -> None:
    pointing = Pointing(SAMPLED).linked()
    for _ in range(5):
        pointing.plant.step(step_s)
    assert [pointing.truth("frame_lock", index) for index in REACHED] == [1.0] * 3
    assert hypot(pointing.truth("error_x_rad", 0), pointing.truth("error_y_rad", 0)) < 8e-6


@BOTH
def test_a_stuck_gimbal_loses_a_partner_that_moves_on(params: PlantParams) -> None:
    """The mirror takes up 2 mrad on the sky, then the link breaks; the partner turns 1 mrad a second."""
    pointing = Pointing(params).linked()
    pointing.plant.inject("gimbal_stuck", terminal=0)
    locks = pointing.collect(300, TerminalMode.LINK, lambda: pointing.truth("frame_lock", 0))
    assert locks[:10] == [1.0] * 10
    assert 10 < sum(locks) < 290
    assert pointing.truth("pointing_error_rad", 0) > LIMIT_RAD
    assert pointing.truth("receiver_power_w", 0) == 0.0


@BOTH
def test_a_stuck_mirror_leaves_the_platform_jitter(params: PlantParams) -> None:
    pointing = Pointing(params).linked()
    healthy_w = pointing.truth("receiver_power_w", 0)
    pointing.plant.inject("mirror_stuck", terminal=0)
    pointing.run(20, TerminalMode.LINK)
    received = pointing.collect(50, TerminalMode.LINK, lambda: pointing.truth("receiver_power_w", 0))
    assert np.mean(received) < 0.5 * healthy_w
    pointing.plant.clear("mirror_stuck", terminal=0)


def test_coarse_tracking_is_worse_than_fine_and_better_than_none() -> None:
    pointing = Pointing().settled()
    pointing.run(150, TerminalMode.ACQUIRE)
    pointing.run(5, TerminalMode.COARSE_TRACK)
    coarse_rad = pointing.truth("jitter_rms_rad", 0)
    assert coarse_rad == pytest.approx(15.85e-6 / np.sqrt(11.0), rel=1e-3)
    assert pointing.truth("quad_power_w", 0) == 0.0
    assert pointing.truth("camera_power_w", 0) > 0.0


def test_frames_need_the_right_point_ahead() -> None:
    """7.2 urad in the plane: with 9 dB of fade the margin is 1 dB, and a beam without lead falls short."""
    pointing = Pointing().linked()
    pointing.plant.inject("link_fade", terminal=0, fade_db=9.0)
    locks = {}
    for scale in (1.0, 0.0, -1.0):
        pointing.ahead_scale = scale
        pointing.run(3, TerminalMode.LINK)
        locks[scale] = pointing.truth("frame_lock", 0)
    assert locks == {1.0: 1.0, 0.0: 0.0, -1.0: 0.0}


def test_an_open_switch_stows_the_terminal() -> None:
    pointing = Pointing().linked()
    pointing.plant.set_switch(18, closed=False)
    pointing.run(2, TerminalMode.LINK)
    assert pointing.truth("terminal_mode", 0) == TerminalMode.STOW
    assert pointing.truth("lock_state", 0) == 0.0
    assert pointing.truth("lock_state", 1) == 1.0


def test_an_unstable_loop_never_carries_frames() -> None:
    mirror = MirrorParams(crossover_hz=5000.0)
    pointing = Pointing(PlantParams(name="x", mirror=mirror)).linked()
    assert pointing.truth("jitter_rms_rad", 0) == pytest.approx(mirror.mirror_limit_rad)
    assert pointing.truth("frame_lock", 0) == 0.0


@settings(max_examples=15)
@given(st.data())
def test_no_parameter_within_its_range_poisons_the_terminals(data: st.DataObject) -> None:
    """Any corner of the declared ranges, sampled: every value stays finite, stable loop or not."""

    def corner(section: type[MirrorParams] | type[OpticalParams], *fixed: str) -> dict[str, float]:
        bounds = {item.name: (item.metadata["low"], item.metadata["high"]) for item in fields(section)}
        return {
            name: data.draw(
                st.sampled_from([item.default for item in fields(section) if item.name == name] + [*ends])
            )
            for name, ends in bounds.items()
            if name not in fixed
        }

    optical = corner(OpticalParams, "neighbour_spacing_rad", "plane_spacing_rad", "fidelity_count")
    mirror = corner(MirrorParams, "loop_sample_hz")
    pointing = Pointing(
        PlantParams(
            name="corner", optical=OpticalParams(**optical, fidelity_count=1.0), mirror=MirrorParams(**mirror)
        )
    )
    for mode in (TerminalMode.ACQUIRE, TerminalMode.COARSE_TRACK, TerminalMode.FINE_TRACK, TerminalMode.LINK):
        pointing.run(8, mode)
    assert np.isfinite(pointing.plant.truth("terminals")).all()
    assert np.isfinite(pointing.plant.truth("optics")).all()


def test_little_light_makes_the_quad_cell_and_the_loop_noisy() -> None:
    """A quarter of the light that carries frames: four times the NEA, sixteen times its variance."""
    pointing = Pointing(seed=4).linked()
    params, index = PlantParams(name="x").optical, 0
    parts = [float(part) for part in mirror_loop_variance_rad2(MirrorParams())]
    budget = link_budget(params, pointing.truth("partner_range_m", index))
    fade_db = float(budget.margin_db) + 6.0206
    read = TERMINALS.slice("error_x_rad").start + index

    def noise_rad() -> float:
        return float(pointing.plant.sense("terminals")[read] - pointing.plant.truth("terminals")[read])

    bright = np.std(pointing.collect(600, TerminalMode.LINK, noise_rad))
    pointing.plant.inject("link_fade", terminal=index, fade_db=fade_db)
    pointing.run(3, TerminalMode.LINK)
    faded = np.std(pointing.collect(600, TerminalMode.LINK, noise_rad))
    required_w = 10.0 ** (float(budget.sensitivity_dbm) / 10.0 - 3.0)
    ratio = required_w / pointing.truth("camera_power_w", index)
    assert 3.0 < ratio < 5.0
    assert bright == pytest.approx(1e-7, rel=0.1)
    assert faded == pytest.approx(ratio * 1e-7, rel=0.1)
    expected = sqrt(parts[0] + parts[2] + parts[1] * ratio**2)
    assert pointing.truth("jitter_rms_rad", index) == pytest.approx(expected, rel=1e-6)
