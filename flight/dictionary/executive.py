"""What the executive says and hears: boot record, processes, losses on the bus, modes of the whole."""

from enum import IntEnum
from typing import Annotated

from flight.dictionary.declare import Command, Event, Message, command, event, message
from flight.dictionary.types import U8, U16, U32, U64, App, Hazard, Range, Scalar, Severity


class SystemMode(IntEnum):
    """Modes of the whole satellite's software."""

    BOOT = 0
    OPERATE = 1
    DEGRADED = 2
    SAFE = 3


class BusReject(IntEnum):
    """Names of everything the bus refuses."""

    OVERSIZED = 1
    TRUNCATED = 2
    WRONG_SCHEMA = 3
    WRONG_SENDER = 4
    WRONG_TOKEN = 5
    NON_FINITE = 6
    TOO_DEEP = 7
    DUPLICATE_KEY = 8
    UNKNOWN_MESSAGE = 9
    UNKNOWN_DESTINATION = 10
    MALFORMED = 11
    OUT_OF_RANGE = 12
    LATE = 13


@message(0x1010, App.EXECUTIVE)
class BootRecord(Message):
    """How this boot came about."""

    time_ns: U64
    boot_count: U32
    reset_count: U32
    reset_type: U8
    dictionary_hash: U64
    version_major: U8
    version_minor: U8
    version_patch: U8


@message(0x1011, App.EXECUTIVE)
class ExecutiveStatus(Message):
    """Processes and bus accounting."""

    time_ns: U64
    mode: Annotated[SystemMode, Scalar("u8")]
    application_count: U8
    application_up_count: U8
    restart_count: U16
    slip_count: U32
    sent_count: U64
    delivered_count: U64
    handled_count: U64
    lost_count: U64
    superseded_count: U64
    reject_count: U32
    last_loss_application: U16
    last_loss_message: U16
    pipe_depth_peak_count: U16


@command(0x4010, App.EXECUTIVE, hazard=Hazard.HAZARDOUS, timeout_s=15.0)
class RestartApplication(Command):
    """Stop and start one application; it comes back from its last snapshot."""

    application: Annotated[int, Scalar("u16"), Range(1, 2047)]


@command(0x4011, App.EXECUTIVE)
class SetSystemMode(Command):
    """Order a mode of the whole (1 operate, 2 degraded, 3 safe)."""

    mode: Annotated[int, Scalar("u8"), Range(1, 3)]


@message(0x1012, App.EXECUTIVE)
class SystemModeOrder(Message):
    """The mode every application must follow; published on change and each second."""

    time_ns: U64
    mode: Annotated[SystemMode, Scalar("u8")]


@event(0x8010, App.EXECUTIVE, Severity.HIGH, "application {application} died at tick {tick}")
class ApplicationDied(Event):
    """An application's process ended unasked."""

    application: U16
    tick: U64


@event(
    0x8011, App.EXECUTIVE, Severity.HIGH, "application {application} silent for {silent_ticks} ticks: stopped"
)
class ApplicationHung(Event):
    """No heartbeat for too many ticks."""

    application: U16
    silent_ticks: U32


@event(
    0x8012,
    App.EXECUTIVE,
    Severity.MEDIUM,
    "application {application} restarted ({restart_count}) after {down_ticks} ticks",
)
class ApplicationRestarted(Event):
    """An application is back."""

    application: U16
    restart_count: U16
    down_ticks: U32


@event(
    0x8013,
    App.EXECUTIVE,
    Severity.HIGH,
    "application {application} restarted {restart_count} times in 60 s: disabled, degraded mode",
)
class RestartBudgetSpent(Event):
    """The restart ladder's next rung: the application stays down and the mode falls back."""

    application: U16
    restart_count: U16


@event(
    0x8014,
    App.EXECUTIVE,
    Severity.LOW,
    "bus refused {reason} from {application}, message {message_id:#06x}: {count}",
)
class BusRejected(Event):
    """Bad input, counted by name; announced at the first of each (reason, sender), then decimally."""

    reason: Annotated[BusReject, Scalar("u8")]
    application: U16
    message_id: U16
    count: U32


@event(0x8015, App.EXECUTIVE, Severity.LOW, "pipe of {application} lost {count} of message {message_id:#06x}")
class PipeLoss(Event):
    """Messages lost by a pipe's policy, announced once per (pipe, message) and then decimally."""

    application: U16
    message_id: U16
    count: U32


@event(0x8016, App.EXECUTIVE, Severity.INFO, "system mode {mode_from} -> {mode_to}")
class SystemModeChanged(Event):
    """The mode of the whole changed."""

    mode_from: Annotated[SystemMode, Scalar("u8")]
    mode_to: Annotated[SystemMode, Scalar("u8")]
