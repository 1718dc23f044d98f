"""What the gateway between bus and link says and hears."""

from typing import Annotated

from flight.dictionary.declare import Command, Event, Message, command, event, message
from flight.dictionary.types import U8, U16, U32, U64, App, Range, Scalar, Severity, Variable


@message(0x1050, App.GATEWAY)
class GatewayStatus(Message):
    """Counts of everything that crossed the gateway, and of everything it refused."""

    time_ns: U64
    packet_made_count: U32
    packet_radiated_count: U32
    packet_dropped_count: U32
    frame_radiated_count: U32
    command_received_count: U32
    command_refused_count: U32
    cltu_rejected_count: U32
    frame_rejected_count: U32
    packet_rejected_count: U32
    queue_octets: U32
    transmitter_on: U8


@command(0x4032, App.GATEWAY)
class SetTransmitter(Command):
    """Key the transmitter: 0 off, 1 on in passes (default), 2 on."""

    mode: Annotated[int, Scalar("u8"), Range(0, 2)]


@command(0x4033, App.GATEWAY)
class ArmCommand(Command):
    """Arm one hazardous command: it is let through once, within 60 s, if it carries the same token."""

    application: U16
    command_id: U16
    token: U32


@event(0x8050, App.GATEWAY, Severity.LOW, "uplink refused: {reason} ({count})")
class UplinkRefused(Event):
    """A telecommand unit failed a check; announced at the first of each reason and then decimally."""

    count: U32
    reason: Annotated[str, Variable(40)]
