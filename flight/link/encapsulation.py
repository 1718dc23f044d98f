"""Encapsulation packets (CCSDS 133.1-B-3 clause 4): data units of other protocols among space packets."""

from dataclasses import dataclass

from flight.link._clink import ffi, lib
from flight.link.errors import LocalLinkError, RemoteLinkError

VERSION = 7
PROTOCOL_IDLE = 0
PROTOCOL_LTP = 1
PROTOCOL_IP_EXTENSION = 2
PROTOCOL_CFDP = 3
PROTOCOL_BUNDLE = 4
PROTOCOL_EXTENDED = 6
PROTOCOL_MISSION = 7
"""Protocol identifiers of the SANA registry "Encapsulation Protocol Identifier"."""

_HEADER_OCTETS = (1, 2, 4, 8)
_OCTETS_MAX = (1, 0xFF, 0xFFFF, 0xFFFFFFFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncapsulationHeader:
    """The header of an encapsulation packet: 1, 2, 4 or 8 octets, by the length of its length field.

    Attributes
    ----------
    protocol_id
        0..7, 0 marks an idle packet (see `PROTOCOL_IDLE` and the others).
    length_of_length
        0..3: no length field (an idle packet of one octet), or one of 1, 2 or 4 octets.
    packet_octets
        Octets of the whole packet, header included.
    user_field, protocol_extension
        0..15, with 2 and 3 only; the extension counts where `protocol_id` is 6, and is 0 elsewhere.
    ccsds_field
        16 bits reserved by CCSDS, with 3 only.

    Raises
    ------
    LocalLinkError
        When a field is out of its range or has no place in a header of this length.

    Source: 133.1-B-3 clause 4.1.2.
    """

    protocol_id: int
    length_of_length: int
    packet_octets: int
    user_field: int = 0
    protocol_extension: int = 0
    ccsds_field: int = 0

    def __post_init__(self) -> None:
        form = self.length_of_length
        _require("length_of_length", form, 0, 3)
        _require("protocol_id", self.protocol_id, 0, PROTOCOL_IDLE if form == 0 else 7)
        _require("packet_octets", self.packet_octets, _HEADER_OCTETS[form], _OCTETS_MAX[form])
        _require("user_field", self.user_field, 0, 15 if form >= 2 else 0)
        extension_max = 15 if form >= 2 and self.protocol_id == PROTOCOL_EXTENDED else 0
        _require("protocol_extension", self.protocol_extension, 0, extension_max)
        _require("ccsds_field", self.ccsds_field, 0, 0xFFFF if form == 3 else 0)

    @property
    def header_octets(self) -> int:
        """Octets of the header."""
        return _HEADER_OCTETS[self.length_of_length]

    def pack(self) -> bytes:
        """Return the octets of the header."""
        form = self.length_of_length
        first = bytes([VERSION << 5 | self.protocol_id << 2 | form])
        if form == 0:
            return first
        if form == 1:
            return first + self.packet_octets.to_bytes(1)
        second = bytes([self.user_field << 4 | self.protocol_extension])
        if form == 2:
            return first + second + self.packet_octets.to_bytes(2)
        return first + second + self.ccsds_field.to_bytes(2) + self.packet_octets.to_bytes(4)


def parse_encapsulation(packet: bytes) -> EncapsulationHeader:
    """Parse the header at the start of `packet`.

    Raises
    ------
    RemoteLinkError
        When the header is not whole, the version is not 7, the length is below that of the header, or a
        packet of one octet is no idle packet.

    Source: 133.1-B-3 clause 4.1.2.
    """
    octets = lib.dd_packet_octets(
        ffi.from_buffer("uint8_t[]", packet), len(packet), lib.DD_PACKETS_ENCAPSULATION
    )
    form = packet[0] & 3 if packet else 0
    protocol_id = packet[0] >> 2 & 7 if packet else 0
    if octets <= 0 or (form == 0 and protocol_id != PROTOCOL_IDLE):
        msg = f"packet must begin with a whole encapsulation header, got '{packet[:8].hex()}' (header)"
        raise RemoteLinkError(msg, field="packet", clause="133.1-B-3 4.1.2")
    return EncapsulationHeader(
        protocol_id=protocol_id,
        length_of_length=form,
        packet_octets=octets,
        user_field=packet[1] >> 4 if form >= 2 else 0,
        protocol_extension=packet[1] & 15 if form >= 2 and protocol_id == PROTOCOL_EXTENDED else 0,
        ccsds_field=packet[2] << 8 | packet[3] if form == 3 else 0,
    )


def build_encapsulation(
    *, protocol_id: int, data: bytes, user_field: int = 0, protocol_extension: int = 0
) -> bytes:
    """Return a whole packet with the shortest header that holds its fields and length.

    Raises
    ------
    LocalLinkError
        When a field is out of its range (see `EncapsulationHeader`), or data are given for the packet of one
        octet, which only an idle packet without data is.
    """
    has_fields = user_field > 0 or protocol_id == PROTOCOL_EXTENDED
    forms = (
        range(2, 4) if has_fields else range(4) if protocol_id == PROTOCOL_IDLE and not data else range(1, 4)
    )
    form = next(form for form in forms if len(data) + _HEADER_OCTETS[form] <= _OCTETS_MAX[form])
    header = EncapsulationHeader(
        protocol_id=protocol_id,
        length_of_length=form,
        packet_octets=len(data) + _HEADER_OCTETS[form],
        user_field=user_field,
        protocol_extension=protocol_extension,
    )
    return header.pack() + data


def _require(name: str, value: int, low: int, high: int) -> None:
    """Refuse a field outside [low, high]."""
    if not low <= value <= high:
        msg = f"{name} must be in [{low}, {high}], got {value} (encapsulation header)"
        raise LocalLinkError(msg, field=name, clause="133.1-B-3 4.1.2")
