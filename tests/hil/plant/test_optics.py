"""The laser link budget against printed values."""

from math import exp, log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant._cplant import lib


def dbm(power_w: float) -> float:
    return 10.0 * log10(power_w * 1e3)


def test_aperture_gain() -> None:
    """80 mm, 1550 nm, efficiency 0.8: 103.23 dB."""
    assert 10.0 * log10(lib.dd_optics_gain(0.08, 1.55e-6, 0.8)) == pytest.approx(103.23, abs=0.005)


@pytest.mark.parametrize(("range_m", "expected_dbm"), [(1e6, -25.71), (2e6, -31.73), (5.4e6, -40.36)])
def test_received_power(range_m: float, expected_dbm: float) -> None:
    """2 W, 103.23 dB at both ends, free space, 7 dB of fixed losses."""
    gain = lib.dd_optics_gain(0.08, 1.55e-6, 0.8)
    assert dbm(lib.dd_optics_received_w(2.0, gain, gain, 1.55e-6, range_m, 7.0)) == pytest.approx(
        expected_dbm, abs=0.006
    )


def test_pointing_loss_at_the_beam_edge_is_e_to_minus_two() -> None:
    assert lib.dd_optics_pointing_frac(13.9e-6, 13.9e-6) == pytest.approx(exp(-2.0), rel=1e-12)


@pytest.mark.parametrize(("sigma_rad", "loss_db"), [(1e-6, 0.09), (2e-6, 0.35), (3e-6, 0.75)])
def test_mean_pointing_loss(sigma_rad: float, loss_db: float) -> None:
    """b / (b + 1) with b = theta^2 / (4 sigma^2): 0.09, 0.35, 0.75 dB at 1, 2, 3 urad."""
    assert -10.0 * log10(lib.dd_optics_mean_pointing_frac(sigma_rad, 13.9e-6)) == pytest.approx(
        loss_db, abs=0.02
    )


def test_a_steady_beam_loses_nothing() -> None:
    assert lib.dd_optics_mean_pointing_frac(0.0, 13.9e-6) == 1.0
    assert lib.dd_optics_mean_pointing_frac(1e-12, 13.9e-6) == pytest.approx(1.0, abs=1e-9)


def test_spiral_covers_500_urad_in_445_spots() -> None:
    """60 urad spots, overlap 0.7, 5 ms each: 2.2 s."""
    assert lib.dd_optics_spiral_radius_rad(2.225, 0.005, 60e-6) == pytest.approx(500e-6, rel=2e-3)


@given(st.floats(0.0, 1e-4), st.floats(0.0, 1e-4))
def test_pointing_loss_grows_with_the_error(error_rad: float, more_rad: float) -> None:
    nearer = lib.dd_optics_pointing_frac(error_rad, 13.9e-6)
    assert 0.0 <= lib.dd_optics_pointing_frac(error_rad + more_rad, 13.9e-6) <= nearer <= 1.0
