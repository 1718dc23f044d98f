"""Leases on electrical and thermal watts, and the acknowledgements of their holders."""

from enum import IntEnum
from typing import Annotated

from flight.dictionary.declare import Message, message
from flight.dictionary.types import F32, U8, U16, U32, U64, Scalar


class GrantLoop(IntEnum):
    """Which resource a lease is on."""

    ELECTRICAL = 0
    THERMAL = 1


class GrantReason(IntEnum):
    """Why a lease has its present size."""

    NOMINAL = 0
    ECLIPSE = 1
    LOW_CHARGE = 2
    CAPACITY = 3
    COMMAND = 4
    SHED = 5


@message(0x1020, None)
class Grant(Message):
    """A lease: the holder may draw (or reject as heat) at most ``power_max_w`` until it ends."""

    id: U32
    epoch: U32
    holder: U16
    loop: Annotated[GrantLoop, Scalar("u8")]
    power_max_w: F32
    power_floor_w: F32
    ramp_w_per_s: F32
    valid_from_ns: U64
    valid_until_ns: U64
    fallback_power_w: F32
    reason: Annotated[GrantReason, Scalar("u8")]


@message(0x1021, None)
class GrantAcknowledge(Message):
    """The holder enforces this lease now."""

    id: U32
    epoch: U32
    holder: U16
    loop: Annotated[GrantLoop, Scalar("u8")]
    power_max_w: F32


@message(0x1022, None)
class GrantRequest(Message):
    """What a holder could use."""

    holder: U16
    loop: Annotated[GrantLoop, Scalar("u8")]
    power_w: F32
    priority: U8
