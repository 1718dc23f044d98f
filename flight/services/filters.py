"""Which events are reported: severity, switches, a token bucket for each event of each application. Pure."""

from dataclasses import dataclass
from enum import Enum
from typing import cast

__all__ = ["KEYS_COUNT_MAX", "EventFilters", "Finding"]

KEYS_COUNT_MAX = 2048
"""Bound of the buckets: more than the dictionary's events times the applications that send them."""


class Verdict(Enum):
    """What becomes of an event."""

    REPORTED = 1
    SWITCHED_OFF = 2
    BELOW_SEVERITY = 3
    SQUELCHED = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """What becomes of an event; ``squelched_count`` says how many of its kind were squelched so far."""

    verdict: Verdict
    squelched_count: int = 0


@dataclass(frozen=True, slots=True)
class _Bucket:
    """Credit left at a time, and how many events found too little; an event costs a refill period."""

    credit_ns: int
    time_ns: int
    squelched_count: int


class EventFilters:
    """State of all filters."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[int, int], _Bucket] = {}
        self._disabled: set[int] = set()

    def enable(self, event_id: int, *, enabled: bool) -> None:
        """Switch the report of one event on or off."""
        if enabled:
            self._disabled.discard(event_id)
        else:
            self._disabled.add(event_id)

    def judge(
        self,
        source: int,
        event_id: int,
        severity: int,
        time_ns: int,
        *,
        burst_count: float,
        refill_period_s: float,
        severity_min_index: float,
    ) -> Finding:
        """Return what becomes of one event.

        Parameters
        ----------
        source, event_id, severity : int
            Who sent what.
        time_ns : int
            When; time does not run back.
        burst_count : float
            Events that may come at once.
        refill_period_s : float
            Time after which one more may come.
        severity_min_index : float
            Least severity that is reported.
        """
        if event_id in self._disabled:
            return Finding(Verdict.SWITCHED_OFF)
        if severity < severity_min_index:
            return Finding(Verdict.BELOW_SEVERITY)
        key = (source, event_id)
        cost_ns = round(refill_period_s * 1e9)
        credit_max_ns = round(burst_count * cost_ns)
        bucket = self._buckets.pop(key, None) or _Bucket(credit_max_ns, time_ns, 0)
        credit_ns = min(credit_max_ns, bucket.credit_ns + time_ns - bucket.time_ns)
        squelched = credit_ns < cost_ns
        squelched_count = bucket.squelched_count + squelched
        self._buckets[key] = _Bucket(credit_ns - (0 if squelched else cost_ns), time_ns, squelched_count)
        while len(self._buckets) > KEYS_COUNT_MAX:
            del self._buckets[next(iter(self._buckets))]
        return Finding(Verdict.SQUELCHED if squelched else Verdict.REPORTED, squelched_count)

    def snapshot(self) -> tuple[object, ...]:
        """Return buckets and switches."""
        rows = tuple((*k, b.credit_ns, b.time_ns, b.squelched_count) for k, b in self._buckets.items())
        return (rows, tuple(sorted(self._disabled)))

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot."""
        rows, disabled = cast("_State", state)
        self._buckets = {(s, e): _Bucket(credit, ns, squelched) for s, e, credit, ns, squelched in rows}
        self._disabled = set(disabled)


_State = tuple[tuple[tuple[int, int, int, int, int], ...], tuple[int, ...]]
