from math import cos, pi, sin, sqrt

import pytest

from flight.optical.dark import Dark, DarkReason, Scene, next_dark, obstruction
from flight.optical.pointing import EARTH_MU_M3_PER_S2, Attitude, StateVector

RADIUS_M = 6_978_137.0
RATE_RAD_PER_S = sqrt(EARTH_MU_M3_PER_S2 / RADIUS_M**3)
START_NS = 2_152_709_197_000_000_000
AHEAD_RAD = 0.1434
"""The neighbour in the plane: 1,000 km."""


def circular(angle_rad: float) -> StateVector:
    speed = RADIUS_M * RATE_RAD_PER_S
    return StateVector(
        START_NS,
        (RADIUS_M * cos(angle_rad), RADIUS_M * sin(angle_rad), 0.0),
        (-speed * sin(angle_rad), speed * cos(angle_rad), 0.0),
    )


def scene(angle_rad: float, *, ahead_rad: float = AHEAD_RAD, sun: tuple[float, ...] | None = None) -> Scene:
    """An inertial body along the J2000 axes: the partner's azimuth grows by the orbital rate."""
    level = Attitude(START_NS, (1.0, 0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    return Scene(circular(angle_rad), circular(angle_rad + ahead_rad), level, sun)


def at(azimuth_deg: float) -> float:
    """Own angle on the orbit at which the partner ahead stands at an azimuth (the chord of the circle)."""
    return azimuth_deg * pi / 180.0 - 0.5 * pi - 0.5 * AHEAD_RAD


def seconds(angle_deg: float) -> float:
    return angle_deg * pi / 180.0 / RATE_RAD_PER_S


@pytest.mark.requirement("OPT-010")
def test_the_gimbal_stops_cost_the_time_of_their_arc() -> None:
    # Azimuth 173.03 to 186.97 degrees (the stops less 2 degrees), turned at the orbital rate.
    found = next_dark(scene(at(173.2)), START_NS, START_NS + 10**13)
    assert found is not None
    assert found.reason == DarkReason.GIMBAL
    arc_s = seconds(186.97 - 173.2)
    assert (found.until_ns - START_NS) * 1e-9 == pytest.approx(arc_s, abs=12.0)
    assert found.from_ns == START_NS - 10_000_000_000


@pytest.mark.requirement("OPT-010")
def test_the_sun_near_the_line_of_sight_is_dark() -> None:
    sun = (1.0, 0.0, 0.0)
    assert obstruction(scene(at(-0.9), sun=sun), START_NS) == DarkReason.SUN
    assert obstruction(scene(at(-1.1), sun=sun), START_NS) is None
    assert obstruction(scene(at(-0.9)), START_NS) is None
    found = next_dark(scene(at(-0.9), sun=sun), START_NS, START_NS + 10**13)
    assert found is not None
    assert (found.until_ns - START_NS) * 1e-9 == pytest.approx(seconds(1.9), abs=12.0)


@pytest.mark.requirement("OPT-010")
def test_the_earth_hides_a_partner_far_ahead() -> None:
    # The chord between two satellites at 600 km touches the grazing sphere at 44.6 degrees apart.
    assert obstruction(scene(0.0, ahead_rad=0.7), START_NS) is None
    assert obstruction(scene(0.0, ahead_rad=0.9), START_NS) == DarkReason.EARTH


def test_no_interval_goes_beyond_its_window() -> None:
    until_ns = START_NS + 30_000_000_000
    assert next_dark(scene(at(175.0)), START_NS, until_ns) == Dark(
        START_NS - 10_000_000_000, until_ns, DarkReason.GIMBAL
    )


def test_a_turning_body_is_followed() -> None:
    # A body that turns with the orbit keeps the partner at one azimuth: never dark.
    turning = Attitude(START_NS, (1.0, 0.0, 0.0, 0.0), (0.0, 0.0, RATE_RAD_PER_S))
    free = scene(at(90.0))._replace(attitude=turning)
    for minutes in range(90):
        assert obstruction(free, START_NS + minutes * 60_000_000_000) is None
