"""Events of an orbit, by root finding: eclipses, station passes, windows of sight to the partners.

The orbit is the plant's own (zonal gravity, Runge-Kutta between knots of one second, cubic Hermite between),
so an event of this file is the instant at which the simulated satellite meets it. Drag, which depends on the
attitude, is left out: at 600 km it moves an event by some 3 s after a day. Times are seconds after the
epoch. Tolerance of the root finder: 1 ms.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from math import asin, atan2, ceil, hypot, pi, sqrt
from typing import NamedTuple

from hil.plant._cplant import ffi, lib
from hil.plant.errors import PlantError
from hil.plant.params import OrbitParams, PlantParams
from hil.plant.trajectory import Trajectory, Vector

_J2000_TAI_NS = 1_325_419_167_816_000_000
_DAY_S = 86400.0
_TOLERANCE_S = 1e-3
_SHADOW_STRIDE_S = 10.0
_PASS_STRIDE_S = 20.0
_PARTNER_STRIDE_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Eclipse:
    """One passage through the Earth's shadow; times in s after the epoch, None where outside the span."""

    penumbra_entry_s: float | None
    umbra_entry_s: float | None
    umbra_exit_s: float | None
    penumbra_exit_s: float | None
    has_umbra: bool = True
    """Whether the Sun's disc is covered at all; else this is a passage through the penumbra alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A ground station: geodetic position on WGS 84."""

    latitude_rad: float
    longitude_rad: float
    altitude_m: float


class Site(NamedTuple):
    """A station and the elevation above which it sees anything."""

    station: Station
    elevation_min_rad: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One passage over a station, above its elevation mask; times in s after the epoch."""

    rise_s: float
    set_s: float
    elevation_max_rad: float
    range_min_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One interval in which a condition holds; times in s after the epoch."""

    start_s: float
    end_s: float


class Found(NamedTuple):
    """What a search has come upon, or that it has come to a time without anything new.

    ``number`` is that of the station or of the partner; ``event`` is None where nothing ended.
    """

    time_s: float
    number: int
    event: Eclipse | Pass | Window | None


class _Step(NamedTuple):
    """A time that one search has come to, and what ended before it."""

    time_s: float
    event: Eclipse | Pass | Window | None


def _root(function: Callable[[float], float], low_s: float, high_s: float) -> float:
    """Return where ``function`` changes sign between the ends; bisection, which needs no slope."""
    rising = function(high_s) > 0.0
    while high_s - low_s > _TOLERANCE_S:
        middle = 0.5 * (low_s + high_s)
        if (function(middle) > 0.0) == rising:
            high_s = middle
        else:
            low_s = middle
    return 0.5 * (low_s + high_s)


def _scan(
    function: Callable[[float], float], duration_s: float, stride_s: float
) -> Iterator[tuple[float, Window | None]]:
    """Yield the times of the span, each with the interval of positive values that ended before it, if any.

    Intervals shorter than the stride may be missed; one that the span cuts ends there.
    """
    count = ceil(duration_s / stride_s)
    start: float | None = 0.0 if function(0.0) > 0.0 else None
    before_s = 0.0
    for index in range(1, count + 1):
        time_s = min(index * stride_s, duration_s)
        positive = function(time_s) > 0.0
        ended: Window | None = None
        if positive and start is None:
            start = _root(function, before_s, time_s)
        elif not positive and start is not None:
            ended = Window(start_s=start, end_s=_root(function, before_s, time_s))
            start = None
        if index == count and start is not None:
            ended = Window(start_s=start, end_s=duration_s)
        yield time_s, ended
        before_s = time_s


def _tt_d(epoch_tai_ns: int, time_s: float) -> float:
    return ((epoch_tai_ns - _J2000_TAI_NS) * 1e-9 + time_s) / _DAY_S


def _sun_vector(orbit: OrbitParams, tt_d: float) -> Vector:
    direction, distance = ffi.new("double[3]"), ffi.new("double *")
    lib.dd_sun(tt_d, orbit.astronomical_unit_m, direction, distance)
    return direction[0] * distance[0], direction[1] * distance[0], direction[2] * distance[0]


def _shadow(orbit: OrbitParams, path: Trajectory, epoch_tai_ns: int) -> Callable[[float, float], float]:
    """Return b + sign * a - c of a time and a sign: positive inside the umbra (-1) or the penumbra (+1).

    Both are asked for at the same times, so what they share is worked out once.
    """
    known = (-1.0, 0.0, 0.0, 0.0)

    def depth_rad(time_s: float, sign: float) -> float:
        nonlocal known
        if known[0] != time_s:
            sun_m = _sun_vector(orbit, _tt_d(epoch_tai_ns, time_s))
            known = (time_s, *_angles_rad(orbit, path.position(time_s), sun_m))
        return known[1] + sign * known[2] - known[3]

    return depth_rad


