"""Frames against the figures of the standards and over every bad input."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link import frames as plain

from flight.link._clink import ffi, lib
from flight.link.coding import crc16, random_sequence
from flight.link.errors import LocalLinkError, Reject
from flight.link.frame import POINTER_IDLE, POINTER_NONE, AosCodec, Frame
from flight.link.frame_tc import TcCodec
from flight.link.profile import load_builtin

CODED = load_builtin("plain_telemetry")
TELEMETRY = replace(CODED, coding=replace(CODED.coding, code="none", rs_parity_octets=0, rs_interleave=1))
COMMAND = load_builtin("plain_telecommand")
SMALL = replace(
    TELEMETRY,
    frame=replace(TELEMETRY.frame, length_octets=40, spacecraft_id=0xA5, channels=(0, 1, 62)),
    coding=replace(TELEMETRY.coding, randomiser="none"),
)
ZONE = 40 - 14
MARKER = bytes.fromhex("1ACFFC1D")


def with_checksum(frame: bytearray) -> bytes:
    return MARKER + bytes(frame[:-2]) + crc16(bytes(frame[:-2])).to_bytes(2)


@given(
    vcid=st.sampled_from([0, 1, 62]),
    count=st.integers(0, (1 << 28) - 1),
    pointer=st.integers(0, ZONE - 1) | st.sampled_from([POINTER_IDLE, POINTER_NONE]),
    zone=st.binary(min_size=ZONE, max_size=ZONE),
    ocf=st.integers(0, 0xFFFFFFFF),
)
def test_aos_frame_is_that_of_the_figure_and_is_read_back(
    vcid: int, count: int, pointer: int, zone: bytes, ocf: int
) -> None:
    codec = AosCodec(SMALL)
    frame = Frame(vcid=vcid, count=count, pointer=pointer, data=zone, ocf_word=ocf)
    cadu = codec.encode([frame])
    assert cadu == MARKER + plain.aos(
        spacecraft=0xA5, vcid=vcid, count=count, pointer=pointer, zone=zone, ocf=ocf
    )
    assert codec.decode(cadu) == [frame]


@pytest.mark.parametrize("randomiser", ["tm131071", "tm255"])
def test_randomiser_covers_the_frame_and_not_the_marker(randomiser: str) -> None:
    profile = replace(SMALL, coding=replace(SMALL.coding, randomiser=randomiser))
    frames = [Frame(vcid=1, count=count, pointer=3, data=bytes(ZONE)) for count in range(3)]
    clear = AosCodec(SMALL).encode(frames)
    sent = AosCodec(profile).encode(frames)
    sequence = bytes(4) + random_sequence(randomiser, 40)
    assert sent == bytes(a ^ b for a, b in zip(clear, sequence * 3, strict=True))
    assert AosCodec(profile).decode(sent) == frames


def test_every_wrong_bit_of_a_frame_is_found() -> None:
    codec = AosCodec(SMALL)
    cadu = codec.encode([Frame(vcid=0, data=bytes(ZONE))])
    for bit in range(8 * 40):
        wrong = bytearray(cadu)
        wrong[4 + bit // 8] ^= 0x80 >> bit % 8
        assert codec.decode(wrong)[0].verdict == Reject.FRAME_CHECKSUM


@pytest.mark.parametrize(
    ("octet", "value", "reject"),
    [
        (0, 0x00, Reject.FRAME_VERSION),
        (0, 0x6A, Reject.FRAME_SPACECRAFT),
        (1, 0x42, Reject.FRAME_CHANNEL),
        (5, 0x00, Reject.FRAME_SIGNALLING),
        (5, 0x50, Reject.FRAME_SPACECRAFT),
        (6, 0x08, Reject.FRAME_RESERVED_BITS),
        (7, ZONE, Reject.FRAME_POINTER),
    ],
)
def test_each_header_fault_has_its_name(octet: int, value: int, reject: Reject) -> None:
    codec = AosCodec(SMALL)
    frame = bytearray(codec.encode([Frame(vcid=0, data=bytes(ZONE))])[4:])
    frame[octet] = value
    assert codec.decode(with_checksum(frame))[0].verdict == reject


def test_replay_flag_is_read() -> None:
    codec = AosCodec(SMALL)
    frame = bytearray(codec.encode([Frame(vcid=0, data=bytes(ZONE))])[4:])
    frame[5] |= 0x80
    assert codec.decode(with_checksum(frame))[0].is_replay


@given(st.binary(max_size=200))
def test_any_octets_give_verdicts(data: bytes) -> None:
    no_checksum = replace(SMALL, frame=replace(SMALL.frame, fecf=False, ocf=False, count_cycle=False))
    assert len(AosCodec(no_checksum).decode(data)) == len(data) // 44
    assert len(AosCodec(SMALL).decode(data)) == len(data) // 44


def test_frames_that_do_not_fit_are_refused() -> None:
    codec = AosCodec(SMALL)
    with pytest.raises(LocalLinkError, match="frame data must be 26 octets, got 25 octets"):
        codec.encode([Frame(vcid=0, data=bytes(ZONE - 1))])
    with pytest.raises(LocalLinkError, match="pointer 2048"):
        codec.encode([Frame(vcid=0, pointer=2048, data=bytes(ZONE))])
    with pytest.raises(LocalLinkError, match="zones must fill 2 frames, got 26 octets"):
        codec.encode_zones([(0, 0, 0, 0), (0, 1, 0, 0)], bytes(ZONE))
    with pytest.raises(LocalLinkError, match=r"frame\.kind must be one of aos, tm, got tc"):
        AosCodec(COMMAND)
    with pytest.raises(LocalLinkError, match=r"frame\.kind must be tc, got aos"):
        TcCodec(TELEMETRY)


def test_idle_register_is_never_zero() -> None:
    codec = AosCodec(SMALL)
    codec.idle_state = 0
    assert codec.idle_state == 0xFFFFFFFF


@given(
    vcid=st.just(0),
    map_id=st.integers(0, 63),
    flags=st.integers(0, 3),
    data=st.binary(min_size=1, max_size=1016),
    bypass=st.booleans(),
)
def test_telecommand_frame_is_that_of_the_figure_and_is_read_back(
    vcid: int, map_id: int, flags: int, data: bytes, bypass: bool
) -> None:
    codec = TcCodec(COMMAND)
    frame = Frame(vcid=vcid, map_id=map_id, segment_flags=flags, data=data, is_bypass=bypass)
    octets = codec.encode(frame)
    assert octets == plain.telecommand(
        spacecraft=0x6D, vcid=vcid, map_id=map_id, flags=flags, data=data, bypass=int(bypass)
    )
    assert codec.decode(octets) == (frame, len(octets))
    assert codec.decode(octets + b"\x55\x55") == (frame, len(octets))


@pytest.mark.parametrize("size", [0, 1017])
def test_telecommand_data_of_wrong_length_are_refused(size: int) -> None:
    with pytest.raises(LocalLinkError, match=rf"must be in \[1, 1016\] octets, got {size} octets"):
        TcCodec(COMMAND).encode(Frame(vcid=0, data=bytes(size)))


@pytest.mark.parametrize(
    ("octet", "value", "reject"),
    [
        (0, 0x60, Reject.FRAME_VERSION),
        (0, 0x24, Reject.FRAME_RESERVED_BITS),
        (1, 0x6E, Reject.FRAME_SPACECRAFT),
        (2, 0x04, Reject.FRAME_CHANNEL),
        (3, 0x00, Reject.FRAME_LENGTH),
        (3, 0x07, Reject.FRAME_LENGTH),
        (3, 0x12, Reject.FRAME_LENGTH),
        (5, 0xC1, Reject.FRAME_CHECKSUM),
    ],
)
def test_each_telecommand_fault_has_its_name(octet: int, value: int, reject: Reject) -> None:
    codec = TcCodec(COMMAND)
    frame = bytearray(codec.encode(Frame(vcid=0, data=bytes(10), is_bypass=True)))
    assert len(frame) == 18
    frame[octet] = value
    if reject != Reject.FRAME_CHECKSUM:
        frame[-2:] = crc16(bytes(frame[:-2])).to_bytes(2)
    assert codec.decode(bytes(frame))[0].verdict == reject


@given(st.binary(max_size=60))
def test_any_octets_give_a_telecommand_verdict(data: bytes) -> None:
    frame, size = TcCodec(COMMAND).decode(data)
    assert 0 <= size <= len(data)
    assert frame.verdict or len(frame.data) == size - 8


def test_control_frame_has_no_segment_header() -> None:
    codec = TcCodec(COMMAND)
    octets = codec.encode(Frame(vcid=0, data=b"\0", is_bypass=True, is_control=True))
    assert octets[:6].hex() == "306d00070000"
    assert codec.decode(octets)[0].data == b"\0"


def test_core_refuses_zones_without_packets() -> None:
    pointers = ffi.new("uint16_t[4]", [9, 9, 9, 9])
    stream = ffi.new("uint8_t[]", b"\x00\x01\xc0\x00\x00\x03" + bytes(4) + b"\x00" * 4)
    assert lib.dd_mpdu_pointers(stream, 14, 1, 0, 0, pointers, 1) < 0
    assert lib.dd_mpdu_pointers(stream, 14, 1, 0, 2046, pointers, 0) < 0
    assert lib.dd_mpdu_pointers(stream, 14, 1, 0, 8, pointers, 2) < 0
    assert lib.dd_mpdu_pointers(stream, 14, 1, 0, 14, pointers, 1) < 0
    assert lib.dd_mpdu_pointers(stream, 14, 1, 0, 9, pointers, 1) == 1
    assert list(pointers) == [0, 9, 9, 9]
