"""Frames between coordinator and processes: msgpack arrays, one frame per process and tick each way.

From the coordinator: ``[RUN, tick, starts, works]`` and ``[STOP]``. From a process, each with the token of
this boot: ``[token, READY, name, manifest hash, dictionary hash, declared]``, ``[token, REPLY, tick,
replies]`` and ``[token, BYE, busy]``. Whatever else comes in is refused by name.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

import msgpack

from flight.bus.exchange import Declared, Reply, Snapshot, Start, Work
from flight.dictionary.executive import BusReject

__all__ = [
    "Bye",
    "FromProcess",
    "Ready",
    "Replies",
    "Run",
    "Stop",
    "pack",
    "pack_run",
    "parse_from_process",
    "parse_to_process",
]

RUN, STOP = 1, 2
READY, REPLY, BYE = 1, 2, 3

pack: Final[Callable[[object], bytes]] = msgpack.Packer(autoreset=True).pack


class Ready(NamedTuple):
    """A process is built and waits for its first tick."""

    name: str
    manifest_hash: int
    dictionary_hash: int
    declared: tuple[Declared, ...]


class Replies(NamedTuple):
    """What the applications of a process did in a tick."""

    tick: int
    replies: list[Reply]


class Bye(NamedTuple):
    """A process ends in order; nanoseconds that each application, and the whole process, computed."""

    busy_ns: dict[int, int]
    process_ns: int


class Run(NamedTuple):
    """Work for a process."""

    tick: int
    starts: list[Start]
    works: list[Work]


class Stop(NamedTuple):
    """Order to end."""


FromProcess = Ready | Replies | Bye


def pack_run(tick: int, starts: Sequence[Start], works: Sequence[Work]) -> bytes:
    """Return the frame of one tick for one process."""
    return pack((RUN, tick, starts, works))


def parse_to_process(frame: bytes) -> Run | Stop:
    """Parse a frame from the coordinator.

    Raises
    ------
    ValueError
        When it is none.
    """
    items = msgpack.unpackb(frame)
    if type(items) is not list:
        items = []
    if len(items) == 4 and items[0] == RUN:
        _, tick, starts, works = items
        return Run(tick, [_start(one) for one in starts] if starts else [], list(map(_make_work, works)))
    if len(items) == 1 and items[0] == STOP:
        return Stop()
    raise ValueError(f"frame must be RUN or STOP, got {len(frame)} octets")


def parse_from_process(frame: bytes, token: bytes) -> FromProcess | BusReject:
    """Parse a frame from a process; whatever it holds, return a value or why it is refused.

    Parameters
    ----------
    frame : bytes
        Octets from the socket.
    token : bytes
        Token of this boot.
    """
    items = _unpack(frame)
    if isinstance(items, BusReject):
        return items
    if type(items) is not list or len(items) < 3 or type(items[0]) is not bytes:
        return BusReject.MALFORMED
    if items[0] != token:
        return BusReject.WRONG_TOKEN
    try:
        return _PARSERS[items[1]](items[2:])
    except (KeyError, TypeError, ValueError):
        return BusReject.MALFORMED


def _unpack(frame: bytes) -> list[object] | BusReject:
    try:
        items: list[object] = msgpack.unpackb(frame, strict_map_key=True, object_pairs_hook=_no_map)
    except msgpack.exceptions.StackError:
        return BusReject.TOO_DEEP
    except _MapError as error:
        return error.reason
    except (ValueError, TypeError, msgpack.exceptions.UnpackException) as error:
        return BusReject.TRUNCATED if "incomplete" in str(error) else BusReject.MALFORMED
    return items


class _MapError(ValueError):
    """A frame holds a map, and none has any."""

    def __init__(self, reason: BusReject) -> None:
        super().__init__(reason.name)
        self.reason = reason


def _no_map(pairs: Sequence[tuple[object, object]]) -> object:
    keys = [repr(key) for key, _ in pairs]
    raise _MapError(BusReject.MALFORMED if len(set(keys)) == len(keys) else BusReject.DUPLICATE_KEY)


def _start(items: list[object]) -> Start:
    app, tick, sequence, restart_count, snapshot = items
    saved = None if snapshot is None else Snapshot._make(snapshot)  # type: ignore[arg-type]
    return Start(app, tick, sequence, restart_count, saved)  # type: ignore[arg-type]


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 64:
        raise TypeError(f"value must be a whole number of 64 bits, got {type(value).__name__}")
    return value


def _ready(items: list[object]) -> Ready:
    name, manifest_hash, dictionary_hash, declared = items
    if not isinstance(name, str) or not isinstance(declared, list):
        raise TypeError("READY must hold a name and declarations")
    found = []
    for app, period_ms, offset_ms, latency_ticks, subscriptions in declared:
        unrolled = tuple(
            (_whole(message_id), _whole(depth), _whole(policy), bool(wake))
            for message_id, depth, policy, wake in subscriptions
        )
        found.append(
            Declared(_whole(app), _whole(period_ms), _whole(offset_ms), _whole(latency_ticks), unrolled)
        )
    return Ready(name, _whole(manifest_hash), _whole(dictionary_hash), tuple(found))


def _replies(items: list[object]) -> Replies:
    tick, replies = items
    if type(replies) is not list:
        raise TypeError("replies must be a list")
    return Replies(_whole(tick), [_reply(one) for one in replies])


_BYTES = {bytes}
_make_reply: Final[Callable[[tuple[object, ...]], Reply]] = partial(tuple.__new__, Reply)
_make_work: Final[Callable[[tuple[object, ...]], Work]] = partial(tuple.__new__, Work)
"""Named tuples without a call of their Python constructors: half the time."""


def _reply(items: Sequence[object]) -> Reply:
    app, outbox, next_wake, snapshot, refusals = items
    # As `_whole` for both, without a call: this runs for every application and tick.
    if type(app) is not int or type(next_wake) is not int or app < 0 or not 0 <= next_wake < 1 << 64:
        raise TypeError("application and wake must be whole numbers")
    if type(outbox) is not list or (outbox and set(map(type, outbox)) != _BYTES):
        raise TypeError("outbox must be a list of octets")
    if snapshot is not None and type(snapshot) is not bytes:
        raise TypeError("snapshot must be octets")
    if type(refusals) is not list:
        raise TypeError("refusals must be a list")
    found = refusals and [
        (int(BusReject(reason)), _whole(source), _whole(message_id))
        for reason, source, message_id in refusals
    ]
    return _make_reply((app, outbox, next_wake, snapshot, found))


def _bye(items: list[object]) -> Bye:
    busy, process_ns = items
    if type(busy) is not list:
        raise TypeError("busy times must be a list")
    return Bye({_whole(app): _whole(busy_ns) for app, busy_ns in busy}, _whole(process_ns))


_PARSERS: Final[dict[object, Callable[[list[object]], FromProcess]]] = {
    READY: _ready,
    REPLY: _replies,
    BYE: _bye,
}