def _angles_rad(orbit: OrbitParams, position_m: Vector, sun_m: Vector) -> tuple[float, float, float]:
    """Return the apparent radii of Earth and Sun, and the distance of the discs' middles."""
    x, y, z = position_m
    dx, dy, dz = sun_m[0] - x, sun_m[1] - y, sun_m[2] - z
    radius = sqrt(x * x + y * y + z * z)
    distance = sqrt(dx * dx + dy * dy + dz * dz)
    limb = lib.dd_limb_angle((dx, dy, dz), (-x, -y, -z), orbit.earth_radius_m, orbit.shadow_flattening_frac)
    cosine = -(dx * x + dy * y + dz * z) / (radius * distance)
    cross = hypot(dy * z - dz * y, dz * x - dx * z, dx * y - dy * x) / (radius * distance)
    return float(limb), asin(orbit.sun_radius_m / distance), atan2(cross, cosine)


def eclipse_events(params: PlantParams, epoch_tai_ns: int, duration_s: float) -> list[Eclipse]:
    """Find the Earth's shadow along the orbit.

    Parameters
    ----------
    params : PlantParams
        The satellite.
    epoch_tai_ns : int
        Start, TAI nanoseconds since 1958.
    duration_s : float
        Length of the search, above 0, at most 40 days.

    Returns
    -------
    list of Eclipse
        In order of time. A passage that touches an end of the span has None there.
    """
    path = Trajectory(params.orbit, duration_s)
    found = _eclipses(params.orbit, path, epoch_tai_ns, duration_s)
    return [event for _, event in found if isinstance(event, Eclipse)]


def _eclipses(orbit: OrbitParams, path: Trajectory, epoch_tai_ns: int, duration_s: float) -> Iterator[_Step]:
    """Yield each time with the passage through the shadow that ended before it, if any."""
    depth_rad = _shadow(orbit, path, epoch_tai_ns)
    outers = _scan(lambda time_s: depth_rad(time_s, 1.0), duration_s, _SHADOW_STRIDE_S)
    inners = _scan(lambda time_s: depth_rad(time_s, -1.0), duration_s, _SHADOW_STRIDE_S)
    umbras: list[Window] = []
    for (time_s, outer), (_, umbra) in zip(outers, inners, strict=True):
        umbras += [] if umbra is None else [umbra]
        if outer is None:
            yield _Step(time_s, None)
            continue
        inner = next((u for u in umbras if outer.start_s <= u.start_s and u.end_s <= outer.end_s), None)
        umbras = []
        yield _Step(
            time_s,
            Eclipse(
                penumbra_entry_s=outer.start_s if outer.start_s > 0.0 else None,
                umbra_entry_s=inner.start_s if inner and inner.start_s > 0.0 else None,
                umbra_exit_s=inner.end_s if inner and inner.end_s < duration_s else None,
                penumbra_exit_s=outer.end_s if outer.end_s < duration_s else None,
                has_umbra=inner is not None,
            ),
        )


def _station_look(
    orbit: OrbitParams, station: Station, epoch_tai_ns: int, position_m: Vector, time_s: float
) -> tuple[float, float, float]:
    matrix, site, look = ffi.new("double[9]"), ffi.new("double[3]"), ffi.new("double[3]")
    tt = _tt_d(epoch_tai_ns, time_s)
    lib.dd_earth_rotation(tt - (32.184 + orbit.tai_minus_ut1_s) / _DAY_S, tt, matrix)
    fixed = [sum(matrix[3 * row + k] * position_m[k] for k in range(3)) for row in range(3)]
    lib.dd_geodetic_to_fixed(
        orbit.earth_radius_m,
        orbit.earth_flattening_frac,
        station.latitude_rad,
        station.longitude_rad,
        station.altitude_m,
        site,
    )
    lib.dd_look_angles(site, station.latitude_rad, station.longitude_rad, fixed, look)
    return look[0], look[1], look[2]


def pass_events(
    params: PlantParams, epoch_tai_ns: int, duration_s: float, station: Station, *, elevation_min_rad: float
) -> list[Pass]:
    """Find the passes over a station above its elevation mask.

    Parameters
    ----------
    params : PlantParams
        The satellite.
    epoch_tai_ns : int
        Start, TAI nanoseconds since 1958.
    duration_s : float
        Length of the search, above 0, at most 40 days.
    station : Station
        Where the antenna stands.
    elevation_min_rad : float
        Mask, -pi/2 to pi/2.

    Returns
    -------
    list of Pass
        In order of time; a pass that is cut by the span ends there.
    """
    _check_mask(elevation_min_rad)
    path = Trajectory(params.orbit, duration_s)
    found = _passes(params.orbit, path, epoch_tai_ns, duration_s, station, elevation_min_rad)
    return [event for _, event in found if isinstance(event, Pass)]


