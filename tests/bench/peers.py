"""Loops in C around libfec and the byte-table checksum, compiled when a benchmark of the link runs."""

import ctypes
import ctypes.util
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter_ns

SOURCE = Path(__file__).with_name("peers.c")
REPEATS = 100
"""Of short calls: a core that is shared with another thread is ours alone in some of them."""


def best_ns(*actions: Callable[[], object]) -> list[float]:
    """Return the best time of each action, taken in turn so that noise of the machine meets all alike."""
    best = [float("inf")] * len(actions)
    for _ in range(REPEATS):
        for i, action in enumerate(actions):
            start = perf_counter_ns()
            action()
            best[i] = min(best[i], perf_counter_ns() - start)
    return best


class Peers:
    """What the link is compared with.

    Raises
    ------
    OSError
        When no C compiler or no libfec is there; the text says which.
    """

    def __init__(self) -> None:
        compiler, fec = shutil.which("cc"), ctypes.util.find_library("fec")
        if compiler is None or fec is None:
            raise OSError("needs a C compiler and libfec (Debian package libfec-dev)")
        with TemporaryDirectory() as folder:
            library = Path(folder) / "peers.so"
            command = [compiler, "-O2", "-shared", "-fPIC", str(SOURCE), "-o", str(library)]
            subprocess.run(command, check=True)
            self._lib = ctypes.CDLL(str(library))
        self._fec = ctypes.CDLL(fec)
        self._lib.make_table()
        self._lib.decode_words.restype = ctypes.c_int64
        self._lib.checksum_frames.restype = ctypes.c_uint32

    def encode(self, words: ctypes.Array[ctypes.c_uint8], word_count: int) -> None:
        """Let libfec put the parity behind each word of 223 octets."""
        self._lib.encode_words(self._fec.encode_rs_ccsds, words, ctypes.c_size_t(word_count))

    def decode(self, words: ctypes.Array[ctypes.c_uint8], word_count: int) -> int:
        """Return how many errors libfec finds in copies of the words."""
        return int(self._lib.decode_words(self._fec.decode_rs_ccsds, words, ctypes.c_size_t(word_count)))

    @property
    def table_crc16(self) -> int:
        """Address of the checksum by a table, one octet a step."""
        return ctypes.cast(self._lib.table_crc16, ctypes.c_void_p).value or 0

    def checksum(self, function: int, frames: bytes, size: int, round_count: int) -> int:
        """Return the sum of the checksums of frames of `size` octets by the function at an address."""
        counts = (ctypes.c_size_t(n) for n in (size, len(frames) // size, round_count))
        return int(self._lib.checksum_frames(ctypes.c_void_p(function), frames, *counts))
