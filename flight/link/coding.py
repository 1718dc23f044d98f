"""Checksums, pseudo-random sequences and telecommand transmission units, over the C core."""

from dataclasses import dataclass

from flight.link._clink import ffi, lib
from flight.link.errors import LocalLinkError

CLTU_START_OCTETS = 2
CLTU_BLOCK_OCTETS = 8
CLTU_DATA_OCTETS = 7

_RANDOMISERS = (
    ("tm131071", lib.DD_RANDOM_TM131071),
    ("tm255", lib.DD_RANDOM_TM255),
    ("tc255", lib.DD_RANDOM_TC255),
)


def crc16(data: bytes) -> int:
    """Return the CRC-16 of the frame error control field; 0 over a frame that ends with its own.

    Source: 732.0-B-4 clause 4.1.6.2.
    """
    return lib.dd_crc16(0xFFFF, ffi.from_buffer("uint8_t[]", data), len(data))


def random_sequence(kind: str, size: int) -> bytes:
    """Return the first `size` octets of the sequence of a randomiser; none for "none".

    Raises
    ------
    LocalLinkError
        When the kind is not known.

    Source: 131.0-B-6 (tm131071), 131.0-B-5 clause 10 (tm255), 231.0-B-4 clause 6 (tc255).
    """
    if kind == "none":
        return b""
    for name, number in _RANDOMISERS:
        if name == kind:
            out = bytearray(size)
            lib.dd_random_sequence(number, ffi.from_buffer("uint8_t[]", out), size)
            return bytes(out)
    msg = f"randomiser must be one of none, tm131071, tm255, tc255, got {kind} (coding)"
    raise LocalLinkError(msg, field="randomiser")


def encode_cltu(frame: bytes, sequence: bytes = b"") -> bytes:
    """Return the transmission unit of a frame: start, randomised and BCH-coded frame, fill, tail.

    Parameters
    ----------
    frame
        At least one octet.
    sequence
        Octets of the randomiser, empty for none, else at least as many as the frame has.

    Raises
    ------
    LocalLinkError
        When the frame is empty or the sequence too short.

    Source: 231.0-B-4 clauses 3, 5 and 6.
    """
    blocks = -(-len(frame) // CLTU_DATA_OCTETS)
    out = bytearray(CLTU_START_OCTETS + (blocks + 1) * CLTU_BLOCK_OCTETS)
    size = lib.dd_cltu_encode(
        ffi.from_buffer("uint8_t[]", frame),
        len(frame),
        ffi.from_buffer("uint8_t[]", sequence),
        len(sequence),
        ffi.from_buffer("uint8_t[]", out),
        len(out),
    )
    if size < 0:
        msg = (
            f"frame must be in [1, sequence] octets, got {len(frame)} octets (CLTU, sequence {len(sequence)})"
        )
        raise LocalLinkError(msg, field="frame", clause="231.0-B-4 5.2")
    return bytes(out)


def find_cltu(data: bytes | bytearray, mismatch_max: int) -> int:
    """Return the offset of the first start sequence with at most `mismatch_max` wrong bits, or -1.

    Source: 231.0-B-4 clause 5.2.2; one wrong bit may be accepted when the code corrects.
    """
    return lib.dd_cltu_start(ffi.from_buffer("uint8_t[]", data), len(data), mismatch_max)


@dataclass(frozen=True, slots=True, kw_only=True)
class CltuBlocks:
    """Decoded blocks of a transmission unit.

    Attributes
    ----------
    data
        Seven octets of each block, still randomised.
    consumed_octets
        Coded octets read after the start sequence.
    corrected_count
        Bits repaired.
    is_ended
        The tail, or another block that cannot be decoded, was met.
    """

    data: bytes
    consumed_octets: int
    corrected_count: int
    is_ended: bool


def decode_cltu(data: bytes, *, correct: bool, octets_max: int) -> CltuBlocks:
    """Decode the blocks after a start sequence until the tail, the end of data or `octets_max` octets out.

    Source: 231.0-B-4 clauses 3.5 and 5.
    """
    out = bytearray(octets_max)
    result = ffi.new("dd_cltu *")
    lib.dd_cltu_decode(
        ffi.from_buffer("uint8_t[]", data),
        len(data),
        correct,
        ffi.from_buffer("uint8_t[]", out),
        octets_max,
        result,
    )
    return CltuBlocks(
        data=bytes(out[: result.data_octets]),
        consumed_octets=result.consumed,
        corrected_count=result.corrected_count,
        is_ended=bool(result.ended),
    )
