"""A rig: which backend serves each device. SIL is the rig in which every device is simulated."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from flight.executive.executive import Clock
from hil.devices.errors import ConfigurationError
from hil.devices.tables import read_table

__all__ = ["Backend", "DeviceChoice", "Rig", "load_rig"]


class Backend(Enum):
    """Who measures and moves."""

    SIM = "sim"
    REPLAY = "replay"
    EMULATED = "emulated"
    REAL = "real"


_SWAPPABLE = {"battery": frozenset(Backend)}
"""Devices that have other backends than the simulated one."""

_DEVICES = ("navigation", "array", "battery", "distribution", "loops", "nodes", "terminals", "radio")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceChoice:
    """The backend of one device.

    Parameters
    ----------
    port : str
        Serial port of a real unit; an emulated one brings its own.
    baud_rate_per_s : int
        Rate of the serial line.
    run : str
        Recorded run directory to replay.
    """

    backend: Backend = Backend.SIM
    port: str = ""
    baud_rate_per_s: int = 115_200
    run: str = ""

    def __post_init__(self) -> None:
        if self.backend is Backend.REAL and not self.port:
            raise ValueError("port must be given for backend real, got none")
        if self.backend is Backend.REPLAY and not self.run:
            raise ValueError("run must be given for backend replay, got none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """One rig file.

    Parameters
    ----------
    title : str
        What it is.
    clock : Clock or None
        Clock that its hardware needs; None: the scenario's.
    device : Mapping
        Choices by device name; a device that is not named is simulated.
    """

    title: str
    clock: Clock | None = None
    device: Mapping[str, DeviceChoice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, choice in self.device.items():
            if name not in _DEVICES:
                raise ValueError(f"device must be one of {', '.join(_DEVICES)}, got {name}")
            possible = _SWAPPABLE.get(name, frozenset({Backend.SIM}))
            if choice.backend not in possible:
                words = ", ".join(sorted(backend.value for backend in possible))
                raise ValueError(f"backend of {name} must be one of {words}, got {choice.backend.value}")

    def choice(self, name: str) -> DeviceChoice:
        """Return the choice for a device."""
        return self.device.get(name, DeviceChoice())

    @property
    def needs_realtime(self) -> bool:
        """True when a device lives in real time."""
        return any(choice.backend in (Backend.EMULATED, Backend.REAL) for choice in self.device.values())


def load_rig(text: str, where: str) -> Rig:
    """Read a rig.

    Raises
    ------
    ConfigurationError
        Not TOML, an unknown or missing key, or a value that is refused.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError(f"file must be TOML, got {error}", where) from error
    return read_table(Rig, table, where)
