"""What the commands of the console do: each takes a satellite or an archive and a way to show things."""

from collections.abc import Callable, Sequence

from rich.console import RenderableType

from flight.dictionary.fields import field_specs
from flight.dictionary.layout import fields
from flight.dictionary.registry import DICTIONARY
from ground.archive.history import item_history
from ground.archive.query import ArchiveReader
from ground.console.views import (
    command_table,
    event_line,
    gap_table,
    packet_table,
    stored_command_line,
    stored_event_line,
    totals_table,
    utc_text,
)
from ground.script.api import CommandHandle, Satellite, shown_unit, shown_value
from ground.script.errors import CommandFailedError
from ground.telemetry.names import app_named

__all__ = [
    "fire_command",
    "follow_events",
    "follow_items",
    "list_dictionary",
    "send_command",
    "show_alarms",
    "show_archive",
    "show_arming",
    "show_history",
    "show_status",
    "show_telemetry",
]

_ITEM_WORDS = 3
_FOLLOW_PERIOD_S = 1.0
Show = Callable[[RenderableType], None]


def send_command(satellite: Satellite, words: Sequence[str], *, timeout_s: float, show: Show) -> bool:
    """Send a command and follow it to its completion; return whether it got there."""
    return _follow(satellite.cmd(" ".join(words)), timeout_s, show)


def fire_command(satellite: Satellite, token: str, *, timeout_s: float, show: Show) -> bool:
    """Fire what a token was given for and follow it to its completion."""
    return _follow(satellite.fire(token), timeout_s, show)


def _follow(handle: CommandHandle, timeout_s: float, show: Show) -> bool:
    try:
        handle.wait("completed", timeout_s)
    except CommandFailedError:
        state = handle.state()
        show(command_table(state))
        if state.state == "queued":
            show("the command waits for the satellite to come into view, until it expires")
        return False
    show(command_table(handle.state()))
    return True


def show_arming(satellite: Satellite, words: Sequence[str], show: Show) -> None:
    """Arm a hazardous command and say how it is fired."""
    armed = satellite.arm(" ".join(words))
    show(f"armed until {utc_text(armed.valid_until_ns)}: ground fire {armed.token}")


def show_telemetry(satellite: Satellite, words: Sequence[str], show: Show) -> None:
    """Show an item (three words) or all items of a packet (two words)."""
    names = " ".join(words).split()
    if len(names) == _ITEM_WORDS:
        item = " ".join(names)
        sample = satellite.sample(item)
        show(f"{sample.item} = {satellite.tlm_formatted(item)}  ({utc_text(sample.generation_ns)})")
        return
    if len(names) != _ITEM_WORDS - 1:
        raise ValueError(f"telemetry must be 'APPLICATION Message [item]', got {' '.join(names)!r}")
    show(packet_table(satellite.packet(names[0], names[1])))


def follow_items(satellite: Satellite, words: Sequence[str], show: Show) -> None:
    """Show an item or a packet again with each new packet, until interrupted."""
    names = " ".join(words).split()
    while True:
        show_telemetry(satellite, names, show)
        while not satellite.wait_next(names[0], names[1], timeout_s=60.0):
            continue


def follow_events(satellite: Satellite, *, follow: bool, show: Show) -> None:
    """Show the events of this run, and then each new one if asked, until interrupted."""
    count = 0
    while True:
        for event in satellite.events(after_count=count):
            count = event.count
            show(event_line(event))
        if not follow:
            return
        satellite.pause(_FOLLOW_PERIOD_S)


def show_archive(reader: ArchiveReader, what: str, show: Show) -> None:
    """Show a part of an archive: ``packets``, ``events``, ``alarms``, ``commands`` or ``meta``.

    Raises
    ------
    ValueError
        For any other part.
    """
    match what:
        case "packets":
            show(totals_table(reader.packet_totals()))
            show(gap_table(reader.gap_totals()))
        case "events":
            for event in reader.events():
                show(stored_event_line(event))
        case "commands":
            for history in reader.commands():
                show(stored_command_line(history))
        case "alarms":
            for change in reader.alarms():
                show(f"{utc_text(change.time_ns)} {change.text}")
        case "meta":
            for name, value in reader.meta():
                show(f"{name} = {value}")
        case _:
            raise ValueError(f"part must be packets, events, alarms, commands or meta, got {what!r}")


def show_history(reader: ArchiveReader, words: Sequence[str], show: Show) -> None:
    """Show every archived value of an item as lines of comma-separated values."""
    show("generation_utc,generation_ns,value,raw,unit")
    for sample in item_history(reader, " ".join(words)):
        time = utc_text(sample.generation_ns)
        value, raw = shown_value(sample.value), shown_value(sample.raw)
        show(f"{time},{sample.generation_ns},{value},{raw},{shown_unit(sample.unit)}")


def show_status(satellite: Satellite, show: Show) -> None:
    """Show what is running: satellite, time, view, packets so far, standing alarms."""
    overview = satellite.overview()
    place = "in view" if overview.in_view else "out of view"
    show(f"satellite {overview.satellite} at {utc_text(overview.time_ns)}, {place}")
    show(f"{overview.packet_count} packets, {len(satellite.alarms())} alarms stand")


def show_alarms(satellite: Satellite, show: Show) -> None:
    """Show the alarms that stand now."""
    for alarm in satellite.alarms():
        show(f"{alarm.state:<6} {alarm.item}")


def list_dictionary(application: str, show: Show) -> None:
    """Show what an application can be told and what it says."""
    app = app_named(application)
    for cls in DICTIONARY.commands(app):
        arguments = " ".join(f"{spec.name}={spec.python.__name__}" for spec in field_specs(cls))
        hazard = "  (arm and fire)" if cls.SPEC.hazard else ""
        show(f"command {app.name} {cls.__name__} {arguments}".rstrip() + hazard)
    for message in DICTIONARY.messages():
        if message.SPEC.source in (None, app):
            show(f"packet  {app.name} {message.__name__}: {len(fields(message))} items")
