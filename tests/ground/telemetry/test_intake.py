"""Every kind of packet is archived, decoded and passed on; what cannot be read is archived and counted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.declare import Event, Message
from flight.dictionary.executive import BootRecord
from flight.dictionary.layout import fields, pack
from flight.dictionary.power import PowerStatus, SectionLost
from flight.dictionary.pus import (
    PacketOrigin,
    Verification,
    VerificationStage,
    build_alive,
    build_event,
    build_housekeeping,
    build_parameter_values,
    build_verification,
)
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App, Severity
from ground.archive.query import ArchiveReader
from ground.archive.records import EventRow, GapRow, LineRow, PacketRow, Row
from ground.archive.sqlite import ArchiveWriter
from ground.station.core import FramesMissing, StationPacket
from ground.station.gaps import GapFinding
from ground.telemetry.events import EventLog
from ground.telemetry.intake import Intake
from ground.telemetry.store import TelemetryStore


class Rows:
    """An archive that keeps rows in a list."""

    failure = ""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def put(self, row: Row) -> None:
        self.rows.append(row)


def arrived(octets: bytes, *, gap: GapFinding | None = None) -> StationPacket:
    return StationPacket(
        channel=1, apid=16, sequence_count=7, quality="clean", octets=octets, gap=gap or GapFinding()
    )


def origin(app: App = App.POWER) -> PacketOrigin:
    return PacketOrigin(application=app, sequence=7, time_ns=1_000_000_000)


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def store() -> TelemetryStore:
    return TelemetryStore()


@pytest.fixture
def intake(rows: Rows, store: TelemetryStore) -> Intake:
    return Intake(rows, store, EventLog())  # type: ignore[arg-type]


REPORT = Verification(request=0x1810C005, stage=VerificationStage.ACCEPTED)


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (build_verification(origin(), REPORT), "verification"),
        (build_alive(origin()), "alive"),
        (build_parameter_values(origin(), 3, 4.1), "parameters"),
        (build_event(origin(), SectionLost.SPEC.id, Severity.MEDIUM, bytes(9)), "event"),
        (
            build_housekeeping(
                origin(), PowerStatus.SPEC.id, bytes(sum(f.size_octets for f in fields(PowerStatus)))
            ),
            "housekeeping",
        ),
        (build_housekeeping(origin(), 0x1FFF, b""), "unknown_content"),
        (build_housekeeping(origin(), PowerStatus.SPEC.id, b"\x00"), "bad_arguments"),
        (build_alive(origin())[:-1] + b"\x00", "checksum"),
    ],
)
def test_every_kind_is_archived_whole_under_its_name(
    intake: Intake, rows: Rows, octets: bytes, kind: str
) -> None:
    report = intake.take(arrived(octets), 2_000_000_000)
    row = rows.rows[0]
    assert isinstance(row, PacketRow)
    assert (row.kind, row.octets, row.reception_ns) == (kind, octets, 2_000_000_000)
    assert (report is not None) is (kind == "verification")
    assert intake.kinds.total() + intake.rejects.total() == 1


def test_housekeeping_goes_to_the_store_with_its_own_time(
    intake: Intake, store: TelemetryStore, power_status
) -> None:
    octets = build_housekeeping(origin(), PowerStatus.SPEC.id, pack(power_status(5, load_tier=2)))
    intake.take(arrived(octets), 9)
    newest = store.newest(App.POWER, PowerStatus)
    assert newest is not None
    assert newest.message == power_status(5, load_tier=2)
    assert (newest.generation_ns, newest.reception_ns) == (5, 9)


def test_event_is_archived_with_its_text(intake: Intake, rows: Rows) -> None:
    event = SectionLost(section_index=3, power_w=0.0, power_expected_w=4000.0)
    intake.take(arrived(build_event(origin(), event.SPEC.id, Severity.MEDIUM, pack(event))), 9)
    row = rows.rows[1]
    assert isinstance(row, EventRow)
    assert (row.source, row.name, row.severity, row.text) == (
        16,
        "SectionLost",
        "medium",
        "section 3 lost: 0 W of 4000 W",
    )


def test_gaps_are_archived_before_the_packet_that_showed_them(intake: Intake, rows: Rows) -> None:
    octets = build_alive(origin())
    intake.take(FramesMissing(channel=2, missing_count=4), 8)
    intake.take(arrived(octets, gap=GapFinding(missing_count=3, first_count=4)), 9)
    intake.take(arrived(octets, gap=GapFinding(late=True)), 10)
    intake.take(arrived(octets, gap=GapFinding(repeated=True)), 11)
    gaps = [
        (row.layer, row.channel, row.first_count, row.missing_count)
        for row in rows.rows
        if isinstance(row, GapRow)
    ]
    assert gaps == [("frame", 2, -1, 4), ("packet", 16, 4, 3), ("late", 16, 7, 1)]
    assert [type(row) for row in rows.rows] == [GapRow, GapRow, PacketRow, GapRow, PacketRow, PacketRow]


def test_operator_is_told_once_when_the_dictionaries_differ(intake: Intake, rows: Rows) -> None:
    def boot(hash_u64: int) -> bytes:
        values = {field.name: 0 for field in fields(BootRecord)}
        return build_housekeeping(
            origin(App.EXECUTIVE),
            BootRecord.SPEC.id,
            pack(BootRecord(**{**values, "dictionary_hash": hash_u64})),
        )

    intake.take(arrived(boot(DICTIONARY.hash)), 1)
    assert not intake.dictionary_differs
    for _ in range(2):
        intake.take(arrived(boot(5)), 2)
    assert intake.dictionary_differs
    lines = [row.text for row in rows.rows if isinstance(row, LineRow)]
    assert len(lines) == 1
    assert "0000000000000005 on board" in lines[0]


@given(st.binary(max_size=300))
def test_any_octets_are_archived_and_counted_never_raised(octets: bytes) -> None:
    rows = Rows()
    intake = Intake(rows, TelemetryStore(), EventLog())  # type: ignore[arg-type]
    assert intake.take(arrived(octets), 0) is None
    assert intake.rejects.total() == 1
    assert len(rows.rows) == 1


@given(st.binary(max_size=400), st.sampled_from([*DICTIONARY.messages(), *DICTIONARY.events()]))
def test_any_content_of_any_declaration_is_taken(data: bytes, cls: type[Message]) -> None:
    intake = Intake(Rows(), TelemetryStore(), EventLog())  # type: ignore[arg-type]
    if issubclass(cls, Event):
        octets = build_event(origin(), cls.SPEC.id, cls.SPEC.severity or Severity.INFO, data)
    else:
        octets = build_housekeeping(origin(), cls.SPEC.id, data)
    intake.take(arrived(octets), 0)
    assert intake.kinds.total() + intake.rejects.total() == 1


def test_raw_packets_in_the_archive_are_enough_to_make_the_rest_again(tmp_path: Path, power_status) -> None:
    path = tmp_path / "ground.sqlite"
    writer = ArchiveWriter(path, satellite=7, durable=False)
    first = TelemetryStore()
    intake = Intake(writer, first, EventLog())
    for time_ns in range(50):
        octets = build_housekeeping(
            origin(), PowerStatus.SPEC.id, pack(power_status(time_ns, load_tier=time_ns % 4))
        )
        intake.take(arrived(octets), time_ns)
    writer.close()
    again = TelemetryStore()
    repeat = Intake(Rows(), again, EventLog())  # type: ignore[arg-type]
    reader = ArchiveReader(path)
    for row in reader.packets():
        repeat.take(arrived(row.octets), row.reception_ns)
    reader.close()
    assert again.all_newest() == first.all_newest()
