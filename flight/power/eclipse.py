"""Predict the next shadow of the Earth from one navigation fix.

Two-body motion and a cylindrical shadow; the cylinder's edge lies in the middle of the penumbra, and a nearly
circular orbit at 600 km drifts by a few seconds per revolution against two-body motion, which an energy plan
does not feel.

Source: O. Montenbruck and E. Gill 2000, Satellite Orbits, sections 2.2 (Kepler), 3.3.2 (Sun), 3.4.2 (shadow).
"""

from dataclasses import dataclass
from math import acos, atan2, cos, hypot, pi, radians, sin, sqrt

__all__ = ["Forecast", "Vector", "coasted", "forecast", "sun_direction_eci"]

Vector = tuple[float, ...]

EARTH_MU_M3_PER_S2 = 3.986004418e14
EARTH_RADIUS_M = 6_378_136.6
"""IERS Conventions 2010, table 1.1."""
TT_MINUS_TAI_S = 32.184
J2000_TAI_NS = 1_325_419_167_816_000_000
"""2000-01-01T12:00:00 TT in TAI nanoseconds since 1958-01-01: 15,340.5 days less 32.184 s."""
DAY_NS = 86_400_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """When the present or next eclipse begins and ends; equal times mean an orbit without eclipse.

    Parameters
    ----------
    period_s : float
        Orbital period.
    entry_ns, exit_ns : int
        TAI; ``entry_ns`` lies in the past while the satellite is in the shadow.
    """

    period_s: float
    entry_ns: int
    exit_ns: int

    @property
    def has_eclipse(self) -> bool:
        """Whether the orbit meets the shadow."""
        return self.exit_ns > self.entry_ns

    @property
    def eclipse_s(self) -> float:
        """Length of one eclipse."""
        return (self.exit_ns - self.entry_ns) * 1e-9

    def sunlit_remaining_s(self, time_ns: int) -> float:
        """Seconds of sunlight before the next entry: 0 in the shadow, one period without eclipses."""
        if not self.has_eclipse:
            return self.period_s
        return max(0.0, (self.entry_ns - time_ns) * 1e-9)

    def eclipse_remaining_s(self, time_ns: int) -> float:
        """Seconds of shadow that are left: 0 in sunlight."""
        if not self.has_eclipse or time_ns < self.entry_ns:
            return 0.0
        return max(0.0, (self.exit_ns - time_ns) * 1e-9)


def sun_direction_eci(time_ns: int) -> tuple[float, float, float]:
    """Return the unit vector to the Sun in J2000, good to 0.01 degree from 1980 to 2050.

    Source: Astronomical Almanac low-precision formula (mean equator of date) with the general precession of
    1.396971 degrees a century taken off the longitude.
    """
    days = (time_ns - J2000_TAI_NS) / DAY_NS
    anomaly_rad = radians((357.528 + 0.9856003 * days) % 360.0)
    longitude_deg = 280.460 + 0.9856474 * days + 1.915 * sin(anomaly_rad) + 0.020 * sin(2.0 * anomaly_rad)
    longitude_rad = radians((longitude_deg - 1.396971 * days / 36525.0) % 360.0)
    obliquity_rad = radians(23.4392911)
    across = sin(longitude_rad)
    return cos(longitude_rad), cos(obliquity_rad) * across, sin(obliquity_rad) * across


def forecast(
    time_ns: int, position_eci_m: Vector, velocity_eci_m_per_s: Vector, sun_dir_eci: Vector
) -> Forecast | None:
    """Return the eclipse of the coming revolution, or None when the fix is not that of an Earth orbit.

    Parameters
    ----------
    position_eci_m, velocity_eci_m_per_s : tuple of 3 floats
        J2000.
    sun_dir_eci : tuple of 3 floats
        Unit vector to the Sun, J2000.
    """
    radius_m = sqrt(_dot(position_eci_m, position_eci_m))
    if not EARTH_RADIUS_M < radius_m < 1e8:
        return None
    speed2 = _dot(velocity_eci_m_per_s, velocity_eci_m_per_s)
    axis_m = 1.0 / (2.0 / radius_m - speed2 / EARTH_MU_M3_PER_S2)
    if not EARTH_RADIUS_M < axis_m < 1e8:
        return None
    period_s = 2.0 * pi * sqrt(axis_m**3 / EARTH_MU_M3_PER_S2)
    orbit = _Orbit.of(position_eci_m, velocity_eci_m_per_s, axis_m)
    along = _dot(orbit.radial_dir_eci, sun_dir_eci)
    across = _dot(orbit.transverse_dir_eci, sun_dir_eci)
    in_plane_ratio = hypot(along, across)
    midnight_rad = atan2(across, along) + pi
    edges = _edges(orbit, in_plane_ratio, midnight_rad)
    if edges is None:
        return Forecast(period_s=period_s, entry_ns=time_ns, exit_ns=time_ns)
    entry_s, exit_s = edges
    while exit_s <= 0.0:
        entry_s, exit_s = entry_s + period_s, exit_s + period_s
    while exit_s > period_s and entry_s > 0.0 and exit_s - period_s > 0.0:
        entry_s, exit_s = entry_s - period_s, exit_s - period_s
    return Forecast(
        period_s=period_s, entry_ns=time_ns + round(entry_s * 1e9), exit_ns=time_ns + round(exit_s * 1e9)
    )


