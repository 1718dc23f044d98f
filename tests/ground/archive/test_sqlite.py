"""The archive keeps what it said it kept, through crashes and full disks."""

import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from ground.archive.query import ArchiveReader
from ground.archive.records import CommandRow, EventRow, GapRow, LineRow, PacketRow, StageRow
from ground.archive.schema import TABLES
from ground.archive.sqlite import ArchiveWriter


def packet(count: int = 0, *, apid: int = 16) -> PacketRow:
    return PacketRow(
        reception_ns=1000 + count,
        generation_ns=900 + count,
        channel=1,
        apid=apid,
        sequence_count=count,
        kind="housekeeping",
        structure_id=0x1100,
        quality="clean",
        octets=bytes([count % 256]) * 20,
    )


def command(command_id: int, *, application: int = 16) -> CommandRow:
    return CommandRow(
        command_id=command_id,
        submitted_ns=1,
        expires_ns=2,
        origin="test",
        application=application,
        command_type=0x4100,
        name="SetLoadTier",
        arguments="tier=1",
        hazardous=False,
        body=b"\x91\x01",
    )


def stage(command_id: int, name: str, sequence_count: int | None = None) -> StageRow:
    return StageRow(command_id=command_id, stage=name, time_ns=5, sequence_count=sequence_count)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ground.sqlite"


@pytest.fixture
def writer(path: Path):
    made = ArchiveWriter(path, satellite=7, durable=True)
    yield made
    made.close()


def test_tables_have_the_fields_of_their_records() -> None:
    for kind, table in TABLES.items():
        assert table.names == tuple(kind.__dataclass_fields__)


def test_rows_come_back_as_they_were_put(writer: ArchiveWriter, path: Path) -> None:
    rows = [packet(i) for i in range(1200)]
    for row in rows:
        writer.put(row)
    event = EventRow(
        reception_ns=5,
        generation_ns=4,
        source=16,
        event_id=0x8100,
        name="SectionLost",
        severity="medium",
        text="t",
    )
    writer.put(event)
    assert writer.commit()
    reader = ArchiveReader(path)
    assert list(reader.packets()) == rows
    assert list(reader.events()) == [event]
    assert reader.satellite == 7
    reader.close()


def test_readers_see_only_what_was_committed(writer: ArchiveWriter, path: Path) -> None:
    writer.commit()
    reader = ArchiveReader(path)
    for i in range(600):
        writer.put(packet(i))
    assert list(reader.packets()) == []
    writer.commit()
    assert len(list(reader.packets())) == 600
    reader.close()


def test_satellites_share_a_file_without_meeting(path: Path) -> None:
    for satellite in (7, 8):
        writer = ArchiveWriter(path, satellite=satellite, durable=False)
        for i in range(satellite):
            writer.put(packet(i))
        assert writer.last_command_id() == 0
        writer.put(command(1))
        writer.put(stage(1, "submitted"))
        writer.close()
    for satellite in (7, 8):
        reader = ArchiveReader(path, satellite)
        assert len(list(reader.packets())) == satellite
        assert len(reader.commands()) == 1
        reader.close()
    assert ArchiveReader(path).satellite == 7


def test_open_commands_are_those_that_have_not_ended(writer: ArchiveWriter) -> None:
    ends = {1: "completed", 2: "failed", 3: "expired", 4: "cancelled", 5: "ambiguous", 6: "radiated"}
    for command_id, end in ends.items():
        writer.put(command(command_id))
        writer.put(stage(command_id, "submitted"))
        writer.put(stage(command_id, end, sequence_count=command_id))
    writer.commit()
    left = writer.open_commands()
    assert [one.row for one in left] == [command(5), command(6)]
    assert [mark.stage for mark in left[1].stages] == ["submitted", "radiated"]
    assert writer.last_command_id() == 6


def test_last_sequence_count_is_that_of_the_last_row(writer: ArchiveWriter) -> None:
    for command_id, application, count in [(1, 16, 16383), (2, 17, 4), (3, 16, 0)]:
        writer.put(command(command_id, application=application))
        writer.put(stage(command_id, "released", sequence_count=count))
    writer.commit()
    assert writer.last_sequence_counts() == {16: 0, 17: 4}