def _check_mask(elevation_min_rad: float) -> None:
    if not -pi / 2 <= elevation_min_rad <= pi / 2:
        raise PlantError(
            f"elevation_min_rad must be -pi/2 to pi/2, got {elevation_min_rad} rad (pass_events)"
        )


def _passes(
    orbit: OrbitParams,
    path: Trajectory,
    epoch_tai_ns: int,
    duration_s: float,
    station: Station,
    elevation_min_rad: float,
) -> Iterator[_Step]:
    """Yield each time with the pass that ended before it, if any."""

    def look(time_s: float) -> tuple[float, float, float]:
        return _station_look(orbit, station, epoch_tai_ns, path.position(time_s), time_s)

    for time_s, window in _scan(lambda at_s: look(at_s)[1] - elevation_min_rad, duration_s, _PASS_STRIDE_S):
        if window is None:
            yield _Step(time_s, None)
            continue
        span_s = window.end_s - window.start_s
        looks = [look(window.start_s + span_s * k / 200.0) for k in range(201)]
        yield _Step(
            time_s,
            Pass(
                rise_s=window.start_s,
                set_s=window.end_s,
                elevation_max_rad=max(row[1] for row in looks),
                range_min_m=min(row[2] for row in looks),
            ),
        )


def partner_events(params: PlantParams, duration_s: float, *, partner: int) -> list[Window]:
    """Find when the line of sight to a partner (0 ahead, 1 behind, 2 and 3 beside) is free of the Earth."""
    found = _sights(params, Trajectory(params.orbit, duration_s), duration_s, partner)
    return [event for _, event in found if isinstance(event, Window)]


def _sights(params: PlantParams, own: Trajectory, duration_s: float, partner: int) -> Iterator[_Step]:
    """Yield each time with the window of sight that ended before it, if any."""
    if partner not in range(4):
        raise PlantError(f"partner must be 0 to 3, got {partner} (partner_events)")
    orbit, optical = params.orbit, params.optical
    ahead = (1.0, -1.0, 0.0, 0.0)[partner] * optical.neighbour_spacing_rad
    beside = (0.0, 0.0, 1.0, -1.0)[partner] * optical.plane_spacing_rad
    other = Trajectory(orbit, duration_s, raan_offset_rad=beside, anomaly_offset_rad=ahead)
    floor_m = orbit.earth_radius_m + optical.grazing_altitude_m

    def clearance(time_s: float) -> float:
        ax, ay, az = own.position(time_s)
        bx, by, bz = other.position(time_s)
        dx, dy, dz = bx - ax, by - ay, bz - az
        along = -(ax * dx + ay * dy + az * dz) / (dx * dx + dy * dy + dz * dz)
        s = min(max(along, 0.0), 1.0)
        x, y, z = ax + s * dx, ay + s * dy, az + s * dz
        return sqrt(x * x + y * y + z * z) - floor_m

    scan = _scan(clearance, duration_s, _PARTNER_STRIDE_S)
    return (_Step(time_s, window) for time_s, window in scan)


def orbit_events(
    params: PlantParams,
    epoch_tai_ns: int,
    duration_s: float,
    *,
    sites: Sequence[Site] = (),
    partners: Sequence[int] = (),
) -> Iterator[Found]:
    """Search eclipses, passes and windows of sight hand in hand, in memory that does not grow with the span.

    Parameters
    ----------
    params, epoch_tai_ns, duration_s
        As in :func:`eclipse_events`.
    sites : sequence of Site
        Ground stations with their elevation masks.
    partners : sequence of int
        Partners, as in :func:`partner_events`.

    Yields
    ------
    Found
        In order of the time that the search has come to; an event when it has ended, or with the span.

    Raises
    ------
    PlantError
        If the duration is out of range.
    """
    for _, mask_rad in sites:
        _check_mask(mask_rad)
    orbit = params.orbit
    path = Trajectory(orbit, duration_s)
    searches: list[tuple[int, Iterator[_Step]]] = [
        (0, _eclipses(orbit, path, epoch_tai_ns, duration_s)),
        *(
            (number, _passes(orbit, path, epoch_tai_ns, duration_s, station, mask_rad))
            for number, (station, mask_rad) in enumerate(sites)
        ),
        *((partner, _sights(params, path, duration_s, partner)) for partner in partners),
    ]
    streams = [_numbered(number, search) for number, search in searches]
    return merge(*streams, key=lambda found: found.time_s)


def _numbered(number: int, search: Iterator[_Step]) -> Iterator[Found]:
    return (Found(time_s, number, event) for time_s, event in search)
