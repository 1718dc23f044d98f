"""The optical link budget against its terms in decibel."""

from math import exp, log10, pi

import numpy as np
import pytest

from hil.plant.beam import antenna_gain_ratio, link_received_w, mean_pointing_frac, pointing_frac


def test_gain_and_received_power_in_decibel() -> None:
    """103.23 dB for 80 mm at 1,550 nm and 0.8; 2 W over 1,000 km less 7 dB: -25.71 dBm, term by term."""
    gain_db = 10.0 * log10(antenna_gain_ratio(0.08, efficiency_frac=0.8))
    space_db = 20.0 * log10(1.55e-6 / (4.0 * pi * 1e6))
    assert gain_db == pytest.approx(103.23, abs=0.005)
    assert space_db == pytest.approx(-258.18, abs=0.005)
    got_dbm = 10.0 * log10(1e3 * link_received_w(1e6, loss_db=7.0))
    assert got_dbm == pytest.approx(10.0 * log10(2e3) + 2.0 * gain_db + space_db - 7.0, abs=1e-9)
    assert link_received_w(1e6, transmit_gain_ratio=1.0, receive_gain_ratio=1.0) == pytest.approx(
        2.0 * 10.0 ** (space_db / 10.0)
    )


def test_mean_pointing_loss_equals_the_average_over_jitter() -> None:
    """1 urad of jitter per axis costs 0.09 dB; the mean is checked by quadrature over the Rayleigh angle."""
    half = 13.9e-6
    angle = np.linspace(0.0, 2e-5, 200_001)
    for sigma in (1e-6, 2e-6, 3e-6):
        density = angle / sigma**2 * np.exp(-0.5 * (angle / sigma) ** 2)
        expected = np.trapezoid(density * np.exp(-2.0 * (angle / half) ** 2), angle)
        assert mean_pointing_frac(sigma, half) == pytest.approx(expected, rel=1e-6)
    assert -10.0 * log10(mean_pointing_frac(1e-6, half)) == pytest.approx(0.09, abs=0.005)
    assert mean_pointing_frac(0.0, half) == 1.0
    assert pointing_frac(half, half) == pytest.approx(exp(-2.0))
