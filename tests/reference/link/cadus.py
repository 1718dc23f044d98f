"""What is sent for frames: header check, codeblocks, randomiser, markers, slices; slow and plain."""

from reference.link import rs
from reference.link.random_sequence import tm131071

MARKER = bytes.fromhex("1ACFFC1D")
_GENERATOR = (8, 2, 8, 1)
"""Of RS(10,6) over GF(16), x^4+x+1, behind its leading 1 (732.0-B-4 clause 4.1.2.6)."""


def header_check(header: bytes) -> bytes:
    """Parity of an AOS header: the symbols are the half octets of octets 0, 1 and 5."""
    register = [0, 0, 0, 0]
    for octet in (header[0], header[1], header[5]):
        for symbol in (octet >> 4, octet & 15):
            feedback = symbol ^ register[0]
            shifted = [*register[1:], 0]
            register = [old ^ _times(feedback, g) for old, g in zip(shifted, _GENERATOR, strict=True)]
    return bytes([register[0] << 4 | register[1], register[2] << 4 | register[3]])


def _times(a: int, b: int) -> int:
    product = 0
    for bit in range(4):
        product ^= (a << bit) if b >> bit & 1 else 0
    for bit in (6, 5, 4):
        product ^= (0b10011 << bit - 4) if product >> bit & 1 else 0
    return product


def cadu(info: bytes, *, interleave: int = 1, parity: int = 32) -> bytes:
    """Marker and randomised codeblock of its data."""
    block = bytearray(info) + bytearray(parity * interleave)
    for word in range(interleave):
        data = [rs.FROM_DUAL[octet] for octet in info[word::interleave]]
        check = [rs.to_dual(symbol) for symbol in rs.Code(parity).remainder(data)]
        block[len(info) + word :: interleave] = bytes(check)
    sequence = tm131071(len(block))
    return MARKER + bytes(a ^ b for a, b in zip(block, sequence, strict=True))


def slices(frames: list[bytes], *, interleave: int = 1, parity: int = 32) -> list[bytes]:
    """CADUs of the stream of frames, each behind its marker; the last slice is filled with zeros."""
    size = (255 - parity) * interleave
    stream = b"".join(MARKER + frame for frame in frames)
    stream += bytes(-len(stream) % size)
    return [
        cadu(stream[at : at + size], interleave=interleave, parity=parity)
        for at in range(0, len(stream), size)
    ]
