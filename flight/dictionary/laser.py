"""What crosses between the laser end on board, its modem, the optical link and the laser end on the ground.

Bulk octets never cross the bus: they lie in the slots of a ring (`flight.link.slots`), and a descriptor says
where, how much and with which CRC-32.
"""

from typing import Annotated

from flight.dictionary.declare import Event, Message, event, message
from flight.dictionary.types import U8, U16, U32, U64, App, Severity, Variable

REASON_OCTETS_MAX = 40
"""Bound of a reason in an event."""


@message(0x1053, App.LASER)
class LaserStatus(Message):
    """Counts of the laser end on board: made = radiated + dropped + waiting, over all of its packets."""

    time_ns: U64
    is_recording: U8
    """It keeps bulk reports; housekeeping makes them only then."""
    is_sending: U8
    packet_made_count: U32
    packet_radiated_count: U32
    packet_dropped_count: U32
    packet_waiting_count: U32
    frame_radiated_count: U32
    batch_count: U32
    batch_withheld_count: U32
    """Batches not sent, because the disk took no numbers of security."""
    disk_fault_count: U32
    waiting_octets: U32


@message(0x1490, App.LASER_MODEM)
class LaserModemStatus(Message):
    """State of the laser modem; the laser end hands it batches only while ``link_up``."""

    time_ns: U64
    terminal_index: U8
    link_up: U8
    batch_carried_count: U32
    batch_lost_count: U32
    """Batches that came while the link was down."""
    batch_rejected_count: U32
    """Batches whose slot did not hold what their descriptor says."""
    sent_octets: U64
    lost_octets: U64


@message(0x1491, App.LASER)
class LaserBatch(Message):
    """A batch of channel-access data units in a slot of the ring on board; CRC-32 of IEEE 802.3."""

    time_ns: U64
    slot: U16
    generation: U32
    cadu_count: U16
    size_octets: U32
    crc32: U32


@message(0x1492, App.LASER_MODEM)
class GroundLaserBatch(Message):
    """The same in the ring of the ground, after light time, with the link's errors in it."""

    time_ns: U64
    slot: U16
    generation: U32
    cadu_count: U16
    size_octets: U32
    crc32: U32


@event(0x8052, App.LASER, Severity.HIGH, "laser telemetry withheld: no numbers for security ({count})")
class LaserWithheld(Event):
    """The disk took no numbers of security, so no batch is sent; announced at the 1st, 10th, 100th..."""

    count: U32


@event(0x8490, App.LASER_MODEM, Severity.LOW, "laser batch rejected by the modem: {reason} ({count})")
class LaserBatchRejected(Event):
    """A slot did not hold what its descriptor says; announced at the 1st, 10th, 100th... of each reason."""

    count: U32
    reason: Annotated[str, Variable(REASON_OCTETS_MAX)]


@event(0x8491, App.GROUND, Severity.LOW, "laser batch rejected on the ground: {reason} ({count})")
class GroundLaserBatchRejected(Event):
    """The same at the ground's ring; the ground puts it into its own log, it is not sent on the bus."""

    count: U32
    reason: Annotated[str, Variable(REASON_OCTETS_MAX)]
