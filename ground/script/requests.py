"""What a script asks of the ground and what it is answered: the same for a procedure and for a live client.

Names are words here; the ground resolves them with its own dictionary. Time-outs are seconds of the loop's
clock.
"""

from dataclasses import dataclass

from ground.script.condition import Condition

__all__ = [
    "AlarmSeen",
    "AlarmsSeen",
    "Answer",
    "Arm",
    "Armed",
    "Cancel",
    "CommandState",
    "ConditionJudged",
    "Done",
    "EventSeen",
    "EventsSeen",
    "Fire",
    "Hello",
    "ListAlarms",
    "ListEvents",
    "Overview",
    "PacketValues",
    "ReadItem",
    "ReadOverview",
    "ReadPacket",
    "Refused",
    "Request",
    "Sample",
    "Say",
    "SendCommand",
    "StageSeen",
    "WaitCondition",
    "WaitEvent",
    "WaitPacket",
    "WaitStage",
    "WaitTime",
]

Value = str | int | float | bool | bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """First request of a client; ``dictionary_hash`` 0 means the client has none."""

    client: str
    dictionary_hash: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCommand:
    """Queue a harmless command."""

    application: str
    name: str
    arguments: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Ask for a token for a hazardous command."""

    application: str
    name: str
    arguments: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fire:
    """Queue the command that a token was given for."""

    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Take back a command that has not left the ground."""

    command_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitStage:
    """Wait until a command has reached a stage or ended; with a time-out of 0 only look."""

    command_id: int
    stage: str
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItem:
    """Read the newest sample of an item."""

    application: str
    message: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPacket:
    """Read all items of the newest packet of a message."""

    application: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitCondition:
    """Wait until a sample meets a condition; with a time-out of 0 judge the newest sample.

    Parameters
    ----------
    stale_ok : bool
        False: only samples generated after the session's last command was executed count.
    """

    condition: Condition
    timeout_s: float
    stale_ok: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitPacket:
    """Wait for a number of further packets of a message."""

    application: str
    message: str
    packet_count: int
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitEvent:
    """Wait for an event report generated after the session's last command was sent (or after the request)."""

    name: str
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitTime:
    """Let time pass."""

    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOverview:
    """Read the state of the loop as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEvents:
    """Read events with a number above ``after_count``."""

    after_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAlarms:
    """Read the alarms that stand now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Keep a line of the script in the archive."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Nothing to tell but the time."""

    time_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The request was refused; see :class:`~ground.script.errors.RefusedError`."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """A token for a hazardous command."""

    token: str
    command: str
    valid_until_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSeen:
    """One stage of a command."""

    stage: str
    time_ns: int
    onboard_ns: int | None
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandState:
    """Where a command is: its present state and every stage it reached."""

    command_id: int
    command: str
    state: str
    stages: tuple[StageSeen, ...]
    timed_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One value.

    Parameters
    ----------
    value : str, int, float, bool or bytes
        Calibrated value; enumerations as their words.
    raw : str, int, float, bool or bytes
        Value as it came.
    generation_ns, reception_ns : int
        Onboard and ground time.
    """

    item: str
    value: Value
    raw: Value
    unit: str
    generation_ns: int
    reception_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketValues:
    """All items of a packet."""

    application: str
    message: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionJudged:
    """Outcome of a condition; ``sample`` is the one that decided, None when none counted."""

    passed: bool
    sample: Sample | None
    waited_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSeen:
    """One event report; ``count`` numbers the events of this run of the ground from 1."""

    count: int
    generation_ns: int
    source: str
    name: str
    severity: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSeen:
    """Events, oldest first, and whether the wait for one ran out."""

    events: tuple[EventSeen, ...]
    timed_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSeen:
    """One alarm that stands: ``low``, ``high`` or ``stale``."""

    item: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmsSeen:
    """All alarms that stand."""

    alarms: tuple[AlarmSeen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What a client should know first."""

    satellite: int
    time_ns: int
    dictionary_hash: int
    in_view: bool
    packet_count: int


Request = (
    Hello
    | SendCommand
    | Arm
    | Fire
    | Cancel
    | WaitStage
    | ReadItem
    | ReadPacket
    | ReadOverview
    | WaitCondition
    | WaitPacket
    | WaitEvent
    | WaitTime
    | ListEvents
    | ListAlarms
    | Say
)
Answer = (
    Done
    | Refused
    | Armed
    | CommandState
    | Sample
    | PacketValues
    | ConditionJudged
    | EventsSeen
    | AlarmsSeen
    | Overview
)
