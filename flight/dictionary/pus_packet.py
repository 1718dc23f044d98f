"""Envelope of our PUS-C packets: primary header, secondary headers, error control.

Sources: CCSDS 133.0-B-2 clause 4.1 (primary header); ECSS-E-ST-70-41C clauses 7.4.3.1 (telemetry secondary
header), 7.4.4.1 (telecommand secondary header), 7.4.5 and annex B.1 (cyclic redundancy code).
The primary header is packed here because the error control covers it and a request id is its first four
octets; sequence counts, gaps and frames belong to the link.
"""

import struct
from binascii import crc_hqx
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from flight.dictionary.timecode import TIME_OCTETS, pack_time, unpack_time
from flight.dictionary.types import App

__all__ = [
    "AckFlags",
    "PacketOrigin",
    "PusReason",
    "PusReject",
    "TelecommandFields",
    "TelemetryFields",
    "pack_telecommand",
    "pack_telemetry",
    "split_telecommand",
    "split_telemetry",
]

PUS_VERSION = 2
"""Version number of PUS-C in both secondary headers (clauses 7.4.3.1 and 7.4.4.1)."""

_PRIMARY = struct.Struct(">HHH")
_TELECOMMAND = struct.Struct(">BBBH")
_TELEMETRY = struct.Struct(">BBBHH")
_CRC = struct.Struct(">H")
_CRC_START = 0xFFFF
_UNSEGMENTED = 0xC000
_SEQUENCE_MODULUS = 1 << 14


class AckFlags(IntFlag):
    """Reports of success that a telecommand asks for; failures are always reported (clause 7.4.4.1)."""

    NONE = 0
    ACCEPTANCE = 1
    START = 2
    PROGRESS = 4
    COMPLETION = 8
    ALL = 15


class PusReason(IntEnum):
    """Why a packet is refused; the value is the code of the report 1,2, above all codes of applications."""

    TRUNCATED = 0x8001
    WRONG_LENGTH = 0x8002
    WRONG_VERSION = 0x8003
    WRONG_TYPE = 0x8004
    SEGMENTED = 0x8005
    CHECKSUM = 0x8006
    WRONG_PUS_VERSION = 0x8007
    UNKNOWN_APPLICATION = 0x8008
    UNKNOWN_SERVICE = 0x8009
    UNKNOWN_CONTENT = 0x800A
    WRONG_APPLICATION = 0x800B
    BAD_ARGUMENTS = 0x800C
    NOT_ARMED = 0x800D
    NOT_TAKEN = 0x800E


@dataclass(frozen=True, slots=True, kw_only=True)
class PusReject:
    """A packet that was refused.

    Parameters
    ----------
    request : int or None
        The first four octets, once the error control has passed: a report can name the packet.
    application : int
        Application id of the packet; 0 when unknown.
    detail : str
        What was wrong, for people.
    """

    reason: PusReason
    request: int | None = None
    application: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketOrigin:
    """Who sends a telemetry packet, and when.

    Parameters
    ----------
    sequence : int
        Packet sequence count of the application, modulo 16384.
    time_ns : int
        Generation time, TAI nanoseconds since 1958-01-01.
    message_count : int
        Reports of this type sent by the application so far, modulo 65536.
    destination : int
        Application process user that the report is for; 0: everyone.
    """

    application: App
    sequence: int
    time_ns: int
    message_count: int = 0
    destination: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TelecommandFields:
    """A telecommand packet after the checks of its envelope."""

    request: int
    application: App
    sequence: int
    ack: AckFlags
    service: int
    subtype: int
    source: int
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TelemetryFields:
    """A telemetry packet after the checks of its envelope."""

    application: App
    sequence: int
    service: int
    subtype: int
    message_count: int
    destination: int
    time_ns: int
    data: bytes


def pack_telecommand(
    application: App, sequence: int, service: int, subtype: int, data: bytes, *, ack: AckFlags, source: int
) -> bytes:
    """Return a whole telecommand packet."""
    body = _TELECOMMAND.pack(PUS_VERSION << 4 | ack, service, subtype, source) + data
    return _close(0x1800 | application, sequence, body)


