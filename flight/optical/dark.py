"""Dark intervals inside a window: when gimbal, Earth or Sun forbid the link, known ahead of time.

Both states are carried forward together, and the attitude by its present rate, which holds for an attitude
that is inertial or turns evenly. A dark interval is found a minute before it begins and told to the
partner, so that neither end takes it for a loss.
"""

from enum import IntEnum
from math import acos
from typing import NamedTuple

from flight.optical.pointing import Attitude, StateVector, angles, carried, clear_of_earth, in_body
from flight.optical.vector import Vector, dot, norm, scaled_sum

__all__ = ["AHEAD_NS", "STEP_NS", "Dark", "DarkReason", "Scene", "next_dark", "obstruction"]

AZIMUTH_MAX_RAD = 3.02
ELEVATION_MIN_RAD, ELEVATION_MAX_RAD = -0.25, 1.46
"""Stops of the gimbals, +-175 degrees and -15 to 85 degrees, less 2 degrees and 1 degree."""
SUN_MIN_RAD = 0.0175
"""The Sun nearer than a degree to the line of sight blinds camera and tracking detector."""
GRAZING_RADIUS_M = 6_378_136.6 + 80_000.0
"""The beam stays 80 km above the Earth."""
STEP_NS = 10_000_000_000
AHEAD_NS = 60_000_000_000
STEP_MAX_COUNT = 360
"""An hour of steps: longer intervals end with it and begin anew."""


class DarkReason(IntEnum):
    """Why a link must pause, as in ``LinkDark.reason``."""

    GIMBAL = 1
    EARTH = 2
    SUN = 3


class Dark(NamedTuple):
    """One dark interval, TAI ns; ``until_ns`` excluded."""

    from_ns: int
    until_ns: int
    reason: int


class Scene(NamedTuple):
    """Who looks at whom: ``sun_dir_body`` is of the attitude's time, None in the dark."""

    own: StateVector
    partner: StateVector
    attitude: Attitude
    sun_dir_body: Vector | None


def obstruction(scene: Scene, time_ns: int) -> DarkReason | None:
    """Return what forbids the link at a time, or None."""
    own = carried(scene.own, time_ns)
    partner = carried(scene.partner, time_ns)
    if not clear_of_earth(own.position_eci_m, partner.position_eci_m, GRAZING_RADIUS_M):
        return DarkReason.EARTH
    age_s = (time_ns - scene.attitude.time_ns) * 1e-9
    line = scaled_sum(partner.position_eci_m, own.position_eci_m, -1.0)
    line_body = in_body(scene.attitude, line, age_s)
    azimuth_rad, elevation_rad = angles(line_body)
    if abs(azimuth_rad) > AZIMUTH_MAX_RAD or not ELEVATION_MIN_RAD < elevation_rad < ELEVATION_MAX_RAD:
        return DarkReason.GIMBAL
    if scene.sun_dir_body is not None:
        sun_body = scene.attitude.turned(scene.sun_dir_body, age_s)
        cosine = dot(line_body, sun_body) / (norm(line_body) * max(norm(sun_body), 1e-9))
        if acos(min(max(cosine, -1.0), 1.0)) < SUN_MIN_RAD:
            return DarkReason.SUN
    return None


def next_dark(scene: Scene, from_ns: int, until_ns: int) -> Dark | None:
    """Return the interval that is dark at ``from_ns``, from one step before to one step after, or None.

    Parameters
    ----------
    from_ns : int
        Time to look at.
    until_ns : int
        End of the window: no interval goes beyond it.
    """
    reason = obstruction(scene, from_ns)
    if reason is None:
        return None
    moving, time_ns = scene, from_ns
    for _ in range(STEP_MAX_COUNT):
        time_ns += STEP_NS
        if time_ns >= until_ns:
            return Dark(from_ns - STEP_NS, until_ns, reason)
        # Each step goes on from the last, so that the cost of a long interval grows with its length only.
        moving = moving._replace(own=carried(moving.own, time_ns), partner=carried(moving.partner, time_ns))
        if obstruction(moving, time_ns) is None:
            break
    return Dark(from_ns - STEP_NS, min(time_ns, until_ns), reason)
