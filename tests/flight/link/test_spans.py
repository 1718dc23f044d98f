"""Packets as spans: against one octet at a time, over any cut into batches, with losses; nothing copied."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link import frames as plain_frames
from reference.link import packets as plain

from flight.link._clink import lib
from flight.link.encapsulation import build_encapsulation
from flight.link.errors import LocalLinkError, Reject
from flight.link.packet import build_packet
from flight.link.profile import load_builtin
from flight.link.ring import ROW, ReceiveRing, SendRing
from flight.link.spans import ENCAPSULATION, FIRST, IDLE, LAST, PART, PacketSpans, Parts, gather, pack

CODED = load_builtin("plain_telemetry")
PROFILE = replace(CODED, frame=replace(CODED.frame, encapsulation=True))
SPACE = st.builds(
    build_packet,
    apid=st.integers(0, 3),
    is_command=st.booleans(),
    sequence_count=st.integers(0, 16383),
    data=st.binary(min_size=1, max_size=90),
)
CAPSULE = st.builds(build_encapsulation, protocol_id=st.sampled_from([0, 1, 4]), data=st.binary(max_size=300))
PACKETS = st.lists(SPACE | CAPSULE, min_size=1, max_size=30)


def rows_of(zones: list[tuple[bytes, int]], lost: set[int]) -> tuple[np.ndarray, np.ndarray]:
    """Zones side by side in memory, with rows; those lost have a verdict, and the next has a gap."""
    memory = np.frombuffer(b"".join(zone for zone, _ in zones), np.uint8)
    rows = np.zeros(len(zones), ROW)
    gap = 0
    for index, (zone, pointer) in enumerate(zones):
        rows[index]["data_offset"] = index * len(zone)
        rows[index]["data_octets"] = len(zone)
        rows[index]["pointer"] = pointer
        if index in lost:
            rows[index]["verdict"] = Reject.FRAME_UNREPAIRABLE
            gap += 1
        else:
            rows[index]["gap"], gap = gap, 0
    return memory, rows


def joined(memory: np.ndarray, parts: Parts, begun: bytes = b"") -> tuple[list[bytes], bytes]:
    """Whole packets out of parts, and the one under way."""
    packets = []
    for part in parts:
        piece = memory[part["offset"] : part["offset"] + part["octets"]].tobytes()
        assert bool(part["verdict"]) == (not piece)
        begun = piece if part["flags"] & FIRST or part["verdict"] else begun + piece
        if part["flags"] & LAST:
            assert part["packet_octets"] == len(begun)
            packets.append(begun)
            begun = b""
    return packets, begun


@given(PACKETS, st.integers(1, 80), st.data())
def test_parts_are_what_one_octet_at_a_time_gives(
    packets: list[bytes], zone_octets: int, data: st.DataObject
) -> None:
    fill = build_packet(
        apid=2047, is_command=False, sequence_count=0, data=bytes(160), has_secondary_header=False
    )
    zones = plain_frames.zones_and_pointers([*packets, fill], zone_octets)
    lost = data.draw(st.sets(st.integers(0, len(zones) - 1), max_size=2))
    memory, rows = rows_of(zones, lost)
    twin = plain.Reassembly()
    for index, (zone, pointer) in enumerate(zones):
        if index in lost:
            twin.lose()
        else:
            twin.add(zone, pointer)
    spans = PacketSpans(PROFILE)
    cuts = sorted({0, len(rows), *data.draw(st.sets(st.integers(0, len(rows)), max_size=3))})
    got: list[bytes] = []
    begun = b""
    for first, end in pairwise(cuts):
        parts, done = spans.unpack(0, memory, rows[first:end])
        assert done == end - first
        more, begun = joined(memory, parts, begun)
        got += more
    assert got == list(twin.packets)
    if not lost:
        assert got[: len(packets)] == packets


def test_parts_say_what_a_packet_is() -> None:
    packet = build_packet(apid=5, is_command=True, sequence_count=77, data=b"x" * 20)
    idle = build_packet(apid=2047, is_command=False, sequence_count=0, data=b"i", has_secondary_header=False)
    capsule = build_encapsulation(protocol_id=4, data=b"bundle")
    stream = packet + idle + capsule + build_encapsulation(protocol_id=0, data=b"")
    memory, rows = rows_of([(stream, 0)], set())
    parts, _ = PacketSpans(PROFILE).unpack(0, memory, rows)
    assert [int(flags) & (IDLE | ENCAPSULATION) for flags in parts["flags"]] == [
        0,
        IDLE,
        ENCAPSULATION,
        IDLE | ENCAPSULATION,
    ]
    assert (parts[0]["identification"], parts[0]["sequence"]) == (0x1805, 0xC000 | 77)
    assert parts[2]["identification"] == 0xF108


def test_gaps_are_counted_for_each_application_process() -> None:
    counts = [(1, 10), (2, 16383), (1, 12), (2, 1), (1, 13), (1, 12)]
    stream = b"".join(
        build_packet(apid=apid, is_command=False, sequence_count=count, data=b"x") for apid, count in counts
    )
    memory, rows = rows_of([(stream, 0)], set())
    spans = PacketSpans(CODED)
    parts, _ = spans.unpack(0, memory, rows)
    assert parts["gap"].tolist() == [0, 0, 1, 1, 0, 16382]
    assert spans.missing_count == 16384


def test_calls_go_on_where_there_were_too_few_parts() -> None:
    packet = build_packet(apid=1, is_command=False, sequence_count=0, data=b"x")
    zones = [(packet * 250, 0)] * 40
    memory, rows = rows_of(zones, set())
    spans = PacketSpans(CODED, part_count=0)
    done, found = 0, 0
    while done < len(rows):
        parts, count = spans.unpack(0, memory, rows[done:])
        assert count > 0
        found += len(parts)
        done += count
    assert found == 10_000


def test_pointer_that_lies_and_idle_zone_are_told() -> None:
    packet = build_packet(apid=1, is_command=False, sequence_count=0, data=bytes(34))
    memory, rows = rows_of([(packet[:30], 0), (packet[30:] + packet[:20], 9), (bytes(30), 2046)], set())
    parts, _ = PacketSpans(CODED).unpack(0, memory, rows)
    assert Reject.POINTER_MISMATCH in parts["verdict"].tolist()
    memory, rows = rows_of(
        [(packet[:30], 0), (bytes(30), 2046), (packet[:30], 0), (packet[30:], 2047)], set()
    )
    parts, _ = PacketSpans(CODED).unpack(0, memory, rows)
    assert parts["verdict"].tolist() == [0, Reject.PACKET_INCOMPLETE, 0, 0]
    rows["channel"] = 1
    assert len(PacketSpans(CODED).unpack(0, memory, rows)[0]) == 0


@given(PACKETS, st.integers(1, 80), st.data())
def test_packing_is_what_the_stream_cut_into_zones_is(
    packets: list[bytes], zone_octets: int, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(packets))))
    places, memory = {}, b""
    for index in order:  # anywhere in memory, in any order
        places[index] = len(memory)
        memory += packets[index]
    spans = np.zeros(len(packets), PART)
    spans["offset"] = [places[index] for index in range(len(packets))]
    spans["octets"] = [len(packet) for packet in packets]
    zones = plain_frames.zones_and_pointers(packets, zone_octets)
    if not zones:
        return
    split = data.draw(st.integers(0, len(zones)))
    out, pointers, lead, first = [], [], 0, 0
    for count in (split, len(zones) - split):
        parts, some, used, lead = pack(spans[first:], zone_octets, count, lead=lead)
        first += used
        buffer = np.zeros((count, zone_octets), np.uint8)
        assert gather(np.frombuffer(memory, np.uint8), parts, buffer) == buffer.size
        assert parts["row"].tolist() == sorted(parts["row"].tolist())
        out += [zone.tobytes() for zone in buffer]
        pointers += some.tolist()
    assert list(zip(out, pointers, strict=True)) == zones


def test_packets_cross_both_rings_as_spans() -> None:
    profile = replace(CODED, frame=replace(CODED.frame, channels=(0,)))
    sender, receiver, spans = SendRing(profile, frame_count=8), ReceiveRing(profile), PacketSpans(profile)
    sizes = np.random.default_rng(5).integers(1, 3000, 40)
    packets = [
        build_packet(apid=9, is_command=False, sequence_count=index, data=bytes([index]) * size)
        for index, size in enumerate(sizes)
    ]
    memory = np.frombuffer(b"".join(packets), np.uint8)
    table = np.zeros(len(packets), PART)
    table["octets"] = [len(packet) for packet in packets]
    table["offset"] = np.cumsum(table["octets"]) - table["octets"]
    zone_octets = sender.zones.shape[1]
    got: list[bytes] = []
    begun, lead, first = b"", 0, 0
    for _ in range(memory.size // zone_octets // 8):
        parts, pointers, used, lead = pack(table[first:], zone_octets, 8, lead=lead)
        first += used
        gather(memory, parts, sender.zones)
        sender.rows["pointer"] = pointers
        count = sender.send(8)
        receiver.cadus[:count] = sender.cadus[:count]
        rows = receiver.receive(count)
        found, done = spans.unpack(0, receiver.data, rows)
        assert done == 8
        more, begun = joined(receiver.data, found, begun)
        got += more
    assert got == packets[: len(got)]
    assert len(got) > 20
    assert spans.missing_count == 0


def test_what_cannot_be_packed_is_refused() -> None:
    table = np.zeros(1, PART)
    table["octets"] = 10
    for zone_octets, count in ((11, 1), (10, 2), (0, 1), (2046, 1)):
        with pytest.raises(LocalLinkError, match=f"packets must fill {count} zones of {zone_octets} octets"):
            pack(table, zone_octets, count)
    with pytest.raises(LocalLinkError, match="out must hold 10 octets, got 9 octets"):
        gather(np.zeros(10, np.uint8), table, np.zeros(9, np.uint8))
    with pytest.raises(LocalLinkError, match=r"frame\.content must be packets, got octets"):
        PacketSpans(load_builtin("laser"))


def test_idle_rows_between_the_parts_of_a_packet_change_nothing() -> None:
    packet = build_packet(apid=1, is_command=False, sequence_count=0, data=bytes(34))
    memory, rows = rows_of([(packet[:20], 0), (bytes(20), 2046), (packet[20:], 2047)], set())
    rows[1]["flags"] = lib.DD_IDLE_ROW
    parts, _ = PacketSpans(CODED).unpack(0, memory, rows)
    assert joined(memory, parts) == ([packet], b"")