def coasted(known: Forecast, time_ns: int) -> Forecast:
    """Return the forecast moved on by whole periods, for the time without navigation."""
    period_ns = round(known.period_s * 1e9)
    if time_ns <= known.exit_ns or period_ns <= 0:
        return known
    count = (time_ns - known.exit_ns) // period_ns + 1
    return Forecast(
        period_s=known.period_s,
        entry_ns=known.entry_ns + count * period_ns,
        exit_ns=known.exit_ns + count * period_ns,
    )


@dataclass(frozen=True, slots=True)
class _Orbit:
    """Ellipse seen from the present place: angles count from the present radius vector."""

    radial_dir_eci: Vector
    transverse_dir_eci: Vector
    axis_m: float
    eccentricity_ratio: float
    anomaly_rad: float

    @staticmethod
    def of(position_m: Vector, velocity_m_per_s: Vector, axis_m: float) -> "_Orbit":
        radius_m = sqrt(_dot(position_m, position_m))
        radial_dir_eci = tuple(x / radius_m for x in position_m)
        rate_m_per_s = _dot(radial_dir_eci, velocity_m_per_s)
        sideways = tuple(v - rate_m_per_s * x for v, x in zip(velocity_m_per_s, radial_dir_eci, strict=True))
        sideways_m_per_s = sqrt(_dot(sideways, sideways))
        transverse_dir_eci = tuple(x / sideways_m_per_s for x in sideways)
        parameter_m = (radius_m * sideways_m_per_s) ** 2 / EARTH_MU_M3_PER_S2
        cosine = parameter_m / radius_m - 1.0
        sine = rate_m_per_s * sqrt(parameter_m / EARTH_MU_M3_PER_S2)
        return _Orbit(radial_dir_eci, transverse_dir_eci, axis_m, hypot(cosine, sine), atan2(sine, cosine))

    def radius_m(self, angle_rad: float) -> float:
        """Distance from the Earth's centre ``angle_rad`` ahead of the present place."""
        parameter_m = self.axis_m * (1.0 - self.eccentricity_ratio**2)
        return parameter_m / (1.0 + self.eccentricity_ratio * cos(self.anomaly_rad + angle_rad))

    def flight_s(self, angle_rad: float) -> float:
        """Time to the place ``angle_rad`` ahead (negative: behind), by Kepler's equation."""
        motion_rad_per_s = sqrt(EARTH_MU_M3_PER_S2 / self.axis_m**3)
        return (self._mean(self.anomaly_rad + angle_rad) - self._mean(self.anomaly_rad)) / motion_rad_per_s

    def _mean(self, true_rad: float) -> float:
        half_rad = 0.5 * true_rad
        turns = round(true_rad / (2.0 * pi))
        low = sqrt(1.0 - self.eccentricity_ratio) * sin(half_rad)
        high = sqrt(1.0 + self.eccentricity_ratio) * cos(half_rad)
        eccentric_rad = 2.0 * atan2(low, high)
        eccentric_rad += 2.0 * pi * (turns - round(eccentric_rad / (2.0 * pi)))
        return eccentric_rad - self.eccentricity_ratio * sin(eccentric_rad)


def _edges(orbit: _Orbit, in_plane_ratio: float, midnight_rad: float) -> tuple[float, float] | None:
    """Return flight times to entry and exit of the shadow around orbital midnight, or None without shadow."""
    times_s = []
    for side in (-1.0, 1.0):
        half_rad = 0.0
        for _ in range(4):
            radius_m = orbit.radius_m(midnight_rad + side * half_rad)
            reach = sqrt(max(0.0, 1.0 - (EARTH_RADIUS_M / radius_m) ** 2))
            if reach >= in_plane_ratio:
                return None
            half_rad = acos(reach / in_plane_ratio)
        times_s.append(orbit.flight_s(midnight_rad + side * half_rad))
    return times_s[0], times_s[1]


def _dot(first: Vector, second: Vector) -> float:
    return first[0] * second[0] + first[1] * second[1] + first[2] * second[2]
