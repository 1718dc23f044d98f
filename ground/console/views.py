"""What the console shows: requests' answers and archive rows as tables."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from rich.table import Table

from flight.dictionary.types import App
from ground.archive.query import CommandHistory, GapTotal, PacketTotal
from ground.archive.records import EventRow
from ground.script.api import shown_unit, shown_value
from ground.script.requests import CommandState, EventSeen, PacketValues

__all__ = [
    "command_table",
    "event_line",
    "gap_table",
    "packet_table",
    "stored_command_line",
    "stored_event_line",
    "totals_table",
    "utc_text",
]

_EPOCH = datetime(1958, 1, 1, tzinfo=UTC)
_TAI_MINUS_UTC_S = 37
"""Since 2017-01-01 (IERS Bulletin C 52); no later leap second has been announced."""

_NS_PER_S = 1_000_000_000


def utc_text(time_ns: int) -> str:
    """Return a time as UTC with milliseconds, for displays only.

    Parameters
    ----------
    time_ns : int
        TAI nanoseconds since 1958-01-01; from 2017 on, where TAI - UTC is 37 s.

    Examples
    --------
    >>> utc_text(1_861_920_037_000_000_000)
    '2017-01-01T00:00:00.000Z'
    """
    seconds, rest_ns = divmod(time_ns, _NS_PER_S)
    moment = _EPOCH + timedelta(seconds=seconds - _TAI_MINUS_UTC_S)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest_ns // 1_000_000:03}Z"


def packet_table(packet: PacketValues) -> Table:
    """Return all items of a packet with their units."""
    table = Table(title=f"{packet.application} {packet.message}", title_justify="left")
    for name, justify in (("item", "left"), ("value", "right"), ("unit", "left")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    for sample in packet.samples:
        value = shown_value(sample.value)
        table.add_row(sample.item.rpartition(" ")[2], value, shown_unit(sample.unit))
    if packet.samples:
        table.caption = f"generated {utc_text(packet.samples[0].generation_ns)}"
    return table


def command_table(state: CommandState) -> Table:
    """Return the stages of a command with the seconds since it was submitted."""
    table = Table(title=f"{state.command}: {state.state}", title_justify="left")
    table.add_column("stage")
    table.add_column("after s", justify="right")
    table.add_column("detail")
    start_ns = state.stages[0].time_ns
    for seen in state.stages:
        table.add_row(seen.stage, f"{(seen.time_ns - start_ns) / _NS_PER_S:.3f}", seen.detail)
    return table


def event_line(event: EventSeen) -> str:
    """Return one event as a line."""
    return (
        f"{utc_text(event.generation_ns)} {event.severity:<6} {event.source:<13} {event.name}: {event.text}"
    )


def stored_event_line(event: EventRow) -> str:
    """Return one archived event as a line."""
    source = _application(event.source)
    return f"{utc_text(event.generation_ns)} {event.severity:<6} {source:<13} {event.name}: {event.text}"


def stored_command_line(history: CommandHistory) -> str:
    """Return an archived command as a line: where it ended, and the seconds from radiation to its reports."""
    row = history.row
    stages = {stage.stage: stage.time_ns for stage in reversed(history.stages)}
    last = next((stage for stage in reversed(history.stages) if not stage.late), None)
    state = "" if last is None else f"{last.stage} {last.detail}".rstrip()
    command = f"{_application(row.application)} {row.name} {row.arguments}".rstrip()
    delays = "".join(_delay(stages, stage) for stage in ("accepted", "completed"))
    return f"{row.command_id:>4} {utc_text(row.submitted_ns)} {command}: {state}{delays}  [{row.origin}]"


def _delay(times_ns: dict[str, int], stage: str) -> str:
    """Return the seconds from radiation to a stage, empty when either is missing."""
    if stage not in times_ns or "radiated" not in times_ns:
        return ""
    return f", {stage} +{(times_ns[stage] - times_ns['radiated']) / _NS_PER_S:.3f} s"


def totals_table(totals: Iterable[PacketTotal]) -> Table:
    """Return packet counts."""
    table = Table(title="packets", title_justify="left")
    for name in ("link", "channel", "application", "kind", "packets"):
        table.add_column(name)
    for total in totals:
        where = (total.link, str(total.channel), _application(total.apid))
        table.add_row(*where, total.kind, str(total.packet_count))
    return table


def gap_table(gaps: Iterable[GapTotal]) -> Table:
    """Return what is missing."""
    table = Table(title="missing", title_justify="left")
    for name in ("link", "layer", "channel", "missing"):
        table.add_column(name)
    for gap in gaps:
        where = _application(gap.channel) if gap.layer == "packet" else str(gap.channel)
        table.add_row(gap.link, gap.layer, where, str(gap.missing_count))
    return table


def _application(number: int) -> str:
    """Return the name of an application, its number where the dictionary has none."""
    return App(number).name if number in list(App) else str(number)
