"""Where a terminal must look: direction of the partner in the body frame, its rate, and the point-ahead.

A setpoint made in tick n is taken up by the terminal at the time of tick n, from the fix of an earlier
tick; both states are therefore carried forward to the time of the tick before the direction is formed, and
the rate lets the gimbal go on until the next setpoint.

Source: two-body motion by a third-order Taylor step (10 s leave 4 mm of the fourth order); light time and
aberration, J. J. Degnan 1993, in Contributions of Space Geodesy to Geodynamics 25 (point-ahead 2 v/c).
"""

from math import asin, atan2, cos, pi, sin, sqrt
from typing import NamedTuple

from flight.optical.vector import Vector, cross, dot, norm, rotated, scaled_sum, unit

__all__ = [
    "STOWED",
    "Attitude",
    "Pointing",
    "StateVector",
    "angles",
    "carried",
    "clear_of_earth",
    "in_body",
    "pointing",
]

EARTH_MU_M3_PER_S2 = 3.986004418e14
"""IERS Conventions 2010, table 1.1."""
LIGHT_M_PER_S = 299_792_458.0
STEP_S = 10.0
STEP_MAX_COUNT = 60
RATE_BASE_S = 1.0
"""Baseline of the rate: the period of the setpoints."""


class StateVector(NamedTuple):
    """Position and velocity in J2000 at a time (TAI ns)."""

    time_ns: int
    position_eci_m: Vector
    velocity_eci_m_per_s: Vector


class Attitude(NamedTuple):
    """Attitude and body rate at a time (TAI ns); ``q_body_from_eci`` is scalar-first."""

    time_ns: int
    q_body_from_eci: Vector
    rate_body_rad_per_s: Vector

    def turned(self, body: Vector, age_s: float) -> Vector:
        """Return the components ``age_s`` later of a vector that stands still while the body turns evenly."""
        rate_rad_per_s = norm(self.rate_body_rad_per_s)
        angle_rad = -rate_rad_per_s * age_s
        if abs(angle_rad) < 1e-12:
            return body
        axis = unit(self.rate_body_rad_per_s)
        sideways = cross(axis, body)
        # Rodrigues' formula.
        made = scaled_sum(body, sideways, sin(angle_rad))
        return scaled_sum(made, cross(axis, sideways), 1.0 - cos(angle_rad))


class Pointing(NamedTuple):
    """Direction in the body frame, its rate, and the point-ahead across and along elevation.

    Azimuth counts from +x to +y, elevation from the x-y plane to +z. The point-ahead angles are those by
    which the transmitted beam leads the received one, in azimuth (on the sky) and in elevation.
    """

    azimuth_rad: float
    elevation_rad: float
    azimuth_rate_rad_per_s: float
    elevation_rate_rad_per_s: float
    point_ahead_x_rad: float
    point_ahead_y_rad: float
    range_m: float


STOWED = Pointing(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Rest position."""


def carried(state: StateVector, time_ns: int) -> StateVector:
    """Return the state at ``time_ns`` by two-body motion, for at most ten minutes."""
    if time_ns == state.time_ns:
        return state
    left_s = (time_ns - state.time_ns) * 1e-9
    position, velocity = state.position_eci_m, state.velocity_eci_m_per_s
    count = min(int(abs(left_s) / STEP_S) + 1, STEP_MAX_COUNT)
    step_s = left_s / count
    for _ in range(count):
        radius2 = dot(position, position)
        pull = -EARTH_MU_M3_PER_S2 / (radius2 * sqrt(radius2))
        # Jerk of the central field: a' = pull * (v - 3 r (r.v) / r^2).
        along = -3.0 * dot(position, velocity) / radius2
        jerk = scaled_sum(velocity, position, along)
        moved = scaled_sum(scaled_sum(position, velocity, step_s), position, 0.5 * step_s * step_s * pull)
        turned = scaled_sum(velocity, position, step_s * pull)
        position = scaled_sum(moved, jerk, step_s**3 / 6.0 * pull)
        velocity = scaled_sum(turned, jerk, 0.5 * step_s * step_s * pull)
    return StateVector(time_ns, position, velocity)


def pointing(own: StateVector, attitude: Attitude, partner: StateVector, time_ns: int) -> Pointing:
    """Return where to look at ``time_ns`` and how fast that moves.

    Parameters
    ----------
    own, partner : StateVector
        Fixes of both satellites, at their own times.
    attitude : Attitude
        Latest attitude; carried forward by its rate.
    """
    here, there = carried(own, time_ns), carried(partner, time_ns)
    line = scaled_sum(there.position_eci_m, here.position_eci_m, -1.0)
    drift = scaled_sum(there.velocity_eci_m_per_s, here.velocity_eci_m_per_s, -1.0)
    range_m = max(norm(line), 1.0)
    # Light left the partner range/c ago; with the aberration of our own motion only the relative drift
    # counts.
    seen = scaled_sum(line, drift, -range_m / LIGHT_M_PER_S)
    age_s = (time_ns - attitude.time_ns) * 1e-9
    now_body = in_body(attitude, seen, age_s)
    next_body = in_body(attitude, scaled_sum(seen, drift, RATE_BASE_S), age_s + RATE_BASE_S)
    azimuth_rad, elevation_rad = angles(now_body)
    azimuth_next_rad, elevation_next_rad = angles(next_body)
    ahead_x_rad, ahead_y_rad = _point_ahead(in_body(attitude, drift, age_s), azimuth_rad, elevation_rad)
    turn_rad = (azimuth_next_rad - azimuth_rad + pi) % (2.0 * pi) - pi
    return Pointing(
        azimuth_rad,
        elevation_rad,
        turn_rad / RATE_BASE_S,
        (elevation_next_rad - elevation_rad) / RATE_BASE_S,
        ahead_x_rad,
        ahead_y_rad,
        range_m,
    )


def in_body(attitude: Attitude, vector_eci: Vector, age_s: float) -> Vector:
    """Return a J2000 vector in the body frame ``age_s`` after the attitude was measured."""
    return attitude.turned(rotated(attitude.q_body_from_eci, vector_eci), age_s)


def angles(body: Vector) -> tuple[float, float]:
    """Return azimuth and elevation of a body-frame vector."""
    return atan2(body[1], body[0]), asin(min(max(body[2] / norm(body), -1.0), 1.0))


def _point_ahead(drift_body: Vector, azimuth_rad: float, elevation_rad: float) -> tuple[float, float]:
    """Return 2 v/c across the line of sight, resolved along azimuth and elevation."""
    sin_a, cos_a, sin_e, cos_e = sin(azimuth_rad), cos(azimuth_rad), sin(elevation_rad), cos(elevation_rad)
    along_azimuth = (-sin_a, cos_a, 0.0)
    along_elevation = (-sin_e * cos_a, -sin_e * sin_a, cos_e)
    factor = 2.0 / LIGHT_M_PER_S
    return factor * dot(drift_body, along_azimuth), factor * dot(drift_body, along_elevation)


def clear_of_earth(own: Vector, partner: Vector, grazing_radius_m: float) -> bool:
    """Return whether the line between two positions stays above a sphere around the Earth's centre."""
    line = scaled_sum(partner, own, -1.0)
    length2 = dot(line, line)
    if length2 <= 0.0:
        return True
    share = min(max(-dot(own, line) / length2, 0.0), 1.0)
    nearest = scaled_sum(own, line, share)
    return sqrt(dot(nearest, nearest)) > grazing_radius_m
