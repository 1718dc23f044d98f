"""A scenario: orbit, time, faults, procedure, what is recorded and what is expected. Data only.

Scenario files are TOML and read strictly; the same file runs in SIL and on a rig.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import radians

from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from flight.executive.executive import Clock
from hil.devices.build import Orbit, plant_params
from hil.devices.errors import ConfigurationError
from hil.devices.tables import read_table
from hil.plant.params import (
    EGM96_J3_RATIO,
    EGM96_J4_RATIO,
    FLAT_PLATE_DRAG_RATIO,
    WGS84_FLATTENING_FRAC,
    PlantParams,
)
from hil.runner.epoch import tai_ns_from_utc
from hil.runner.evidence import LinkWindow
from hil.runner.expectation import Expectation
from hil.runner.faults import Fault, Hang, Kill
from hil.runner.initial_orbit import InitialOrbit
from hil.runner.links import Channel, LaserLink, RadioLink
from hil.runner.quantity import parse_quantity

__all__ = [
    "Channel",
    "Clock",
    "Gravity",
    "LaserLink",
    "Orbit",
    "Plot",
    "RadioLink",
    "Satellite",
    "Scenario",
    "Shadow",
    "Station",
    "Tolerance",
    "load_scenario",
]

_FLIGHT_APP_MAX = App.WORLD


class Gravity(Enum):
    """How far the Earth's zonal gravity goes."""

    J2 = "j2"
    J4 = "j4"
    """J2, J3 and J4."""


