"""Reading an archive: narrowed, ordered, and refusing what is none."""

from pathlib import Path

import pytest

from ground.archive.query import ArchiveReader
from ground.archive.records import JournalRow, PacketRow
from ground.archive.sqlite import ArchiveWriter


@pytest.fixture
def reader(tmp_path: Path):
    path = tmp_path / "ground.sqlite"
    writer = ArchiveWriter(path, satellite=7, durable=False)
    for i, (apid, kind) in enumerate([(16, "event"), (17, "event"), (16, "housekeeping"), (16, "event")]):
        row = PacketRow(
            reception_ns=i,
            generation_ns=None,
            channel=i % 2,
            apid=apid,
            sequence_count=i,
            kind=kind,
            structure_id=None,
            quality="clean",
            octets=b"x",
        )
        writer.put(row)
    writer.put(JournalRow(time_ns=3, client="aa", request=b"r"))
    writer.close()
    made = ArchiveReader(path)
    yield made
    made.close()


def test_packets_are_narrowed_by_application_and_kind(reader: ArchiveReader) -> None:
    assert [row.sequence_count for row in reader.packets()] == [0, 1, 2, 3]
    assert [row.sequence_count for row in reader.packets(apid=16)] == [0, 2, 3]
    assert [row.sequence_count for row in reader.packets(apid=16, kind="event")] == [0, 3]


def test_totals_are_by_channel_application_and_kind(reader: ArchiveReader) -> None:
    totals = [(one.channel, one.apid, one.kind, one.packet_count) for one in reader.packet_totals()]
    assert totals == [
        (0, 16, "event", 1),
        (0, 16, "housekeeping", 1),
        (1, 16, "event", 1),
        (1, 17, "event", 1),
    ]


def test_journal_is_what_a_replay_needs(reader: ArchiveReader) -> None:
    assert reader.journal() == (JournalRow(time_ns=3, client="aa", request=b"r"),)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="archive must be a file"):
        ArchiveReader(tmp_path / "none.sqlite")
    text = tmp_path / "text.sqlite"
    text.write_text("this is no database, only a long enough text " * 10)
    with pytest.raises(ValueError, match="archive must be an SQLite file"):
        ArchiveReader(text)
