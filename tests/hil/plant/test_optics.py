"""The laser link budget against printed values, a published budget, and a twin."""

from math import hypot, log, log10, nan, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant import link as twin
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib
from hil.plant.beam import antenna_gain_ratio, beam_gain_ratio, fade_frac, mean_pointing_frac
from hil.plant.errors import PlantError
from hil.plant.optics import link_budget, point_ahead_rad, spiral_count, spiral_points_rad, spiral_time_s
from hil.plant.params_optical import OpticalParams

THETA_RAD = 13.9e-6
ONE_DB_RAD = THETA_RAD * sqrt(log(10.0) / 20.0)
"""Static error that costs exactly 1 dB."""


def db(ratio: float) -> float:
    return 10.0 * log10(ratio)


def dbm(power_w: float) -> float:
    return 10.0 * log10(power_w * 1e3)


def test_aperture_gain() -> None:
    """80 mm, 1550 nm, efficiency 0.8: 103.23 dB."""
    assert db(antenna_gain_ratio(0.08, efficiency_frac=0.8)) == pytest.approx(103.23, abs=0.005)


def test_transmitter_reaches_the_same_gain_by_its_beam() -> None:
    """Klein and Degnan 1974: at best 0.8145 of the even aperture; with the wavefront's 0.982 it is 0.80."""
    angles_rad = np.linspace(8e-6, 40e-6, 3201)
    gains = beam_gain_ratio(angles_rad) / antenna_gain_ratio(0.08)
    assert gains.max() == pytest.approx(0.8145, abs=5e-5)
    optimum = pi * 0.04 * angles_rad[gains.argmax()] / 1.55e-6
    assert optimum == pytest.approx(1.1209, abs=2e-3)
    assert link_budget(OpticalParams(), 1e6).transmit_gain_db == pytest.approx(103.23, abs=0.005)


@pytest.mark.parametrize(
    ("range_m", "loss_db", "power_dbm", "photons"),
    [(1e6, 258.18, -25.71, 209.0), (2e6, 264.20, -31.73, 52.0), (5.4e6, 272.83, -40.36, 7.2)],
)
def test_received_power(range_m: float, loss_db: float, power_dbm: float, photons: float) -> None:
    """2 W, 103.23 dB at both ends, free space, losses of 2 + 2 + 1 + 2 dB; 100 Gbit/s."""
    budget = link_budget(OpticalParams(), range_m, pointing_error_rad=ONE_DB_RAD)
    assert budget.pointing_loss_db == pytest.approx(1.0, abs=1e-9)
    assert budget.free_space_loss_db == pytest.approx(loss_db, abs=0.006)
    assert budget.received_power_dbm == pytest.approx(power_dbm, abs=0.012)
    assert budget.photons_per_bit_count == pytest.approx(photons, rel=0.01)


def test_five_watts_and_100_mm_reach_across_5400_km() -> None:
    """-32.5 dBm and 44 photons per bit, the beam narrowed with the aperture."""
    big = OpticalParams(laser_power_w=5.0, aperture_m=0.1, beam_half_angle_rad=THETA_RAD * 0.8)
    budget = link_budget(big, 5.4e6, pointing_error_rad=0.8 * ONE_DB_RAD)
    assert budget.received_power_dbm == pytest.approx(-32.5, abs=0.05)
    assert budget.photons_per_bit_count == pytest.approx(44.0, rel=0.01)
    assert budget.margin_db > 3.0


def test_a_published_budget() -> None:
    """Notebook "Optical ISL link budget" of github.com/henrique-muon/henrique-sandbox, its printed result.

    33 dBm, 10 cm, efficiency 0.5 and 3 dB at both ends, 7,000 km, 1550 nm, 10 Gbit/s.
    """
    share = antenna_gain_ratio(0.1) / beam_gain_ratio(11e-6, aperture_m=0.1)
    optical = OpticalParams(
        laser_power_w=10.0**0.3,
        aperture_m=0.1,
        beam_half_angle_rad=11e-6,
        transmit_efficiency_frac=float(0.5 * share),
        receive_efficiency_frac=0.5,
        transmit_loss_db=3.0,
        receive_loss_db=3.0,
        implementation_loss_db=0.0,
        bit_rate_hz=1e10,
    )
    budget = link_budget(optical, 7e6)
    assert budget.received_power_dbm == pytest.approx(-41.827397049647175, abs=1e-9)
    assert round(float(budget.photons_per_bit_count)) == 51


