"""What a coordinator is told, and what it tells its driver."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from flight.bus.exchange import Start, Work
from flight.dictionary.types import App

__all__ = ["Fault", "Injection", "OnDown", "OpenTick", "Recorder", "Settings"]

OnDown = Callable[[int, int], "int | None"]
"""Called with application id and tick when memory is lost; returns when it is back, or None: stays down."""


class Recorder(Protocol):
    """Takes the routed octets of each tick, losing none."""

    def put(self, tick: int, routed: Sequence[bytes]) -> None:
        """Record the messages of one tick, sorted by source and sequence."""


class Fault(Enum):
    """Faults that a scenario inserts at the coordinator."""

    KILL = 1
    """The application loses its memory and its mail of that tick."""
    HANG = 2
    """The application stops answering; the heartbeat finds it."""
    CUT = 3
    """Copies between the application and all others end at the centre, counted: a partition of the bus."""
    JOIN = 4
    """The end of a cut with the same application and message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One fault to insert.

    Parameters
    ----------
    message_id : int
        Only copies of this message are cut; 0: of all.
    """

    tick: int
    app: App
    fault: Fault
    message_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of a coordinator.

    Parameters
    ----------
    tick_ms : int
        Base tick.
    heartbeat_ticks : int
        Ticks without an answer after which an application counts as hung.
    restart_ticks : int
        Ticks from loss of memory to return when no restart ladder decides, 1 to 20.
    """

    tick_ms: int = 100
    heartbeat_ticks: int = 5
    restart_ticks: int = 5

    def __post_init__(self) -> None:
        if self.heartbeat_ticks < 1:
            raise ValueError(f"heartbeat must be at least 1 tick, got {self.heartbeat_ticks} ticks")
        if not 1 <= self.restart_ticks <= 20:
            raise ValueError(f"restart must take 1 to 20 ticks, got {self.restart_ticks} ticks")


class OpenTick(NamedTuple):
    """What a driver has to do in one tick, in this order.

    Parameters
    ----------
    downs : list[int]
        Applications that have just lost their memory: end them.
    hangs : list[int]
        Applications that must stop answering (injected).
    starts : list[Start]
        Applications to start from their snapshots.
    works : list[Work]
        Work for those that have any, by application id.
    """

    downs: list[int]
    hangs: list[int]
    starts: list[Start]
    works: list[Work]
