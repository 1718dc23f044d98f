"""What an application is given when it is made: everything it may depend on, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flight.bus.disk import Disk, MemoryDisk
from flight.dictionary.types import App

__all__ = ["EPOCH_DEFAULT_NS", "Config"]

EPOCH_DEFAULT_NS = 2_272_147_237_000_000_000
"""TAI nanoseconds from 1958-01-01 to 2030-01-01T00:00:00 UTC, with the 37 leap seconds known today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Configuration of one participant.

    Parameters
    ----------
    app : App
        Who it is.
    seed : int
        Seed of the run; random streams derive from it.
    epoch_ns : int
        TAI nanoseconds since 1958-01-01 at tick 0.
    tick_ms : int
        Base tick in milliseconds, 1 to 1000, a divisor of 1000.
    options : Mapping[str, object]
        Options of this participant, from the manifest: scalars, lists and mappings of them. ``parameters`` is
        a mapping of parameter names to start values and belongs to the base class.
    disk : Disk
        Files of this participant alone. They outlive its crash; unlike a snapshot, which is up to a second
        old, they hold everything that was written: for what must never happen twice.
    """

    app: App
    seed: int = 0
    epoch_ns: int = EPOCH_DEFAULT_NS
    tick_ms: int = 100
    options: Mapping[str, object] = field(default_factory=dict)
    disk: Disk = field(default_factory=MemoryDisk, compare=False)

    def __post_init__(self) -> None:
        if self.tick_ms < 1 or 1000 % self.tick_ms:
            raise ValueError(f"tick_ms must be a divisor of 1000, got {self.tick_ms} ms ({self.app.name})")