def test_last_packet_count_is_that_of_the_last_row(writer: ArchiveWriter) -> None:
    for row in (packet(16383), packet(3, apid=17), packet(0)):
        writer.put(row)
        writer.put(replace(row, link="laser", sequence_count=row.sequence_count // 2))
    writer.commit()
    assert writer.last_packet_counts("radio") == {16: 0, 17: 3}
    assert writer.last_packet_counts("laser") == {16: 0, 17: 1}
    assert writer.last_packet_counts("other") == {}


def test_archive_is_continued_and_leaves_one_plain_file(path: Path) -> None:
    for part in range(3):
        writer = ArchiveWriter(path, satellite=7, durable=False)
        writer.store("part", str(part))
        writer.store_counter("link", "frames_received", part)
        writer.store_dictionary("00", "{}")
        writer.put(packet(part))
        writer.close()
    reader = ArchiveReader(path)
    assert [row.sequence_count for row in reader.packets()] == [0, 1, 2]
    assert ("part", "2") in reader.meta()
    assert reader.counters() == (("link", "frames_received", 2),)
    reader.close()
    assert sorted(found.name for found in path.parent.iterdir()) == ["ground.sqlite"]


def test_another_schema_is_refused(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(ValueError, match="archive schema must be 2, got 99"):
        ArchiveWriter(path, satellite=7, durable=False)
    with pytest.raises(ValueError, match="archive schema must be 2, got 99"):
        ArchiveReader(path)


def test_full_disk_condemns_the_archive_and_counts_what_is_lost(path: Path) -> None:
    writer = ArchiveWriter(path, satellite=7, durable=False)
    writer.put(packet(0))
    assert writer.commit()
    pages = writer._connection.execute("PRAGMA page_count").fetchone()[0]
    writer._connection.execute(f"PRAGMA max_page_count={pages}")
    for i in range(3000):
        writer.put(packet(i))
    assert not writer.commit()
    assert "full" in writer.failure
    assert writer.lost_count == 3000
    writer.put(packet(0))
    writer.store("later", "nothing")
    assert not writer.commit()
    writer.close()
    reader = ArchiveReader(path, 7)
    assert len(list(reader.packets())) == 1
    reader.close()


CRASH = """
import sys
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from ground.archive.records import GapRow
from ground.archive.sqlite import ArchiveWriter
writer = ArchiveWriter(Path(sys.argv[1]), satellite=7, durable=False)
count = 0
while True:
    for _ in range(37):
        writer.put(GapRow(time_ns=count, layer="packet", channel=1, first_count=count, missing_count=1))
        count += 1
    writer.commit()
    sys.stdout.write(f"{count}\\n")
    sys.stdout.flush()
"""


@pytest.mark.slow
@pytest.mark.parametrize("batches", [1, 5, 23])
def test_sigkill_loses_nothing_that_was_acknowledged_and_tears_nothing(path: Path, batches: int) -> None:
    root = Path(__file__).parents[3]
    arguments = [sys.executable, "-c", CRASH, str(path), str(root)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = 0
        for _ in range(batches):
            acknowledged = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
    connection = sqlite3.connect(path)
    counts = [row[0] for row in connection.execute("SELECT first_count FROM gap ORDER BY id")]
    connection.close()
    assert len(counts) >= acknowledged
    assert counts == list(range(len(counts)))
    assert len(counts) % 37 == 0


def test_gap_totals_take_off_what_came_late(writer: ArchiveWriter, path: Path) -> None:
    for layer, missing in [("packet", 3), ("late", 1), ("frame", 2), ("packet", 2)]:
        writer.put(GapRow(time_ns=0, layer=layer, channel=4, first_count=0, missing_count=missing))
    writer.put(LineRow(time_ns=0, origin="test", text="line"))
    writer.commit()
    reader = ArchiveReader(path)
    assert [(gap.layer, gap.channel, gap.missing_count) for gap in reader.gap_totals()] == [
        ("frame", 4, 2),
        ("packet", 4, 4),
    ]
    assert [(total.apid, total.packet_count) for total in reader.packet_totals()] == []
    reader.close()
