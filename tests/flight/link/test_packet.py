"""Space packets: headers against an independent library, splitting, counts and gaps."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacepackets.ccsds.spacepacket import PacketType, SequenceFlags
from spacepackets.ccsds.spacepacket import SpacePacketHeader as PeerHeader

from flight.link._clink import ffi, lib
from flight.link.errors import LinkError, LocalLinkError, RemoteLinkError
from flight.link.packet import (
    SequenceCounter,
    SequenceGaps,
    SpacePacketHeader,
    build_packet,
    parse_header,
    require_packet,
    split_packets,
)

VECTORS = tomllib.loads((Path(__file__).parents[2] / "vectors" / "link.toml").read_text(encoding="utf-8"))


@pytest.mark.interop
@given(
    apid=st.integers(0, 2046),
    is_command=st.booleans(),
    secondary=st.booleans(),
    flags=st.integers(0, 3),
    count=st.integers(0, 16383),
    size=st.integers(1, 65536),
)
def test_header_equals_that_of_spacepackets(
    apid: int, is_command: bool, secondary: bool, flags: int, count: int, size: int
) -> None:
    header = SpacePacketHeader(
        apid=apid,
        is_command=is_command,
        has_secondary_header=secondary,
        sequence_flags=flags,
        sequence_count=count,
        data_octets=size,
    )
    peer = PeerHeader(
        packet_type=PacketType.TC if is_command else PacketType.TM,
        apid=apid,
        seq_count=count,
        data_len=size - 1,
        sec_header_flag=secondary,
        seq_flags=SequenceFlags(flags),
    )
    assert header.pack() == bytes(peer.pack())
    assert parse_header(header.pack()) == header


@given(
    st.lists(
        st.builds(
            build_packet,
            apid=st.integers(0, 2046),
            is_command=st.booleans(),
            sequence_count=st.integers(0, 16383),
            data=st.binary(min_size=1, max_size=40),
        ),
        max_size=40,
    )
)
def test_joined_packets_are_split_again(packets: list[bytes]) -> None:
    assert split_packets(b"".join(packets)) == packets


def test_packet_is_the_printed_one() -> None:
    made = build_packet(
        apid=0x123, is_command=False, has_secondary_header=False, sequence_count=0x42, data=b"\xaa\xbb\xcc"
    )
    assert f"{made.hex().upper()}" == VECTORS["space_packet"][0]["packet"]


def test_more_packets_than_one_batch_are_split() -> None:
    packet = build_packet(apid=1, is_command=False, sequence_count=0, data=b"x")
    assert split_packets(packet * 600) == [packet] * 600


@pytest.mark.parametrize("length", [0, 1, 6, 7, 65534, 65535])
def test_length_field_at_its_limits(length: int) -> None:
    packet = b"\x00\x01\xc0\x00" + length.to_bytes(2) + bytes(length + 1)
    assert split_packets(packet) == [packet]
    require_packet(packet)
    assert parse_header(packet).data_octets == length + 1
    with pytest.raises(RemoteLinkError, match=r"packet must be whole, got .* \(offset 0\)"):
        split_packets(packet[:-1])
    for wrong in (packet[:-1], packet + b"\0"):
        with pytest.raises(LocalLinkError, match="packet must be one whole space packet"):
            require_packet(wrong)


def test_split_names_the_offset_of_a_bad_version() -> None:
    packet = build_packet(apid=1, is_command=False, sequence_count=0, data=b"x")
    with pytest.raises(
        RemoteLinkError, match=r"packet must be of a known version and length, got e00000000000 \(offset 14\)"
    ):
        split_packets(packet * 2 + b"\xe0" + bytes(6))


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"12345", "packet must be >= 6 octets, got 5 octets"),
        (b"\x20\0\0\0\0\0", "packet version must be 0, got 1"),
        (b"\x0f\xff\0\0\0\0", "secondary header flag must be 0"),
    ],
)
def test_bad_header_is_refused(octets: bytes, text: str) -> None:
    with pytest.raises(RemoteLinkError, match=text):
        parse_header(octets)


@pytest.mark.parametrize(
    ("apid", "count", "data", "text"),
    [
        (2048, 0, b"x", r"apid must be in \[0, 2047\], got 2048"),
        (0, 16384, b"x", r"sequence_count must be in \[0, 16383\], got 16384"),
        (0, 0, b"", r"data_octets must be in \[1, 65536\], got 0"),
        (2047, 0, b"x", "has_secondary_header must be false"),
    ],
)
def test_bad_fields_are_refused(apid: int, count: int, data: bytes, text: str) -> None:
    with pytest.raises(LocalLinkError, match=text):
        build_packet(apid=apid, is_command=False, sequence_count=count, data=data)


def test_idle_packet_of_the_core_is_a_packet() -> None:
    for size in (7, 8, 300, 65542):
        out = bytearray(size)
        assert lib.dd_packet_idle(5, ffi.from_buffer("uint8_t[]", out), size) == size
        header = parse_header(bytes(out))
        assert (header.apid, header.sequence_count, header.data_octets) == (2047, 5, size - 6)
        assert set(out[6:]) == {0x55}
    for size in (6, 65543):
        out = bytearray(size)
        assert lib.dd_packet_idle(5, ffi.from_buffer("uint8_t[]", out), size) < 0
        assert not any(out)


def test_counts_run_per_apid_and_wrap() -> None:
    counter = SequenceCounter()
    counter.restore(((3, 16383),))
    assert [counter.take(3), counter.take(3), counter.take(4)] == [16383, 0, 0]
    assert counter.snapshot() == ((3, 1), (4, 1))


def test_gaps_are_counted_per_apid_across_the_wrap() -> None:
    gaps = SequenceGaps()
    assert [gaps.missing(1, 16382), gaps.missing(2, 7), gaps.missing(1, 1), gaps.missing(2, 8)] == [
        0,
        0,
        2,
        0,
    ]
    assert gaps.missing_count == 2


def test_the_abstract_error_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="LinkError is abstract"):
        LinkError("x")