def test_terms_add_up_to_the_received_power() -> None:
    budget = link_budget(
        OpticalParams(), np.geomspace(1e5, 6e6, 7), pointing_error_rad=2e-6, jitter_rad=1e-6, fade_db=3.0
    )
    gains = budget.transmit_power_dbm + budget.transmit_gain_db + budget.receive_gain_db
    losses = (
        budget.transmit_loss_db
        + budget.pointing_loss_db
        + budget.jitter_loss_db
        + budget.free_space_loss_db
        + budget.fade_db
        + budget.receive_loss_db
        + budget.implementation_loss_db
    )
    assert budget.received_power_dbm == pytest.approx(gains - losses, abs=1e-9)
    assert budget.margin_db == pytest.approx(budget.received_power_dbm - budget.sensitivity_dbm)
    assert budget.range_m.shape == budget.margin_db.shape == (7,)


@pytest.mark.parametrize("range_m", [0.0, -1.0, nan])
def test_a_budget_needs_a_range(range_m: float) -> None:
    with pytest.raises(PlantError, match="range_m must be above 0"):
        link_budget(OpticalParams(), [1e6, range_m])


@TWIN_CASES
@given(
    st.floats(0.01, 100.0),
    st.floats(0.01, 2.0),
    st.floats(5e-7, 1e-5),
    st.floats(0.5, 3.0),
    st.floats(1e4, 1e8),
    st.floats(0.0, 2.0),
    st.floats(0.0, 2.0),
    st.floats(0.0, 30.0),
)
def test_budget_equals_its_twin(
    power_w: float,
    aperture_m: float,
    wavelength_m: float,
    filling: float,
    range_m: float,
    error: float,
    jitter: float,
    fade_db: float,
) -> None:
    theta_rad = filling * wavelength_m / aperture_m
    link, terms = ffi.new("dd_link *"), ffi.new("dd_link_terms *")
    link.laser_power_w, link.aperture_m, link.wavelength_m = power_w, aperture_m, wavelength_m
    link.beam_half_angle_rad, link.bit_rate_hz = theta_rad, 1e9
    link.transmit_efficiency_frac, link.receive_efficiency_frac = 0.9, 0.8
    link.transmit_loss_db, link.receive_loss_db, link.implementation_loss_db = 2.0, 3.0, 1.0
    lib.dd_optics_link(link, range_m, error * theta_rad, jitter * theta_rad, fade_db, terms)
    gains = twin.beam_gain_db(aperture_m, wavelength_m, theta_rad) + 10.0 * log10(0.9)
    gains += twin.antenna_gain_db(aperture_m, wavelength_m, 0.8)
    losses = 6.0 + fade_db + twin.mean_loss_db(error * theta_rad, jitter * theta_rad, theta_rad)
    expected = twin.received_dbm(power_w, gains, losses, wavelength_m, range_m)
    # 1e-10 of the power is 4.3e-10 dB.
    assert dbm(terms.received_w) == pytest.approx(expected, abs=4e-10)
    photons = twin.photons_per_bit(expected, wavelength_m, 1e9)
    assert terms.photons_count == pytest.approx(photons, rel=1e-10)
    share = 10.0 ** (gains / 20.0)
    friis_w = lib.dd_optics_received_w(power_w, share, share, wavelength_m, range_m, losses)
    assert dbm(friis_w) == pytest.approx(expected, abs=4e-10)


