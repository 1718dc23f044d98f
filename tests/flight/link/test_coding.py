"""Checksum, randomisers and transmission units against printed vectors and the plain Python reference."""

import ctypes
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link import cltu, libfec, random_sequence, rs, rs_tables
from reference.link.crc import crc16 as plain_crc16

from flight.link import coding
from flight.link._clink import ffi, lib
from flight.link.coding import ReedSolomon
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


def test_idle_data_start_as_printed() -> None:
    want = bytes.fromhex(VECTORS["idle"][0]["start"])
    out = bytearray(len(want))
    lib.dd_idle_fill(ffi.new("uint32_t *", 0xFFFFFFFF), ffi.from_buffer("uint8_t[]", out), len(out))
    assert out == want


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


LEVELS = ("scalar", "neon", "avx2", "gfni")
PARITIES = (32, 16)


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> Iterator[str]:
    """Set one level of instructions and go back to the best one."""
    try:
        coding.set_level(request.param)
    except LocalLinkError:
        pytest.skip(f"the processor lacks {request.param}")
    yield request.param
    coding.set_level("")


@pytest.fixture(scope="module")
def oracle_library() -> ctypes.CDLL:
    found = libfec.library()
    if found is None:
        pytest.skip("needs libfec (Debian package libfec-dev)")
    return found


