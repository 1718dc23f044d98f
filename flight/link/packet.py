"""Space packets (CCSDS 133.0-B-2 clause 4): headers, sequence counts, gaps; runs of packets of any kind."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import IO

from flight.link._clink import ffi, lib
from flight.link.encapsulation import PROTOCOL_IDLE, VERSION
from flight.link.errors import LocalLinkError, RemoteLinkError

HEADER_OCTETS = 6
PACKET_OCTETS_MIN = 7
PACKET_OCTETS_MAX = 65_542
APID_IDLE = 0x7FF
COUNT_MODULUS = 1 << 14
UNSEGMENTED = 3

_HEADER = struct.Struct(">HHH")
_READ_OCTETS = 1 << 18
_SPLIT_BATCH = _READ_OCTETS
_OCTETS_ANY = 0xFFFFFFFF

SPACE_ONLY = lib.DD_PACKETS_SPACE
WITH_ENCAPSULATION = lib.DD_PACKETS_SPACE | lib.DD_PACKETS_ENCAPSULATION


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacePacketHeader:
    """The primary header of a space packet.

    Attributes
    ----------
    apid
        Application process id, 0..2047; 2047 marks an idle packet.
    is_command
        Packet type bit: true for a telecommand packet.
    has_secondary_header
        Secondary header flag; must be false for an idle packet.
    sequence_flags
        0 continuation, 1 first, 2 last segment, 3 unsegmented.
    sequence_count
        0..16383.
    data_octets
        Octets after the primary header, 1..65536.

    Raises
    ------
    LocalLinkError
        When a field is out of its range.

    Source: 133.0-B-2 clause 4.1.3.
    """

    apid: int
    is_command: bool
    has_secondary_header: bool
    sequence_count: int
    data_octets: int
    sequence_flags: int = UNSEGMENTED

    def __post_init__(self) -> None:
        _require_range("apid", self.apid, 0, APID_IDLE)
        _require_range("sequence_count", self.sequence_count, 0, COUNT_MODULUS - 1)
        _require_range("sequence_flags", self.sequence_flags, 0, 3)
        _require_range("data_octets", self.data_octets, 1, PACKET_OCTETS_MAX - HEADER_OCTETS)
        if self.apid == APID_IDLE and self.has_secondary_header:
            msg = "has_secondary_header must be false for an idle packet, got true (apid 2047)"
            raise LocalLinkError(msg, field="has_secondary_header", clause="133.0-B-2 4.1.3.3.3")

    def pack(self) -> bytes:
        """Return the six octets of the header."""
        return _HEADER.pack(
            self.is_command << 12 | self.has_secondary_header << 11 | self.apid,
            self.sequence_flags << 14 | self.sequence_count,
            self.data_octets - 1,
        )


def parse_header(packet: bytes) -> SpacePacketHeader:
    """Parse the primary header at the start of `packet`.

    Raises
    ------
    RemoteLinkError
        When fewer than six octets are given, the version is not 0 or an idle packet has a secondary header.

    Source: 133.0-B-2 clause 4.1.3.
    """
    if len(packet) < HEADER_OCTETS:
        msg = f"packet must be >= {HEADER_OCTETS} octets, got {len(packet)} octets (header)"
        raise RemoteLinkError(msg, field="packet", clause="133.0-B-2 4.1.3")
    identification, sequence, length = _HEADER.unpack_from(packet)
    if identification >> 13:
        msg = f"packet version must be 0, got {identification >> 13} (header)"
        raise RemoteLinkError(msg, field="version", clause="133.0-B-2 4.1.3.2")
    apid = identification & 0x7FF
    has_secondary_header = bool(identification >> 11 & 1)
    if apid == APID_IDLE and has_secondary_header:
        msg = "secondary header flag must be 0 for an idle packet, got 1 (header)"
        raise RemoteLinkError(msg, field="has_secondary_header", clause="133.0-B-2 4.1.3.3.3")
    return SpacePacketHeader(
        apid=apid,
        is_command=bool(identification >> 12 & 1),
        has_secondary_header=has_secondary_header,
        sequence_flags=sequence >> 14,
        sequence_count=sequence & 0x3FFF,
        data_octets=length + 1,
    )


def build_packet(
    *, apid: int, is_command: bool, sequence_count: int, data: bytes, has_secondary_header: bool = True
) -> bytes:
    """Return a whole unsegmented packet: header and data field (secondary header included in `data`).

    Raises
    ------
    LocalLinkError
        When a field is out of its range (see `SpacePacketHeader`).
    """
    if not (
        0 <= apid < APID_IDLE
        and 0 <= sequence_count < COUNT_MODULUS
        and 1 <= len(data) <= PACKET_OCTETS_MAX - HEADER_OCTETS
    ):
        header = SpacePacketHeader(
            apid=apid,
            is_command=is_command,
            has_secondary_header=has_secondary_header,
            sequence_count=sequence_count,
            data_octets=len(data),
        )
        return header.pack() + data
    identification = is_command << 12 | has_secondary_header << 11 | apid
    return _HEADER.pack(identification, 0xC000 | sequence_count, len(data) - 1) + data


def require_packet(packet: bytes, kinds: int = SPACE_ONLY) -> None:
    """Check that `packet` is exactly one packet of the given kinds by its version and length field.

    Raises
    ------
    LocalLinkError
        When it is not.
    """
    if lib.dd_packet_octets(ffi.from_buffer("uint8_t[]", packet), len(packet), kinds) != len(packet):
        start = packet[:HEADER_OCTETS].hex()
        what = "space packet" if kinds == SPACE_ONLY else "packet"
        msg = f"packet must be one whole {what}, got {len(packet)} octets starting {start} (send)"
        raise LocalLinkError(msg, field="packet", clause="133.0-B-2 4.1.3")


def is_idle(packet: bytes) -> bool:
    """Return whether a whole packet is an idle one, of either kind.

    Source: 133.0-B-2 clause 4.1.3.3.4 (space packets), 133.1-B-3 clause 4.1.2.3 (encapsulation packets).
    """
    if packet[0] >> 5 == VERSION:
        return packet[0] >> 2 & 7 == PROTOCOL_IDLE
    return (packet[0] << 8 | packet[1]) & APID_IDLE == APID_IDLE


def split_packets(data: bytes, kinds: int = SPACE_ONLY) -> list[bytes]:
    """Cut a run of whole packets, as in a recording, into packets; idle packets are kept.

    Raises
    ------
    RemoteLinkError
        When a header is refused or the last packet is not whole; the text gives the offset.
    """
    return list(read_packets(BytesIO(data), kinds))


def read_packets(
    stream: IO[bytes], kinds: int = SPACE_ONLY, *, packet_octets_max: int = _OCTETS_ANY
) -> Iterator[bytes]:
    """Return the packets of a stream of whole packets one by one, in bounded memory.

    Raises
    ------
    RemoteLinkError
        When a header is refused or the last packet is not whole; the text gives the offset in the stream.
    """
    held, done, verdict = b"", 0, 0
    offsets = ffi.new("uint32_t[]", _SPLIT_BATCH)
    split = ffi.new("dd_split *")
    while not verdict and (piece := stream.read(_READ_OCTETS)):
        held += piece
        octets = ffi.from_buffer("uint8_t[]", held)
        lib.dd_packet_split(octets, len(held), kinds, packet_octets_max, offsets, _SPLIT_BATCH, split)
        edges = [*offsets[0 : split.packet_count], split.consumed]
        yield from [held[first:end] for first, end in pairwise(edges)]
        done += edges[-1]
        held = held[edges[-1] :]
        verdict = split.verdict
    if held:
        limit = "" if packet_octets_max == _OCTETS_ANY else f" <= {packet_octets_max} octets"
        what = f"of a known version and length{limit}" if verdict else "whole"
        msg = f"packet must be {what}, got {held[:HEADER_OCTETS].hex()} (offset {done})"
        raise RemoteLinkError(msg, field="packet", clause="133.0-B-2 4.1.3")


class SequenceCounter:
    """Give each application process id its next sequence count, modulo 16384."""

    __slots__ = ("_next",)

    def __init__(self) -> None:
        self._next: dict[int, int] = {}

    def take(self, apid: int) -> int:
        """Return the count for the next packet of `apid`."""
        count = self._next.get(apid, 0)
        self._next[apid] = (count + 1) % COUNT_MODULUS
        return count

    def snapshot(self) -> tuple[tuple[int, int], ...]:
        """Return (apid, next count) pairs by apid."""
        return tuple(sorted(self._next.items()))

    def restore(self, state: tuple[tuple[int, int], ...]) -> None:
        """Take over what `snapshot` gave."""
        self._next = {apid: count % COUNT_MODULUS for apid, count in state}


class SequenceGaps:
    """Find missing packets by the sequence counts of each application process id.

    Source: 133.0-B-2 clause 4.1.3.4.3 (the count runs per application process id).
    """

    __slots__ = ("_expected", "missing_count")

    def __init__(self) -> None:
        self._expected: dict[int, int] = {}
        self.missing_count = 0

    def missing(self, apid: int, sequence_count: int) -> int:
        """Take the count of a received packet; return how many packets (0..16383) are missing before it.

        The first packet of an application process id has none before it.
        """
        expected = self._expected.get(apid, sequence_count)
        self._expected[apid] = (sequence_count + 1) % COUNT_MODULUS
        missing = (sequence_count - expected) % COUNT_MODULUS
        self.missing_count += missing
        return missing


def _require_range(name: str, value: int, low: int, high: int) -> None:
    """Refuse a field outside [low, high]."""
    if not low <= value <= high:
        msg = f"{name} must be in [{low}, {high}], got {value} (space packet header)"
        raise LocalLinkError(msg, field=name, clause="133.0-B-2 4.1.3")
