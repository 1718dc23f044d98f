"""Power request, laser permission under the grant, and the sizes of pointing errors."""

from collections.abc import Mapping, Sequence
from math import hypot, pi
from types import MappingProxyType

from flight.optical.pointing import Pointing

__all__ = [
    "FALLBACK_W",
    "REFUSAL_CODES",
    "gimbal_error_rad",
    "laser_permitted",
    "radial_rad",
    "request_w",
]

TERMINAL_ON_W = 105.0
"""Terminal with its laser on, at the bus: 100 W (TBIRD class) and 5 %."""
TERMINAL_IDLE_W = 27.0
"""Electronics on, laser off: 25 W and 5 %."""

FALLBACK_W = 120.0
"""Power without a lease: four terminals with lasers off, and 10 % to spare."""
REFUSAL_CODES: Mapping[str, int] = MappingProxyType({"past": 256, "overlap": 257, "full": 258, "order": 259})
"""Failure codes of ``PlanLink``: window over, overlaps another, plan full, ends before it begins."""


def request_w(wanted: Sequence[bool]) -> float:
    """Return the watts to ask for: full power for a terminal with a window near, else idle power."""
    return sum([TERMINAL_ON_W if want else TERMINAL_IDLE_W for want in wanted])


def laser_permitted(wanted: Sequence[bool], emitting: Sequence[bool], granted_w: float) -> tuple[bool, ...]:
    """Return which terminals may emit while the grant covers their extra watts.

    Those that emit already come first, so that a new window never costs a standing link; then by index.
    """
    left_w = granted_w - TERMINAL_IDLE_W * len(wanted)
    extra_w = TERMINAL_ON_W - TERMINAL_IDLE_W
    permitted = [False] * len(wanted)
    for index in sorted(range(len(wanted)), key=lambda index: not emitting[index]):
        if wanted[index] and left_w >= extra_w:
            permitted[index] = True
            left_w -= extra_w
    return tuple(permitted)


def gimbal_error_rad(
    ordered: Pointing, ordered_ns: int, reading_ns: int, azimuth_rad: float, elevation_rad: float
) -> float:
    """Return the larger of the two axis errors against the order, carried by its rate to the reading's time.

    The azimuth error counts without its turns.
    """
    age_s = (reading_ns - ordered_ns) * 1e-9
    azimuth_set_rad = ordered.azimuth_rad + ordered.azimuth_rate_rad_per_s * age_s
    elevation_set_rad = ordered.elevation_rad + ordered.elevation_rate_rad_per_s * age_s
    turn_rad = abs((azimuth_set_rad - azimuth_rad + pi) % (2.0 * pi) - pi)
    return max(turn_rad, abs(elevation_set_rad - elevation_rad))


def radial_rad(x_rad: float, y_rad: float) -> float:
    """Return the size of a two-axis error."""
    return hypot(x_rad, y_rad)
