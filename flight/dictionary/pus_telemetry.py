"""Reports as telemetry packets and back: verification, housekeeping, events, test, parameters.

Source: ECSS-E-ST-70-41C clauses 6.1 (verification, service 1), 6.3 (housekeeping, 3), 6.5 (events, 5),
6.17 (test, 17) and 6.20 (parameters, 20).
"""

import struct
from dataclasses import dataclass
from enum import IntEnum

from flight.dictionary.application import CommandCode, ParameterValue
from flight.dictionary.declare import Kind, Message
from flight.dictionary.errors import BodyError
from flight.dictionary.layout import unpack
from flight.dictionary.pus_packet import (
    PacketOrigin,
    PusReason,
    PusReject,
    TelemetryFields,
    pack_telemetry,
    split_telemetry,
)
from flight.dictionary.registry import DICTIONARY, Dictionary
from flight.dictionary.types import App, Severity

__all__ = [
    "ReportContent",
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
    "build_verification",
    "event_content",
    "housekeeping_content",
    "parameter_content",
    "parse_telemetry",
    "verification_content",
]

_REQUEST = struct.Struct(">I")
_STEP = struct.Struct(">B")
_CODE = struct.Struct(">H")
_CONTENT_ID = struct.Struct(">H")
_PARAMETER = struct.Struct(">BHd")


class TelemetryKind(IntEnum):
    """What a telemetry packet is; the value is its PUS service."""

    VERIFICATION = 1
    HOUSEKEEPING = 3
    EVENT = 5
    ALIVE = 17
    PARAMETERS = 20


