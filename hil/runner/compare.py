"""Compare two runs: the first message that differs, and every channel with its tolerance."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight.bus.trace import Digest, first_difference
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from hil.runner.errors import RunDataError
from hil.runner.quantity import Series, parse_quantity, read_series
from hil.runner.recording import TRACE_RECORD
from hil.runner.run_folder import RunFolder
from hil.runner.scenario import Tolerance
from hil.runner.verdict import Outcome

__all__ = ["ChannelDifference", "Comparison", "TraceDifference", "compare"]

_TRACE_TYPE = np.dtype(
    [("tick", "<u4"), ("source", "<u2"), ("id", "<u2"), ("sequence", "<u4"), ("cause", "<u8"), ("crc", "<u4")]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceDifference:
    """The first message that differs.

    Parameters
    ----------
    tick : int
        Tick in which it was routed.
    source, message : str
        Who sent it and what it is, in the first run (in the second, when the first has none).
    what : str
        ``body``, ``cause``, ``order`` or ``missing``.
    """

    tick: int
    source: str
    message: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDifference:
    """One channel of both runs.

    Parameters
    ----------
    value_apart : float
        Largest difference at common times after the best lag, in the channel's unit.
    lag_ticks : int
        By how many ticks the second run is late.
    """

    channel: str
    outcome: Outcome
    value_apart: float
    tolerance: float | None
    at_s: float
    lag_ticks: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two runs have in common."""

    trace: TraceDifference | None
    trace_equal: bool
    channels: tuple[ChannelDifference, ...]

    @property
    def outcome(self) -> Outcome:
        """PASS when the traces agree, or when every channel with a tolerance is inside it."""
        if self.trace_equal:
            return Outcome.PASS
        judged = [item.outcome for item in self.channels if item.tolerance is not None]
        if Outcome.FAIL in judged:
            return Outcome.FAIL
        return Outcome.PASS if judged and Outcome.INVALID not in judged else Outcome.INVALID


def compare(one: RunFolder, other: RunFolder) -> Comparison:
    """Compare two runs of one scenario; tolerances are those of the first run's scenario.

    Raises
    ------
    RunDataError
        A run lacks its trace or its channels.
    """
    equal = one.figures.trace_hash == other.figures.trace_hash
    trace = None if equal else _first_message(one, other)
    judged = [_judge(one, other, item) for item in one.scenario.compare]
    named = {parse_quantity(item.quantity).channel for item in one.scenario.compare}
    rest = [] if equal else list(_unjudged(one, other, named))
    return Comparison(trace=trace, trace_equal=equal, channels=(*judged, *rest))


def _first_message(one: RunFolder, other: RunFolder) -> TraceDifference | None:
    """Return the first difference of two traces; the digests say from which tick on to look."""
    digests = [[Digest(item.tick, item.hexdigest) for item in run.figures.digests] for run in (one, other)]
    window = first_difference(*digests)
    first_tick = 0 if window is None else window[0]
    left, right = (_trace(run, first_tick) for run in (one, other))
    count = min(len(left), len(right))
    differ = np.flatnonzero(left[:count] != right[:count])
    if len(differ):
        return _describe(left[differ[0]], right[differ[0]])
    if len(left) == len(right):
        return None
    row = (left if len(left) > len(right) else right)[count]
    return TraceDifference(tick=int(row["tick"]), source=_app(row), message=_message(row), what="missing")


def _describe(left: np.void, right: np.void) -> TraceDifference:
    keys = ("tick", "source", "id", "sequence")
    if any(left[key] != right[key] for key in keys):
        row = min(left, right, key=lambda item: (item["tick"], item["source"], item["sequence"]))
        what = "order"
    else:
        row, what = left, "cause" if left["cause"] != right["cause"] else "body"
    return TraceDifference(tick=int(row["tick"]), source=_app(row), message=_message(row), what=what)


def _trace(run: RunFolder, first_tick: int) -> NDArray[np.void]:
    octets = run.trace_octets()
    rows = np.frombuffer(octets[: len(octets) - len(octets) % TRACE_RECORD.size], dtype=_TRACE_TYPE)
    return rows[rows["tick"] >= first_tick]


def _app(row: np.void) -> str:
    source = int(row["source"])
    return App(source).name if source in set(App) else str(source)


def _message(row: np.void) -> str:
    cls = DICTIONARY.find(int(row["id"]))
    return f"{int(row['id']):#06x}" if cls is None else cls.__name__


def _judge(one: RunFolder, other: RunFolder, item: Tolerance) -> ChannelDifference:
    try:
        left, right = (read_series(run, item.quantity).window(item.from_s, None) for run in (one, other))
    except RunDataError as error:
        return ChannelDifference(
            channel=item.quantity,
            outcome=Outcome.INVALID,
            value_apart=np.nan,
            tolerance=item.tolerance,
            at_s=0.0,
            note=str(error),
        )
    lags = sorted(range(-item.lag_max_ticks, item.lag_max_ticks + 1), key=abs)
    tries = [_largest(left, right, lag * one.tick_s) for lag in lags]
    best = min(range(len(tries)), key=lambda index: tries[index][0])
    difference, at_s = tries[best]
    return ChannelDifference(
        channel=item.quantity,
        outcome=Outcome.PASS if difference <= item.tolerance else Outcome.FAIL,
        value_apart=difference,
        tolerance=item.tolerance,
        at_s=at_s,
        lag_ticks=lags[best],
    )


def _largest(left: Series, right: Series, lag_s: float) -> tuple[float, float]:
    """Return the largest difference at common times, and where; the second is taken ``lag_s`` later."""
    times_left, times_right = np.round(left.time_s, 6), np.round(right.time_s - lag_s, 6)
    _, first, second = np.intersect1d(times_left, times_right, return_indices=True)
    if not len(first) or left.values.shape[1] != right.values.shape[1]:
        return np.inf, 0.0
    apart = np.abs(left.values[first] - right.values[second]).max(axis=1)
    worst = int(np.argmax(apart))
    return float(apart[worst]), float(times_left[first[worst]])


def _unjudged(one: RunFolder, other: RunFolder, named: set[str]) -> Iterator[ChannelDifference]:
    """Yield every channel that both runs recorded, that differs, and that has no tolerance."""
    for owner, field in _common(one, other):
        channel = f"{owner}.{field}"
        if channel in named:
            continue
        difference, at_s = _largest(one.channel(owner, field), other.channel(owner, field), 0.0)
        if difference > 0.0:
            yield ChannelDifference(
                channel=channel, outcome=Outcome.INVALID, value_apart=difference, tolerance=None, at_s=at_s
            )


def _common(one: RunFolder, other: RunFolder) -> Sequence[tuple[str, str]]:
    left, right = one.channel_names(), other.channel_names()
    return [name for name in left if name in set(right)]
