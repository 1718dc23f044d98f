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
    security_rejected_count: U32
    packet_rejected_count: U32
    queue_octets: U32
    transmitter_on: U8


@message(0x1052, App.GATEWAY)
class LinkCounts(Message):
    """What the uplink repaired, took and rejected, each reason by its name; every 10 s and on change."""

    time_ns: U64
    units_received_count: U32
    bits_corrected_count: U32
    frames_received_count: U32
    packets_received_count: U32
    control_commands_count: U32
    cltu_empty_count: U32
    cltu_too_long_count: U32
    frame_checksum_count: U32
    frame_version_count: U32
    frame_spacecraft_count: U32
    frame_channel_count: U32
    frame_length_count: U32
    frame_reserved_bits_count: U32
    security_length_count: U32
    security_association_count: U32
    security_iv_count: U32
    security_number_count: U32
    security_replayed_count: U32
    security_tag_count: U32
    security_failed_count: U32
    security_spi_count: U32
    security_control_count: U32
    control_command_count: U32
    sequence_controlled_count: U32
    frame_ahead_count: U32
    frame_duplicate_count: U32
    frame_locked_out_count: U32
    frame_no_room_count: U32
    segment_flags_count: U32
    packet_version_count: U32
    packet_length_count: U32
    numbers_refused_count: U32
    """Ticks in which nothing was sent, because the disk took no numbers of security."""
    disk_fault_count: U32
    """Reads and writes of numbers that the disk refused."""


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


@event(0x8051, App.GATEWAY, Severity.HIGH, "telemetry withheld: no numbers for security ({count})")
class NumbersRefused(Event):
    """The disk took no numbers of security, so nothing is sent; announced at the 1st, 10th, 100th... tick."""

    count: U32


@event(0x8050, App.GATEWAY, Severity.LOW, "uplink refused: {reason} ({count})")
class UplinkRefused(Event):
    """A telecommand unit failed a check; announced at the first of each reason and then decimally."""

    count: U32
    reason: Annotated[str, Variable(40)]
