"""The event service: hears every event, filters, and makes event reports."""

from collections.abc import Mapping
from typing import ClassVar, cast

from flight.bus.application import (
    ALL_EVENTS,
    COMPLETED,
    Application,
    Config,
    Failed,
    Inbox,
    Now,
    Outcome,
    Policy,
    Received,
    Subscription,
)
from flight.dictionary.declare import Command, Event
from flight.dictionary.layout import pack
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.services import (
    EventFiltered,
    EventReport,
    EventsParameters,
    EventsStatus,
    SetEventEnabled,
)
from flight.dictionary.types import App, Severity
from flight.services.filters import EventFilters, Verdict

__all__ = ["UNKNOWN_EVENT", "EventsApplication"]

UNKNOWN_EVENT = 256
"""Failure code: the dictionary has no event of that id."""

_STATUS_PERIOD_S = 10


class EventsApplication(Application):
    """Make a report of each event that passes the filters, in the order of arrival."""

    APP = App.EVENTS
    PERIOD_MS = 1000
    OFFSET_MS = 300
    SUBSCRIPTIONS = (Subscription(message=ALL_EVENTS, depth=64, policy=Policy.DROP_OLDEST),)
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {SetEventEnabled: "_set_event_enabled"}
    PARAMETERS = EventsParameters

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._filters = EventFilters()
        self._counts = dict.fromkeys(Severity, 0)
        self._filtered_count = 0

    def step(self, now: Now, inbox: Inbox) -> None:
        """Judge the events of the last second."""
        for received in inbox.received:
            event = received.message
            if isinstance(event, Event):
                self._take(now, received, event)
        if round(now.run_s) % _STATUS_PERIOD_S == 0:
            self.publish(self._status(now))

    def snapshot(self) -> tuple[object, ...]:
        """Return filters and counts."""
        return (self._filters.snapshot(), tuple(self._counts.values()), self._filtered_count)

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot."""
        filters, counts, filtered_count = cast("tuple[tuple[object, ...], tuple[int, ...], int]", state)
        self._filters.restore(filters)
        self._counts = dict(zip(Severity, counts, strict=True))
        self._filtered_count = filtered_count

    def _set_event_enabled(self, _now: Now, command: SetEventEnabled) -> Outcome:
        cls = DICTIONARY.find(command.event_id)
        if cls is None or not issubclass(cls, Event):
            return Failed(code=UNKNOWN_EVENT)
        self._filters.enable(command.event_id, enabled=command.enabled == 1)
        return COMPLETED

    def _take(self, now: Now, received: Received, event: Event) -> None:
        spec = event.SPEC
        severity = spec.severity or Severity.INFO
        self._counts[severity] += 1
        time_ns = now.time_ns - (now.tick - received.tick) * self.config.tick_ms * 1_000_000
        parameters = cast("EventsParameters", self.parameters)
        finding = self._filters.judge(
            received.source,
            spec.id,
            severity,
            time_ns,
            burst_count=parameters.burst_count,
            refill_period_s=parameters.refill_period_s,
            severity_min_index=parameters.severity_min_index,
        )
        if finding.verdict is Verdict.REPORTED:
            report = EventReport(
                time_ns=time_ns, event_id=spec.id, source=received.source, severity=severity, data=pack(event)
            )
            self.publish(report, cause=received.identity)
            return
        self._filtered_count += 1
        count = finding.squelched_count
        if str(count).rstrip("0") == "1" and not isinstance(event, EventFiltered):
            self.emit(EventFiltered(event_id=spec.id, source=received.source, count=count))

    def _status(self, now: Now) -> EventsStatus:
        counts = self._counts
        return EventsStatus(
            time_ns=now.time_ns,
            event_count=sum(counts.values()),
            filtered_count=self._filtered_count,
            info_count=counts[Severity.INFO],
            low_count=counts[Severity.LOW],
            medium_count=counts[Severity.MEDIUM],
            high_count=counts[Severity.HIGH],
        )
