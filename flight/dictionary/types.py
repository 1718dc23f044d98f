"""Field types of the dictionary: widths on the wire, ranges, repetition and the shared enumerations.

A field is an ordinary annotation, so type checkers see ``float`` or ``int``; the metadata behind it says how
the value travels: ``bus_voltage_v: F32`` or ``caps_w: Annotated[tuple[float, ...], Repeated("f32", 18)]``.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

__all__ = [
    "ANY_APPLICATION",
    "F32",
    "F64",
    "I8",
    "I16",
    "I32",
    "I64",
    "U8",
    "U16",
    "U32",
    "U64",
    "App",
    "Bool",
    "Hazard",
    "Octets",
    "Parameter",
    "Range",
    "Repeated",
    "Scalar",
    "Severity",
    "Stage",
    "Variable",
]


@dataclass(frozen=True, slots=True)
class Scalar:
    """One number of declared width: ``bool u8 u16 u32 u64 i8 i16 i32 i64 f32 f64``.

    An ``IntEnum`` annotation with a ``Scalar`` is an enumeration of that width.
    """

    code: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A tuple of ``count`` scalars; unrolled as ``name_00 ... name_NN`` in packets."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class Octets:
    """Exactly ``count`` octets."""

    count: int


@dataclass(frozen=True, slots=True)
class Variable:
    """At most ``count_max`` octets (``bytes``) or UTF-8 octets (``str``); only as the last field.

    In packets a u16 length stands before it.
    """

    count_max: int


@dataclass(frozen=True, slots=True)
class Range:
    """Closed interval of legal values, in the unit of the field's name."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Parameter:
    """Stable id and legal range of one parameter; the default is the dataclass default."""

    id: int
    low: float
    high: float


Bool = Annotated[bool, Scalar("bool")]
U8 = Annotated[int, Scalar("u8")]
U16 = Annotated[int, Scalar("u16")]
U32 = Annotated[int, Scalar("u32")]
U64 = Annotated[int, Scalar("u64")]
I8 = Annotated[int, Scalar("i8")]
I16 = Annotated[int, Scalar("i16")]
I32 = Annotated[int, Scalar("i32")]
I64 = Annotated[int, Scalar("i64")]
F32 = Annotated[float, Scalar("f32")]
F64 = Annotated[float, Scalar("f64")]


class App(IntEnum):
    """Application ids: the source on the bus and the APID of the packets. Never reused."""

    EXECUTIVE = 1
    EVENTS = 2
    HOUSEKEEPING = 3
    MONITORING = 4
    GATEWAY = 5
    LASER = 6
    POWER = 16
    THERMAL = 17
    COMPUTE = 18
    OPTICAL = 19
    WORLD = 64
    NAVIGATION = 65
    ARRAY = 66
    BATTERY = 67
    DISTRIBUTION = 68
    LOOPS = 69
    NODES = 70
    TERMINALS = 71
    RADIO = 72
    LASER_MODEM = 73
    GROUND = 96


ANY_APPLICATION = 0
"""Destination of a message that is routed by subscription, not by address."""


class Severity(IntEnum):
    """Event severity, with the report subtypes of PUS service 5 (ECSS-E-ST-70-41C clause 6.5)."""

    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4


class Hazard(IntEnum):
    """Hazard class of a command: a hazardous command needs arm and fire."""

    NONE = 0
    HAZARDOUS = 1


class Stage(IntEnum):
    """Onboard life of a command, as reported on the bus and by PUS service 1."""

    ACCEPTED = 1
    REJECTED = 2
    STARTED = 3
    PROGRESS = 5
    COMPLETED = 7
    FAILED = 8
