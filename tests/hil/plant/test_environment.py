"""Forces, torques and fields on arrays against closed forms and published values."""

import numpy as np
import pytest

from hil.plant.environment import (
    air_density_kg_per_m3,
    gravity_gradient_n_m,
    magnetic_field_t,
    magnetic_latitude_rad,
    solar_pressure_force_n,
)
from hil.plant.errors import PlantError


def test_a_mirror_feels_twice_what_a_black_plate_feels_and_a_tilted_one_less() -> None:
    """1361 W/m2 / c = 4.5398e-6 Pa (Wertz, table 5-2 lists 4.6e-6 for 1358 W/m2 rounded)."""
    force = solar_pressure_force_n(
        [1.0, 0.0, 0.0], [[2.0, 0, 0], [1, 1, 0], [-1, 0, 0]], area_m2=1.0, specular_frac=1.0
    )
    pressure = 1361.0 / 299792458.0
    assert force[0].tolist() == pytest.approx([-2.0 * pressure, 0.0, 0.0])
    assert force[1].tolist() == pytest.approx([-pressure, 0.0, 0.0])
    assert force[2].tolist() == [0.0, 0.0, 0.0]
    black = solar_pressure_force_n([1, 0, 0], [1, 0, 0], area_m2=[1.0, 2.0])
    assert black[:, 0].tolist() == pytest.approx([-pressure, -2.0 * pressure])


def test_gravity_gradient_is_greatest_at_45_deg() -> None:
    """1.5 n^2 dI: 0.09 N m for 5e4 kg m2 at 600 km."""
    angle = np.linspace(0.0, np.pi / 2, 91)
    place = 6978137.0 * np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=-1)
    torque = gravity_gradient_n_m(place, [2e4, 7e4, 6e4])
    expected = 1.5 * 3.986004418e14 / 6978137.0**3 * 5e4
    assert torque[45, 2] == pytest.approx(expected, rel=1e-12)
    assert np.abs(torque[:, 2]).argmax() == 45
    assert np.abs(torque[:, :2]).max() < 1e-12


def test_air_thins_by_e_in_a_scale_height() -> None:
    assert air_density_kg_per_m3([6e5, 671835.0]).tolist() == pytest.approx([1.454e-13, 1.454e-13 / np.e])


def test_field_and_latitude_at_the_dipoles_pole() -> None:
    """80.8 N, 72.8 W (WDC Kyoto, 2025): the latitude is 90 deg, and there the field points down."""
    up = np.array([np.cos(np.radians(80.8)) * np.cos(np.radians(-72.8)), 0.0, np.sin(np.radians(80.8))])
    up[1] = np.cos(np.radians(80.8)) * np.sin(np.radians(-72.8))
    assert np.degrees(magnetic_latitude_rad(7e6 * up)) == pytest.approx(90.0, abs=0.1)
    field = magnetic_field_t(7e6 * up)
    assert field @ up < -0.95 * np.linalg.norm(field)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(PlantError, match="normal_dir_body must be a direction"):
        solar_pressure_force_n([0, 0, 0], [1, 0, 0], area_m2=1.0)
    with pytest.raises(PlantError, match="specular_frac must be"):
        solar_pressure_force_n([1, 0, 0], [1, 0, 0], area_m2=1.0, specular_frac=1.1)
    with pytest.raises(PlantError, match="inertia_kg_m2 must be above 0"):
        gravity_gradient_n_m([7e6, 0, 0], [1.0, 0.0, 1.0])
    with pytest.raises(PlantError, match="length of position_ecef_m must be at least"):
        magnetic_field_t([1e6, 0, 0])
    with pytest.raises(PlantError, match="altitude_m must be"):
        air_density_kg_per_m3(-1.0)


def test_light_on_ten_facets_is_basilisks() -> None:
    """V6, hub and panels of Basilisk's test_unitFacetSRPDynamicEffector.py, body at MRP (0.1, 0.2, -0.3).

    Force and torque as Basilisk 2.12 logs them: panels at -10.4 and -28 deg, its 1368 W/m2, at 0.5 AU.
    """
    sun_dir, distance_m = [-0.1997491425291072, -0.9172079452701091, -0.344717079925367], 74798935351.77902
    first, second = np.radians([-10.4, -28.0])
    turned = np.array([[0.0, np.cos(first), np.sin(first)], [0.0, np.cos(second), -np.sin(second)]])
    faces = [[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
    normals = np.concatenate([faces, [turned[0], -turned[0], turned[1], -turned[1]]])
    panel_m2, place_m = np.pi * 3.75**2, [4.5, 0.0, 0.75]
    arms_m = np.concatenate([0.75 * np.array(faces), [place_m, place_m], [[-4.5, 0.0, 0.75]] * 2])
    force = solar_pressure_force_n(
        normals,
        sun_dir,
        area_m2=[2.25] * 6 + [panel_m2] * 4,
        specular_frac=0.9,
        diffuse_frac=0.1,
        flux_w_per_m2=1368.0 * (1.495978707e11 / distance_m) ** 2,
    )
    torque = np.cross(arms_m, force).sum(axis=0)
    assert force.sum(axis=0) == pytest.approx(
        [3.3875340551562776e-05, 2.5118729418167167e-03, 5.3706475176270175e-04], rel=1e-13
    )
    assert torque == pytest.approx(
        [-0.00183124987373725, 0.00391239938736494, -0.00096459082570881], rel=1e-12
    )


def test_gravity_gradient_is_basilisks() -> None:
    """V6, GravityGradientEffector of Basilisk 2.12: 600 km, attitude (0.1, 0.2, -0.3), inertia of ODC-100."""
    torque = gravity_gradient_n_m(
        [-6902535.873696939, 309720.78052338754, 953532.9573791191],
        [6e4, 2e4, 7e4],
        mu_m3_per_s2=398600436000000.0,
    )
    assert torque == pytest.approx([0.00106960775622002, 0.00476752376486774, 0.00619423238679539], rel=1e-13)
