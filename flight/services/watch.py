"""A watchpoint: limits with persistence, dead-band and staleness, as a state machine. Pure."""

from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

from flight.dictionary.declare import Message

__all__ = ["Change", "Watch", "WatchState", "advance", "read"]


class WatchState(IntEnum):
    """What is known of the watched value."""

    INSIDE = 0
    OUTSIDE = 1
    TRIPPED = 2
    STALE = 3


class Change(IntEnum):
    """What happened."""

    NONE = 0
    TRIPPED = 1
    CLEARED = 2
    STALE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One watchpoint, as data. Limits and dead-band are in the unit of the field.

    Parameters
    ----------
    id : int
        Stable number for commands and events.
    message : type of Message
        What carries the value.
    field : str
        Name of the field.
    index : int or None
        Item of a repeated field.
    valid_bit : int or None
        Bit of the message's ``valid_mask`` that must be set.
    low, high : float
        Closed interval of good values.
    value_dead_band : float
        How far inside the limits a value must come back to clear.
    persistence_s : float
        How long a value must be outside to trip.
    stale_s : float
        Time without a valid value after which the watch is stale; 0: never.

    Raises
    ------
    ValueError
        If the interval is empty or no value inside it could clear.
    """

    id: int
    message: type[Message]
    field: str
    index: int | None = None
    valid_bit: int | None = None
    low: float
    high: float
    value_dead_band: float
    persistence_s: float
    stale_s: float = 0.0

    def __post_init__(self) -> None:
        if not self.high - self.low > 2.0 * self.value_dead_band >= 0.0:
            raise ValueError(
                f"value_dead_band must be in [0, {(self.high - self.low) / 2}),"
                f" got {self.value_dead_band} (watch {self.id})"
            )


@dataclass(frozen=True, slots=True)
class Watching:
    """Present state of a watchpoint: since when, and when the last valid value came."""

    state: WatchState
    since_ns: int
    valid_ns: int


def read(watch: Watch, message: Message) -> float | None:
    """Return the watched value in a message, None when it is not valid."""
    if watch.valid_bit is not None and not getattr(message, "valid_mask", 0) >> watch.valid_bit & 1:
        return None
    held = getattr(message, watch.field)
    value = float(held if watch.index is None else held[watch.index])
    return value if isfinite(value) else None


def advance(watch: Watch, now: Watching, value: float | None, time_ns: int) -> tuple[Watching, Change]:
    """Return the next state of a watchpoint, and what happened.

    Parameters
    ----------
    value : float or None
        The newest value since the last call; None: no valid one came.
    time_ns : int
        Now; does not run back.
    """
    if value is None:
        return _advance_silent(watch, now, time_ns)
    if now.state is WatchState.TRIPPED:
        band = watch.value_dead_band
        if watch.low + band <= value <= watch.high - band:
            return Watching(WatchState.INSIDE, time_ns, time_ns), Change.CLEARED
        return Watching(now.state, now.since_ns, time_ns), Change.NONE
    if watch.low <= value <= watch.high:
        return Watching(WatchState.INSIDE, time_ns, time_ns), Change.NONE
    since_ns = now.since_ns if now.state is WatchState.OUTSIDE else time_ns
    if time_ns - since_ns >= watch.persistence_s * 1e9:
        return Watching(WatchState.TRIPPED, time_ns, time_ns), Change.TRIPPED
    return Watching(WatchState.OUTSIDE, since_ns, time_ns), Change.NONE


def _advance_silent(watch: Watch, now: Watching, time_ns: int) -> tuple[Watching, Change]:
    """Return the next state when no valid value came."""
    stale_ns = watch.stale_s * 1e9
    if stale_ns and now.state is not WatchState.STALE and time_ns - now.valid_ns >= stale_ns:
        return Watching(WatchState.STALE, time_ns, now.valid_ns), Change.STALE
    return now, Change.NONE
