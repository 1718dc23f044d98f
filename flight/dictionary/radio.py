"""What crosses between the gateway, the radio modem, the channel and the ground antenna."""

from typing import Annotated

from flight.dictionary.declare import Message, message
from flight.dictionary.types import F32, F64, U8, U32, U64, App, Variable

FRAMES_OCTETS_MAX = 57344
"""Bound of the octets in one message: whole frames within the 60 KiB of a body."""


@message(0x1480, App.RADIO)
class RadioStatus(Message):
    """State of the radio modem; the gateway hands it frames only while ``transmitter_on``."""

    time_ns: U64
    transmitter_on: U8
    receiver_locked: U8
    octets_per_tick: U32
    transmitted_octets: U64
    received_octets: U64


@message(0x1481, App.GATEWAY)
class RadioTransmit(Message):
    """Whole channel-access data units for the modem, concatenated."""

    octets: Annotated[bytes, Variable(FRAMES_OCTETS_MAX)]


@message(0x1482, App.RADIO)
class RadioReceived(Message):
    """Symbols that the modem received, as whole octets."""

    time_ns: U64
    octets: Annotated[bytes, Variable(FRAMES_OCTETS_MAX)]


@message(0x1483, App.RADIO)
class GroundReceived(Message):
    """What arrives at the ground antenna after light time, with the channel's errors in it."""

    time_ns: U64
    station_index: U8
    elevation_rad: F32
    octets: Annotated[bytes, Variable(FRAMES_OCTETS_MAX)]


@message(0x1484, App.GROUND)
class GroundTransmit(Message):
    """What the ground antenna radiates."""

    octets: Annotated[bytes, Variable(FRAMES_OCTETS_MAX)]


@message(0x1485, App.RADIO)
class StationStatus(Message):
    """The station's own view of its antenna: 1 Hz in passes and on change."""

    time_ns: U64
    station_index: U8
    in_view: U8
    azimuth_rad: F32
    elevation_rad: F32
    range_m: F64


@message(0x1051, App.GATEWAY)
class RadioSetpoint(Message):
    """Order to the radio modem."""

    transmitter_mode: U8
