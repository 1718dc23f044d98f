"""Secured frames piece by piece, from 355.0-B-2 clause 4, over the package `cryptography`."""

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC


def masked(octets: bytes, mask: bytes) -> bytes:
    """The octets that are authenticated: what the mask does not cover counts as zero."""
    return bytes(a & b for a, b in zip(octets, mask, strict=True))


def gcm(
    *,
    header: bytes,
    spi: int,
    iv: bytes,
    data: bytes,
    key: bytes,
    mask: bytes | None = None,
    implicit: bytes = b"",
    number: bytes = b"",
) -> bytes:
    """Header, security header, ciphertext and code of 16 octets; `implicit` is not carried."""
    head = header + spi.to_bytes(2) + iv + number
    aad = masked(head, mask if mask is not None else b"\xff" * len(head))
    return head + AESGCM(key).encrypt(implicit + iv, data, aad)


def cmac(*, header: bytes, spi: int, number: bytes, data: bytes, key: bytes, mac_octets: int = 16) -> bytes:
    """Header, security header, data and code."""
    head = header + spi.to_bytes(2) + number
    mac = CMAC(AES(key))
    mac.update(head + data)
    return head + data + mac.finalize()[:mac_octets]


class Window:
    """Anti-replay by a set of everything accepted."""

    def __init__(self, window: int) -> None:
        self.window = window
        self.highest = 0
        self.seen: set[int] = set()

    def accepts(self, number: int) -> bool:
        if number <= 0 or number in self.seen or (number <= self.highest - self.window):
            return False
        if self.window == 0 and number <= self.highest:
            return False
        self.seen.add(number)
        self.highest = max(self.highest, number)
        return True
