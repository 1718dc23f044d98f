"""The laser's end on the ground: what a slot holds is archived, missing, or rejected by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from reference.link.ends import flown_laser_ends

from flight.bus.disk import MemoryDisk
from flight.dictionary.pus import ReportContent
from flight.dictionary.types import App
from flight.gateway.bulk import BulkStore
from flight.gateway.laser_downlink import LaserDownlink, ring_shape
from flight.gateway.waiting import waiting
from flight.link.errors import LocalLinkError
from flight.link.profile import load_builtin
from flight.link.slots import RingShape, Slot, SlotRing
from ground.archive.query import ArchiveReader
from ground.archive.sqlite import ArchiveWriter
from ground.server.config import GroundConfig
from ground.server.node import GroundNode
from ground.station.core import FramesMissing, StationPacket
from ground.station.laser import BatchRejected, LaserStation

SHAPE = ring_shape(load_builtin("laser"))
NOW_NS = 2_272_147_237_000_000_000


class Line:
    """Both ends around one ring: here the optical link is a wire."""

    def __init__(self, ground_disk: MemoryDisk | None = None) -> None:
        self.disk = MemoryDisk()
        self.ground_disk = ground_disk or MemoryDisk()
        self.ring = SlotRing(memoryview(bytearray(SHAPE.memory_octets)), SHAPE)
        self.store = BulkStore(self.disk)
        self.downlink = LaserDownlink(flown_laser_ends(self.disk), self.ring)
        self.station = LaserStation(flown_laser_ends(self.ground_disk), self.ring, first_count=0)
        self.sent_count = 0

    def batch(self, count: int = 40) -> Slot:
        for _ in range(count):
            content = ReportContent(service=3, subtype=25, data=bytes(700))
            report = waiting(App.NODES, self.sent_count, content)
            self.store.put(report.time_ns, report.image)
            self.sent_count += 1
        slot = self.downlink.send(self.store)
        assert slot is not None
        return slot

    def counter(self, name: str) -> int:
        return dict(self.station.counters())[name]


def packets(events: list[object]) -> list[int]:
    return [event.sequence_count for event in events if isinstance(event, StationPacket)]


def test_packets_come_out_as_they_went_in() -> None:
    line = Line()
    found = [event for _ in range(12) for event in line.station.receive(line.batch())]
    assert packets(found) == list(range(480))
    assert {(e.link, e.channel, e.apid, e.quality) for e in found} == {("laser", 1, App.NODES, "clean")}
    assert line.counter("packets_received") == 480
    assert line.counter("frames_received") == line.downlink.frame_count
    assert line.counter("frames_missing") == line.counter("packets_missing") == 0


def test_flipped_octet_in_the_ring_is_rejected_and_moves_nothing() -> None:
    line = Line()
    line.station.receive(line.batch())
    slot = line.batch()
    line.ring.octets(slot.slot)[1000] ^= 4
    assert line.station.receive(slot) == [BatchRejected(reason="slot_checksum", count=1)]
    assert line.station.receive(slot) == [BatchRejected(reason="slot_checksum", count=2)]
    line.ring.octets(slot.slot)[1000] ^= 4
    assert packets(line.station.receive(slot)) == list(range(40, 80))
    assert line.counter("slot_checksum") == 2
    assert line.counter("frames_missing") == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"slot": 8}, "slot_unknown"),
        ({"size_octets": 2044 * 84 + 1}, "slot_size"),
        ({"cadu_count": 0, "size_octets": 0}, "slot_size"),
        ({"cadu_count": 60_000, "size_octets": 60_000 * 2044}, "slot_size"),
        ({"generation": 77}, "slot_stale"),
        ({"slot": 5}, "slot_stale"),
        ({"crc32": 1}, "slot_checksum"),
    ],
)
def test_impossible_descriptor_changes_nothing(change: dict[str, int], reason: str) -> None:
    line = Line()
    slot = line.batch()
    assert line.station.receive(replace(slot, **change)) == [BatchRejected(reason=reason, count=1)]
    assert packets(line.station.receive(slot)) == list(range(40))


def test_slot_that_was_written_over_is_stale_and_its_packets_are_a_gap() -> None:
    line = Line()
    line.station.receive(line.batch())
    late = line.batch()
    others = [line.batch(3) for _ in range(SHAPE.slot_count)]
    assert line.station.receive(late) == [BatchRejected(reason="slot_stale", count=1)]
    found = [event for slot in others for event in line.station.receive(slot)]
    assert packets(found) == list(range(80, 80 + 3 * len(others)))
    assert line.counter("packets_missing") == 40
    missing = [event for event in found if isinstance(event, FramesMissing)]
    assert [(event.channel, event.link) for event in missing] == [(1, "laser")]
    assert line.counter("frames_missing") == missing[0].missing_count == 2


def test_every_lost_batch_is_counted_packet_by_packet() -> None:
    """Radiated = received + counted gaps, whichever batches are lost, as long as one comes after them."""
    line, received = Line(), 0
    for number in range(30):
        slot = line.batch(1 + number * 7 % 50)
        if number % 3 != 1 and number % 5 != 2:
            received += len(packets(line.station.receive(slot)))
    received += len(packets(line.station.receive(line.batch(1))))
    assert line.sent_count == received + line.counter("packets_missing")
    assert line.counter("packets_missing") > 100
    assert line.counter("packets_received") == received


def test_symbols_that_the_link_spoiled_are_repaired_or_the_frames_are_missing() -> None:
    line = Line()
    line.station.receive(line.batch())
    slot = line.batch()
    place = line.ring.octets(slot.slot)
    for cadu in range(slot.cadu_count):
        place[2044 * cadu + 4 + 8 * 40] ^= 0x55
    again = line.ring.commit(slot.slot, slot.cadu_count)  # the link's receiver describes what it has
    found = line.station.receive(again)
    assert packets(found) == list(range(40, 80))
    assert {event.quality for event in found if isinstance(event, StationPacket)} == {"corrected"}
    assert line.counter("symbols_corrected") == slot.cadu_count
    slot = line.batch()
    for symbol in range(8 * 17):  # one more in each codeword than the code repairs
        line.ring.octets(slot.slot)[5 * 2044 + 4 + symbol] ^= 0x55
    found = line.station.receive(line.ring.commit(slot.slot, slot.cadu_count))
    assert line.counter("frame_unrepairable") == 1
    line.station.receive(line.batch(1))
    total = line.counter("packets_received") + line.counter("packets_missing")
    assert total == line.sent_count


def test_replayed_batch_is_refused_by_security() -> None:
    line = Line()
    slot = line.batch()
    assert len(packets(line.station.receive(slot))) == 40
    line.station.receive(slot)
    assert line.counter("security_replayed") > 0
    assert line.counter("packets_received") == 40
    again = LaserStation(flown_laser_ends(line.ground_disk), line.ring)  # the ground starts anew
    assert packets(again.receive(slot)) == []
    assert dict(again.counters())["security_replayed"] > 0


def test_sender_that_came_back_from_an_older_state_is_told_and_repeats_are_counted() -> None:
    line = Line()
    saved = line.downlink.snapshot()
    line.station.receive(line.batch())
    line.downlink.restore(saved)
    found = line.station.receive(line.batch())
    assert line.counter("channel_restarts") == 1
    assert FramesMissing(channel=1, missing_count=0, link="laser") in found
    assert line.counter("packets_repeated") == 40
    assert line.counter("packets_missing") == 0


def test_ring_of_another_profile_is_refused() -> None:
    shape = RingShape(slot_count=2, slot_octets=1000, cadu_octets=500)
    ring = SlotRing(memoryview(bytearray(shape.memory_octets)), shape)
    with pytest.raises(LocalLinkError, match="ring must have the data units of a laser profile, 2044 octets"):
        LaserStation(flown_laser_ends(), ring)
    with pytest.raises(LocalLinkError, match="laser profile, none, got"):
        LaserStation(replace(flown_laser_ends(), laser=None), ring)


def test_node_archives_packets_gaps_and_counters_and_logs_rejects(tmp_path: Path) -> None:
    line = Line()
    ends = flown_laser_ends(MemoryDisk())
    path = tmp_path / "ground.sqlite"
    config = GroundConfig(satellite=0x6D, token_key=b"k", ends=ends)
    node = GroundNode(config, ArchiveWriter(path, satellite=0x6D, durable=False), ring=line.ring)
    node.take_batch(NOW_NS, line.batch())
    line.batch()  # lost
    bad = replace(line.batch(), crc32=5)
    for _ in range(10):
        node.take_batch(NOW_NS, bad)
    node.take_batch(NOW_NS + 1, line.batch(2))
    node.step(NOW_NS + 2, (), None)
    assert dict(node.summary().laser_counters)["packets_missing"] == 80
    node.close()
    reader = ArchiveReader(path)
    (total,) = reader.packet_totals()
    assert (total.link, total.channel, total.apid, total.packet_count) == ("laser", 1, App.NODES, 42)
    gaps = {(gap.link, gap.layer): gap.missing_count for gap in reader.gap_totals()}
    assert gaps == {("laser", "frame"): 4, ("laser", "packet"): 80}
    events = [(row.name, row.source, row.text) for row in reader.events()]
    text = "laser batch rejected on the ground: slot_checksum ({})"
    assert events == [("GroundLaserBatchRejected", App.GROUND, text.format(count)) for count in (1, 10)]
    assert ("laser", "slot_checksum", 10) in reader.counters()
    reader.close()


def test_node_without_an_optical_receiver_takes_no_batch(tmp_path: Path) -> None:
    archive = ArchiveWriter(tmp_path / "ground.sqlite", satellite=0x6D, durable=False)
    config = GroundConfig(satellite=0x6D, token_key=b"k", ends=flown_laser_ends(MemoryDisk()))
    node = GroundNode(config, archive)
    node.take_batch(NOW_NS, Line().batch())
    assert node.summary().laser_counters == ()
    node.close()
