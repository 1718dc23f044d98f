"""The monitoring service: watches values on the bus and says when they leave their limits or fall silent."""

from collections.abc import Mapping
from typing import ClassVar, cast

from flight.bus.application import (
    COMPLETED,
    Application,
    Config,
    Failed,
    Inbox,
    Now,
    Outcome,
    Policy,
    Subscription,
)
from flight.dictionary.declare import Command
from flight.dictionary.services import (
    MonitoringStatus,
    SetWatchEnabled,
    WatchCleared,
    WatchStale,
    WatchTripped,
)
from flight.dictionary.types import App
from flight.services.watch import Change, Watch, Watching, WatchState, advance, read
from flight.services.watchpoints import WATCHES

__all__ = ["UNKNOWN_WATCH", "MonitoringApplication"]

UNKNOWN_WATCH = 256
"""Failure code: there is no watchpoint of that id."""

_STATUS_PERIOD_S = 10


class MonitoringApplication(Application):
    """Advance every watchpoint once a second."""

    APP = App.MONITORING
    PERIOD_MS = 1000
    OFFSET_MS = 300
    SUBSCRIPTIONS = tuple(
        Subscription(message=cls, depth=1, policy=Policy.KEEP_NEWEST)
        for cls in dict.fromkeys(watch.message for watch in WATCHES)
    )
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {SetWatchEnabled: "_set_enabled"}

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._states: dict[int, Watching] = {}
        self._disabled: set[int] = set()
        self._evaluation_count = 0

    def step(self, now: Now, inbox: Inbox) -> None:
        """Take the newest values of the last second."""
        for watch in WATCHES:
            if watch.id not in self._disabled:
                message = inbox.latest(watch.message)
                self._advance(watch, None if message is None else read(watch, message), now)
        if round(now.run_s) % _STATUS_PERIOD_S == 0:
            self.publish(self._status(now))

    def snapshot(self) -> tuple[object, ...]:
        """Return states and switches."""
        states = tuple((i, int(w.state), w.since_ns, w.valid_ns) for i, w in self._states.items())
        return (states, tuple(sorted(self._disabled)), self._evaluation_count)

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot."""
        states, disabled, count = cast("_State", state)
        self._states = {i: Watching(WatchState(number), since, valid) for i, number, since, valid in states}
        self._disabled = set(disabled)
        self._evaluation_count = count

    def _set_enabled(self, _now: Now, command: SetWatchEnabled) -> Outcome:
        if all(watch.id != command.watch_id for watch in WATCHES):
            return Failed(code=UNKNOWN_WATCH)
        if command.enabled:
            self._disabled.discard(command.watch_id)
        else:
            self._disabled.add(command.watch_id)
        self._states.pop(command.watch_id, None)
        return COMPLETED

    def _advance(self, watch: Watch, value: float | None, now: Now) -> None:
        fresh = Watching(WatchState.INSIDE, now.time_ns, now.time_ns)
        before = self._states.get(watch.id, fresh)
        self._states[watch.id], change = advance(watch, before, value, now.time_ns)
        self._evaluation_count += 1
        match change:
            case Change.TRIPPED:
                self.emit(WatchTripped(watch_id=watch.id, value=value or 0.0, low=watch.low, high=watch.high))
            case Change.CLEARED:
                self.emit(WatchCleared(watch_id=watch.id, value=value or 0.0))
            case Change.STALE:
                silent_s = (now.time_ns - before.valid_ns) / 1e9
                self.emit(WatchStale(watch_id=watch.id, silent_s=silent_s))
            case Change.NONE:
                pass

    def _status(self, now: Now) -> MonitoringStatus:
        states = [watching.state for watching in self._states.values()]
        return MonitoringStatus(
            time_ns=now.time_ns,
            watch_count=len(WATCHES) - len(self._disabled),
            tripped_count=states.count(WatchState.TRIPPED),
            stale_count=states.count(WatchState.STALE),
            evaluation_count=self._evaluation_count,
        )


_State = tuple[tuple[tuple[int, int, int, int], ...], tuple[int, ...], int]
