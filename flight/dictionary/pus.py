"""PUS-C packets of the mission: the one door to building and parsing them.

Whole packets go in and come out: primary header, secondary header, data, error control. Parsing answers a
value for any octets: the content, or a :class:`PusReject` with the name of the reason.
"""

from flight.dictionary.pus_packet import AckFlags, PacketOrigin, PusReason, PusReject
from flight.dictionary.pus_telecommand import Telecommand, build_telecommand, parse_telecommand
from flight.dictionary.pus_telemetry import (
    ReportContent,
    Telemetry,
    TelemetryKind,
    Verification,
    VerificationStage,
    alive_content,
    build_alive,
    build_event,
    build_housekeeping,
    build_parameter_values,
    build_report,
    build_verification,
    event_content,
    housekeeping_content,
    parameter_content,
    parse_telemetry,
    verification_content,
)

__all__ = [
    "AckFlags",
    "PacketOrigin",
    "PusReason",
    "PusReject",
    "ReportContent",
    "Telecommand",
    "Telemetry",
    "TelemetryKind",
    "Verification",
    "VerificationStage",
    "alive_content",
    "build_alive",
    "build_event",
    "build_housekeeping",
    "build_parameter_values",
    "build_report",
    "build_telecommand",
    "build_verification",
    "event_content",
    "housekeeping_content",
    "parameter_content",
    "parse_telecommand",
    "parse_telemetry",
    "verification_content",
]
