"""The serial protocol of the battery monitor: any cut, any noise, any flip."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.devices.battery_line import FrameKind, LineDecoder, build_frame, pack_rows, unpack_rows

FRAMES = st.builds(build_frame, st.sampled_from(FrameKind), st.integers(0, 255), st.binary(max_size=80))


def crc_bitwise(octets: bytes) -> int:
    """Return CRC-16/IBM-3740 bit by bit, as the polynomial is written."""
    crc = 0xFFFF
    for octet in octets:
        crc ^= octet << 8
        for _ in range(8):
            crc = (crc << 1) ^ 0x1021 if crc & 0x8000 else crc << 1
            crc &= 0xFFFF
    return crc


def test_check_value_of_the_catalogue() -> None:
    assert crc_bitwise(b"123456789") == 0x29B1
    frame = build_frame(FrameKind.POLL, 0x31, b"23456789")
    assert int.from_bytes(frame[-2:], "big") == crc_bitwise(frame[1:-2])


def test_poll_as_it_goes_over_the_line() -> None:
    head = bytes([0xA5, 0x01, 0x00, 0x07])
    assert build_frame(FrameKind.POLL, 7) == head + crc_bitwise(head[1:]).to_bytes(2, "big")


@given(frames=st.lists(FRAMES, max_size=5), cuts=st.lists(st.integers(1, 30), min_size=1))
def test_frames_arrive_whole_however_the_line_cuts_them(frames: list[bytes], cuts: list[int]) -> None:
    octets = b"".join(frames)
    decoder = LineDecoder()
    found, offset, index = [], 0, 0
    while offset < len(octets):
        step = cuts[index % len(cuts)]
        found += decoder.feed(octets[offset : offset + step])
        offset, index = offset + step, index + 1
    assert [build_frame(f.kind, f.sequence, f.payload) for f in found] == frames
    assert decoder.skipped_octets == decoder.checksum_error_count == 0


@given(frame=FRAMES, bit=st.integers(0, 10_000))
def test_no_single_flipped_bit_gets_through(frame: bytes, bit: int) -> None:
    bit %= 8 * len(frame)
    changed = bytearray(frame)
    changed[bit // 8] ^= 0x80 >> bit % 8
    decoder = LineDecoder()
    found = decoder.feed(bytes(changed)) + decoder.feed(bytes(600))
    assert found == []
    assert decoder.skipped_octets > 0


@given(noise=st.binary(max_size=40), frame=FRAMES)
def test_line_recovers_after_noise(noise: bytes, frame: bytes) -> None:
    decoder = LineDecoder()
    decoder.feed(noise + bytes(300))
    found = decoder.feed(frame + frame)
    assert found
    assert build_frame(found[-1].kind, found[-1].sequence, found[-1].payload) == frame


def test_endless_noise_is_bounded() -> None:
    decoder = LineDecoder()
    decoder.feed(b"\xa5\x81\xff" * 100_000)
    assert decoder.skipped_octets > 290_000


def test_unknown_kind_is_counted() -> None:
    head = bytes([0xA5, 0x55, 0x00, 0x00])
    decoder = LineDecoder()
    assert decoder.feed(head + crc_bitwise(head[1:]).to_bytes(2, "big")) == []
    assert decoder.unknown_kind_count == 1


ROWS = st.tuples(
    st.floats(0.0, 655.0),
    st.floats(-327.0, 327.0),
    st.floats(1.0, 655.0),
    st.floats(0.0, 6.5),
    st.floats(0.0, 6.5),
)


@given(st.lists(st.one_of(st.none(), ROWS), max_size=8))
def test_rows_keep_their_resolution(rows) -> None:
    back = unpack_rows(pack_rows(rows))
    assert len(back) == len(rows)
    for given_row, row in zip(rows, back, strict=True):
        if given_row is None:
            assert row is None
        else:
            steps = (0.01, 0.01, 0.01, 1e-4, 1e-4)
            assert all(abs(a - b) <= step / 1.99 for a, b, step in zip(given_row, row, steps, strict=True))


def test_values_beyond_a_field_saturate_and_missing_ones_are_marked() -> None:
    rows = [(1e9, -1e9, -5.0, 99.0, -1.0), (float("nan"), 0.0, 300.0, 3.9, 3.9)]
    assert unpack_rows(pack_rows(rows)) == [(655.35, -327.68, 0.01, 6.5535, 0.0), None]


def test_payload_longer_than_a_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="payload must be at most 255 octets, got 256"):
        build_frame(FrameKind.READING, 0, bytes(256))