class VerificationStage(IntEnum):
    """Subtypes of service 1 that we send (clause 6.1.4)."""

    ACCEPTED = 1
    REJECTED = 2
    STARTED = 3
    START_FAILED = 4
    PROGRESS = 5
    COMPLETED = 7
    FAILED = 8

    @property
    def is_failure(self) -> bool:
        """Whether a failure code follows the request id."""
        return self in (VerificationStage.REJECTED, VerificationStage.START_FAILED, VerificationStage.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A report on one telecommand.

    Parameters
    ----------
    request : int
        First four octets of the telecommand packet, u32.
    step : int
        Step of a progress report, u8; else 0.
    code : int
        Failure code, u16; 0 for success.
    """

    request: int
    stage: VerificationStage
    step: int = 0
    code: int = 0

    @property
    def application(self) -> int:
        """Application process id of the telecommand."""
        return self.request >> 16 & 0x7FF

    @property
    def sequence(self) -> int:
        """Sequence count of the telecommand."""
        return self.request & 0x3FFF

    @property
    def code_name(self) -> str:
        """Failure code in words: a reason of the gateway, one of all applications, or a number."""
        return _CODE_NAMES.get(self.code, f"code {self.code}")


_CODE_NAMES: dict[int, str] = {int(code): code.name.lower() for code in (*CommandCode, *PusReason)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Telemetry:
    """A decoded telemetry packet.

    Parameters
    ----------
    content : Verification, Message, Event, ParameterValue or None
        By kind: report on a telecommand, housekeeping message, event, parameter; None for 17,2.
    """

    kind: TelemetryKind
    application: App
    sequence: int
    time_ns: int
    service: int
    subtype: int
    message_count: int
    destination: int
    content: Verification | Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """What a telemetry packet will say, before it gets its counts: service, subtype and data."""

    service: int
    subtype: int
    data: bytes


def verification_content(report: Verification) -> ReportContent:
    """Return the content of a verification packet, 1,1 to 1,8."""
    data = _REQUEST.pack(report.request)
    if report.stage is VerificationStage.PROGRESS:
        data += _STEP.pack(report.step)
    if report.stage.is_failure:
        data += _CODE.pack(report.code)
    return ReportContent(service=TelemetryKind.VERIFICATION, subtype=report.stage, data=data)


def housekeeping_content(structure_id: int, data: bytes) -> ReportContent:
    """Return the content of a packet 3,25; ``data`` is the packet layout of the message with that id."""
    octets = _CONTENT_ID.pack(structure_id) + data
    return ReportContent(service=TelemetryKind.HOUSEKEEPING, subtype=25, data=octets)


def event_content(event_id: int, severity: Severity, data: bytes) -> ReportContent:
    """Return the content of a packet 5,1 to 5,4; ``data`` is the packet layout of the event with that id."""
    return ReportContent(
        service=TelemetryKind.EVENT, subtype=severity, data=_CONTENT_ID.pack(event_id) + data
    )


def alive_content() -> ReportContent:
    """Return the content of the answer to a no-operation, 17,2."""
    return ReportContent(service=TelemetryKind.ALIVE, subtype=2, data=b"")


def parameter_content(parameter_id: int, value: float) -> ReportContent:
    """Return the content of the report of one parameter, 20,2 with a count of one."""
    data = _PARAMETER.pack(1, parameter_id, value)
    return ReportContent(service=TelemetryKind.PARAMETERS, subtype=2, data=data)


def build_report(origin: PacketOrigin, content: ReportContent) -> bytes:
    """Return a whole telemetry packet."""
    return pack_telemetry(origin, content.service, content.subtype, content.data)


def build_verification(origin: PacketOrigin, report: Verification) -> bytes:
    """Return a verification packet."""
    return build_report(origin, verification_content(report))


def build_housekeeping(origin: PacketOrigin, structure_id: int, data: bytes) -> bytes:
    """Return a housekeeping packet."""
    return build_report(origin, housekeeping_content(structure_id, data))


def build_event(origin: PacketOrigin, event_id: int, severity: Severity, data: bytes) -> bytes:
    """Return an event packet."""
    return build_report(origin, event_content(event_id, severity, data))


def build_alive(origin: PacketOrigin) -> bytes:
    """Return the answer to a no-operation."""
    return build_report(origin, alive_content())


def build_parameter_values(origin: PacketOrigin, parameter_id: int, value: float) -> bytes:
    """Return the report of one parameter."""
    return build_report(origin, parameter_content(parameter_id, value))


def parse_telemetry(packet: bytes, dictionary: Dictionary = DICTIONARY) -> Telemetry | PusReject:
    """Return what a telemetry packet says, or why it is refused; never raises on any octets."""
    fields = split_telemetry(packet)
    if isinstance(fields, PusReject):
        return fields
    try:
        content = _content(fields, dictionary)
    except BodyError as error:
        return _refuse(fields, PusReason.BAD_ARGUMENTS, str(error))
    if isinstance(content, PusReason):
        return _refuse(fields, content, f"report {fields.service},{fields.subtype} {fields.data[:2].hex()}")
    return Telemetry(
        kind=TelemetryKind(fields.service),
        application=fields.application,
        sequence=fields.sequence,
        time_ns=fields.time_ns,
        service=fields.service,
        subtype=fields.subtype,
        message_count=fields.message_count,
        destination=fields.destination,
        content=content,
    )


def _content(fields: TelemetryFields, dictionary: Dictionary) -> Verification | Message | PusReason | None:
    match fields.service, fields.subtype:
        case 1, subtype if subtype in _STAGES:
            return _verification(fields.data, _STAGES[subtype])
        case 3, 25:
            return _declared(fields.data, dictionary, Kind.MESSAGE, None)
        case 5, subtype:
            return _declared(fields.data, dictionary, Kind.EVENT, subtype)
        case 17, 2:
            return PusReason.WRONG_LENGTH if fields.data else None
        case 20, 2:
            return _parameter(fields)
        case _:
            return PusReason.UNKNOWN_SERVICE


_STAGES = {int(stage): stage for stage in VerificationStage}


def _verification(data: bytes, stage: VerificationStage) -> Verification | PusReason:
    extra = _CODE if stage.is_failure else _STEP if stage is VerificationStage.PROGRESS else None
    if len(data) != _REQUEST.size + (extra.size if extra else 0):
        return PusReason.WRONG_LENGTH
    (request,) = _REQUEST.unpack_from(data)
    (value,) = extra.unpack_from(data, _REQUEST.size) if extra else (0,)
    if stage.is_failure:
        return Verification(request=request, stage=stage, code=value)
    return Verification(request=request, stage=stage, step=value)


def _declared(data: bytes, dictionary: Dictionary, kind: Kind, severity: int | None) -> Message | PusReason:
    if len(data) < _CONTENT_ID.size:
        return PusReason.TRUNCATED
    cls = dictionary.find(int.from_bytes(data[: _CONTENT_ID.size], "big"))
    if cls is None or cls.SPEC.kind is not kind or cls.SPEC.severity != severity:
        return PusReason.UNKNOWN_CONTENT
    return unpack(cls, data[_CONTENT_ID.size :])


def _parameter(fields: TelemetryFields) -> Message | PusReason:
    if len(fields.data) != _PARAMETER.size or fields.data[0] != 1:
        return PusReason.WRONG_LENGTH
    return unpack(ParameterValue, _CONTENT_ID.pack(fields.application) + fields.data[1:])


def _refuse(fields: TelemetryFields, reason: PusReason, detail: str) -> PusReject:
    return PusReject(reason=reason, application=fields.application, detail=detail)
