"""Errors and named rejects of the link.

What the other side or the channel did wrong while a link runs is never an exception: it is an event with a
`Reject` reason and a counter. `LocalLinkError` is misuse by the caller; `RemoteLinkError` comes from parsers
that are called once.
"""

from enum import IntEnum

from flight.link._clink import lib


class LinkError(Exception):
    """Stand above the two link errors; it cannot be raised itself.

    Parameters
    ----------
    text
        ``quantity must be condition, got value (where)``.
    field
        Name of the offending field or option.
    clause
        Clause of the standard that is violated, empty where the rule is our own.

    Raises
    ------
    TypeError
        When `LinkError` itself is made.
    """

    def __init__(self, text: str, *, field: str = "", clause: str = "") -> None:
        if type(self) is LinkError:
            msg = "LinkError is abstract: raise LocalLinkError or RemoteLinkError"
            raise TypeError(msg)
        super().__init__(text)
        self.field = field
        self.clause = clause


class LocalLinkError(LinkError):
    """Our side asked for something the link cannot do."""


class RemoteLinkError(LinkError):
    """Octets that came from elsewhere break the protocol."""


class Reject(IntEnum):
    """Name why a frame, packet or transmission unit was thrown away; the lower-case name is its counter.

    All but the last are verdicts of the C core (csrc/link/cdef.h).
    """

    FRAME_CHECKSUM = lib.DD_BAD_FECF
    FRAME_VERSION = lib.DD_BAD_VERSION
    FRAME_SPACECRAFT = lib.DD_BAD_SPACECRAFT
    FRAME_CHANNEL = lib.DD_BAD_CHANNEL
    FRAME_LENGTH = lib.DD_BAD_LENGTH
    FRAME_POINTER = lib.DD_BAD_POINTER
    FRAME_SIGNALLING = lib.DD_BAD_SIGNALLING
    FRAME_RESERVED_BITS = lib.DD_BAD_RESERVED
    PACKET_VERSION = lib.DD_BAD_PACKET_VERSION
    PACKET_LENGTH = lib.DD_BAD_PACKET_LENGTH
    SECURITY_LENGTH = lib.DD_BAD_SECURITY_LENGTH
    SECURITY_ASSOCIATION = lib.DD_BAD_ASSOCIATION
    SECURITY_IV = lib.DD_BAD_IV
    SECURITY_NUMBER = lib.DD_BAD_NUMBER
    SECURITY_REPLAYED = lib.DD_REPLAYED
    SECURITY_TAG = lib.DD_BAD_TAG
    SECURITY_FAILED = lib.DD_BAD_AEAD
    SECURITY_SPI = lib.DD_UNKNOWN_SPI
    SECURITY_CONTROL = lib.DD_CLEAR_CONTROL
    CONTROL_COMMAND = lib.DD_BAD_CONTROL
    FRAME_AHEAD = lib.DD_FARM_AHEAD
    FRAME_DUPLICATE = lib.DD_FARM_REPEATED
    FRAME_LOCKED_OUT = lib.DD_FARM_LOCKED
    FRAME_NO_ROOM = lib.DD_FARM_NO_ROOM
    SEQUENCE_CONTROLLED = lib.DD_BAD_SEQUENCED
    CLTU_EMPTY = lib.DD_UNIT_EMPTY
    CLTU_TOO_LONG = lib.DD_UNIT_LONG
    FRAME_UNREPAIRABLE = lib.DD_UNREPAIRABLE
    FRAME_HEADER_CHECK = lib.DD_BAD_HEADER_CHECK
    FRAME_SECONDARY_HEADER = lib.DD_BAD_SECONDARY
    FRAME_REPEATED = lib.DD_REPEATED
    POINTER_MISMATCH = lib.DD_BAD_JOIN
    PACKET_INCOMPLETE = lib.DD_PACKET_INCOMPLETE
    SEGMENT_FLAGS = 105


class Counters:
    """Count by name; every name exists from the start and no other can be added.

    Parameters
    ----------
    names
        The counters' names.
    """

    __slots__ = ("_counts",)

    def __init__(self, names: tuple[str, ...]) -> None:
        self._counts = dict.fromkeys(names, 0)

    def add(self, name: str, amount_count: int = 1) -> None:
        """Raise one counter.

        Raises
        ------
        KeyError
            When there is no such counter.
        """
        self._counts[name] += amount_count

    def items(self) -> tuple[tuple[str, int], ...]:
        """Return (name, count) in the order of declaration."""
        return tuple(self._counts.items())

    def __getitem__(self, name: str) -> int:
        return self._counts[name]


def is_decade(count: int) -> bool:
    """Return whether a count is 1, 10, 100..., at which things that repeat are announced."""
    return str(count).rstrip("0") == "1"


REJECT_NAMES = tuple(reject.name.lower() for reject in Reject)
