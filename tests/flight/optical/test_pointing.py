from math import acos, asin, atan2, cos, pi, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.optical.pointing import (
    EARTH_MU_M3_PER_S2,
    LIGHT_M_PER_S,
    Attitude,
    StateVector,
    carried,
    clear_of_earth,
    pointing,
)

RADIUS_M = 6_978_137.0
RATE_RAD_PER_S = sqrt(EARTH_MU_M3_PER_S2 / RADIUS_M**3)
START_NS = 2_152_709_197_000_000_000
LEVEL = Attitude(START_NS, (1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


def circular(angle_rad: float, time_ns: int = START_NS) -> StateVector:
    """Circular orbit in the x-y plane, in closed form."""
    speed = RADIUS_M * RATE_RAD_PER_S
    return StateVector(
        time_ns,
        (RADIUS_M * cos(angle_rad), RADIUS_M * sin(angle_rad), 0.0),
        (-speed * sin(angle_rad), speed * cos(angle_rad), 0.0),
    )


@given(st.floats(-60.0, 120.0), st.floats(0.0, 2.0 * pi))
def test_a_state_is_carried_along_the_circle(ahead_s: float, angle_rad: float) -> None:
    there = carried(circular(angle_rad), START_NS + round(ahead_s * 1e9))
    exact = circular(angle_rad + RATE_RAD_PER_S * ahead_s)
    # Each step of 10 s leaves 4 mm and 1.6 mm/s of the next order; two minutes are twelve steps.
    assert there.position_eci_m == pytest.approx(exact.position_eci_m, abs=1.5)
    assert there.velocity_eci_m_per_s == pytest.approx(exact.velocity_eci_m_per_s, abs=0.025)


@pytest.mark.requirement("OPT-001")
@given(st.floats(0.01, 1.0), st.floats(0.0, 2.0 * pi))
def test_the_direction_to_a_partner_ahead_is_the_chord_of_the_circle(
    ahead_rad: float, angle_rad: float
) -> None:
    sight = pointing(circular(angle_rad), LEVEL, circular(angle_rad + ahead_rad), START_NS)
    chord_rad = angle_rad + 0.5 * ahead_rad + 0.5 * pi
    error_rad = (sight.azimuth_rad - chord_rad + pi) % (2.0 * pi) - pi
    # Aberration and light time move it by at most v/c = 25 urad times the relative speed over v.
    assert abs(error_rad) < 3e-5
    assert sight.elevation_rad == pytest.approx(0.0, abs=1e-12)
    assert sight.range_m == pytest.approx(2.0 * RADIUS_M * sin(0.5 * ahead_rad), rel=1e-9)
    assert sight.azimuth_rate_rad_per_s == pytest.approx(RATE_RAD_PER_S, rel=1e-3)


@pytest.mark.requirement("OPT-002")
def test_point_ahead_of_a_coplanar_neighbour_is_the_published_value() -> None:
    # Reference satellite: 7.2 urad at 1,000 km in the plane; closed form 2 v_perp / c with v_perp = w *
    # range.
    ahead_rad = 2.0 * asin(0.5 * 1_000_000.0 / RADIUS_M)
    sight = pointing(circular(0.4), LEVEL, circular(0.4 + ahead_rad), START_NS)
    size_rad = sqrt(sight.point_ahead_x_rad**2 + sight.point_ahead_y_rad**2)
    assert size_rad == pytest.approx(2.0 * RATE_RAD_PER_S * 1_000_000.0 / LIGHT_M_PER_S, rel=1e-3)
    assert size_rad == pytest.approx(7.2e-6, abs=0.1e-6)


@pytest.mark.requirement("OPT-001")
@given(st.floats(-0.002, 0.002), st.floats(-0.002, 0.002), st.floats(-0.002, 0.002), st.floats(0.0, 1.5))
def test_an_old_attitude_is_carried_by_its_rate(x: float, y: float, z: float, age_s: float) -> None:
    rate = (x, y, z)
    size = sqrt(x * x + y * y + z * z)
    attitude = Attitude(START_NS, (0.5, 0.5, 0.5, 0.5), rate)
    now_ns = START_NS + round(age_s * 1e9)
    own, partner = circular(1.0, now_ns), circular(1.2, now_ns)
    sight = pointing(own, attitude, partner, now_ns)
    # Exact: the body has turned by the rate, so the quaternion is multiplied by the turn.
    half = 0.5 * size * age_s
    axis = tuple(part / size for part in rate) if size > 0.0 else (1.0, 0.0, 0.0)
    turned = Attitude(
        now_ns, _after((0.5, 0.5, 0.5, 0.5), (cos(half), *(-sin(half) * part for part in axis))), rate
    )
    exact = pointing(own, turned, partner, now_ns)
    between = acos(min(1.0, sum(a * b for a, b in zip(_unit(sight), _unit(exact), strict=True))))
    assert between < 1e-6 + (size * age_s) ** 3


def _after(first: tuple[float, ...], second: tuple[float, ...]) -> tuple[float, ...]:
    """Quaternion of rotating by ``first`` and then by ``second``, scalar first."""
    w1, x1, y1, z1 = second
    w2, x2, y2, z2 = first
    return (
        w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
        w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
        w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
        w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
    )


def _unit(sight: object) -> tuple[float, float, float]:
    azimuth, elevation = sight.azimuth_rad, sight.elevation_rad  # type: ignore[attr-defined]
    return cos(elevation) * cos(azimuth), cos(elevation) * sin(azimuth), sin(elevation)


def test_the_quaternion_turns_j2000_components_into_body_components() -> None:
    # A quarter turn about z with the body's x axis along J2000 y.
    attitude = Attitude(START_NS, (cos(-pi / 4.0), 0.0, 0.0, sin(-pi / 4.0)), (0.0, 0.0, 0.0))
    own = StateVector(START_NS, (7e6, 0.0, 0.0), (0.0, 0.0, 0.0))
    partner = StateVector(START_NS, (7e6, 1e6, 0.0), (0.0, 0.0, 0.0))
    sight = pointing(own, attitude, partner, START_NS)
    assert atan2(sin(sight.azimuth_rad), cos(sight.azimuth_rad)) == pytest.approx(0.0, abs=1e-12)


def test_the_earth_blocks_what_lies_behind_it() -> None:
    grazing_m = 6_458_000.0
    assert clear_of_earth((RADIUS_M, 0.0, 0.0), (RADIUS_M * cos(0.3), RADIUS_M * sin(0.3), 0.0), grazing_m)
    assert not clear_of_earth((RADIUS_M, 0.0, 0.0), (-RADIUS_M, 0.0, 0.0), grazing_m)
    # The chord between two satellites touches the sphere when its half angle is acos(grazing / radius).
    edge_rad = 2.0 * acos(grazing_m / RADIUS_M)
    for offset, clear in ((-0.001, True), (0.001, False)):
        angle = edge_rad + offset
        place = (RADIUS_M * cos(angle), RADIUS_M * sin(angle), 0.0)
        assert clear_of_earth((RADIUS_M, 0.0, 0.0), place, grazing_m) is clear
