"""What coordinator and groups exchange: work for a tick, replies, starts, and what applications declare.

All are named tuples of numbers, octets and tuples of them, so the same values are called directly in one
process and travel as msgpack arrays between processes.
"""

from typing import NamedTuple

from flight.bus.mail import ALL_EVENTS, Policy, Subscription
from flight.dictionary.registry import DICTIONARY

__all__ = ["Declared", "Reply", "Snapshot", "Start", "Work", "declared_subscriptions", "next_due"]


class Work(NamedTuple):
    """What one application has to do in one tick.

    Parameters
    ----------
    app : int
        Application id.
    due : bool
        Its step is due.
    skipped_count : int
        Base ticks in which it was wanted but was still busy with an earlier one.
    lost_count : int
        Messages its pipes have lost since the start of the run.
    mail : list[bytes]
        Whole messages in order of sending.
    plain : bool
        The mail holds neither commands nor waking messages.
    """

    app: int
    due: bool
    skipped_count: int
    lost_count: int
    mail: list[bytes]
    plain: bool


class Reply(NamedTuple):
    """What one application did in one tick.

    Parameters
    ----------
    app : int
        Application id.
    outbox : list[bytes]
        Whole messages in order of their sequence counts.
    next_wake : int
        Tick in which it wants to run even without mail.
    snapshot : bytes or None
        Its state, once a second.
    refusals : list[tuple[int, int, int]]
        Reason (``BusReject``), sender and message id of everything it could not decode, or would not send
        (sender 0).
    """

    app: int
    outbox: list[bytes]
    next_wake: int
    snapshot: bytes | None
    refusals: list[tuple[int, int, int]]


class Snapshot(NamedTuple):
    """State of one application after a tick."""

    tick: int
    octets: bytes


class Start(NamedTuple):
    """Order to start one application, or to start it again.

    Parameters
    ----------
    app : int
        Application id.
    tick : int
        First tick in which it runs.
    sequence : int
        Sequence count of its last message that the bus has seen.
    restart_count : int
        Number of restarts in this run.
    snapshot : Snapshot or None
        State to restore.
    """

    app: int
    tick: int
    sequence: int
    restart_count: int
    snapshot: Snapshot | None


class Declared(NamedTuple):
    """What an application declares of itself when it is READY.

    Parameters
    ----------
    app : int
        Application id.
    period_ms, offset_ms : int
        When it steps.
    latency_ticks : int
        Delay of everything it publishes.
    subscriptions : tuple[tuple[int, int, int, bool], ...]
        Message id, depth, policy, wake; ``ALL_EVENTS`` is unrolled.
    """

    app: int
    period_ms: int
    offset_ms: int
    latency_ticks: int
    subscriptions: tuple[tuple[int, int, int, bool], ...]


def declared_subscriptions(subscriptions: tuple[Subscription, ...]) -> tuple[tuple[int, int, int, bool], ...]:
    """Unroll ``ALL_EVENTS`` and name every class by its id, sorted by id.

    Raises
    ------
    ValueError
        When a class is subscribed to twice.
    """
    found: dict[int, tuple[int, int, int, bool]] = {}
    events = tuple(DICTIONARY.events())
    for one in subscriptions:
        for cls in events if one.message is ALL_EVENTS else (one.message,):
            if cls.SPEC.id in found:
                raise ValueError(f"subscription must be single, got {cls.__name__} twice")
            found[cls.SPEC.id] = (cls.SPEC.id, one.depth, int(Policy(one.policy)), one.wake)
    return tuple(found[key] for key in sorted(found))


def next_due(declared: Declared, tick_ms: int, tick: int) -> int:
    """Return the first tick after ``tick`` in which a step is due; -1: it is never stepped."""
    if not declared.period_ms:
        return -1
    period, offset = declared.period_ms // tick_ms, declared.offset_ms // tick_ms
    return max((tick - offset) // period + 1, 0) * period + offset
