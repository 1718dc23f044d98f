"""What every application says and hears: no-op, counters, parameters, housekeeping, reports on commands."""

from enum import IntEnum
from typing import Annotated

from flight.dictionary.declare import Command, Event, Message, command, event, message
from flight.dictionary.types import F64, U8, U16, U32, U64, Scalar, Severity, Stage, Variable


class CommandCode(IntEnum):
    """Why a command was rejected or failed; 256 and above are the application's own codes."""

    NONE = 0
    UNSUPPORTED = 1
    BODY_REFUSED = 2
    UNKNOWN_PARAMETER = 3
    VALUE_REFUSED = 4
    BUSY = 5
    TIME_OUT = 6
    HANDLER_RAISED = 7
    RESTARTED = 8


@command(0x4001, None)
class NoOperation(Command):
    """Do nothing and say so (PUS 17,1)."""


@command(0x4002, None)
class ResetCounters(Command):
    """Zero the counters, never the configuration."""


@command(0x4003, None)
class SetParameter(Command):
    """Set one parameter of the addressed application (PUS 20,3)."""

    parameter_id: U16
    value: F64


@command(0x4004, None)
class ReportParameters(Command):
    """Publish all parameters of the addressed application (PUS 20,1)."""


@message(0x1001, None)
class ApplicationHousekeeping(Message):
    """Counters of one application, each base second or slower."""

    time_ns: U64
    application: U16
    mode: U8
    restart_count: U16
    accepted_count: U32
    rejected_count: U32
    completed_count: U32
    failed_count: U32
    received_count: U32
    published_count: U32
    lost_count: U32
    decode_error_count: U32
    overrun_count: U32
    step_count: U32


@message(0x1002, None)
class CommandReport(Message):
    """One stage in the life of a command; ``request`` is the identity of the command message."""

    request: U64
    stage: Annotated[Stage, Scalar("u8")]
    code: U16
    step: U8


@message(0x1003, None)
class ParameterValue(Message):
    """One parameter of one application."""

    application: U16
    parameter_id: U16
    value: F64


@event(
    0x8001,
    None,
    Severity.INFO,
    "application {application} started, restart {restart_count}",
)
class ApplicationStarted(Event):
    """An application came up, from its snapshot when there was one (age 4294967295: none)."""

    application: U16
    restart_count: U16
    state_age_ticks: U32


@event(
    0x8002, None, Severity.LOW, "application {application} rejected command {command_id:#06x}: code {code}"
)
class CommandRejected(Event):
    """A command failed its checks."""

    application: U16
    command_id: U16
    code: U16


@event(
    0x8003,
    None,
    Severity.LOW,
    "application {application} changed parameter {parameter_id}: {value_from:g} -> {value_to:g}",
)
class ParameterChanged(Event):
    """A parameter took a new value."""

    application: U16
    parameter_id: U16
    value_from: F64
    value_to: F64


@event(0x8004, None, Severity.MEDIUM, "application {application} overran: {skipped_count} ticks skipped")
class Overrun(Event):
    """An application missed its tick."""

    application: U16
    skipped_count: U32


@event(0x8005, None, Severity.MEDIUM, "application {application} step failed: {text}")
class StepFailed(Event):
    """A step raised; the application kept its last state and goes on with the next tick."""

    application: U16
    text: Annotated[str, Variable(120)]
