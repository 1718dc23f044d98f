"""Light on arrays against closed forms and published values."""

from math import pi

import numpy as np
import pytest

from hil.plant.errors import PlantError
from hil.plant.light import plate_view_factor, shadow_fraction, sun_position_m

AU_M = 1.495978707e11


def test_orbit_at_beta_0_is_dark_for_the_closed_form_of_its_shadow() -> None:
    """Cylinder of the umbra: sin(half angle) = R / r; the penumbra's width is 0.53 deg on both sides."""
    radius_m, orbit_m = 6378136.6, 6978137.0
    angle = np.linspace(-pi, pi, 36001)
    r = orbit_m * np.stack([np.cos(angle), np.sin(angle), np.zeros_like(angle)], axis=-1)
    lit = shadow_fraction(np.array([AU_M, 0.0, 0.0]) - r, -r)
    assert lit.shape == angle.shape
    assert (lit < 0.5).mean() == pytest.approx(np.arcsin(radius_m / orbit_m) / pi, abs=2e-4)


@pytest.mark.parametrize(
    ("body_radius_m", "distance_m", "expected"),
    [(1.7374e6, 4.0e8, 1.0 - (1.7374e6 / 4.0e8 / (6.957e8 / AU_M)) ** 2), (1.7374e6, 3.5e8, 0.0)],
)
def test_moon_before_the_sun_is_annular_when_far(
    body_radius_m: float, distance_m: float, expected: float
) -> None:
    got = shadow_fraction([AU_M, 0, 0], [distance_m, 0, 0], body_radius_m=body_radius_m)
    assert got == pytest.approx(expected, abs=1e-4)


def test_sun_at_the_march_equinox_of_2026_crosses_the_equator() -> None:
    """Equinox of date 2026-03-20T14:46 UTC (US Naval Observatory); J2000 is 26.2 years of precession away."""
    sun = sun_position_m([9575.11553])[0]
    declination_deg = np.degrees(np.arcsin(sun[2] / np.linalg.norm(sun)))
    assert declination_deg == pytest.approx(-0.0055696 * 26.2, abs=0.01)  # 20.04 arcsec a year
    assert np.linalg.norm(sun) == pytest.approx(0.9959 * AU_M, rel=2e-4)


def test_view_factor_of_the_earth_at_600_km() -> None:
    ratio = 6978137.0 / 6378137.0
    assert plate_view_factor(ratio, [1.0, 0.0]).tolist() == pytest.approx([0.8354, 0.2490], abs=5e-5)


def test_a_plate_inside_the_earth_is_refused() -> None:
    with pytest.raises(PlantError, match=r"distance_ratio must be at least 1, got 0.5"):
        plate_view_factor(0.5, 1.0)
    with pytest.raises(PlantError, match="sun_radius_m must be above 0, got -1 m"):
        shadow_fraction([AU_M, 0, 0], [1e7, 0, 0], sun_radius_m=-1.0)
