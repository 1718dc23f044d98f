"""Speed of the link's coding kernels beside libfec and the byte-table checksum, every level by name."""

import ctypes
import random
from collections.abc import Iterator

from bench.peers import Peers, best_ns
from bench.row import Row, against, skipped

from flight.link import coding
from flight.link._clink import ffi, lib
from flight.link.coding import ReedSolomon
from flight.link.errors import LocalLinkError

FRAMES = 60
LOOPS = 2
PEER_WORDS = 24
"""What libfec gets in a timed call: as long as ours takes, so that noise of the machine meets both alike."""
CRC_FRAMES = 16
"""They stay in the first-level cache, as a frame does that has just been written."""
CRC_ROUNDS = 100
PEER_CRC_ROUNDS = 4
CRC_OCTETS = 1113
WORD_OCTETS = 255
DATA_OCTETS = 223
ENCODE_BARS = {"gfni": 150, "avx2": 40, "scalar": 10, "neon": None}
CHECK_BARS = {"gfni": 250, "avx2": None, "scalar": None, "neon": None}
REPAIR_BARS = {"gfni": 40, "avx2": 40, "scalar": None, "neon": None}
NO_BAR = "no bar at this level"
CHECK_NOTE = "the bar of 250 is for gfni"


def rows() -> Iterator[Row]:
    """Measure checksum and Reed-Solomon codes; a level that the processor lacks is a row that says so."""
    try:
        peers = Peers()
    except OSError as error:
        yield skipped("coding kernels", "Gbit/s", reason=str(error))
        return
    try:
        yield from _checksum(peers)
        for interleave in (5, 8):
            yield from _reed_solomon(peers, interleave)
    finally:
        coding.set_level("")


def _set(level: str) -> str | None:
    """Set a level; return why not."""
    try:
        coding.set_level(level)
    except LocalLinkError:
        return f"CPU lacks {level}"
    return None


def _row(name: str, octets: tuple[int, int], times_ns: list[float], reference: str, bar: int | None) -> Row:
    """Return a row from the octets and the times of ours and of the reference."""
    ours, theirs = (8 * count / time for count, time in zip(octets, times_ns, strict=True))
    note = "" if bar else CHECK_NOTE if "clean check" in name else NO_BAR
    return against(name, ours, "Gbit/s", reference, theirs, at_least=bar, note=note)


def _checksum(peers: Peers) -> Iterator[Row]:
    frames = random.Random(1).randbytes(CRC_FRAMES * CRC_OCTETS)
    ours = int(ffi.cast("uintptr_t", ffi.addressof(lib, "dd_crc16")))
    for level in ("gfni", "avx2", "neon", "scalar"):
        name = f"CRC-16 of {CRC_OCTETS} octets, {level}"
        bar = 50 if level in ("gfni", "avx2") else None
        missing = _set(level)
        if missing:
            yield skipped(name, "Gbit/s", reason=missing, bar=f"ratio >= {bar}" if bar else None)
            continue
        sums = {peers.checksum(function, frames, CRC_OCTETS, 1) for function in (ours, peers.table_crc16)}
        assert len(sums) == 1, f"checksums must be equal, got {sums} ({level})"
        times_ns = best_ns(
            lambda: peers.checksum(ours, frames, CRC_OCTETS, CRC_ROUNDS),
            lambda: peers.checksum(peers.table_crc16, frames, CRC_OCTETS, PEER_CRC_ROUNDS),
        )
        octets = (CRC_ROUNDS * len(frames), PEER_CRC_ROUNDS * len(frames))
        yield _row(name, octets, times_ns, "byte-table loop", bar)


