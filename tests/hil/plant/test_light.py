"""Light on arrays against closed forms and published values."""

from math import pi

import numpy as np
import pytest
from reference.plant import albedo

from hil.plant.errors import PlantError
from hil.plant.light import (
    albedo_ratio,
    plate_view_factor,
    shadow_fraction,
    solar_irradiance_w_per_m2,
    sun_position_m,
)

AU_M = 1.495978707e11
BASILISK_AU_M = 1.49597870693e11


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


@pytest.mark.parametrize(
    ("distance_au", "incidence_deg", "lit_frac", "expected_w"),
    [
        (1.0, 0.0, 1.0, 1361.0),
        (1.0, 60.0, 1.0, 680.5),
        (1.0, 90.0, 1.0, 0.0),
        (1.0, 0.0, 0.0, 0.0),
        (1.52, 0.0, 1.0, 589.0754847645428),
        (1.52, 60.0, 1.0, 294.53774238227146),
    ],
)
def test_a_panel_of_one_square_metre_gives_what_basilisks_gives(
    distance_au: float, incidence_deg: float, lit_frac: float, expected_w: float
) -> None:
    """V3: the cases of Basilisk's test_unitSimpleSolarPanel.py, as Basilisk 2.12 prints them."""
    got = solar_irradiance_w_per_m2(
        distance_au * BASILISK_AU_M,
        incidence_rad=np.radians(incidence_deg),
        lit_frac=lit_frac,
        flux_w_per_m2=1361.0,
        astronomical_unit_m=BASILISK_AU_M,
    )
    assert got == pytest.approx(expected_w, rel=1e-14, abs=1e-12)


def test_irradiance_falls_with_the_square_and_needs_a_distance() -> None:
    assert solar_irradiance_w_per_m2([AU_M, 2.0 * AU_M, 1.52 * AU_M]).tolist() == pytest.approx(
        [1361.0, 340.25, 589.07], abs=6e-3
    )
    assert solar_irradiance_w_per_m2(AU_M, incidence_rad=3.0) == 0.0
    with pytest.raises(PlantError, match="distance_m must be above 0, got 0 m"):
        solar_irradiance_w_per_m2(0.0)


EARTH, MARS = (6378136.6, 6356751.9), (3396190.0, 3376200.0)
ANGLE_RAD = np.radians(71.0)
UP = np.array([np.cos(ANGLE_RAD), np.sin(ANGLE_RAD), 0.0])


@pytest.mark.parametrize(
    ("axes_m", "sun_au", "expected"), [(EARTH, 1.0, 0.004174209177079), (MARS, 1.5, 0.0035681407390035)]
)
def test_albedo_is_basilisks_but_for_the_latitudes_of_its_cells(
    axes_m: tuple[float, float], sun_au: float, expected: float
) -> None:
    """V6, Basilisk test_albedo.py, albedo 0.5 over 200 by 400 cells, 6,000 km up, 71 deg from the antisun.

    The twin of its sum gives its number to all digits. With cells and areas at one latitude (a sphere) the
    twin gives ours; its own mixture of geodetic cells with authalic areas is 0.3 to 0.5 % off.
    """
    place_m, sun_m = (axes_m[0] + 6e6) * UP, np.array([-sun_au * BASILISK_AU_M, 0.0, 0.0])
    radius_m, e2 = albedo.authalic_radius(*axes_m), 1.0 - (axes_m[1] / axes_m[0]) ** 2
    summed = albedo.grid_sum(place_m, sun_m, -UP, albedo_frac=0.5, radius_m=radius_m, eccentricity2=e2)
    assert summed == pytest.approx(expected, rel=1e-12)
    round_sum = albedo.grid_sum(place_m, sun_m, -UP, albedo_frac=0.5, radius_m=radius_m, eccentricity2=0.0)
    got = albedo_ratio(place_m, sun_m, -UP, albedo_frac=0.5, body_radius_m=radius_m)
    assert got == pytest.approx(round_sum, rel=3e-4)
    assert got == pytest.approx(expected, rel=6e-3)


def test_albedo_of_an_evenly_lit_body_is_its_view_factor() -> None:
    """Close above the subsolar point all in sight has the Sun overhead: (R / r)^2 for a plate facing it."""
    ratio = 1.0 + 1e-7
    got = albedo_ratio([6378136.6 * ratio, 0, 0], [1e20, 0, 0], [-1.0, 0, 0], albedo_frac=1.0)
    assert got == pytest.approx(ratio**-2, rel=1e-6)


def test_albedo_is_what_rays_shot_at_random_bring() -> None:
    """Monte Carlo at 600 km, Sun 50 deg from the zenith, plate tilted by 29 deg."""
    random, ratio = np.random.default_rng(5), 6978136.6 / 6378136.6
    sun, normal = np.array([np.cos(0.87), np.sin(0.87), 0.0]), np.array([-np.cos(0.5), np.sin(0.5), 0.0])
    rays = random.normal(size=(1_000_000, 3))
    rays /= np.linalg.norm(rays, axis=1)[:, None]
    fall = -rays[:, 0] * ratio
    inside = 1.0 - ratio**2 + fall**2
    hit = (fall > 0.0) & (inside > 0.0)
    surface = np.array([ratio, 0.0, 0.0]) + (fall - np.sqrt(np.maximum(inside, 0.0)))[:, None] * rays
    brought = np.where(hit, np.maximum(0.0, surface @ sun) * np.maximum(0.0, rays @ normal), 0.0)
    got = albedo_ratio([6978136.6, 0, 0], 1e20 * sun, normal, albedo_frac=1.0)
    assert got == pytest.approx(4.0 * brought.mean(), rel=5e-3)


def test_albedo_inside_the_body_is_refused() -> None:
    with pytest.raises(PlantError, match="place_m over body_radius_m must be at least 1"):
        albedo_ratio([6e6, 0, 0], [AU_M, 0, 0], [-1.0, 0, 0])
