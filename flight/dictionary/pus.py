"""PUS-C packets of the mission: the one door to building and parsing them.

Whole packets go in and come out: primary header, secondary header, data, error control. Parsing answers a
value for any octets: the content, or a :class:`PusReject` with the name of the reason.
"""

from flight.dictionary.pus_packet import AckFlags, PacketOrigin, PusReason, PusReject
from flight.dictionary.pus_telecommand import Telecommand, build_telecommand, parse_telecommand
from flight.dictionary.pus_telemetry import (
    Telemetry,
    TelemetryKind,
    Verification,
    VerificationStage,
    build_alive,
    build_event,
    build_housekeeping,
    build_parameter_values,
    build_verification,
    parse_telemetry,
)

__all__ = [
    "AckFlags",
    "PacketOrigin",
    "PusReason",
    "PusReject",
    "Telecommand",
    "Telemetry",
    "TelemetryKind",
    "Verification",
    "VerificationStage",
    "build_alive",
    "build_event",
    "build_housekeeping",
    "build_parameter_values",
    "build_telecommand",
    "build_verification",
    "parse_telecommand",
    "parse_telemetry",
]
