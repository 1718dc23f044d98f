"""Requests that take time: each is looked at in every step until it can be answered.

Samples and events are told to a wait as they come, so nothing between two steps is missed.
"""

import operator
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ground.command.stages import CommandStage
from ground.command.tracking import NS_PER_S, Tracked
from ground.script.condition import Condition
from ground.script.requests import Answer, ConditionJudged, Done, EventsSeen
from ground.server.answers import command_state, event_seen, sample_of
from ground.telemetry.events import EventLog, EventRecord
from ground.telemetry.names import Item
from ground.telemetry.store import Received, TelemetryStore

__all__ = [
    "ConditionWait",
    "EventWait",
    "PacketWait",
    "StageWait",
    "TimeWait",
    "Wait",
    "Window",
    "condition_test",
]

_UNJUDGED_MAX = 64
Test = Callable[[object], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From when until when a request waits (ns, TAI)."""

    start_ns: int
    end_ns: int

    @classmethod
    def of(cls, now_ns: int, timeout_s: float) -> "Window":
        """Return the window that begins now."""
        return cls(start_ns=now_ns, end_ns=now_ns + round(timeout_s * NS_PER_S))

    def is_over(self, now_ns: int) -> bool:
        """Whether the time has run out."""
        return now_ns >= self.end_ns

    def waited_s(self, now_ns: int) -> float:
        """Return how long it has been open."""
        return (now_ns - self.start_ns) / NS_PER_S


class Wait(Protocol):
    """A request that is not answered yet."""

    window: Window

    def poll(self, now_ns: int) -> Answer | None:
        """Return the answer, None while there is none."""

    def end(self) -> None:
        """Stop listening; called once, answered or not."""


class TimeWait:
    """Wait for time alone."""

    def __init__(self, window: Window) -> None:
        self.window = window

    def poll(self, now_ns: int) -> Answer | None:
        """Answer when the time is over."""
        return Done(time_ns=now_ns) if self.window.is_over(now_ns) else None

    def end(self) -> None:
        """Nothing is listened to."""


class StageWait:
    """Wait for a stage of a command, or for its end."""

    def __init__(self, window: Window, tracked: Tracked, stage: CommandStage) -> None:
        self.window = window
        self._tracked = tracked
        self._stage = stage

    def poll(self, now_ns: int) -> Answer | None:
        """Answer when the stage was reached, cannot be any more, or time is over."""
        life = self._tracked.life
        ended = life.closed or life.state is CommandStage.AMBIGUOUS
        if life.mark(self._stage) is not None or ended:
            return command_state(self._tracked)
        if self.window.is_over(now_ns):
            return command_state(self._tracked, timed_out=True)
        return None

    def end(self) -> None:
        """Nothing is listened to."""


class ConditionWait:
    """Wait for a sample that counts and meets a condition.

    Parameters
    ----------
    fresh_from : callable
        Returns the generation time from which samples count, None while that is not known yet; samples that
        come meanwhile are kept and judged later.
    """

    def __init__(
        self,
        window: Window,
        *,
        item: Item,
        test: Test,
        store: TelemetryStore,
        fresh_from: Callable[[], int | None],
    ) -> None:
        self.window = window
        self._item = item
        self._test = test
        self._fresh_from = fresh_from
        self._unjudged: deque[Received] = deque(maxlen=_UNJUDGED_MAX)
        self._last: Received | None = None
        newest = store.newest(item.app, item.message)
        if newest is not None:
            self._unjudged.append(newest)
        self._stop = store.listen((int(item.app), item.message.SPEC.id), self._unjudged.append)

    def poll(self, now_ns: int) -> Answer | None:
        """Judge what has come; answer at the first sample that meets the condition, or when time is over."""
        passed = self._judge()
        if not passed and not self.window.is_over(now_ns):
            return None
        sample = None if self._last is None else sample_of(self._item, self._last)
        return ConditionJudged(passed=passed, sample=sample, waited_s=self.window.waited_s(now_ns))

    def _judge(self) -> bool:
        fresh_ns = self._fresh_from()
        if fresh_ns is None:
            return False
        while self._unjudged:
            received = self._unjudged.popleft()
            if received.generation_ns < fresh_ns:
                continue
            self._last = received
            if self._test(self._item.read(received.message)):
                return True
        return False

    def end(self) -> None:
        """Stop listening."""
        self._stop()


class PacketWait:
    """Wait for a number of packets."""

    def __init__(
        self, window: Window, *, store: TelemetryStore, item_key: tuple[int, int], count: int
    ) -> None:
        self.window = window
        self._left_count = count
        self._stop = store.listen(item_key, self._take)

    def _take(self, _: Received) -> None:
        self._left_count -= 1

    def poll(self, now_ns: int) -> Answer | None:
        """Answer when enough have come, or time is over."""
        passed = self._left_count <= 0
        if not passed and not self.window.is_over(now_ns):
            return None
        return ConditionJudged(passed=passed, sample=None, waited_s=self.window.waited_s(now_ns))

    def end(self) -> None:
        """Stop listening."""
        self._stop()


class EventWait:
    """Wait for an event with a number above a mark."""

    def __init__(
        self,
        window: Window,
        *,
        log: EventLog,
        name: str,
        mark_count: int,
        found: Callable[[EventRecord], None],
    ) -> None:
        self.window = window
        self._log = log
        self._name = name
        self._mark_count = mark_count
        self._found = found

    def poll(self, now_ns: int) -> Answer | None:
        """Answer with the first event of the name, or when time is over."""
        for record in self._log.after(self._mark_count):
            if type(record.event).__name__ == self._name:
                self._found(record)
                return EventsSeen(events=(event_seen(record),))
        self._mark_count = self._log.count
        return EventsSeen(events=(), timed_out=True) if self.window.is_over(now_ns) else None

    def end(self) -> None:
        """Nothing is listened to."""


def condition_test(condition: Condition, expected: object) -> Test:
    """Return the function that judges a raw value.

    Numbers are compared with numbers and words with words; a pair that cannot be compared does not meet it.
    """
    sign = condition.sign

    def test(value: object) -> bool:
        if isinstance(value, int | float) and isinstance(expected, int | float):
            if sign == "~":
                return abs(value - expected) <= condition.tolerance
            return _NUMBERS[sign](value, expected)
        same = value == expected
        return same if sign == "==" else not same if sign == "!=" else False

    return test


_NUMBERS: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
