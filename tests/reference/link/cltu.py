"""BCH(63,56) by long division of bit strings, and transmission units, from 231.0-B-4."""

START = bytes.fromhex("EB90")
TAIL = bytes.fromhex("C5C5C5C5C5C5C579")
_GENERATOR = 0b11000101  # x^7+x^6+x^2+1


def parity(data: bytes) -> int:
    """Return the parity octet of seven octets: seven complemented bits and the fill bit 0."""
    remainder = int.from_bytes(data) << 7
    for shift in range(55, -1, -1):
        if remainder >> (shift + 7) & 1:
            remainder ^= _GENERATOR << shift
    return (remainder ^ 0x7F) << 1


def encode(frame: bytes, sequence: bytes = b"") -> bytes:
    """Return the transmission unit of a frame."""
    if sequence:
        frame = bytes(a ^ b for a, b in zip(frame, sequence, strict=False))
    frame += b"\x55" * (-len(frame) % 7)
    blocks = [frame[i : i + 7] for i in range(0, len(frame), 7)]
    return START + b"".join(block + bytes([parity(block)]) for block in blocks) + TAIL


def repair(block: bytes) -> bytes | None:
    """Return the seven data octets of a block, repaired by trying every single bit, or None."""
    word = int.from_bytes(block)
    for candidate in (word, *(word ^ 1 << bit for bit in range(63, 0, -1))):
        octets = candidate.to_bytes(8)
        if parity(octets[:7]) == octets[7] & 0xFE:
            return octets[:7]
    return None


def decode(unit: bytes) -> bytes:
    """Return the data octets of the blocks after the start sequence until one cannot be decoded."""
    data = b""
    for at in range(2, len(unit) - 7, 8):
        block = repair(unit[at : at + 8])
        if block is None:
            break
        data += block
    return data