class Shadow(Enum):
    """Shape of the Earth for eclipses."""

    SPHERE = "sphere"
    FLATTENED = "flattened"
    """The WGS 84 ellipsoid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Satellite:
    """Which satellite flies, where, and parameters that differ from its reference (``section.name = value``).

    Parameters
    ----------
    initial : InitialOrbit or None
        Orbit at the epoch; None: that of the reference satellite.
    gravity : Gravity
        Zonal terms of the Earth's field.
    drag : bool
        Whether the air brakes.
    shadow : Shadow
        Shape of the Earth whose shadow falls on the satellite.
    """

    orbit: Orbit = Orbit.MID_INCLINATION
    initial: InitialOrbit | None = None
    gravity: Gravity = Gravity.J2
    drag: bool = False
    shadow: Shadow = Shadow.SPHERE
    parameters: Mapping[str, float] = field(default_factory=dict)

    def numbers(self, epoch_tai_ns: int) -> dict[str, float]:
        """Return all plant parameters that differ from the reference, ``section.name`` to value.

        Raises
        ------
        ValueError
            The initial orbit is refused, or a parameter is also given by another key.
        """
        given = {} if self.initial is None else self.initial.numbers(epoch_tai_ns)
        if self.gravity is Gravity.J4:
            given |= {"orbit.earth_j3_ratio": EGM96_J3_RATIO, "orbit.earth_j4_ratio": EGM96_J4_RATIO}
        if self.drag:
            given["attitude.drag_ratio"] = FLAT_PLATE_DRAG_RATIO
        if self.shadow is Shadow.FLATTENED:
            given["orbit.shadow_flattening_frac"] = WGS84_FLATTENING_FRAC
        twice = sorted(set(given) & set(self.parameters))
        if twice:
            raise ValueError(f"parameters must not repeat what other keys give, got {', '.join(twice)}")
        return {**given, **self.parameters}


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A ground station on WGS-84, in degrees as people give them."""

    name: str
    latitude_deg: float
    longitude_deg: float
    altitude_m: float = 0.0
    elevation_min_deg: float = 5.0

    def __post_init__(self) -> None:
        if not -90.0 <= self.latitude_deg <= 90.0:
            raise ValueError(f"latitude_deg must be -90 to 90, got {self.latitude_deg:g} deg")
        if not -180.0 <= self.longitude_deg <= 360.0:
            raise ValueError(f"longitude_deg must be -180 to 360, got {self.longitude_deg:g} deg")

    @property
    def elevation_min_rad(self) -> float:
        """Lowest elevation of the antenna."""
        return radians(self.elevation_min_deg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One plot of the report.

    Parameters
    ----------
    title, unit : str
        Heading and the unit of the axis.
    lines : Mapping
        Label to quantity.
    truth : Mapping
        Label to a quantity that is drawn as truth (dashed).
    limits : Mapping
        Label to a horizontal line in the plot's unit.
    scale, offset : float
        Shown value = scale * value + offset, for degrees, kilowatts and percent.
    """

    title: str
    unit: str
    lines: Mapping[str, str]
    truth: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    scale: float = 1.0
    offset: float = 0.0

    def __post_init__(self) -> None:
        for quantity in (*self.lines.values(), *self.truth.values()):
            parse_quantity(quantity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far a quantity of two runs may be apart.

    Parameters
    ----------
    tolerance : float
        Largest difference at common times, in the quantity's unit.
    lag_max_ticks : int
        By how much one run may be late.
    from_s : float
        Simulated time from which on they are compared.
    """

    quantity: str
    tolerance: float
    lag_max_ticks: int = 0
    from_s: float = 0.0

    def __post_init__(self) -> None:
        parse_quantity(self.quantity)
        if self.tolerance < 0.0 or self.lag_max_ticks < 0:
            raise ValueError(f"tolerance must be >= 0, got {self.tolerance:g} and {self.lag_max_ticks} ticks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything that a run depends on, except the rig.

    Parameters
    ----------
    title : str
        One line for the report.
    epoch : str
        UTC instant of tick 0, ISO 8601.
    duration_s : float
        Simulated length.
    rig : str
        Name of the rig that serves it by default.
    procedure : str
        Operator procedure, a Python file relative to the project root; empty for none.
    restart_ticks : int
        Ticks after which a killed application is back.
    options : Mapping
        Options of applications, by name of the application.
    record : tuple of str
        Messages that go into the log and the columns.
    record_every_s : float
        0: all of them. Otherwise each once in so many seconds and the plant's truth as often, its powers as
        means between; for runs so long that all of it would fill a disk. The trace is then not kept.
    """

    title: str
    epoch: str
    duration_s: float
    seed: int = 1
    tick_ms: int = 100
    clock: Clock = Clock.LOCKSTEP
    rig: str = "sil"
    procedure: str = ""
    restart_ticks: int = 10
    satellite: Satellite = field(default_factory=Satellite)
    stations: tuple[Station, ...] = ()
    channel: Channel = field(default_factory=Channel)
    radio_link: RadioLink = field(default_factory=RadioLink)
    laser_link: LaserLink | None = None
    links: tuple[LinkWindow, ...] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    record: tuple[str, ...] = ()
    record_every_s: float = 0.0
    faults: tuple[Fault, ...] = ()
    expect: tuple[Expectation, ...] = ()
    plots: tuple[Plot, ...] = ()
    compare: tuple[Tolerance, ...] = ()

    def __post_init__(self) -> None:
        tai_ns_from_utc(self.epoch)
        if not 0.0 < self.duration_s <= 40 * 86400.0:
            raise ValueError(f"duration_s must be > 0 and at most 40 days, got {self.duration_s:g} s")
        if not 0 <= self.seed < 2**63:
            raise ValueError(f"seed must be 0 to 2**63 - 1, got {self.seed}")
        if self.tick_ms < 1 or 100 % self.tick_ms:
            raise ValueError(f"tick_ms must be a divisor of 100, got {self.tick_ms} ms")
        if self.record_every_s and not (
            1.0 <= self.record_every_s <= 3600.0 and self.record_every_s % 1.0 == 0.0
        ):
            raise ValueError(
                f"record_every_s must be 0 or whole seconds from 1 to 3600, got {self.record_every_s:g} s"
            )
        _ = self.plant_params
        for name in self.record:
            _known_message(name)
        for name in self.options:
            if name not in App.__members__:
                raise ValueError(f"options must be of one of {', '.join(App.__members__)}, got {name}")
        self._check_parts()

    def _check_parts(self) -> None:
        """Refuse what lacks the part of the run that it needs."""
        if self.laser_link is not None and not self.stations:
            raise ValueError("laser_link must have a ground, got no stations")
        for fault in self.faults:
            if isinstance(fault, Kill | Hang) and fault.application >= _FLIGHT_APP_MAX:
                raise ValueError(f"application must be one that flies, got {fault.application.name}")

    @property
    def epoch_ns(self) -> int:
        """TAI nanoseconds since 1958-01-01 of tick 0."""
        return tai_ns_from_utc(self.epoch)

    @property
    def record_every_ticks(self) -> int:
        """Ticks between two records of one message; 1: all are kept."""
        return max(1, round(self.record_every_s / self.tick_s))

    @property
    def plant_params(self) -> PlantParams:
        """The satellite, with everything that the scenario changes in it."""
        return plant_params(self.satellite.orbit, self.satellite.numbers(self.epoch_ns))

    @property
    def tick_s(self) -> float:
        """Length of one tick."""
        return self.tick_ms / 1000.0

    @property
    def tick_count(self) -> int:
        """Number of ticks after tick 0."""
        return round(self.duration_s / self.tick_s)

    def tick_of(self, time_s: float) -> int:
        """Return the tick of a simulated time."""
        return round(time_s / self.tick_s)


def _known_message(name: str) -> None:
    try:
        DICTIONARY.by_name(name)
    except KeyError as error:
        raise ValueError(f"record: {error.args[0]}") from error


def load_scenario(text: str, where: str) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    text : str
        Content of the TOML file.
    where : str
        Name of the file, for error texts.

    Raises
    ------
    ConfigurationError
        Not TOML, an unknown or missing key, or a value that is refused.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(f"file must be TOML, got {error}", where) from error
    return read_table(Scenario, table, where)
