"""The envelope of one message: a fixed big-endian header before the body.

``version u8, flags u8, message id u16, source u16, destination u16, schema u16, sequence u32, tick u64, cause
u64``. The first ten octets are the same for every message of one class from one source to one destination, so
the coordinator checks them once and then recognises them; see ``HEADER_FIXED_OCTETS``.
"""

import struct
from typing import NamedTuple

__all__ = [
    "BODY_OCTETS_MAX",
    "BUNDLE_OCTETS_MAX",
    "HEADER_FIXED_OCTETS",
    "HEADER_OCTETS",
    "MESSAGE_OCTETS_MAX",
    "VERSION",
    "Header",
    "fixed_part",
    "identity_of",
    "parse_header",
    "source_of",
    "varying_part",
]

VERSION = 1
_HEADER = struct.Struct(">BBHHHHIQQ")
_FIXED = struct.Struct(">BBHHHH")
_VARYING = struct.Struct(">IQQ")

HEADER_OCTETS = _HEADER.size
HEADER_FIXED_OCTETS = _FIXED.size

BODY_OCTETS_MAX = 60 * 1024
MESSAGE_OCTETS_MAX = 64 * 1024
BUNDLE_OCTETS_MAX = 1024 * 1024
"""All that one application gets, or gives, in one tick."""

varying_part = _VARYING.pack
"""Pack ``(sequence, tick, cause)``, the part of the header that changes with every message."""


class Header(NamedTuple):
    """The header of one message, parsed."""

    version: int
    flags: int
    message_id: int
    source: int
    destination: int
    schema: int
    sequence: int
    tick: int
    cause: int

    @property
    def identity(self) -> int:
        """Identity of the message: ``source << 32 | sequence``."""
        return self.source << 32 | self.sequence


def parse_header(octets: bytes) -> Header:
    """Parse the header of one message.

    Parameters
    ----------
    octets : bytes
        A message of at least ``HEADER_OCTETS`` octets.

    Raises
    ------
    struct.error
        When there are fewer octets than a header has.
    """
    return Header._make(_HEADER.unpack_from(octets))


def fixed_part(message_id: int, source: int, destination: int, schema: int) -> bytes:
    """Return the ten octets of a header that are the same for every message of one kind, way and schema."""
    return _FIXED.pack(VERSION, 0, message_id, source, destination, schema)


def source_of(identity: int) -> int:
    """Return the application id in a message identity."""
    return identity >> 32


def identity_of(source: int, sequence: int) -> int:
    """Return the identity of the message with this sequence count of a source."""
    return source << 32 | sequence
