"""What the console shows."""

from rich.console import Console

from ground.archive.query import CommandHistory, GapTotal, PacketTotal
from ground.archive.records import CommandRow, EventRow, StageRow
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
from ground.script.requests import CommandState, EventSeen, PacketValues, Sample, StageSeen


def shown(table) -> str:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def test_time_is_utc_with_leap_seconds() -> None:
    """TAI - UTC = 37 s from 2017-01-01 (IERS Bulletin C 52); 1958 to 2017 are 21,550 days."""
    assert utc_text((21_550 * 86_400 + 37) * 1_000_000_000) == "2017-01-01T00:00:00.000Z"
    assert utc_text((21_550 * 86_400 + 37) * 1_000_000_000 - 1_000_000) == "2016-12-31T23:59:59.999Z"


def test_packet_is_a_table_of_items_with_units() -> None:
    samples = tuple(
        Sample(item=f"POWER P {name}", value=value, raw=0, unit=unit, generation_ns=0, reception_ns=0)
        for name, value, unit in [
            ("bus_voltage_v", 155.2, "V"),
            ("charge_frac", 0.8, "1"),
            ("blob", b"\x01", ""),
        ]
    )
    text = shown(packet_table(PacketValues(application="POWER", message="P", samples=samples)))
    assert "bus_voltage_v" in text
    assert "155.2 │ V" in text
    assert "0.8 │  " in text
    assert "01" in text


def test_command_is_a_table_of_its_stages() -> None:
    stages = (
        StageSeen(stage="submitted", time_ns=10, onboard_ns=None, detail=""),
        StageSeen(stage="failed", time_ns=1_500_000_010, onboard_ns=1, detail="accepted: busy"),
    )
    text = shown(command_table(CommandState(command_id=1, command="POWER X", state="failed", stages=stages)))
    assert "POWER X: failed" in text
    assert "1.500 │ accepted: busy" in text


def test_events_are_lines() -> None:
    seen = EventSeen(
        count=1, generation_ns=0, source="POWER", name="SectionLost", severity="medium", text="[lost]"
    )
    assert event_line(seen).endswith("medium POWER         SectionLost: [lost]")
    row = EventRow(
        reception_ns=0,
        generation_ns=0,
        source=16,
        event_id=1,
        name="SectionLost",
        severity="medium",
        text="[lost]",
    )
    assert stored_event_line(row) == event_line(seen)


def test_archived_command_is_a_line_with_its_end_and_delays() -> None:
    row = CommandRow(
        command_id=3,
        submitted_ns=0,
        expires_ns=1,
        origin="procedure",
        application=16,
        command_type=1,
        name="SetLoadTier",
        arguments="tier=1",
        hazardous=False,
        body=b"",
    )

    def history(*stages: tuple[str, int, bool]) -> CommandHistory:
        rows = (StageRow(command_id=3, stage=stage, time_ns=at, late=late) for stage, at, late in stages)
        return CommandHistory(row=row, stages=tuple(rows))

    line = stored_command_line(
        history(("radiated", 0, False), ("completed", 400_000_000, False), ("accepted", 500_000_000, True))
    )
    assert "POWER SetLoadTier tier=1: completed, accepted +0.500 s, completed +0.400 s  [procedure]" in line
    assert ": expired  [procedure]" in stored_command_line(
        history(("queued", 0, False), ("expired", 5, False))
    )
    assert ":   [procedure]" in stored_command_line(history())


def test_totals_and_gaps_are_tables() -> None:
    total = PacketTotal(satellite=1, link="laser", channel=0, apid=16, kind="event", packet_count=12)
    assert "laser │ 0       │ POWER" in shown(totals_table([total]))
    text = shown(
        gap_table(
            [
                GapTotal(satellite=1, link="radio", layer="packet", channel=1999, missing_count=7),
                GapTotal(satellite=1, link="laser", layer="frame", channel=2, missing_count=1),
            ]
        )
    )
    assert "1999" in text
    assert "laser │ frame  │ 2" in text
