"""Events of an orbit, by root finding: eclipses, station passes, windows of sight to the partners.

The orbit is the plant's own (zonal gravity, Runge-Kutta between knots of one second, cubic Hermite between),
so an event of this file is the instant at which the simulated satellite meets it. Drag, which depends on the
attitude, is left out: at 600 km it moves an event by some 3 s after a day. Times are seconds after the
epoch. Tolerance of the root finder: 1 ms.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import asin, atan2, ceil, hypot, pi, sqrt

from hil.plant._cplant import ffi, lib
from hil.plant.errors import PlantError
from hil.plant.params import OrbitParams, PlantParams

Vector = tuple[float, float, float]

_J2000_TAI_NS = 1_325_419_167_816_000_000
_DAY_S = 86400.0
_TOLERANCE_S = 1e-3
_DURATION_MAX_S = 40.0 * _DAY_S


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


class Trajectory:
    """Positions of one body over a span, from the plant's integrator.

    Parameters
    ----------
    orbit : OrbitParams
        Elements and constants.
    duration_s : float
        Length of the span, above 0, at most 40 days.
    raan_offset_rad, anomaly_offset_rad : float
        Distance of a neighbour's node and anomaly from ours.

    Raises
    ------
    PlantError
        If the duration is out of range.
    """

    def __init__(
        self,
        orbit: OrbitParams,
        duration_s: float,
        *,
        raan_offset_rad: float = 0.0,
        anomaly_offset_rad: float = 0.0,
    ) -> None:
        if not 0.0 < duration_s <= _DURATION_MAX_S:
            raise PlantError(
                f"duration_s must be above 0, at most {_DURATION_MAX_S:g}, got {duration_s} s (Trajectory)"
            )
        elements = [
            orbit.semi_major_axis_m,
            orbit.eccentricity_ratio,
            orbit.inclination_rad,
            orbit.raan_rad + raan_offset_rad,
            orbit.perigee_rad,
            orbit.anomaly_rad + anomaly_offset_rad,
        ]
        r, v = ffi.new("double[3]"), ffi.new("double[3]")
        lib.dd_kepler_to_state(orbit.earth_mu_m3_per_s2, elements, r, v)
        gravity = ffi.new("dd_gravity *")
        gravity.mu_m3_per_s2 = orbit.earth_mu_m3_per_s2
        gravity.radius_m = orbit.earth_radius_m
        gravity.j2_ratio = orbit.earth_j2_ratio
        gravity.j3_ratio = orbit.earth_j3_ratio
        gravity.j4_ratio = orbit.earth_j4_ratio
        self._knots: list[tuple[float, ...]] = [(*r, *v)]
        for _ in range(ceil(duration_s)):
            lib.dd_orbit_rk4(gravity, r, v, 1.0)
            self._knots.append((*r, *v))

    def position(self, time_s: float) -> Vector:
        """Return the position at ``time_s`` (J2000, m)."""
        index = min(max(int(time_s), 0), len(self._knots) - 2)
        a, b = self._knots[index], self._knots[index + 1]
        s = time_s - index
        h00 = (2.0 * s - 3.0) * s * s + 1.0
        h10 = ((s - 2.0) * s + 1.0) * s
        h01 = (3.0 - 2.0 * s) * s * s
        h11 = (s - 1.0) * s * s
        x, y, z = (h00 * a[i] + h10 * a[3 + i] + h01 * b[i] + h11 * b[3 + i] for i in range(3))
        return x, y, z


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


def _windows(function: Callable[[float], float], duration_s: float, stride_s: float) -> Iterator[Window]:
    """Yield the intervals in which ``function`` is positive; shorter ones than the stride may be missed."""
    count = ceil(duration_s / stride_s)
    start: float | None = 0.0 if function(0.0) > 0.0 else None
    before_s = 0.0
    for index in range(1, count + 1):
        time_s = min(index * stride_s, duration_s)
        positive = function(time_s) > 0.0
        if positive and start is None:
            start = _root(function, before_s, time_s)
        elif not positive and start is not None:
            yield Window(start_s=start, end_s=_root(function, before_s, time_s))
            start = None
        before_s = time_s
    if start is not None:
        yield Window(start_s=start, end_s=duration_s)


def _tt_d(epoch_tai_ns: int, time_s: float) -> float:
    return ((epoch_tai_ns - _J2000_TAI_NS) * 1e-9 + time_s) / _DAY_S


def _sun_vector(orbit: OrbitParams, tt_d: float) -> Vector:
    direction, distance = ffi.new("double[3]"), ffi.new("double *")
    lib.dd_sun(tt_d, orbit.astronomical_unit_m, direction, distance)
    return direction[0] * distance[0], direction[1] * distance[0], direction[2] * distance[0]


def _depth_rad(orbit: OrbitParams, position_m: Vector, sun_m: Vector, sign: float) -> float:
    """Return b + sign * a - c: positive inside the umbra (sign -1) or the penumbra (sign +1)."""
    to_sun = tuple(s - p for s, p in zip(sun_m, position_m, strict=True))
    radius = sqrt(sum(p * p for p in position_m))
    distance = sqrt(sum(d * d for d in to_sun))
    to_earth = tuple(-p for p in position_m)
    limb = lib.dd_limb_angle(to_sun, to_earth, orbit.earth_radius_m, orbit.shadow_flattening_frac)
    cosine = -sum(d * p for d, p in zip(to_sun, position_m, strict=True)) / (radius * distance)
    x, y, z = position_m
    cross = hypot(
        to_sun[1] * z - to_sun[2] * y, to_sun[2] * x - to_sun[0] * z, to_sun[0] * y - to_sun[1] * x
    ) / (radius * distance)
    return float(limb) + sign * asin(orbit.sun_radius_m / distance) - atan2(cross, cosine)


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
    orbit = params.orbit
    path = Trajectory(orbit, duration_s)

    def depth(sign: float) -> Callable[[float], float]:
        return lambda time_s: _depth_rad(
            orbit, path.position(time_s), _sun_vector(orbit, _tt_d(epoch_tai_ns, time_s)), sign
        )

    umbras = list(_windows(depth(-1.0), duration_s, 10.0))
    found = []
    for outer in _windows(depth(1.0), duration_s, 10.0):
        inner = next((u for u in umbras if outer.start_s <= u.start_s and u.end_s <= outer.end_s), None)
        found.append(
            Eclipse(
                penumbra_entry_s=outer.start_s if outer.start_s > 0.0 else None,
                umbra_entry_s=inner.start_s if inner and inner.start_s > 0.0 else None,
                umbra_exit_s=inner.end_s if inner and inner.end_s < duration_s else None,
                penumbra_exit_s=outer.end_s if outer.end_s < duration_s else None,
                has_umbra=inner is not None,
            )
        )
    return found


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
    if not -pi / 2 <= elevation_min_rad <= pi / 2:
        raise PlantError(
            f"elevation_min_rad must be -pi/2 to pi/2, got {elevation_min_rad} rad (pass_events)"
        )
    path = Trajectory(params.orbit, duration_s)

    def look(time_s: float) -> tuple[float, float, float]:
        return _station_look(params.orbit, station, epoch_tai_ns, path.position(time_s), time_s)

    passes = []
    for window in _windows(lambda time_s: look(time_s)[1] - elevation_min_rad, duration_s, 20.0):
        span_s = window.end_s - window.start_s
        looks = [look(window.start_s + span_s * k / 200.0) for k in range(201)]
        passes.append(
            Pass(
                rise_s=window.start_s,
                set_s=window.end_s,
                elevation_max_rad=max(row[1] for row in looks),
                range_min_m=min(row[2] for row in looks),
            )
        )
    return passes


def partner_events(params: PlantParams, duration_s: float, *, partner: int) -> list[Window]:
    """Find when the line of sight to a partner (0 ahead, 1 behind, 2 and 3 beside) is free of the Earth."""
    if partner not in range(4):
        raise PlantError(f"partner must be 0 to 3, got {partner} (partner_events)")
    orbit, optical = params.orbit, params.optical
    ahead = (1.0, -1.0, 0.0, 0.0)[partner] * optical.neighbour_spacing_rad
    beside = (0.0, 0.0, 1.0, -1.0)[partner] * optical.plane_spacing_rad
    own = Trajectory(orbit, duration_s)
    other = Trajectory(orbit, duration_s, raan_offset_rad=beside, anomaly_offset_rad=ahead)
    floor_m = orbit.earth_radius_m + optical.grazing_altitude_m

    def clearance(time_s: float) -> float:
        a, b = own.position(time_s), other.position(time_s)
        d = tuple(q - p for p, q in zip(a, b, strict=True))
        along = -sum(p * q for p, q in zip(a, d, strict=True)) / sum(q * q for q in d)
        s = min(max(along, 0.0), 1.0)
        return sqrt(sum((p + s * q) ** 2 for p, q in zip(a, d, strict=True))) - floor_m

    return list(_windows(clearance, duration_s, 10.0))
