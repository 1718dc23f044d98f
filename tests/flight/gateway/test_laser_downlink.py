"""Bulk reports in batches: what goes into a slot is what a receiver of the same profile reads there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from reference.link.ends import flown_laser_ends
from reference.link.random_sequence import tm131071

from flight.bus.disk import DiskError, MemoryDisk
from flight.dictionary.pus import ReportContent, parse_telemetry
from flight.dictionary.types import App
from flight.gateway.bulk import BulkStore
from flight.gateway.laser_downlink import FRAMES_MAX, LaserDownlink, ring_shape
from flight.gateway.waiting import waiting
from flight.link.errors import LocalLinkError
from flight.link.numbers import NumberStore
from flight.link.packet import parse_header
from flight.link.profile import CHANNEL_IDLE, load_builtin
from flight.link.ring import ReceiveRing
from flight.link.slots import Slot, SlotRing
from flight.link.units import unit_packets

SHAPE = ring_shape(load_builtin("laser"))
pytestmark = pytest.mark.requirement("GTW-011")


class Line:
    """A laser end with a store, and a receiver that reads its ring."""

    def __init__(self, disk: MemoryDisk | None = None, memory: bytearray | None = None) -> None:
        self.disk = disk or MemoryDisk()
        self.memory = memory or bytearray(SHAPE.memory_octets)
        self.store = BulkStore(self.disk)
        self.downlink = LaserDownlink(flown_laser_ends(self.disk), SlotRing(memoryview(self.memory), SHAPE))

    def fill(self, count: int, octets: int = 300, first: int = 0) -> None:
        for number in range(first, first + count):
            content = ReportContent(service=3, subtype=25, data=number.to_bytes(4) + bytes(octets - 4))
            report = waiting(App.LOOPS + number % 2, 1_000 + number, content)
            self.store.put(report.time_ns, report.image)


class Ground:
    """A receiver of the profile."""

    def __init__(self) -> None:
        ends = flown_laser_ends(MemoryDisk())
        assert ends.laser is not None
        self.receiver = ReceiveRing(
            ends.laser, security=ends.security(ends.laser, is_sender=False), first_count=0
        )
        self.rows: list[tuple[int, int, int]] = []

    def take(self, line: Line, slot: Slot) -> list[bytes]:
        place = memoryview(self.receiver.cadus.data).cast("B")
        assert SlotRing(memoryview(line.memory), SHAPE).read(slot, place) is None
        found = []
        for row in self.receiver.receive(slot.cadu_count):
            self.rows.append((int(row["verdict"]), int(row["channel"]), int(row["gap"])))
            if not row["verdict"] and row["channel"] != CHANNEL_IDLE:
                data = self.receiver.data[row["data_offset"] :][: row["data_octets"]].tobytes()
                found += unit_packets(data) or []
        return found


def numbers(packets: list[bytes]) -> list[int]:
    """Return the numbers behind headers of 6, 7 and 8 octets."""
    return [int.from_bytes(packet[21:25]) for packet in packets]


def test_every_report_arrives_once_in_order_over_many_batches() -> None:
    line, ground, found = Line(), Ground(), []
    line.fill(1000)
    while slot := line.downlink.send(line.store):
        found += ground.take(line, slot)
    assert numbers(found) == list(range(1000))
    assert [verdict for verdict, _, _ in ground.rows] == [0] * len(ground.rows)
    assert not any(gap for _, _, gap in ground.rows)
    per_unit = line.downlink.unit_octets // 323
    assert line.downlink.frame_count == -(-1000 // per_unit)
    assert line.downlink.batch_count == -(-line.downlink.frame_count // FRAMES_MAX)
    by_apid: dict[int, list[int]] = {}
    for packet in found:
        header = parse_header(packet)
        by_apid.setdefault(header.apid, []).append(header.sequence_count)
    assert by_apid == {App.LOOPS: list(range(500)), App.LOOPS + 1: list(range(500))}
    assert line.store.taken_count == 1000


def test_batch_is_whole_by_itself() -> None:
    """The ground has every packet of a batch before the next one is made."""
    line, ground = Line(), Ground()
    for first in range(0, 30, 3):
        line.fill(3, first=first)
        slot = line.downlink.send(line.store)
        assert slot is not None
        assert len(ground.take(line, slot)) == 3


def test_packets_are_those_of_their_reports() -> None:
    line, ground = Line(), Ground()
    line.fill(1)
    slot = line.downlink.send(line.store)
    assert slot is not None
    (packet,) = ground.take(line, slot)
    parsed = parse_telemetry(packet)
    assert packet[:2] == (0x0800 | App.LOOPS).to_bytes(2)
    assert parsed.application == App.LOOPS
    assert len(packet) == waiting(0, 0, ReportContent(service=3, subtype=25, data=bytes(300))).octets


def test_nothing_is_sent_without_reports() -> None:
    line = Line()
    assert line.downlink.send(line.store) is None
    assert SlotRing(memoryview(line.memory), SHAPE).generation == 0


def test_damaged_reports_are_passed_over() -> None:
    line, ground = Line(), Ground()
    line.fill(3)
    line.disk.files["bulk"][1024 + 30] ^= 1
    slot = line.downlink.send(line.store)
    assert slot is not None
    assert len(ground.take(line, slot)) == 2
    assert line.store.dropped_count == 1
    line.fill(1)
    line.disk.files["bulk"][3 * 1024 + 30] ^= 1
    assert line.downlink.send(line.store) is None


def test_slot_is_bound_once_and_written_in_place() -> None:
    line, slots = Line(), []
    for first in range(2 * SHAPE.slot_count):
        line.fill(1, first=first)
        slots.append(line.downlink.send(line.store))
    assert [slot.slot for slot in slots if slot] == [*range(SHAPE.slot_count)] * 2


def test_vectors_are_never_used_twice_over_crashes() -> None:
    """The number in front of every frame, read off the octets, rises over restarts from an old snapshot."""
    disk, memory = MemoryDisk(), bytearray(SHAPE.memory_octets)
    seen: list[int] = []
    saved = Line(disk, memory).downlink.snapshot()
    for _ in range(3):
        line = Line(disk, memory)
        line.downlink.restore(saved)  # always the same old one
        line.fill(60)
        slot = line.downlink.send(line.store)
        assert slot is not None
        seen += vectors(line, slot)
        assert NumberStore(disk, "link_s_3").number > seen[-1]
    assert len(seen) == len(set(seen)) >= 6
    assert seen == sorted(seen)


def vectors(line: Line, slot: Slot) -> list[int]:
    """Return the numbers in the initialisation vectors of the frames of a batch, from its octets alone."""
    view = np.frombuffer(line.memory, np.uint8)
    begin = 64 + slot.slot * (64 + -(-SHAPE.slot_octets // 64) * 64) + 64
    cadus = view[begin : begin + slot.size_octets].reshape(-1, SHAPE.cadu_octets)
    sequence = np.frombuffer(tm131071(2040), np.uint8)
    stream = (cadus[:, 4:] ^ sequence)[:, :1784].tobytes()
    found, at = [], stream.find(bytes.fromhex("1ACFFC1D"))
    while at >= 0 and at + 16388 <= len(stream):
        head = stream[at + 4 : at + 4 + 20]
        if head[1] & 0x3F != CHANNEL_IDLE:  # primary header 6, SPI 2, vector 12
            found.append(int.from_bytes(head[12:20]))
        at += 16388
    return found


def test_disk_without_numbers_withholds_the_batch_and_keeps_the_reports() -> None:
    class Full(MemoryDisk):
        def write(self, name: str, offset: int, octets: bytes) -> None:
            if name.startswith("link_"):
                raise DiskError(28, "no space left")
            super().write(name, offset, octets)

    line = Line(Full())
    line.fill(5)
    assert line.downlink.send(line.store) is None
    assert (line.downlink.withheld_count, line.store.waiting_count) == (1, 5)
    assert line.downlink.fault_count > 0


def test_end_that_comes_back_from_its_snapshot_goes_on_without_a_gap() -> None:
    line, ground = Line(), Ground()
    line.fill(60)
    slot = line.downlink.send(line.store)
    assert slot is not None
    assert len(ground.take(line, slot)) == 60
    again = Line(line.disk, line.memory)
    again.downlink.restore(line.downlink.snapshot())
    again.store.restore(line.store.snapshot())
    again.fill(60, first=60)
    slot = again.downlink.send(again.store)
    assert slot is not None
    assert len(ground.take(again, slot)) == 60
    assert [row for row in ground.rows if row[0] or row[2]] == []


def test_other_profiles_are_refused() -> None:
    ends = flown_laser_ends(MemoryDisk())
    ring = SlotRing(memoryview(bytearray(SHAPE.memory_octets)), SHAPE)
    with pytest.raises(LocalLinkError, match="laser must be a profile with content octets"):
        LaserDownlink(replace(ends, laser=None), ring)
    with pytest.raises(LocalLinkError, match=r"got radio_telemetry \(packets\)"):
        LaserDownlink(replace(ends, laser=load_builtin("radio_telemetry")), ring)