def test_mean_loss_against_a_sum_over_the_jitter() -> None:
    budget = link_budget(OpticalParams(), 1e6, pointing_error_rad=5e-6, jitter_rad=3e-6)
    expected = twin.summed_loss_db(5e-6, 3e-6, THETA_RAD)
    assert budget.pointing_loss_db + budget.jitter_loss_db == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("sigma_rad", "mean_db", "fade_db"), [(1e-6, 0.09, 0.62), (2e-6, 0.35, 2.5), (3e-6, 0.75, 5.6)]
)
def test_loss_under_jitter(sigma_rad: float, mean_db: float, fade_db: float) -> None:
    """Mean b/(b + 1), b = theta^2 / (4 sigma^2), and the loss exceeded for 0.1 % of the time."""
    assert -db(mean_pointing_frac(sigma_rad, THETA_RAD)) == pytest.approx(mean_db, abs=0.02)
    assert -db(fade_frac(sigma_rad, THETA_RAD, 1e-3)) == pytest.approx(fade_db, abs=0.05)
    b = THETA_RAD**2 / (4.0 * sigma_rad**2)
    assert mean_pointing_frac(sigma_rad, THETA_RAD) == pytest.approx(b / (b + 1.0), rel=1e-12)


def test_a_steady_beam_loses_nothing() -> None:
    assert mean_pointing_frac(0.0, THETA_RAD) == 1.0
    assert fade_frac(0.0, THETA_RAD, 1e-3) == 1.0


@pytest.mark.parametrize(
    ("limit_rad", "spot_rad", "time_s"), [(5e-4, 6e-5, 2.2), (1e-3, 6e-5, 8.9), (5e-4, 3e-5, 8.9)]
)
def test_spiral_time(limit_rad: float, spot_rad: float, time_s: float) -> None:
    """Overlap 0.7, 5 ms a spot: 500 urad with 60 urad spots take 445 spots, 2.2 s."""
    found = spiral_time_s(limit_rad, spot_rad=spot_rad)
    assert found == pytest.approx(time_s, abs=0.03)
    assert lib.dd_optics_spiral_radius_rad(float(found), 0.005, spot_rad, 0.7) == pytest.approx(
        limit_rad, rel=1e-12
    )
    assert spiral_count(500e-6) == 445


def test_no_place_in_the_disc_is_far_from_a_spot() -> None:
    points = spiral_points_rad(500e-6)
    across = np.linspace(-480e-6, 480e-6, 49)
    grid = np.stack(np.meshgrid(across, across), axis=-1).reshape(-1, 2)
    grid = grid[np.hypot(*grid.T) < 480e-6]
    nearest = np.min(np.linalg.norm(grid[:, None] - points[None], axis=-1), axis=1)
    # Half a spacing each way is 29.7 urad; the middle turns are rounder than that.
    assert nearest.max() < 1.15 * hypot(21e-6, 21e-6)
    assert points[7] == pytest.approx(twin.spiral_point(7.5, 42e-6), rel=1e-12)


def test_point_ahead_of_a_coplanar_partner() -> None:
    """2 v/c: 7.2 urad at 1,000 km and 39 urad at 5,400 km, two satellites 600 km up in one circular orbit."""
    radius_m, rate_rad_per_s = 6978137.0, 1.0830e-3
    for range_m, expected_urad in ((1e6, 7.2), (5.4e6, 39.0)):
        half = np.arcsin(range_m / (2.0 * radius_m))
        ends = [radius_m * np.array([np.cos(a), np.sin(a), 0.0]) for a in (-half, half)]
        speeds = [rate_rad_per_s * np.array([-end[1], end[0], 0.0]) for end in ends]
        lead = point_ahead_rad(ends[1] - ends[0], speeds[1] - speeds[0])
        assert np.linalg.norm(lead) * 1e6 == pytest.approx(expected_urad, abs=0.05)


@given(st.floats(0.0, 1e-4), st.floats(0.0, 1e-4))
def test_pointing_loss_grows_with_the_error(error_rad: float, more_rad: float) -> None:
    nearer = lib.dd_optics_pointing_frac(error_rad, THETA_RAD)
    assert 0.0 <= lib.dd_optics_pointing_frac(error_rad + more_rad, THETA_RAD) <= nearer <= 1.0
