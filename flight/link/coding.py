"""Checksums, pseudo-random sequences, Reed-Solomon codes and command transmission units, over the C core."""

from dataclasses import dataclass

from flight.link._clink import ffi, lib
from flight.link.errors import LocalLinkError

CLTU_START_OCTETS = 2
CLTU_BLOCK_OCTETS = 8
CLTU_DATA_OCTETS = 7
LEVELS = ("scalar", "neon", "avx2", "gfni")
"""Levels of processor instructions, the slowest first."""

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


RS_SYMBOLS = 255
RS_INTERLEAVE_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairedBlocks:
    """Codeblocks after repair.

    Attributes
    ----------
    data
        The codeblocks with their parity; one that cannot be repaired is as it came.
    corrected_counts
        Symbols repaired in each codeblock; -1 where it cannot be repaired.
    """

    data: bytes
    corrected_counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReedSolomon:
    """Reed-Solomon code of a telemetry frame.

    Parameters
    ----------
    parity_octets
        Parity of one codeword: 32 for RS(255,223), which repairs 16 symbols, 16 for RS(255,239), which
        repairs 8.
    interleave
        Codewords in one codeblock, 1 to 8.
    fill_count
        Virtual fill: symbols of value zero in front of each codeword that are not sent.
    is_dual
        Octets are in the dual basis, as the standard says; else in the conventional one.

    Raises
    ------
    LocalLinkError
        When an option is out of range.

    Source: 131.0-B-6 clause 5.
    """

    parity_octets: int = 32
    interleave: int = 5
    fill_count: int = 0
    is_dual: bool = True

    def __post_init__(self) -> None:
        if self.parity_octets not in (16, 32):
            msg = f"parity must be 16 or 32 octets, got {self.parity_octets} octets (Reed-Solomon)"
            raise LocalLinkError(msg, field="parity_octets", clause="131.0-B-6 5.3")
        if not 1 <= self.interleave <= RS_INTERLEAVE_MAX:
            msg = f"interleave must be in [1, {RS_INTERLEAVE_MAX}], got {self.interleave} (Reed-Solomon)"
            raise LocalLinkError(msg, field="interleave", clause="131.0-B-6 5.3")
        if not 0 <= self.fill_count < RS_SYMBOLS - self.parity_octets:
            most = RS_SYMBOLS - self.parity_octets - 1
            msg = f"virtual fill must be in [0, {most}] symbols, got {self.fill_count} symbols (Reed-Solomon)"
            raise LocalLinkError(msg, field="fill_count", clause="131.0-B-6 5.3")

    @property
    def block_octets(self) -> int:
        """Octets of a codeblock."""
        return (RS_SYMBOLS - self.fill_count) * self.interleave

    @property
    def data_octets(self) -> int:
        """Octets of data in a codeblock."""
        return self.block_octets - self.parity_octets * self.interleave

    def encode(self, data: bytes) -> bytes:
        """Return the codeblocks of frames that follow one another.

        Raises
        ------
        LocalLinkError
            When `data` is not a whole number of frames.
        """
        size, rest = self.data_octets, len(data) % self.data_octets
        if rest:
            msg = f"data must be a multiple of {size} octets, got {len(data)} octets (Reed-Solomon)"
            raise LocalLinkError(msg, field="data", clause="131.0-B-6 5.3")
        padding = bytes(self.block_octets - size)
        out = bytearray().join(data[i : i + size] + padding for i in range(0, len(data), size))
        lib.dd_rs_encode(*self._frames(out))
        return bytes(out)

    def faulty(self, blocks: bytes) -> bytes:
        """Return one octet for each codeblock, in which bit i is set when codeword i has an error.

        Raises
        ------
        LocalLinkError
            When `blocks` is not a whole number of codeblocks.
        """
        self._check_blocks(blocks)
        out = bytearray(len(blocks) // self.block_octets)
        lib.dd_rs_check(*self._frames(blocks), ffi.from_buffer("uint8_t[]", out))
        return bytes(out)

    def repair(self, blocks: bytes) -> RepairedBlocks:
        """Return the codeblocks with the errors repaired that can be.

        Raises
        ------
        LocalLinkError
            When `blocks` is not a whole number of codeblocks.
        """
        self._check_blocks(blocks)
        out = bytearray(blocks)
        corrected = ffi.new("int16_t[]", len(blocks) // self.block_octets)
        lib.dd_rs_repair(*self._frames(out), corrected)
        return RepairedBlocks(data=bytes(out), corrected_counts=tuple(corrected))

    def _check_blocks(self, blocks: bytes) -> None:
        if len(blocks) % self.block_octets:
            msg = f"codeblocks must be a multiple of {self.block_octets} octets, got {len(blocks)} octets"
            raise LocalLinkError(f"{msg} (Reed-Solomon)", field="blocks", clause="131.0-B-6 5.3")

    def _frames(self, blocks: bytes | bytearray) -> tuple[object, object, int, int, int]:
        """Return what the C functions take first: options, buffer, size, stride and number of frames."""
        options = ffi.new("dd_rs *", (self.parity_octets, self.interleave, self.fill_count, not self.is_dual))
        buffer = ffi.from_buffer("uint8_t[]", blocks)
        return options, buffer, len(blocks), self.block_octets, len(blocks) // self.block_octets


def level() -> str:
    """Return the level of processor instructions in use: scalar, neon, avx2 or gfni."""
    return str(ffi.string(lib.dd_level()), "ascii")


def levels() -> tuple[str, ...]:
    """Return the levels that this processor has, the slowest first."""
    now = level()
    found = tuple(name for name in LEVELS if lib.dd_set_level(name.encode()) >= 0)
    set_level(now)
    return found


def set_level(name: str) -> None:
    """Use a level of processor instructions, or the best one for an empty name.

    Raises
    ------
    LocalLinkError
        When the processor lacks it or there is no such level; the level stays as it was.
    """
    if lib.dd_set_level(name.encode()) < 0:
        msg = f"level must be one that this processor has, got {name} (now {level()})"
        raise LocalLinkError(msg, field="level")
