"""Magnetic field, magnetic latitude and the South Atlantic region against twin and published values."""

from math import atan2, cos, degrees, pi, radians, sin, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.plant import magnetic as twin

from hil.plant._cplant import ffi, lib
from hil.plant.channels import WORLD
from hil.plant.core import Plant
from hil.plant.params import OrbitParams, odc100_mid_inclination

Vector = tuple[float, float, float]

LIMIT_T = OrbitParams().south_atlantic_strength_max_t


def field(r: Vector) -> list[float]:
    out = ffi.new("double[3]")
    lib.dd_magnetic_field(r, out)
    return list(out)


def fixed(latitude_deg: float, longitude_deg: float, altitude_m: float) -> Vector:
    out = ffi.new("double[3]")
    angles = radians(latitude_deg), radians(longitude_deg)
    lib.dd_geodetic_to_fixed(6378137.0, 1.0 / 298.257223563, *angles, altitude_m, out)
    return out[0], out[1], out[2]


def shell(latitude: float, longitude: float, radius_m: float) -> Vector:
    across = radius_m * cos(latitude)
    return across * cos(longitude), across * sin(longitude), radius_m * sin(latitude)


@settings(max_examples=200)
@given(st.floats(-1.57, 1.57), st.floats(-pi, pi), st.floats(6.6e6, 1.2e7))
def test_field_is_the_gradient_of_its_potential(latitude: float, longitude: float, radius_m: float) -> None:
    r = shell(latitude, longitude, radius_m)
    expected = twin.field(r)
    scale = sqrt(sum(x * x for x in expected))
    assert all(abs(x - y) < 2e-9 * scale for x, y in zip(field(r), expected, strict=True))


@pytest.mark.parametrize(
    ("place", "north_east_down_nt"),
    [
        ((0.0, 0.0, 0.0), (27457.0, -1926.0, -15997.0)),
        ((45.0, 10.0, 0.0), (22843.0, 1451.0, 41825.0)),
        ((51.5, 0.0, 4e5), (16632.0, 69.0, 37519.0)),
        ((-33.86, 151.21, 0.0), (24040.0, 5450.0, -51381.0)),
        ((80.0, 0.0, 1e5), (6216.0, 92.4, 52598.8)),
        ((0.0, 120.0, 1e5), (37688.6, -96.2, -10152.1)),
        ((-80.0, 240.0, 1e5), (5907.6, 14780.3, -49540.7)),
    ],
)
def test_published_field_is_met_within_what_higher_degrees_add(
    place: Vector, north_east_down_nt: Vector
) -> None:
    """IGRF-14 of the British Geological Survey's service and NOAA's WMM2025_TEST_VALUES.txt, both 2025.0.

    Degrees above 6 are left out: some 300 nT of 50,000 at the ground.
    """
    latitude, longitude = radians(place[0]), radians(place[1])
    axes = (
        (-sin(latitude) * cos(longitude), -sin(latitude) * sin(longitude), cos(latitude)),
        (-sin(longitude), cos(longitude), 0.0),
        (-cos(latitude) * cos(longitude), -cos(latitude) * sin(longitude), -sin(latitude)),
    )
    b = field(fixed(*place))
    got = [1e9 * sum(x * y for x, y in zip(axis, b, strict=True)) for axis in axes]
    assert got == pytest.approx(north_east_down_nt, abs=700.0)


def test_the_field_at_the_poles_is_finite_and_continuous() -> None:
    for sign in (1.0, -1.0):
        at, beside = field((0.0, 0.0, sign * 7e6)), field((1.0, 0.0, sign * 7e6))
        assert at == pytest.approx(beside, abs=1e-11)
    assert all(abs(x) < 1e30 for x in field((0.0, 0.0, 0.0)))


@given(st.floats(-1.57, 1.57), st.floats(-pi, pi), st.floats(6.4e6, 5e7))
def test_magnetic_latitude_equals_its_twin(latitude: float, longitude: float, radius_m: float) -> None:
    r = shell(latitude, longitude, radius_m)
    assert lib.dd_magnetic_latitude(r) == pytest.approx(twin.dipole_latitude_rad(r), abs=1e-9)


def test_the_northern_pole_of_the_dipole_is_where_the_world_data_centre_has_it() -> None:
    """World Data Center for Geomagnetism, Kyoto: 80.8 N, 72.8 W for 2025."""
    latitude, longitude = radians(80.8), radians(-72.8)
    assert degrees(lib.dd_magnetic_latitude(shell(latitude, longitude, 7e6))) > 89.9
    assert lib.dd_magnetic_latitude((0.0, 0.0, 0.0)) == 0.0


def test_the_region_is_the_one_in_which_detectors_are_switched_off() -> None:
    """Vertices of Fermi GBM's polygon (gdt, 540 km) lie around it; its middle is inside, the far side not."""
    edge = [(-30.0, 33.9), (2.5, -18.6), (5.2, -36.0), (0.7, -58.8), (-12.5, -98.5), (-30.0, -86.1)]
    assert not any(lib.dd_south_atlantic(fixed(*place, 5.4e5), LIMIT_T) for place in edge)
    for place in ((-25.0, -45.0), (-30.0, -60.0), (-15.0, -55.0), (-35.0, -20.0)):
        assert lib.dd_south_atlantic(fixed(*place, 6e5), LIMIT_T)
    for longitude in range(40, 261, 10):
        assert not any(
            lib.dd_south_atlantic(fixed(latitude, longitude, 6e5), LIMIT_T) for latitude in range(-90, 91, 10)
        )


def test_a_satellite_at_53_deg_spends_6_percent_of_its_time_there() -> None:
    inside = 0
    for i in range(100):
        sine = sin(radians(53.0)) * sin(0.02 * pi * (i + 0.5))
        latitude = atan2(sine, sqrt(1.0 - sine * sine))
        inside += sum(
            lib.dd_south_atlantic(shell(latitude, 0.02 * pi * (k + 0.5), 6.978e6), LIMIT_T)
            for k in range(100)
        )
    assert inside / 1e4 == pytest.approx(0.06, abs=0.005)


def test_the_plant_tells_where_it_is_in_the_field(epoch_ns: int) -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=epoch_ns)
    for _ in range(300):
        plant.step(1.0)
    world = plant.truth("world")
    angles = [world[WORLD.slice(name)][0] for name in ("latitude_rad", "longitude_rad", "altitude_m")]
    r = fixed(degrees(angles[0]), degrees(angles[1]), angles[2])
    strength = sqrt(sum(x * x for x in field(r)))
    assert world[WORLD.slice("magnetic_strength_t")][0] == pytest.approx(strength, rel=1e-6)
    assert world[WORLD.slice("magnetic_latitude_rad")][0] == pytest.approx(
        lib.dd_magnetic_latitude(r), abs=1e-6
    )
    assert world[WORLD.slice("south_atlantic")][0] == lib.dd_south_atlantic(r, LIMIT_T)
