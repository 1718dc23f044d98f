"""Segmentation: flags as spacepackets reads them, every loss and swap found, limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacepackets.ccsds.spacepacket import SequenceFlags
from spacepackets.ccsds.spacepacket import SpacePacketHeader as PeerHeader

from flight.link.errors import LocalLinkError, Reject
from flight.link.packet import parse_header
from flight.link.segmentation import SegmentAssembler, segment_packets


def cut(data: bytes, size: int = 10, first_count: int = 0) -> list[bytes]:
    return segment_packets(apid=5, is_command=False, first_count=first_count, data=data, data_octets_max=size)


def joined(packets: list[bytes], data_octets_max: int = 1000) -> tuple[list[bytes], list[Reject]]:
    assembler = SegmentAssembler(data_octets_max)
    units, rejects = [], []
    for packet in packets:
        unit, reject = assembler.add(parse_header(packet), packet[6:])
        units += [unit] if unit is not None else []
        rejects += [reject] if reject is not None else []
    return units, rejects


@pytest.mark.interop
def test_flags_and_counts_are_those_that_spacepackets_reads() -> None:
    peers = [PeerHeader.unpack(packet) for packet in cut(bytes(35), first_count=16382)]
    assert [peer.seq_flags for peer in peers] == [
        SequenceFlags.FIRST_SEGMENT,
        SequenceFlags.CONTINUATION_SEGMENT,
        SequenceFlags.CONTINUATION_SEGMENT,
        SequenceFlags.LAST_SEGMENT,
    ]
    assert [peer.seq_count for peer in peers] == [16382, 16383, 0, 1]
    assert PeerHeader.unpack(cut(bytes(10))[0]).seq_flags == SequenceFlags.UNSEGMENTED


@given(st.binary(min_size=1, max_size=200), st.integers(1, 60), st.integers(0, 16383))
def test_segments_are_joined_again(data: bytes, size: int, first_count: int) -> None:
    assert joined(cut(data, size, first_count)) == ([data], [])


@given(st.integers(2, 8), st.data())
def test_any_loss_or_swap_spoils_its_unit_only(count: int, data: st.DataObject) -> None:
    packets = cut(bytes(10 * count))
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, count - 1))
        hurt = packets[:at] + packets[at + 1 :]
    else:
        at = data.draw(st.integers(0, count - 2))
        hurt = [*packets[:at], packets[at + 1], packets[at], *packets[at + 2 :]]
    next_unit = cut(b"whole", first_count=count)
    units, rejects = joined(hurt + next_unit)
    assert units == [b"whole"]
    assert set(rejects) == {Reject.SEGMENT_FLAGS}


def test_unit_over_the_limit_is_refused() -> None:
    units, rejects = joined(cut(bytes(101)) + cut(bytes(100)), 100)
    assert units == [bytes(100)]
    assert rejects == [Reject.PACKET_LENGTH]


@pytest.mark.parametrize("size", [0, 65_537])
def test_impossible_sizes_are_refused(size: int) -> None:
    with pytest.raises(LocalLinkError, match=rf"data_octets_max must be in \[1, 65536\], got {size} octets"):
        cut(b"x", size)
    with pytest.raises(LocalLinkError, match=r"data_octets must be in \[1, 65536\], got 0"):
        cut(b"")
