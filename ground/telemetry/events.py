"""Event reports: the text that an operator reads, and the list of those that came in this run."""

from collections import deque
from dataclasses import dataclass
from enum import IntEnum

from flight.dictionary.declare import Event
from flight.dictionary.fields import field_specs
from flight.dictionary.types import App

__all__ = ["EventLog", "EventRecord", "event_text"]

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


def event_text(event: Event) -> str:
    """Return the text of an event with its fields in it, as the dictionary words it.

    Enumerations and applications are put in as words. A text that does not go with its fields is answered
    with the fields in plain form, because an event must not be lost for its wording.
    """
    values = {spec.name: getattr(event, spec.name) for spec in field_specs(type(event))}
    words = {name: _word(name, value) for name, value in values.items()}
    for choice in (words, values):
        try:
            return event.SPEC.text.format(**choice)
        except (KeyError, ValueError, IndexError):
            continue
    return " ".join(f"{name}={value}" for name, value in words.items())


def _word(name: str, value: object) -> object:
    """Return the word of an enumeration or of an application's id; anything else as it is."""
    if isinstance(value, IntEnum):
        return value.name
    if name in ("application", "source", "holder") and value in _APPLICATIONS:
        return _APPLICATIONS[value]
    return value


_APPLICATIONS: dict[object, str] = {app.value: app.name for app in App}


class EventLog:
    """The newest ten thousand events of this run."""

    def __init__(self) -> None:
        self._kept: deque[EventRecord] = deque(maxlen=_KEPT_COUNT)
        self.count = 0

    def put(self, source: App, event: Event, *, generation_ns: int, reception_ns: int) -> EventRecord:
        """Take an event report."""
        self.count += 1
        severity = event.SPEC.severity
        record = EventRecord(
            count=self.count,
            source=source,
            event=event,
            severity="" if severity is None else severity.name.lower(),
            text=event_text(event),
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