class _Blocks:
    """The same codewords for libfec, one after another, and for the link, interleaved."""

    def __init__(self, interleave: int) -> None:
        draw = random.Random(interleave)
        self.code = ReedSolomon(interleave=interleave)
        self.word_count = FRAMES * interleave
        self.blocks = self.code.encode(draw.randbytes(FRAMES * self.code.data_octets))
        self.words = self._words(self.blocks)
        spoiled = bytearray(self.blocks)
        size = self.code.block_octets
        for frame in range(FRAMES):
            for lane in range(interleave):
                for symbol in draw.sample(range(WORD_OCTETS), 16):
                    spoiled[frame * size + symbol * interleave + lane] ^= draw.randrange(1, 256)
        self.spoiled = bytes(spoiled)
        self.spoiled_words = self._words(self.spoiled)

    def _words(self, blocks: bytes) -> ctypes.Array[ctypes.c_uint8]:
        interleave, size = self.code.interleave, self.code.block_octets
        parts = (
            blocks[frame * size + lane : (frame + 1) * size : interleave]
            for frame in range(FRAMES)
            for lane in range(interleave)
        )
        return (ctypes.c_uint8 * (WORD_OCTETS * self.word_count)).from_buffer_copy(b"".join(parts))


class _Core:
    """Calls of the C core on buffers that are bound once, several rounds in a call that is timed."""

    def __init__(self, blocks: _Blocks) -> None:
        code = blocks.code
        self._blocks = blocks
        self._options = ffi.new("dd_rs *", (code.parity_octets, code.interleave, code.fill_count, 0))
        self._work = bytearray(blocks.blocks)
        buffer = ffi.from_buffer("uint8_t[]", self._work)
        self._frames = (self._options, buffer, len(self._work), code.block_octets, FRAMES)
        self._faulty = ffi.new("uint8_t[]", FRAMES)
        self._corrected = ffi.new("int16_t[]", FRAMES)

    def encode(self) -> None:
        for _ in range(LOOPS):
            lib.dd_rs_encode(*self._frames)

    def check(self) -> None:
        for _ in range(LOOPS):
            assert lib.dd_rs_check(*self._frames, self._faulty) == 0

    def repair(self) -> None:
        """Repair all, copies of the spoiled octets included."""
        for _ in range(LOOPS):
            self._work[:] = self._blocks.spoiled
            assert lib.dd_rs_repair(*self._frames, self._corrected) == 0

    def is_right(self) -> bool:
        """Return whether repair and encoding give the octets that were sent."""
        self.repair()
        repaired = bytes(self._work)
        self.encode()
        return repaired == bytes(self._work) == self._blocks.blocks


def _reed_solomon(peers: Peers, interleave: int) -> Iterator[Row]:
    blocks = _Blocks(interleave)
    count = blocks.word_count
    sent = bytes(blocks.words)
    peers.encode(blocks.words, count)
    assert bytes(blocks.words) == sent, "parity must be that of libfec, got another"
    assert peers.decode(blocks.spoiled_words, count) == 16 * count, "libfec must find 16 errors in each word"
    octets = (LOOPS * count * DATA_OCTETS, PEER_WORDS * DATA_OCTETS)
    for level in ("gfni", "avx2", "neon", "scalar"):
        names = [
            f"RS(255,223) I={interleave} {what}, {level}"
            for what in ("encode", "clean check", "repair of 16")
        ]
        bars = (ENCODE_BARS[level], CHECK_BARS[level], REPAIR_BARS[level])
        missing = _set(level)
        if missing:
            for name, bar in zip(names, bars, strict=True):
                yield skipped(name, "Gbit/s", reason=missing, bar=f"ratio >= {bar}" if bar else None)
            continue
        core = _Core(blocks)
        assert core.is_right(), f"octets must be those that were sent, got others ({level})"
        pairs = (
            (core.encode, lambda: peers.encode(blocks.words, PEER_WORDS), "libfec encode"),
            (core.check, lambda: peers.decode(blocks.words, PEER_WORDS), "libfec decode, no error"),
            (core.repair, lambda: peers.decode(blocks.spoiled_words, PEER_WORDS), "libfec decode, 16 errors"),
        )
        for name, bar, (ours, theirs, reference) in zip(names, bars, pairs, strict=True):
            yield _row(name, octets, best_ns(ours, theirs), reference, bar)
