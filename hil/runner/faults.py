"""The faults that a scenario may hold, by kind and time.

Each fault goes to the one place that can make it true: the executive (kill, hang, partition), the plant
(sensors, sections, anything the plant injects by name) or the channel (bit errors, ground outage).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from hil.plant.faults import INSTRUMENT_FAULTS, SENSOR_FAULTS, UNIT_FAULTS

__all__ = [
    "BitErrors",
    "Fault",
    "Hang",
    "Kill",
    "Outage",
    "Partition",
    "PlantFault",
    "SectionLoss",
    "SensorFault",
]


class Direction(Enum):
    """Which way symbols travel."""

    UP = "up"
    DOWN = "down"


class SensorError(Enum):
    """What goes wrong with a sensor channel."""

    STUCK = "stuck"
    BIAS = "bias"
    NAN = "nan"


class SectionError(Enum):
    """How an array section is lost."""

    OPEN = "open"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something goes wrong at ``at_s`` and, with ``for_s``, is right again after it.

    Parameters
    ----------
    at_s : float
        Onset in simulated seconds since the start.
    for_s : float or None
        Duration; None: to the end of the run.
    label : str
        What expectations and plots call it; by default made from kind and time.
    """

    KINDS: ClassVar[Mapping[str, type]] = {}

    at_s: float
    for_s: float | None = None
    label: str = ""

    def __post_init__(self) -> None:
        if self.at_s < 0.0:
            raise ValueError(f"at_s must be >= 0, got {self.at_s:g} s")
        if self.for_s is not None and self.for_s <= 0.0:
            raise ValueError(f"for_s must be > 0, got {self.for_s:g} s")

    @property
    def title(self) -> str:
        """The label, or kind and onset."""
        kind = next(name for name, cls in Fault.KINDS.items() if type(self) is cls)
        return self.label or f"{kind} at {self.at_s:g} s"

    @property
    def until_s(self) -> float:
        """End of the fault in simulated seconds; infinite when it stays."""
        return float("inf") if self.for_s is None else self.at_s + self.for_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill(Fault):
    """One application loses its memory and comes back from its last snapshot."""

    application: App


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang(Fault):
    """One application stops answering; the heartbeat finds it."""

    application: App


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition(Fault):
    """One application is cut off the bus: nothing reaches it, and nobody hears it; it goes on running.

    Parameters
    ----------
    application : App
        Who is cut off.
    message : str
        Only this message is lost on the way to it or from it, such as ``Grant``; empty: all.
    """

    application: App
    message: str = ""

    def __post_init__(self) -> None:
        Fault.__post_init__(self)
        if self.message and self.message not in {one.__name__ for one in DICTIONARY.all()}:
            near = ", ".join(DICTIONARY.nearest(self.message))
            raise ValueError(f"message must be one of the bus, such as {near}, got {self.message}")

    @property
    def message_id(self) -> int:
        """Number of the message; 0: all."""
        return DICTIONARY.by_name(self.message).SPEC.id if self.message else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorFault(Fault):
    """One sensor channel of the plant is stuck, biased or gone.

    Parameters
    ----------
    group, field : str
        Channel as in the plant's channel list.
    index : int
        Element of the field.
    value : float
        Bias in the field's unit; ignored by the others.
    """

    error: SensorError
    group: str
    field: str
    index: int = 0
    value: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLoss(Fault):
    """One array section is lost."""

    section_index: int
    error: SectionError = SectionError.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantFault(Fault):
    """Any fault that the plant injects by name.

    Parameters
    ----------
    fault : str
        A name of ``hil.plant.faults``: one of a sensor channel, of a whole instrument, or of a unit.
    parameters : Mapping
        ``channel`` for a sensor fault, the unit's index for one of a unit, and its value where it has one.
    """

    fault: str
    parameters: Mapping[str, object]

    @property
    def _sensor_index(self) -> str:
        return "" if self.fault in INSTRUMENT_FAULTS else "channel"

    def __post_init__(self) -> None:
        Fault.__post_init__(self)
        known = [*SENSOR_FAULTS, *INSTRUMENT_FAULTS, *UNIT_FAULTS]
        if self.fault not in known:
            raise ValueError(f"fault must be one of {', '.join(known)}, got {self.fault}")
        unit = UNIT_FAULTS.get(self.fault)
        index, value = (self._sensor_index, "value") if unit is None else (unit.index, unit.value)
        more = () if unit is None else tuple(row.value for row in unit.also)
        needed, allowed = {index} - {""}, {index, value, *more} - {"", None}
        if not needed <= self.parameters.keys() <= allowed:
            words = f"{', '.join(sorted(needed)) or 'none'} of {', '.join(sorted(map(str, allowed)))}"
            raise ValueError(f"parameters of {self.fault} must be {words}, got {sorted(self.parameters)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BitErrors(Fault):
    """The channel flips bits at a rate, on top of its own."""

    direction: Direction
    bit_error_ratio: float

    def __post_init__(self) -> None:
        Fault.__post_init__(self)
        if not 0.0 <= self.bit_error_ratio <= 0.5:
            raise ValueError(f"bit_error_ratio must be 0 to 0.5, got {self.bit_error_ratio:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage(Fault):
    """A ground station neither hears nor speaks."""

    station_index: int = 0


Fault.KINDS = {
    "kill": Kill,
    "hang": Hang,
    "partition": Partition,
    "sensor": SensorFault,
    "section": SectionLoss,
    "plant": PlantFault,
    "bit_errors": BitErrors,
    "outage": Outage,
}
