"""Every kind of packet as one flat list of fields: what the exports are written from.

Names, order and widths of the envelope are those of CCSDS 133.0-B-2 clause 4.1.3 and ECSS-E-ST-70-41C clauses
7.4.3.1 and 7.4.4.1; the packets themselves are built in :mod:`flight.dictionary.pus_packet`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flight.dictionary.declare import Command, Message
from flight.dictionary.layout import PacketField, fields
from flight.dictionary.pus_telecommand import FUNCTION, SERVICES
from flight.dictionary.pus_telemetry import TelemetryKind, VerificationStage
from flight.dictionary.registry import Dictionary, full_name
from flight.dictionary.types import App, Hazard

__all__ = [
    "PRIMARY_HEADER",
    "TELECOMMAND_HEADER",
    "TELEMETRY_HEADER",
    "TRAILER_OCTETS",
    "Container",
    "telecommand_containers",
    "telemetry_containers",
]

PRIMARY_HEADER = (
    ("packet_version", 3),
    ("packet_type", 1),
    ("secondary_header", 1),
    ("apid", 11),
    ("sequence_flags", 2),
    ("sequence_count", 14),
    ("packet_length", 16),
)
"""Name and bits of each field."""

TELEMETRY_HEADER = (
    ("pus_version", 4),
    ("time_status", 4),
    ("service", 8),
    ("subtype", 8),
    ("message_count", 16),
    ("destination_id", 16),
    ("time_coarse_s", 32),
    ("time_fine", 32),
)
"""Secondary header of telemetry; ``time_fine`` counts 2**-32 s."""

TELECOMMAND_HEADER = (("pus_version", 4), ("ack_flags", 4), ("service", 8), ("subtype", 8), ("source_id", 16))
"""Secondary header of telecommands."""

TRAILER_OCTETS = 2
"""Packet error control."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One kind of packet.

    Parameters
    ----------
    name : str
        ``group.Name`` of the message, event or command; ``verification.ACCEPTED`` and so on.
    selector : str
        Name of the first field, when its value ``content_id`` tells this kind from others of its service.
    destination : App or None
        Who executes a command; None: every application.
    fields : tuple of PacketField
        Fields of the data, the selector first; offsets count from the end of the secondary header.
    """

    name: str
    service: int
    subtype: int
    selector: str = ""
    content_id: int = 0
    destination: App | None = None
    hazardous: bool = False
    text: str = ""
    description: str = ""
    fields: tuple[PacketField, ...]


def telemetry_containers(dictionary: Dictionary) -> tuple[Container, ...]:
    """Return every kind of telemetry packet."""
    return (
        *(_verification(stage) for stage in VerificationStage),
        *(_housekeeping(cls) for cls in dictionary.messages()),
        *(_event(cls) for cls in dictionary.events()),
        Container(name="test.Alive", service=TelemetryKind.ALIVE, subtype=2, fields=()),
        _parameters(),
    )


def telecommand_containers(dictionary: Dictionary) -> tuple[Container, ...]:
    """Return every kind of telecommand packet."""
    return tuple(_command(cls) for cls in dictionary.commands())


def _verification(stage: VerificationStage) -> Container:
    made = [_plain("request", "u32")]
    if stage is VerificationStage.PROGRESS:
        made.append(_plain("step", "u8"))
    if stage.is_failure:
        made.append(_plain("code", "u16"))
    return Container(
        name=f"verification.{stage.name}",
        service=TelemetryKind.VERIFICATION,
        subtype=stage,
        description="Report on a telecommand; request is the first four octets of its packet.",
        fields=_placed(made),
    )


def _housekeeping(cls: type[Message]) -> Container:
    return Container(
        name=full_name(cls),
        service=TelemetryKind.HOUSEKEEPING,
        subtype=25,
        selector="report_structure_id",
        content_id=cls.SPEC.id,
        description=_summary(cls),
        fields=_placed([_plain("report_structure_id", "u16"), *fields(cls)]),
    )


def _event(cls: type[Message]) -> Container:
    return Container(
        name=full_name(cls),
        service=TelemetryKind.EVENT,
        subtype=int(cls.SPEC.severity or 0),
        selector="event_definition_id",
        content_id=cls.SPEC.id,
        text=cls.SPEC.text,
        description=_summary(cls),
        fields=_placed([_plain("event_definition_id", "u16"), *fields(cls)]),
    )


def _parameters() -> Container:
    made = [_plain("parameter_count", "u8"), _plain("parameter_id", "u16"), _plain("value", "f64")]
    return Container(
        name="parameters.Values",
        service=TelemetryKind.PARAMETERS,
        subtype=2,
        description="Value of one parameter of the application that sends the packet; parameter_count is 1.",
        fields=_placed(made),
    )


def _command(cls: type[Command]) -> Container:
    hazardous = cls.SPEC.hazard is Hazard.HAZARDOUS
    service, subtype = SERVICES.get(cls, FUNCTION)
    is_function = (service, subtype) == FUNCTION
    head = [_plain("function_id", "u16")] if is_function else []
    head += [_plain("arm_token", "u32")] if hazardous else []
    head += [_plain("parameter_count", "u8")] if (service, subtype) == (20, 3) else []
    return Container(
        name=full_name(cls),
        service=service,
        subtype=subtype,
        selector="function_id" if is_function else "",
        content_id=cls.SPEC.id if is_function else 0,
        destination=cls.SPEC.destination,
        hazardous=hazardous,
        description=_summary(cls),
        fields=_placed([*head, *fields(cls)]),
    )


def _plain(name: str, code: str) -> PacketField:
    size = {"u8": 1, "u16": 2, "u32": 4, "f64": 8}[code]
    return PacketField(
        name=name, field=name, index=None, code=code, offset_octets=0, size_octets=size, unit=""
    )


def _placed(made: Iterable[PacketField]) -> tuple[PacketField, ...]:
    """Return the fields with offsets one behind the other."""
    placed: list[PacketField] = []
    offset = 0
    for field in made:
        placed.append(replace(field, offset_octets=offset))
        offset += field.size_octets
    return tuple(placed)


def _summary(cls: type[Message]) -> str:
    return (cls.__doc__ or "").strip().partition("\n")[0]
