"""Turn what the ground knows into answers."""

from ground.command.tracking import Tracked
from ground.script.requests import CommandState, EventSeen, PacketValues, Sample, StageSeen
from ground.telemetry.calibrate import calibrate, raw
from ground.telemetry.events import EventRecord
from ground.telemetry.names import Item, items_of
from ground.telemetry.store import Received

__all__ = ["command_state", "command_text", "event_seen", "packet_values", "sample_of"]


def command_text(tracked: Tracked) -> str:
    """Return a command in words: ``POWER SetLoadTier tier=1``."""
    return f"{tracked.command.name} {tracked.command.arguments}".rstrip()


def command_state(tracked: Tracked, *, timed_out: bool = False) -> CommandState:
    """Return where a command is."""
    stages = tuple(
        StageSeen(stage=str(mark.stage), time_ns=mark.time_ns, onboard_ns=mark.onboard_ns, detail=mark.detail)
        for mark in tracked.life.marks
    )
    return CommandState(
        command_id=tracked.command_id,
        command=command_text(tracked),
        state=str(tracked.life.state),
        stages=stages,
        timed_out=timed_out,
    )


def sample_of(item: Item, received: Received) -> Sample:
    """Return the value of an item in a packet."""
    value = item.read(received.message)
    return Sample(
        item=item.full_name,
        value=calibrate(item, value),
        raw=raw(item, value),
        unit=item.unit,
        generation_ns=received.generation_ns,
        reception_ns=received.reception_ns,
    )


def packet_values(received: Received) -> PacketValues:
    """Return all items of a packet."""
    items = items_of(received.app, type(received.message))
    return PacketValues(
        application=received.app.name,
        message=type(received.message).__name__,
        samples=tuple(sample_of(item, received) for item in items),
    )


def event_seen(record: EventRecord) -> EventSeen:
    """Return an event as it is shown."""
    return EventSeen(
        count=record.count,
        generation_ns=record.generation_ns,
        source=record.source.name,
        name=type(record.event).__name__,
        severity=record.severity,
        text=record.text,
    )