def _spoil(block: bytes, lane: int, interleave: int, error_count: int, seed: int) -> bytes:
    """Return a block with errors in different symbols of one codeword."""
    draw = random.Random(seed)
    out = bytearray(block)
    for symbol in draw.sample(range(len(block) // interleave), error_count):
        out[symbol * interleave + lane] ^= draw.randrange(1, 256)
    return bytes(out)


def test_tables_are_what_the_standard_defines() -> None:
    header = Path(__file__).parents[3] / "csrc" / "link" / "rs_tables.h"
    assert header.read_text(encoding="utf-8") == rs_tables.header_text()


@pytest.mark.parametrize("vector", VECTORS["reed_solomon"], ids=lambda v: v["parity"][:8])
def test_parity_is_the_printed_one(vector: dict[str, Any], level: str) -> None:
    data = bytes.fromhex(vector["data"]) if "data" in vector else bytes(range(vector["counting"]))
    code = ReedSolomon(interleave=1, is_dual=vector["is_dual"])
    assert code.encode(data)[-32:] == bytes.fromhex(vector["parity"])
    assert rs.encode(data, parity=32, interleave=1, is_dual=vector["is_dual"]) == code.encode(data)[-32:]


def test_generators_are_the_printed_ones() -> None:
    for parity, printed in zip(PARITIES, VECTORS["reed_solomon_generator"], strict=True):
        exponents = [rs.LOG[c] for c in rs.Code(parity).generator()]
        assert exponents[: parity // 2 + 1] == printed["exponents"]
        assert exponents == exponents[::-1]


@pytest.mark.parametrize("parity", PARITIES)
@pytest.mark.parametrize("interleave", range(1, 9))
def test_codes_equal_the_reference(parity: int, interleave: int, level: str) -> None:
    draw = random.Random(interleave)
    for fill, is_dual in ((0, True), (draw.randrange(1, 200), True), (254 - parity, False)):
        code = ReedSolomon(parity_octets=parity, interleave=interleave, fill_count=fill, is_dual=is_dual)
        data = draw.randbytes(code.data_octets)
        block = code.encode(data)
        assert block == data + rs.encode(data, parity=parity, interleave=interleave, is_dual=is_dual)
        error_count = draw.randrange(min(parity // 2, 255 - fill) + 2)
        spoiled = _spoil(block, draw.randrange(interleave), interleave, error_count, fill)
        expected = rs.repair(spoiled, parity=parity, interleave=interleave, is_dual=is_dual)
        repaired = code.repair(spoiled)
        assert (repaired.data, repaired.corrected_counts[0]) == expected


@pytest.mark.parametrize("is_dual", [True, False])
@pytest.mark.parametrize("parity", PARITIES)
def test_codes_equal_libfec(parity: int, is_dual: bool, level: str, oracle_library: ctypes.CDLL) -> None:
    draw = random.Random(parity)
    for fill in (0, 1, 31, 120, 222 - (32 - parity)):
        oracle = libfec.Oracle(oracle_library, parity, fill, is_dual=is_dual)
        code = ReedSolomon(parity_octets=parity, interleave=1, fill_count=fill, is_dual=is_dual)
        block = code.encode(draw.randbytes(code.data_octets))
        assert block[code.data_octets :] == oracle.parity(block[: code.data_octets])
        for error_count in range(1, min(parity // 2 + 8, 255 - fill)):
            spoiled = _spoil(block, 0, 1, error_count, draw.randrange(1 << 30))
            theirs, count = oracle.repair(spoiled)
            ours = code.repair(spoiled)
            if error_count <= parity // 2:
                assert (ours.data, ours.corrected_counts) == (block, (error_count,))
                assert (theirs, count) == (block, error_count)
            elif ours.corrected_counts[0] >= 0:
                assert (ours.data, ours.corrected_counts[0]) == (theirs, count)
            else:
                # libfec also "repairs" symbols of the virtual fill; the block is no codeword then.
                assert count < 0 or rs.repair(theirs, parity=parity, interleave=1, is_dual=is_dual)[1] != 0
        oracle.close()


@pytest.mark.parametrize("interleave", range(2, 9))
@pytest.mark.parametrize("parity", PARITIES)
def test_interleaved_codes_equal_libfec(
    parity: int, interleave: int, level: str, oracle_library: ctypes.CDLL
) -> None:
    draw = random.Random(parity + interleave)
    for fill, is_dual in ((0, True), (7, False), (120, True), (223 - parity, False), (254 - parity, True)):
        oracle = libfec.Oracle(oracle_library, parity, fill, is_dual=is_dual)
        code = ReedSolomon(parity_octets=parity, interleave=interleave, fill_count=fill, is_dual=is_dual)
        block = code.encode(draw.randbytes(code.data_octets))
        spoiled = bytearray(block)
        total = 0
        for lane in range(interleave):  # every symbol of a codeword is `interleave` octets from the next
            word = block[lane::interleave]
            assert word[-parity:] == oracle.parity(word[:-parity])
            error_count = draw.randrange(min(parity // 2, 255 - fill) + 1)
            spoiled[lane::interleave] = _spoil(word, 0, 1, error_count, draw.randrange(1 << 30))
            assert oracle.repair(bytes(spoiled[lane::interleave])) == (word, error_count)
            total += error_count
        repaired = code.repair(bytes(spoiled))
        assert (repaired.data, repaired.corrected_counts) == (block, (total,))
        oracle.close()


@given(st.data())
def test_errors_up_to_the_limit_are_repaired_and_beyond_never_by_chance(data: st.DataObject) -> None:
    parity = data.draw(st.sampled_from(PARITIES))
    interleave = data.draw(st.integers(1, 8))
    fill = data.draw(st.integers(0, 254 - parity))
    code = ReedSolomon(parity_octets=parity, interleave=interleave, fill_count=fill)
    frame_count = data.draw(st.integers(1, 9))
    seed = data.draw(st.integers(0, 1 << 30))
    blocks = code.encode(random.Random(seed).randbytes(frame_count * code.data_octets))
    size = code.block_octets
    spoiled, counts = bytearray(blocks), []
    for frame in range(frame_count):
        total = 0
        for lane in range(interleave):
            error_count = data.draw(st.integers(0, min(parity // 2, 255 - fill)))
            part = bytes(spoiled[frame * size : (frame + 1) * size])
            spoiled[frame * size : (frame + 1) * size] = _spoil(
                part, lane, interleave, error_count, seed + lane
            )
            total += error_count
        counts.append(total)
    repaired = code.repair(bytes(spoiled))
    assert repaired.corrected_counts == tuple(counts)
    assert repaired.data == blocks
    assert [bool(mask) for mask in code.faulty(bytes(spoiled))] == [count > 0 for count in counts]


def test_a_block_beyond_repair_stays_as_it_is_and_its_neighbours_are_repaired(level: str) -> None:
    code = ReedSolomon()
    blocks = code.encode(bytes(range(223)) * 15)
    size = code.block_octets
    lost = _spoil(_spoil(blocks[size : 2 * size], 0, 5, 3, 1), 4, 5, 40, 2)
    spoiled = _spoil(blocks[:size], 2, 5, 16, 3) + lost + blocks[2 * size :]
    repaired = code.repair(spoiled)
    assert repaired.corrected_counts == (16, -1, 0)
    assert repaired.data == blocks[:size] + lost + blocks[2 * size :]
    assert code.faulty(spoiled) == bytes([0b00100, 0b10001, 0])


def test_errors_in_the_virtual_fill_are_no_errors_of_the_block(level: str) -> None:
    fill = 100
    whole = ReedSolomon(interleave=1)
    word = bytearray(whole.encode(bytes(fill) + bytes(range(223 - fill))))
    word[5] ^= 7
    word[200] ^= 9
    parity = whole.encode(bytes(word[:223]))[223:]
    block = bytes(word[fill:223]) + parity
    short = ReedSolomon(interleave=1, fill_count=fill)
    # The nearest codeword is one symbol away, but in the part that was not sent.
    assert short.repair(block).corrected_counts == (-1,)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"parity_octets": 31}, "parity must be 16 or 32 octets, got 31 octets"),
        ({"interleave": 0}, r"interleave must be in \[1, 8\], got 0"),
        ({"interleave": 9}, r"interleave must be in \[1, 8\], got 9"),
        ({"fill_count": 223}, r"virtual fill must be in \[0, 222\] symbols, got 223 symbols"),
        ({"fill_count": -1}, "got -1 symbols"),
    ],
)
def test_codes_that_do_not_exist_are_refused(options: dict[str, int], text: str) -> None:
    with pytest.raises(LocalLinkError, match=text):
        ReedSolomon(**options)  # type: ignore[arg-type]


def test_parts_of_frames_are_refused() -> None:
    code = ReedSolomon()
    with pytest.raises(LocalLinkError, match="data must be a multiple of 1115 octets, got 1114 octets"):
        code.encode(bytes(1114))
    for call in (code.repair, code.faulty):
        with pytest.raises(
            LocalLinkError, match="codeblocks must be a multiple of 1275 octets, got 1 octets"
        ):
            call(b"\0")


@pytest.mark.parametrize(
    ("options", "size", "stride", "count"),
    [
        ((31, 5, 0, 0), 1275, 1275, 1),
        ((32, 0, 0, 0), 1275, 1275, 1),
        ((32, 9, 0, 0), 2295, 2295, 1),
        ((32, 5, 223, 0), 1275, 1275, 1),
        ((32, 5, 0, 0), 1274, 1275, 1),
        ((32, 5, 0, 0), 2549, 1275, 2),
        ((32, 5, 0, 0), 2550, 1274, 2),
    ],
)
def test_core_refuses_what_does_not_fit(
    options: tuple[int, int, int, int], size: int, stride: int, count: int
) -> None:
    code, buffer, out = ffi.new("dd_rs *", options), ffi.new("uint8_t[]", 2560), ffi.new("int16_t[]", 2)
    assert lib.dd_rs_encode(code, buffer, size, stride, count) == -lib.DD_BAD_SIZE
    assert lib.dd_rs_check(code, buffer, size, stride, count, ffi.new("uint8_t[]", 2)) == -lib.DD_BAD_SIZE
    assert lib.dd_rs_repair(code, buffer, size, stride, count, out) == -lib.DD_BAD_SIZE


def test_no_frame_needs_no_buffer() -> None:
    assert lib.dd_rs_encode(ffi.new("dd_rs *", (32, 5, 0, 0)), ffi.NULL, 0, 1275, 0) == lib.DD_OK


def test_unknown_level_is_refused_and_changes_nothing() -> None:
    before = coding.level()
    with pytest.raises(LocalLinkError, match="level must be one that this processor has, got mmx"):
        coding.set_level("mmx")
    assert coding.level() == before


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 81, 97, 128, 1113, 1115, 2048])
def test_checksum_equals_the_shift_register_at_every_level(size: int, level: str) -> None:
    data = random.Random(size).randbytes(size)
    assert coding.crc16(data) == plain_crc16(data)


@pytest.mark.parametrize("size", [0, 1, 7, 8, 31, 32, 33, 1275])
def test_exclusive_or_at_every_level(size: int, level: str) -> None:
    data, sequence = random.Random(size).randbytes(size), random.Random(-1).randbytes(size)
    out = bytearray(data)
    lib.dd_xor(ffi.from_buffer("uint8_t[]", out), size, ffi.from_buffer("uint8_t[]", sequence))
    assert bytes(out) == bytes(a ^ b for a, b in zip(data, sequence, strict=True))
