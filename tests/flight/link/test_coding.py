"""Checksum, randomisers and transmission units against printed vectors and the plain Python reference."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link import cltu, random_sequence
from reference.link.crc import crc16 as plain_crc16

from flight.link import coding
from flight.link._clink import ffi, lib
from flight.link.errors import LocalLinkError

VECTORS = tomllib.loads((Path(__file__).parents[2] / "vectors" / "link.toml").read_text(encoding="utf-8"))
SEQUENCE = coding.random_sequence("tc255", 1024)


@pytest.mark.parametrize("vector", VECTORS["crc16"], ids=lambda v: v["crc"])
def test_checksum_is_the_printed_one(vector: dict[str, str]) -> None:
    data = bytes.fromhex(vector["data"])
    checksum = bytes.fromhex(vector["crc"])
    assert coding.crc16(data) == int.from_bytes(checksum)
    assert coding.crc16(data + checksum) == 0


def test_checksum_equals_the_shift_register_for_all_short_lengths() -> None:
    data = bytes(range(7, 256)) * 2
    for size in range(80):
        assert coding.crc16(data[size : 2 * size]) == plain_crc16(data[size : 2 * size])


@given(st.binary(max_size=300))
def test_checksum_equals_the_shift_register(data: bytes) -> None:
    assert coding.crc16(data) == plain_crc16(data)


@pytest.mark.parametrize("vector", VECTORS["randomiser"], ids=lambda v: v["kind"])
def test_random_sequence_starts_as_printed(vector: dict[str, str]) -> None:
    start = bytes.fromhex(vector["start"])
    assert coding.random_sequence(vector["kind"], len(start)) == start


@pytest.mark.parametrize("kind", ["tm131071", "tm255", "tc255"])
def test_random_sequence_follows_its_polynomial(kind: str) -> None:
    assert coding.random_sequence(kind, 2000) == getattr(random_sequence, kind)(2000)


def test_long_random_sequence_has_its_period_and_balance() -> None:
    octets = coding.random_sequence("tm131071", 131071)
    bits = int.from_bytes(octets)
    period = 131071
    first = bits >> 7 * period
    assert first.bit_count() == 65536
    assert bits >> 6 * period & ((1 << period) - 1) == first


def test_no_randomiser_is_no_sequence() -> None:
    assert coding.random_sequence("none", 10) == b""


def test_unknown_randomiser_is_refused() -> None:
    with pytest.raises(LocalLinkError, match="randomiser must be one of none, tm131071, tm255, tc255, got x"):
        coding.random_sequence("x", 10)
    assert lib.dd_random_sequence(3, ffi.NULL, 0) < 0
    assert lib.dd_random_sequence(-1, ffi.NULL, 0) < 0


@pytest.mark.parametrize("size", [0, 1, 2, 3, 700, 701])
def test_idle_fill_follows_its_polynomial_across_calls(size: int) -> None:
    state = ffi.new("uint32_t *", 0xFFFFFFFF)
    out = bytearray(size)
    rest = bytearray(50)
    lib.dd_idle_fill(state, ffi.from_buffer("uint8_t[]", out), size)
    lib.dd_idle_fill(state, ffi.from_buffer("uint8_t[]", rest), 50)
    assert bytes(out + rest) == random_sequence.idle_fill(size + 50)


@pytest.mark.parametrize("vector", VECTORS["cltu"], ids=["dariol83"])
def test_transmission_unit_is_the_printed_one(vector: dict[str, str]) -> None:
    frame = bytes.fromhex(vector["frame"])
    unit = bytes.fromhex(vector["unit"])
    assert coding.encode_cltu(frame) == unit
    blocks = coding.decode_cltu(unit[2:], correct=True, octets_max=1024)
    assert blocks.data[: len(frame)] == frame
    assert blocks.is_ended
    assert blocks.corrected_count == 0


@given(st.binary(min_size=1, max_size=60), st.booleans())
def test_transmission_unit_equals_the_reference(frame: bytes, is_randomised: bool) -> None:
    sequence = SEQUENCE if is_randomised else b""
    unit = coding.encode_cltu(frame, sequence)
    assert unit == cltu.encode(frame, sequence)
    assert coding.decode_cltu(unit[2:], correct=True, octets_max=70).data == cltu.decode(unit)


def test_every_single_bit_error_of_a_block_is_repaired() -> None:
    block = bytes.fromhex("00112233445566")
    block += bytes([cltu.parity(block)])
    for bit in range(63):
        wrong = bytearray(block)
        wrong[bit // 8] ^= 0x80 >> bit % 8
        assert lib.dd_bch_repair(ffi.from_buffer("uint8_t[]", wrong), 1) == 1
        assert wrong == block
        wrong[bit // 8] ^= 0x80 >> bit % 8
        assert lib.dd_bch_repair(ffi.from_buffer("uint8_t[]", wrong), 0) < 0


def test_every_double_bit_error_of_a_block_is_found() -> None:
    block = bytes.fromhex("F0112233445567")
    block += bytes([cltu.parity(block)])
    for first in range(63):
        for second in range(first):
            wrong = bytearray(block)
            wrong[first // 8] ^= 0x80 >> first % 8
            wrong[second // 8] ^= 0x80 >> second % 8
            before = bytes(wrong)
            assert lib.dd_bch_repair(ffi.from_buffer("uint8_t[]", wrong), 1) < 0
            assert wrong == before


def test_fill_bit_of_a_block_is_ignored() -> None:
    block = bytearray(bytes(7) + bytes([cltu.parity(bytes(7)) | 1]))
    assert lib.dd_bch_repair(ffi.from_buffer("uint8_t[]", block), 0) == 0


@given(st.binary(min_size=8, max_size=8))
def test_repair_of_any_block_equals_the_reference(block: bytes) -> None:
    work = bytearray(block)
    corrected = lib.dd_bch_repair(ffi.from_buffer("uint8_t[]", work), 1)
    assert (None if corrected < 0 else bytes(work[:7])) == cltu.repair(block)


def test_start_sequence_is_found_with_one_wrong_bit_only_when_asked() -> None:
    data = b"\x55" * 9 + bytes.fromhex("EB91") + b"\x55" * 3
    assert coding.find_cltu(data, 0) == -1
    assert coding.find_cltu(data, 1) == 9
    assert coding.find_cltu(b"\xeb", 1) == -1


def test_decoding_stops_when_the_output_is_full() -> None:
    unit = coding.encode_cltu(bytes(70))
    blocks = coding.decode_cltu(unit[2:], correct=True, octets_max=20)
    assert len(blocks.data) == 14
    assert blocks.consumed_octets == 16
    assert not blocks.is_ended


def test_bad_frames_of_a_transmission_unit_are_refused() -> None:
    with pytest.raises(LocalLinkError, match=r"frame must be in \[1, sequence\] octets, got 0 octets"):
        coding.encode_cltu(b"")
    with pytest.raises(LocalLinkError, match="got 5 octets"):
        coding.encode_cltu(bytes(5), b"\1\2\3")
