"""libfec (Phil Karn, Debian package libfec-dev) by ctypes: the outside oracle of the Reed-Solomon codes."""

import ctypes
import ctypes.util
from functools import cache

from reference.link import rs


@cache
def library() -> ctypes.CDLL | None:
    """Return the library, or None where it is not installed."""
    name = ctypes.util.find_library("fec")
    if name is None:
        return None
    lib = ctypes.CDLL(name)
    lib.init_rs_char.restype = ctypes.c_void_p
    lib.encode_rs_char.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    lib.decode_rs_char.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int]
    lib.free_rs_char.argtypes = [ctypes.c_void_p]
    return lib


class Oracle:
    """One code of 131.0-B-6 with its virtual fill."""

    def __init__(self, lib: ctypes.CDLL, parity: int, fill: int, *, is_dual: bool) -> None:
        self._lib = lib
        self._parity = parity
        self._is_dual = is_dual
        first = 128 - parity // 2
        self._handle = lib.init_rs_char(8, rs.FIELD, first, 11, parity, fill)
        assert self._handle

    def close(self) -> None:
        """Free what the library holds."""
        self._lib.free_rs_char(self._handle)

    def parity(self, data: bytes) -> bytes:
        """Return the parity of one codeword."""
        out = ctypes.create_string_buffer(self._parity)
        self._lib.encode_rs_char(self._handle, self._inward(data), out)
        return self._outward(out.raw)

    def repair(self, word: bytes) -> tuple[bytes, int]:
        """Return the codeword after decoding and the number of errors, or -1."""
        buffer = ctypes.create_string_buffer(self._inward(word), len(word))
        count = self._lib.decode_rs_char(self._handle, buffer, None, 0)
        return self._outward(buffer.raw), count

    def _inward(self, octets: bytes) -> bytes:
        return bytes(rs.FROM_DUAL[o] for o in octets) if self._is_dual else octets

    def _outward(self, octets: bytes) -> bytes:
        return bytes(rs.to_dual(o) for o in octets) if self._is_dual else octets
