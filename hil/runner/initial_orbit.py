"""Where the satellite is at the epoch: Kepler elements, a state vector, a two-line element set or an OMM.

All of them become the osculating elements that the plant starts from. SGP4 runs here, once, when a
scenario is built, and nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import acos, atan2, isfinite, pi, radians, sqrt
from typing import ClassVar

from hil.plant.params import OrbitParams
from hil.runner.teme import j2000_from_teme

__all__ = ["ElementsOrbit", "InitialOrbit", "OmmOrbit", "StateOrbit", "TleOrbit", "elements_of"]

_J2000_TAI_NS = 1_325_419_167_816_000_000
_DAY_S = 86400.0
_TT_MINUS_UTC_S = 69.184  # since 2017
_J2000_JD = 2451545.0
_ELEMENT_AGE_MAX_DAYS = 30.0
_CIRCULAR_RATIO = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialOrbit:
    """The orbit at the scenario's epoch."""

    KINDS: ClassVar[Mapping[str, type]] = {}

    def numbers(self, epoch_tai_ns: int) -> dict[str, float]:
        """Return the plant's parameters, ``orbit.name`` to value.

        Parameters
        ----------
        epoch_tai_ns : int
            The scenario's epoch, TAI nanoseconds since 1958.

        Raises
        ------
        ValueError
            The orbit is none that stays clear of the Earth, or its elements are refused.
        """
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementsOrbit(InitialOrbit):
    """Osculating Kepler elements in J2000, in degrees as people give them; the anomaly is the true one."""

    semi_major_axis_m: float
    eccentricity_ratio: float = 0.0
    inclination_deg: float
    raan_deg: float = 0.0
    perigee_deg: float = 0.0
    anomaly_deg: float = 0.0

    def numbers(self, epoch_tai_ns: int) -> dict[str, float]:
        """Return the elements as they are; the epoch plays no part."""
        del epoch_tai_ns
        return {
            "orbit.semi_major_axis_m": self.semi_major_axis_m,
            "orbit.eccentricity_ratio": self.eccentricity_ratio,
            "orbit.inclination_rad": radians(self.inclination_deg),
            "orbit.raan_rad": radians(self.raan_deg),
            "orbit.perigee_rad": radians(self.perigee_deg),
            "orbit.anomaly_rad": radians(self.anomaly_deg),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StateOrbit(InitialOrbit):
    """Position and velocity in J2000 (mean equator and equinox)."""

    position_eci_m: tuple[float, ...]
    velocity_eci_m_per_s: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.position_eci_m) != 3 or len(self.velocity_eci_m_per_s) != 3:
            raise ValueError(
                "position_eci_m and velocity_eci_m_per_s must have 3 numbers each, "
                f"got {len(self.position_eci_m)} and {len(self.velocity_eci_m_per_s)}"
            )

    def numbers(self, epoch_tai_ns: int) -> dict[str, float]:
        """Return the elements of the state; the epoch plays no part."""
        del epoch_tai_ns
        return elements_of(self.position_eci_m, self.velocity_eci_m_per_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class TleOrbit(InitialOrbit):
    """A two-line element set, carried to the scenario's epoch by SGP4 (at most 30 days)."""

    line1: str
    line2: str

    def numbers(self, epoch_tai_ns: int) -> dict[str, float]:
        """Return the osculating elements at the epoch."""
        from sgp4.api import Satrec  # noqa: PLC0415  wanted when a scenario names a set, and never on board

        for number, line in ((1, self.line1), (2, self.line2)):
            if len(line) < 69 or line[0] != str(number) or _checksum(line) != line[68]:
                raise ValueError(
                    f"line{number} must be a line of 69 characters with its checksum, got {line!r}"
                )
        return _propagated(Satrec.twoline2rv(self.line1, self.line2), epoch_tai_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class OmmOrbit(InitialOrbit):
    """An orbit mean-elements message (CCSDS 502.0-B-3) as a table of its keywords, carried on by SGP4."""

    fields: Mapping[str, str]

    def numbers(self, epoch_tai_ns: int) -> dict[str, float]:
        """Return the osculating elements at the epoch."""
        from sgp4 import omm  # noqa: PLC0415  as above
        from sgp4.api import Satrec  # noqa: PLC0415

        theory = self.fields.get("MEAN_ELEMENT_THEORY", "SGP4")
        if theory != "SGP4":
            raise ValueError(f"MEAN_ELEMENT_THEORY must be SGP4, got {theory}")
        satellite = Satrec()
        try:
            omm.initialize(satellite, {"CLASSIFICATION_TYPE": "U", "OBJECT_ID": "", **self.fields})
        except (KeyError, ValueError) as error:
            raise ValueError(f"fields must be an OMM for SGP4, got {error}") from error
        return _propagated(satellite, epoch_tai_ns)


InitialOrbit.KINDS = {"elements": ElementsOrbit, "state": StateOrbit, "tle": TleOrbit, "omm": OmmOrbit}


def _checksum(line: str) -> str:
    """Return the last digit of a line: the sum of its digits, a minus sign counting 1."""
    return str(sum(int(c) if c.isdigit() else c == "-" for c in line[:68]) % 10)


def _propagated(satellite: object, epoch_tai_ns: int) -> dict[str, float]:
    """Carry mean elements to the epoch and turn the state into J2000."""
    tt_d = (epoch_tai_ns - _J2000_TAI_NS) * 1e-9 / _DAY_S
    utc_days = tt_d - _TT_MINUS_UTC_S / _DAY_S
    age_days = utc_days - (satellite.jdsatepoch - _J2000_JD) - satellite.jdsatepochF  # type: ignore[attr-defined]
    if not abs(age_days) <= _ELEMENT_AGE_MAX_DAYS:
        raise ValueError(
            f"element set must be within {_ELEMENT_AGE_MAX_DAYS:g} days of the epoch, got {age_days:.1f} days"
        )
    fault, position_km, velocity_km_per_s = satellite.sgp4(_J2000_JD, utc_days)  # type: ignore[attr-defined]
    if fault:
        raise ValueError(f"element set must propagate to the epoch, got SGP4 error {fault}")
    return elements_of(
        [1e3 * x for x in j2000_from_teme(position_km, tt_d)],
        [1e3 * x for x in j2000_from_teme(velocity_km_per_s, tt_d)],
    )


def elements_of(position_m: Sequence[float], velocity_m_per_s: Sequence[float]) -> dict[str, float]:
    """Return the osculating elements of a state as the plant's parameters.

    Parameters
    ----------
    position_m, velocity_m_per_s : sequences of 3 floats
        J2000.

    Returns
    -------
    dict of str to float
        ``orbit.name`` to value. Where perigee or node have no direction they are 0, and the anomaly counts
        from the node or from +X instead.

    Raises
    ------
    ValueError
        The state is not finite, has no angular momentum, or is not bound to the Earth.

    Notes
    -----
    Source: Vallado, Fundamentals of Astrodynamics and Applications, 4th ed., algorithm 9.
    """
    r, v = tuple(position_m), tuple(velocity_m_per_s)
    mu = OrbitParams().earth_mu_m3_per_s2
    if not all(map(isfinite, (*r, *v))):
        raise ValueError(f"state must be finite, got {r} m and {v} m/s")
    distance, speed2 = sqrt(_dot(r, r)), _dot(v, v)
    normal = _cross(r, v)
    momentum = sqrt(_dot(normal, normal))
    energy = speed2 / 2.0 - mu / distance if distance else 0.0
    if not momentum or energy >= 0.0:
        raise ValueError(f"state must be that of an orbit around the Earth, got {r} m and {v} m/s")
    lean = [((speed2 - mu / distance) * x - _dot(r, v) * y) / mu for x, y in zip(r, v, strict=True)]
    eccentricity = sqrt(_dot(lean, lean))
    flat = sqrt(normal[0] ** 2 + normal[1] ** 2) < _CIRCULAR_RATIO * momentum
    raan = 0.0 if flat else atan2(normal[0], -normal[1])
    node = (1.0, 0.0, 0.0) if flat else (-normal[1] / _flat(normal), normal[0] / _flat(normal), 0.0)
    across = _cross([x / momentum for x in normal], node)
    perigee = 0.0
    if eccentricity > _CIRCULAR_RATIO:
        perigee = atan2(_dot(lean, across), _dot(lean, node))
    latitude = atan2(_dot(r, across), _dot(r, node))
    return {
        "orbit.semi_major_axis_m": -mu / (2.0 * energy),
        "orbit.eccentricity_ratio": eccentricity,
        "orbit.inclination_rad": acos(max(-1.0, min(1.0, normal[2] / momentum))),
        "orbit.raan_rad": raan,
        "orbit.perigee_rad": perigee,
        "orbit.anomaly_rad": (latitude - perigee + pi) % (2.0 * pi) - pi,
    }


def _flat(vector: Sequence[float]) -> float:
    return sqrt(vector[0] * vector[0] + vector[1] * vector[1])


def _dot(first: Sequence[float], second: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(first, second, strict=True))


def _cross(first: Sequence[float], second: Sequence[float]) -> list[float]:
    (ax, ay, az), (bx, by, bz) = first, second
    return [ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx]
