"""Packet reassembly: pointers that lie, lengths at their limits."""

import pytest

from flight.link.assembly import PacketAssembler
from flight.link.errors import Reject
from flight.link.frame import POINTER_IDLE, POINTER_NONE
from flight.link.packet import build_packet

PACKET = build_packet(apid=3, is_command=False, sequence_count=0, data=bytes(34))  # 40 octets


def test_zones_before_the_first_header_are_passed_over() -> None:
    assembler = PacketAssembler(100)
    assert assembler.add(bytes(20), POINTER_NONE) == ([], [])
    assert assembler.add(bytes(7) + PACKET, 7) == ([PACKET], [])


def test_packet_ending_with_its_zone_leaves_the_pointer_to_the_next() -> None:
    assembler = PacketAssembler(100)
    assert assembler.add(PACKET[:20], 0) == ([], [])
    assert assembler.add(PACKET[20:], POINTER_NONE) == ([PACKET], [])
    assert assembler.add(PACKET, 0) == ([PACKET], [])


def test_header_cut_by_a_zone_edge_is_joined() -> None:
    for cut in range(1, 7):
        assembler = PacketAssembler(100)
        head = PACKET + PACKET[:cut]
        assert assembler.add(head, 0) == ([PACKET], [])
        assert assembler.add(PACKET[cut:] + PACKET, 40 - cut) == ([PACKET, PACKET], [])


@pytest.mark.parametrize("pointer", [0, 19, 21, POINTER_NONE])
def test_pointer_that_contradicts_the_packet_begun_drops_it(pointer: int) -> None:
    assembler = PacketAssembler(100)
    assembler.add(PACKET[:20], 0)
    zone = PACKET[20:] + PACKET
    packets, rejects = assembler.add(zone, pointer)
    assert rejects[0] == Reject.POINTER_MISMATCH
    assert PACKET not in packets
    assembler.drop()
    assert assembler.add(PACKET, 0) == ([PACKET], [])


def test_idle_zone_ends_a_packet_begun() -> None:
    assembler = PacketAssembler(100)
    assert assembler.add(bytes(20), POINTER_IDLE) == ([], [])
    assembler.add(PACKET[:20], 0)
    assert assembler.add(bytes(20), POINTER_IDLE) == ([], [Reject.PACKET_INCOMPLETE])
    assert assembler.add(PACKET, 0) == ([PACKET], [])


def test_packet_over_the_limit_is_refused_and_the_channel_recovers() -> None:
    assembler = PacketAssembler(39)
    assert assembler.add(PACKET, 0) == ([], [Reject.PACKET_LENGTH])
    assert assembler.add(bytes(40), POINTER_NONE) == ([], [])
    small = build_packet(apid=3, is_command=False, sequence_count=0, data=b"x")
    assert assembler.add(bytes(3) + small, 3) == ([small], [])


def test_other_packet_version_is_refused_after_the_good_ones() -> None:
    assembler = PacketAssembler(100)
    assert assembler.add(PACKET + b"\xe0" + bytes(20), 0) == ([PACKET], [Reject.PACKET_VERSION])


def test_many_small_packets_in_one_zone() -> None:
    small = build_packet(apid=3, is_command=False, sequence_count=0, data=b"x")
    assembler = PacketAssembler(100)
    assert assembler.add(small * 40 + small[:3], 0) == ([small] * 40, [])
    assert assembler.add(small[3:] + small, 4) == ([small] * 2, [])


def test_drop_says_whether_a_packet_was_begun() -> None:
    assembler = PacketAssembler(100)
    assert not assembler.drop()
    assembler.add(PACKET[:20], 0)
    assert assembler.drop()


@pytest.mark.parametrize(
    ("pointer", "reject"), [(37, Reject.POINTER_MISMATCH), (POINTER_NONE, Reject.PACKET_LENGTH)]
)
def test_header_cut_by_an_edge_that_is_over_the_limit_is_refused(pointer: int, reject: Reject) -> None:
    small = build_packet(apid=3, is_command=False, sequence_count=0, data=b"x")
    assembler = PacketAssembler(39)
    assert assembler.add(small + PACKET[:3], 0) == ([small], [])
    packets, rejects = assembler.add(PACKET[3:] + small, pointer)
    assert rejects == [reject]
    assert packets == ([small] if pointer == 37 else [])
    assert assembler.add(small, 0) == ([small], [])
