"""Alarms: one small state machine per limit, fed by telemetry as it comes.

Only samples newer than the last one judged count, so a dump of recorded telemetry raises nothing. Time is
that of the generation of samples, except for staleness, which is the ground's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from ground.alarms.limits import AlarmLimit
from ground.telemetry.names import Item, item_named
from ground.telemetry.store import Received, TelemetryStore

__all__ = ["AlarmChange", "AlarmEngine", "AlarmState", "LimitWatch"]

_NS_PER_S = 1_000_000_000


class AlarmState(StrEnum):
    """What is the matter with an item."""

    NORMAL = "normal"
    LOW = "low"
    HIGH = "high"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmChange:
    """An alarm that was raised, cleared, or changed sides.

    Parameters
    ----------
    time_ns : int
        Ground time.
    generation_ns : int
        Of the sample that decided; of the last one seen when the item went stale.
    value : float
        Of that sample, in the item's unit.
    """

    item: str
    state: AlarmState
    time_ns: int
    generation_ns: int
    value: float
    text: str


class LimitWatch:
    """The state machine of one limit.

    Parameters
    ----------
    limit : AlarmLimit
        What it holds a value against.
    """

    __slots__ = ("_count", "_inside_ns", "_limit", "_outside_ns", "_side", "state")

    def __init__(self, limit: AlarmLimit) -> None:
        self._limit = limit
        self._side = 0
        self._count = 0
        self._outside_ns = 0
        self._inside_ns: int | None = None
        self.state = AlarmState.NORMAL

    def judge(self, value: float, generation_ns: int) -> bool:
        """Take a sample; return whether the state changed."""
        side = self._limit.side(value)
        if side:
            self._inside_ns = None
            return self._judge_outside(side, generation_ns)
        self._count = 0
        if self.state is AlarmState.NORMAL or not self._limit.is_well_inside(value):
            self._inside_ns = None
            return False
        if self._inside_ns is None:
            self._inside_ns = generation_ns
        if generation_ns - self._inside_ns < self._limit.off_delay_s * _NS_PER_S:
            return False
        self.state = AlarmState.NORMAL
        return True

    def _judge_outside(self, side: int, generation_ns: int) -> bool:
        if side != self._side or not self._count:
            self._side, self._count, self._outside_ns = side, 0, generation_ns
        self._count += 1
        wanted = AlarmState.LOW if side < 0 else AlarmState.HIGH
        long_enough = generation_ns - self._outside_ns >= self._limit.on_delay_s * _NS_PER_S
        if wanted is self.state or self._count < self._limit.persistence_count or not long_enough:
            return False
        self.state = wanted
        return True


class _Watched:
    """An item under watch: its limit, and when it was last seen."""

    __slots__ = ("generation_ns", "is_stale", "item", "limit", "seen_ns", "value", "watch")

    def __init__(self, limit: AlarmLimit) -> None:
        self.limit = limit
        self.item: Item = item_named(*limit.item.split())
        self.watch = LimitWatch(limit)
        self.seen_ns: int | None = None
        self.generation_ns = -1
        self.value = 0.0
        self.is_stale = False


class AlarmEngine:
    """Hold telemetry against limits.

    Parameters
    ----------
    limits : iterable of AlarmLimit
        What is watched.
    store : TelemetryStore
        Which tells every packet.

    Raises
    ------
    UnknownNameError
        When a limit is on an item that the dictionary does not have.
    """

    def __init__(self, limits: Iterable[AlarmLimit], store: TelemetryStore) -> None:
        self._watched = [_Watched(limit) for limit in limits]
        self._changes: list[AlarmChange] = []
        self._expected_since_ns: int | None = None
        for watched in self._watched:
            key = (int(watched.item.app), watched.item.message.SPEC.id)
            store.listen(key, partial(self._take, watched))

    def expect_telemetry(self, now_ns: int, *, expected: bool) -> None:
        """Say whether the satellite is heard now; only then can an item be stale."""
        if not expected:
            self._expected_since_ns = None
        elif self._expected_since_ns is None:
            self._expected_since_ns = now_ns

    def take_changes(self, now_ns: int) -> list[AlarmChange]:
        """Return what changed since the last call, staleness at this time included."""
        for watched in self._watched:
            self._judge_age(watched, now_ns)
        changes, self._changes = self._changes, []
        return changes

    def active(self) -> tuple[tuple[str, AlarmState], ...]:
        """Return the items with an alarm now."""
        states = (
            (one.item.full_name, AlarmState.STALE if one.is_stale else one.watch.state)
            for one in self._watched
        )
        return tuple(pair for pair in states if pair[1] is not AlarmState.NORMAL)

    def _take(self, watched: _Watched, received: Received) -> None:
        """Judge one sample, unless it is old or not valid."""
        bit = watched.limit.valid_bit
        mask = getattr(received.message, "valid_mask", -1)
        value = watched.item.read(received.message)
        if received.generation_ns <= watched.generation_ns or not isinstance(value, int | float):
            return
        if bit is not None and not mask >> bit & 1:
            return
        watched.generation_ns, watched.value = received.generation_ns, float(value)
        watched.seen_ns = received.reception_ns
        changed = watched.watch.judge(watched.value, received.generation_ns)
        if changed or watched.is_stale:
            watched.is_stale = False
            self._note(watched, watched.watch.state, received.reception_ns)

    def _judge_age(self, watched: _Watched, now_ns: int) -> None:
        limit_s, since_ns = watched.limit.stale_s, self._expected_since_ns
        if limit_s is None or since_ns is None or watched.is_stale:
            return
        last_ns = since_ns if watched.seen_ns is None else max(since_ns, watched.seen_ns)
        if now_ns - last_ns > limit_s * _NS_PER_S:
            watched.is_stale = True
            self._note(watched, AlarmState.STALE, now_ns)

    def _note(self, watched: _Watched, state: AlarmState, time_ns: int) -> None:
        limit = watched.limit
        text = f"{limit.item} {state}: {watched.value:g} {watched.item.unit}".rstrip()
        if state in (AlarmState.LOW, AlarmState.HIGH):
            text += f", limits {limit.low} to {limit.high}"
        change = AlarmChange(
            item=watched.item.full_name,
            state=state,
            time_ns=time_ns,
            generation_ns=max(watched.generation_ns, 0),
            value=watched.value,
            text=text,
        )
        self._changes.append(change)
