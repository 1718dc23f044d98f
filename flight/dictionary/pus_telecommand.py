"""Commands as telecommand packets and back.

``NoOperation`` is PUS 17,1; ``ReportParameters`` 20,1; ``SetParameter`` 20,3; every other command is a
function request 8,1 with the u16 command id before its arguments. A hazardous command carries, after its id,
the u32 token with which it was armed.

Source: ECSS-E-ST-70-41C clauses 6.8 (functions), 6.17 (test), 6.20 (parameters).
"""

import struct
from dataclasses import dataclass
from typing import cast

from flight.dictionary.application import NoOperation, ReportParameters, SetParameter
from flight.dictionary.declare import Command
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.layout import pack, unpack
from flight.dictionary.pus_packet import (
    AckFlags,
    PusReason,
    PusReject,
    TelecommandFields,
    pack_telecommand,
    split_telecommand,
)
from flight.dictionary.registry import DICTIONARY, Dictionary
from flight.dictionary.types import App, Hazard

__all__ = ["FUNCTION", "SERVICES", "Telecommand", "build_telecommand", "parse_telecommand"]

FUNCTION = (8, 1)
"""Service and subtype of a command that has none of its own."""

SERVICES: dict[type[Command], tuple[int, int]] = {
    NoOperation: (17, 1),
    ReportParameters: (20, 1),
    SetParameter: (20, 3),
}
"""Service and subtype of the commands that PUS knows."""

_COMMANDS = {service: cls for cls, service in SERVICES.items()}
_COMMAND_ID = struct.Struct(">H")
_TOKEN = struct.Struct(">I")
_ONE_PARAMETER = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telecommand:
    """A command that arrived in a telecommand packet.

    Parameters
    ----------
    request : int
        Request id: the packet's first four octets, repeated in each verification report.
    application : App
        Who executes it.
    token : int or None
        Token of a hazardous command; None for any other.
    """

    command: Command
    application: App
    sequence: int
    request: int
    service: int
    subtype: int
    ack: AckFlags
    source: int
    token: int | None = None


def build_telecommand(
    command: Command,
    destination: App,
    sequence: int,
    *,
    ack: AckFlags = AckFlags.ALL,
    source: int = 0,
    token: int | None = None,
) -> bytes:
    """Return the telecommand packet of a command.

    Parameters
    ----------
    destination : App
        Who executes it; its id is the packet's application process id.
    sequence : int
        Packet sequence count of this sender for this destination, modulo 16384.
    source : int
        Id of the sender, u16.
    token : int or None
        Token that the command was armed with, u32; needed by hazardous commands, forbidden for others.

    Raises
    ------
    BodyError
        ``OUT_OF_RANGE`` for arguments that do not fit their widths, a missing or a needless token;
        ``UNKNOWN_DESTINATION`` if the application does not know the command.
    """
    spec = command.SPEC
    if spec.destination not in (None, destination):
        text = f"destination must be {spec.destination!r}, got {destination!r} ({type(command).__name__})"
        raise BodyError(BusReject.UNKNOWN_DESTINATION, text)
    if (token is None) is (spec.hazard is Hazard.HAZARDOUS):
        text = f"token must be given for hazardous commands only, got {token} ({type(command).__name__})"
        raise BodyError(BusReject.OUT_OF_RANGE, text)
    service, subtype = SERVICES.get(type(command), FUNCTION)
    data = pack(command)
    if (service, subtype) == FUNCTION:
        data = _COMMAND_ID.pack(spec.id) + (b"" if token is None else _TOKEN.pack(token)) + data
    elif isinstance(command, SetParameter):
        data = _ONE_PARAMETER + data
    return pack_telecommand(destination, sequence, service, subtype, data, ack=ack, source=source)


def parse_telecommand(packet: bytes, dictionary: Dictionary = DICTIONARY) -> Telecommand | PusReject:
    """Return the command of a telecommand packet, or why it is refused; never raises on any octets."""
    fields = split_telecommand(packet)
    if isinstance(fields, PusReject):
        return fields
    cls, arguments = _split_arguments(fields, dictionary)
    if cls is None:
        reason = PusReason.UNKNOWN_CONTENT if isinstance(arguments, bytes) else PusReason.UNKNOWN_SERVICE
        return _refuse(fields, reason, f"service {fields.service},{fields.subtype}")
    if cls.SPEC.destination not in (None, fields.application):
        return _refuse(fields, PusReason.WRONG_APPLICATION, f"{cls.__name__} to {fields.application.name}")
    token = None
    octets = arguments or b""
    if cls.SPEC.hazard is Hazard.HAZARDOUS:
        if len(octets) < _TOKEN.size:
            return _refuse(fields, PusReason.NOT_ARMED, f"{cls.__name__} without token")
        (token,) = _TOKEN.unpack_from(octets)
        octets = octets[_TOKEN.size :]
    try:
        command = unpack(cls, octets)
    except BodyError as error:
        return _refuse(fields, PusReason.BAD_ARGUMENTS, str(error))
    return Telecommand(
        command=command,
        application=fields.application,
        sequence=fields.sequence,
        request=fields.request,
        service=fields.service,
        subtype=fields.subtype,
        ack=fields.ack,
        source=fields.source,
        token=token,
    )


def _split_arguments(
    fields: TelecommandFields, dictionary: Dictionary
) -> tuple[type[Command] | None, bytes | None]:
    """Return class and arguments; (None, octets) for an unknown id, (None, None) for an unknown service."""
    service = (fields.service, fields.subtype)
    data = fields.data
    if service == FUNCTION:
        cls = dictionary.find(int.from_bytes(data[: _COMMAND_ID.size], "big")) if len(data) >= 2 else None
        known = cls is not None and issubclass(cls, Command) and cls not in SERVICES
        return (cast("type[Command]", cls) if known else None), data[_COMMAND_ID.size :]
    found = _COMMANDS.get(service)
    if found is SetParameter:
        return (SetParameter, data[1:]) if data[:1] == _ONE_PARAMETER else (None, data)
    return found, None if found is None else data


def _refuse(fields: TelecommandFields, reason: PusReason, detail: str) -> PusReject:
    return PusReject(reason=reason, request=fields.request, application=fields.application, detail=detail)
