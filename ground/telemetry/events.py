"""Event reports: the text that an operator reads, and the list of those that came in this run."""

from collections import deque
from dataclasses import dataclass

from flight.dictionary.declare import Event
from flight.dictionary.fields import field_specs
from flight.dictionary.types import App
from flight.dictionary.wording import event_text

__all__ = ["EventLog", "EventRecord"]

_KEPT_COUNT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """One event report; ``count`` numbers those of this run from 1."""

    count: int
    source: App
    event: Event
    severity: str
    text: str
    generation_ns: int
    reception_ns: int


class EventLog:
    """The newest ten thousand events of this run."""

    def __init__(self) -> None:
        self._kept: deque[EventRecord] = deque(maxlen=_KEPT_COUNT)
        self.count = 0

    def put(self, source: App, event: Event, *, generation_ns: int, reception_ns: int) -> EventRecord:
        """Take an event report."""
        self.count += 1
        severity = event.SPEC.severity
        values = {spec.name: getattr(event, spec.name) for spec in field_specs(type(event))}
        record = EventRecord(
            count=self.count,
            source=source,
            event=event,
            severity="" if severity is None else severity.name.lower(),
            text=event_text(type(event), values),
            generation_ns=generation_ns,
            reception_ns=reception_ns,
        )
        self._kept.append(record)
        return record

    def after(self, count: int) -> tuple[EventRecord, ...]:
        """Return the events with a number above one, oldest first."""
        if count >= self.count:
            return ()
        return tuple(record for record in self._kept if record.count > count)
