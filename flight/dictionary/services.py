"""What the services say and hear: events, housekeeping, monitoring."""

from typing import Annotated

from flight.dictionary.declare import Command, Event, Message, Parameters, command, event, message, parameters
from flight.dictionary.types import (
    F32,
    F64,
    U8,
    U16,
    U32,
    U64,
    App,
    Parameter,
    Range,
    Scalar,
    Severity,
    Variable,
)

BULK_OCTETS_MAX = 960
"""Longest message in a bulk report: with its heads it fits a record of the bulk store."""


@message(0x1030, App.EVENTS)
class EventsStatus(Message):
    """Counts of the event service."""

    time_ns: U64
    event_count: U32
    filtered_count: U32
    info_count: U32
    low_count: U32
    medium_count: U32
    high_count: U32


@message(0x1031, App.EVENTS)
class EventReport(Message):
    """An event that passed the filters: the report packet's content (PUS 5,1 to 5,4)."""

    time_ns: U64
    event_id: U16
    source: U16
    severity: Annotated[Severity, Scalar("u8")]
    data: Annotated[bytes, Variable(256)]


@message(0x1032, App.HOUSEKEEPING)
class HousekeepingReport(Message):
    """One housekeeping packet's content (PUS 3,25): a message in its packet layout."""

    time_ns: U64
    structure_id: U16
    source: U16
    channel: U8
    data: Annotated[bytes, Variable(4096)]


@message(0x1033, App.HOUSEKEEPING)
class BulkReport(Message):
    """The same for the laser: readings too many for the radio, kept until an optical link is up."""

    time_ns: U64
    structure_id: U16
    source: U16
    data: Annotated[bytes, Variable(BULK_OCTETS_MAX)]


@command(0x4030, App.EVENTS)
class SetEventEnabled(Command):
    """Enable or disable the report of one event (PUS 5,5 and 5,6)."""

    event_id: U16
    enabled: Annotated[int, Scalar("u8"), Range(0, 1)]


@command(0x4031, App.HOUSEKEEPING)
class SetHousekeepingDivisor(Command):
    """Report every n-th message of one kind on a channel (0: none); 0 to 2 are the radio's, 3 is bulk."""

    structure_id: U16
    channel: Annotated[int, Scalar("u8"), Range(0, 3)]
    divisor: Annotated[int, Scalar("u16"), Range(0, 3600)]


@event(0x8030, App.EVENTS, Severity.LOW, "event {event_id:#06x} of {source} filtered: {count}")
class EventFiltered(Event):
    """An event storm was squelched."""

    event_id: U16
    source: U16
    count: U32


@command(0x4040, App.MONITORING)
class SetWatchEnabled(Command):
    """Enable or disable one watchpoint (PUS 12,1 and 12,2)."""

    watch_id: U16
    enabled: Annotated[int, Scalar("u8"), Range(0, 1)]


@event(
    0x8040, App.MONITORING, Severity.MEDIUM, "watch {watch_id}: value {value:g} outside [{low:g}, {high:g}]"
)
class WatchTripped(Event):
    """A watchpoint was out of limits for its persistence."""

    watch_id: U16
    value: F64
    low: F64
    high: F64


@event(0x8041, App.MONITORING, Severity.INFO, "watch {watch_id}: value {value:g} back inside")
class WatchCleared(Event):
    """A tripped watchpoint is inside again, past its dead-band."""

    watch_id: U16
    value: F64


@event(0x8042, App.MONITORING, Severity.MEDIUM, "watch {watch_id}: no valid value for {silent_s:.1f} s")
class WatchStale(Event):
    """A watched value has not come, or not been valid, for too long."""

    watch_id: U16
    silent_s: F32


@message(0x1040, App.MONITORING)
class MonitoringStatus(Message):
    """Counts of the monitoring service."""

    time_ns: U64
    watch_count: U16
    tripped_count: U16
    stale_count: U16
    evaluation_count: U32


@parameters(App.EVENTS)
class EventsParameters(Parameters):
    """Changeable values of the event service.

    Each event of each application may come ``burst_count`` times at once and then once per
    ``refill_period_s``; those below ``severity_min_index`` (1 info to 4 high) are counted and not reported.
    """

    burst_count: Annotated[float, Parameter(1, 1.0, 100.0)] = 8.0
    refill_period_s: Annotated[float, Parameter(2, 0.1, 3600.0)] = 10.0
    severity_min_index: Annotated[float, Parameter(3, 1.0, 4.0)] = 1.0