def pack_telemetry(origin: PacketOrigin, service: int, subtype: int, data: bytes) -> bytes:
    """Return a whole telemetry packet."""
    head = _TELEMETRY.pack(
        PUS_VERSION << 4, service, subtype, origin.message_count & 0xFFFF, origin.destination
    )
    return _close(0x0800 | origin.application, origin.sequence, head + pack_time(origin.time_ns) + data)


def split_telecommand(packet: bytes) -> TelecommandFields | PusReject:
    """Return the fields of a telecommand packet, or why it is refused."""
    refused = _check(packet, 0x1800, _TELECOMMAND.size)
    if refused is not None:
        return refused
    identification, sequence, _ = _PRIMARY.unpack_from(packet)
    flags, service, subtype, source = _TELECOMMAND.unpack_from(packet, _PRIMARY.size)
    return TelecommandFields(
        request=int.from_bytes(packet[:4], "big"),
        application=App(identification & 0x7FF),
        sequence=sequence & 0x3FFF,
        ack=AckFlags(flags & 0xF),
        service=service,
        subtype=subtype,
        source=source,
        data=packet[_PRIMARY.size + _TELECOMMAND.size : -_CRC.size],
    )


def split_telemetry(packet: bytes) -> TelemetryFields | PusReject:
    """Return the fields of a telemetry packet, or why it is refused."""
    refused = _check(packet, 0x0800, _TELEMETRY.size + TIME_OCTETS)
    if refused is not None:
        return refused
    identification, sequence, _ = _PRIMARY.unpack_from(packet)
    _, service, subtype, count, destination = _TELEMETRY.unpack_from(packet, _PRIMARY.size)
    start = _PRIMARY.size + _TELEMETRY.size
    return TelemetryFields(
        application=App(identification & 0x7FF),
        sequence=sequence & 0x3FFF,
        service=service,
        subtype=subtype,
        message_count=count,
        destination=destination,
        time_ns=unpack_time(packet[start : start + TIME_OCTETS]),
        data=packet[start + TIME_OCTETS : -_CRC.size],
    )


def _close(identification: int, sequence: int, body: bytes) -> bytes:
    """Put the primary header before and the error control behind a data field."""
    length = len(body) + _CRC.size - 1
    head = _PRIMARY.pack(identification, _UNSEGMENTED | sequence % _SEQUENCE_MODULUS, length)
    packet = head + body
    return packet + _CRC.pack(crc_hqx(packet, _CRC_START))


_APPLICATIONS = frozenset(int(app) for app in App)


def _check(packet: bytes, kind: int, secondary_octets: int) -> PusReject | None:
    """Check what both directions share; ``kind`` holds the packet type and the secondary header flag."""
    if len(packet) < _PRIMARY.size + secondary_octets + _CRC.size:
        return PusReject(reason=PusReason.TRUNCATED, detail=f"{len(packet)} octets")
    identification, sequence, length = _PRIMARY.unpack_from(packet)
    application = identification & 0x7FF
    if identification >> 13:
        return PusReject(reason=PusReason.WRONG_VERSION, detail=f"version {identification >> 13}")
    if length + 1 + _PRIMARY.size != len(packet):
        detail = f"length field {length}, packet of {len(packet)} octets"
        return PusReject(reason=PusReason.WRONG_LENGTH, application=application, detail=detail)
    if crc_hqx(packet, _CRC_START) != 0:
        return PusReject(reason=PusReason.CHECKSUM, application=application)
    request = identification << 16 | sequence
    reason = None
    if identification & 0x1800 != kind:
        reason = PusReason.WRONG_TYPE
    elif sequence & _UNSEGMENTED != _UNSEGMENTED:
        reason = PusReason.SEGMENTED
    elif packet[_PRIMARY.size] >> 4 != PUS_VERSION:
        reason = PusReason.WRONG_PUS_VERSION
    elif application not in _APPLICATIONS:
        reason = PusReason.UNKNOWN_APPLICATION
    return None if reason is None else PusReject(reason=reason, request=request, application=application)
