"""The verbs of operator scripts.

The same :class:`Satellite` serves a procedure inside a simulated run and a live client: what differs is the
port behind it. Each verb prints one line in the form that operators of COSMOS read.
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self, TypeVar

from ground.command.stages import CommandStage
from ground.script.condition import Condition, parse_command, parse_condition, parse_item
from ground.script.errors import CheckError, CommandFailedError, RefusedError, ScriptError
from ground.script.requests import (
    AlarmSeen,
    AlarmsSeen,
    Answer,
    Arm,
    Armed,
    Cancel,
    CommandState,
    ConditionJudged,
    Done,
    EventSeen,
    EventsSeen,
    Fire,
    ListAlarms,
    ListEvents,
    Overview,
    PacketValues,
    ReadItem,
    ReadOverview,
    ReadPacket,
    Refused,
    Request,
    Sample,
    Say,
    SendCommand,
    WaitCondition,
    WaitEvent,
    WaitPacket,
    WaitStage,
    WaitTime,
)

__all__ = ["CommandHandle", "Port", "Satellite", "shown_unit", "shown_value"]

_NS_PER_S = 1_000_000_000
Value = str | int | float | bool | bytes
Number = int | float
"""A number in the unit of the item that it is compared with."""

A = TypeVar("A")


class Port(Protocol):
    """Where requests go: into the tick of a simulated run, or over a socket to a running loop."""

    def call(self, request: Request) -> Answer:
        """Return the answer; the call lasts until the ground gives it."""

    def show(self, line: str) -> None:
        """Let the operator see a line."""

    def close(self) -> None:
        """End; no call may follow."""


@dataclass(frozen=True, slots=True)
class CommandHandle:
    """A command that was queued."""

    satellite: "Satellite"
    command_id: int
    command: str

    def state(self) -> CommandState:
        """Return where the command is."""
        return self.satellite.ask(
            WaitStage(command_id=self.command_id, stage="submitted", timeout_s=0.0), CommandState
        )

    def stages(self) -> dict[str, int]:
        """Return the ground time (ns, TAI) of each stage reached, the first of each."""
        times: dict[str, int] = {}
        for seen in self.state().stages:
            times.setdefault(seen.stage, seen.time_ns)
        return times

    def wait(self, stage: str = "completed", timeout_s: float = 30.0) -> CommandState:
        """Wait until the command has reached a stage.

        Raises
        ------
        CommandFailedError
            When it failed, expired, was cancelled or became ambiguous, or the time ran out.
        """
        return self.satellite.wait_command(self, stage, timeout_s)

    def cancel(self) -> None:
        """Take the command back; refused once it has left the ground."""
        self.satellite.ask(Cancel(command_id=self.command_id), Done)
        self.satellite.say(f"cancel({self.command})")


class Satellite:
    """One satellite, as a script sees it.

    Parameters
    ----------
    port : Port
        Where requests go.
    """

    def __init__(self, port: Port) -> None:
        self._port = port

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._port.close()

    def cmd(self, application: str, name: str | None = None, /, **arguments: Value) -> CommandHandle:
        """Queue a command: ``cmd("POWER SetLoadTier tier=1")`` or ``cmd("POWER", "SetLoadTier", tier=1)``.

        Raises
        ------
        RefusedError
            For an unknown name, a wrong argument, or a hazardous command (arm and fire it).
        """
        owner, command, pairs = _command_words(application, name, arguments)
        state = self.ask(SendCommand(application=owner, name=command, arguments=pairs), CommandState)
        self.say(f'cmd("{state.command}")')
        return CommandHandle(self, state.command_id, state.command)

    def arm(self, application: str, name: str | None = None, /, **arguments: Value) -> Armed:
        """Arm a hazardous command; the token in the answer fires it once."""
        owner, command, pairs = _command_words(application, name, arguments)
        armed = self.ask(Arm(application=owner, name=command, arguments=pairs), Armed)
        self.say(f'arm("{armed.command}")')
        return armed

    def fire(self, armed: Armed | str) -> CommandHandle:
        """Queue the command that was armed.

        Raises
        ------
        RefusedError
            When the token was used, is too old, or was never given out.
        """
        state = self.ask(Fire(token=armed if isinstance(armed, str) else armed.token), CommandState)
        self.say(f'fire("{state.command}")')
        return CommandHandle(self, state.command_id, state.command)

    def wait_command(self, handle: CommandHandle, stage: str, timeout_s: float) -> CommandState:
        """Wait until a command has reached a stage (see :meth:`CommandHandle.wait`)."""
        CommandStage(stage)
        state = self.ask(
            WaitStage(command_id=handle.command_id, stage=stage, timeout_s=timeout_s), CommandState
        )
        first_ns, last = state.stages[0].time_ns, state.stages[-1]
        waited_s = (last.time_ns - first_ns) / _NS_PER_S
        if any(seen.stage == stage for seen in state.stages):
            self.say(f'CHECK: cmd("{state.command}") {stage} success after {waited_s:.3f} seconds')
            return state
        why = (
            f" within {timeout_s:g} seconds" if state.timed_out else f": {last.detail}" if last.detail else ""
        )
        text = f'CHECK: cmd("{state.command}") {stage} failed: is {state.state}{why}'
        self.say(text)
        raise CommandFailedError(text)

    def sample(self, item: str) -> Sample:
        """Return the newest sample of an item with its times.

        Raises
        ------
        RefusedError
            For an unknown name, or when no sample has come down yet.
        """
        application, message, name = parse_item(item)
        return self.ask(ReadItem(application=application, message=message, item=name), Sample)

    def tlm(self, item: str) -> Value:
        """Return the newest value of an item such as ``"POWER PowerStatus charge_frac"``."""
        return self.sample(item).value

    def tlm_raw(self, item: str) -> Value:
        """Return the newest value of an item before calibration."""
        return self.sample(item).raw

    def tlm_formatted(self, item: str) -> str:
        """Return the newest value of an item with its unit."""
        sample = self.sample(item)
        return f"{shown_value(sample.value)} {shown_unit(sample.unit)}".rstrip()

    def packet(self, application: str, message: str) -> PacketValues:
        """Return all items of the newest packet of a message."""
        return self.ask(ReadPacket(application=application, message=message), PacketValues)

    def check(self, condition: str, *, stale_ok: bool = False) -> Value:
        """Judge the newest sample; return its value.

        Raises
        ------
        CheckError
            When it does not meet the condition, or is older than the last command's execution.
        """
        return self._judge(parse_condition(condition), 0.0, stale_ok=stale_ok)

    def check_tolerance(
        self, item: str, expected: Number, tolerance: Number, *, stale_ok: bool = False
    ) -> Value:
        """Judge whether the newest sample is within a tolerance of a value; return its value."""
        return self._judge(_within(item, expected, tolerance), 0.0, stale_ok=stale_ok)

    def wait_check(self, condition: str, timeout_s: float, *, stale_ok: bool = False) -> Value:
        """Wait for a fresh sample that meets a condition; return its value.

        Fresh is what the satellite generated after it executed this script's last command.

        Raises
        ------
        CheckError
            When the time runs out.
        """
        return self._judge(parse_condition(condition), timeout_s, stale_ok=stale_ok)

    def wait_check_tolerance(
        self, item: str, expected: Number, tolerance: Number, timeout_s: float, *, stale_ok: bool = False
    ) -> Value:
        """Wait for a fresh sample within a tolerance of a value; return its value."""
        return self._judge(_within(item, expected, tolerance), timeout_s, stale_ok=stale_ok)

    def wait(self, what: Number | str, timeout_s: float = 0.0, *, stale_ok: bool = False) -> bool:
        """Let seconds pass, or wait for a condition; return whether it was met."""
        if not isinstance(what, str):
            self.ask(WaitTime(duration_s=float(what)), Done)
            self.say(f"WAIT: {what:g} seconds")
            return True
        condition = parse_condition(what)
        judged = self.ask(
            WaitCondition(condition=condition, timeout_s=timeout_s, stale_ok=stale_ok), ConditionJudged
        )
        self.say(f"WAIT: {_outcome(condition, judged)}")
        return judged.passed

    def wait_packet(
        self, application: str, message: str, packet_count: int = 1, timeout_s: float = 30.0
    ) -> bool:
        """Wait for further packets of a message; return whether they came."""
        request = WaitPacket(
            application=application, message=message, packet_count=packet_count, timeout_s=timeout_s
        )
        judged = self.ask(request, ConditionJudged)
        outcome = "success" if judged.passed else "failed"
        what = f"{application} {message} {packet_count} packets"
        self.say(f"WAIT: {what} {outcome} after {judged.waited_s:.3f} seconds")
        return judged.passed

    def wait_event(self, name: str, timeout_s: float) -> EventSeen:
        """Wait for an event report; return it.

        Raises
        ------
        CheckError
            When the time runs out.
        """
        seen = self.ask(WaitEvent(name=name, timeout_s=timeout_s), EventsSeen)
        text = f"CHECK: event {name} {'failed' if seen.timed_out else 'success'} within {timeout_s:g} seconds"
        self.say(text)
        if seen.timed_out:
            raise CheckError(text)
        return seen.events[0]

    def events(self, after_count: int = 0) -> tuple[EventSeen, ...]:
        """Return the events with a number above one, oldest first."""
        return self.ask(ListEvents(after_count=after_count), EventsSeen).events

    def overview(self) -> Overview:
        """Return the state of the loop: its time, whether the satellite is in view, packets so far."""
        return self.ask(ReadOverview(), Overview)

    def alarms(self) -> tuple[AlarmSeen, ...]:
        """Return the alarms that stand now."""
        return self.ask(ListAlarms(), AlarmsSeen).alarms

    def pause(self, duration_s: float) -> None:
        """Let seconds pass without printing a line."""
        self.ask(WaitTime(duration_s=duration_s), Done)

    def wait_next(self, application: str, message: str, *, timeout_s: float) -> bool:
        """Wait for the next packet of a message without printing a line; return whether it came."""
        request = WaitPacket(application=application, message=message, packet_count=1, timeout_s=timeout_s)
        return self.ask(request, ConditionJudged).passed

    def now_ns(self) -> int:
        """Return the ground's time (TAI, ns since 1958)."""
        return self.ask(WaitTime(duration_s=0.0), Done).time_ns

    def say(self, text: str) -> None:
        """Print a line and keep it in the archive."""
        self._port.show(text)
        self.ask(Say(text=text), Done)

    def ask(self, request: Request, kind: type[A]) -> A:
        """Put a request and return its answer.

        Raises
        ------
        RefusedError
            When the ground refuses it.
        """
        answer = self._port.call(request)
        if isinstance(answer, Refused):
            raise RefusedError(answer.reason, answer.text)
        if not isinstance(answer, kind):
            raise ScriptError(f"answer must be {kind.__name__}, got {type(answer).__name__}")
        return answer

    def _judge(self, condition: Condition, timeout_s: float, *, stale_ok: bool) -> Value:
        request = WaitCondition(condition=condition, timeout_s=timeout_s, stale_ok=stale_ok)
        judged = self.ask(request, ConditionJudged)
        text = f"CHECK: {_outcome(condition, judged)}"
        self.say(text)
        if not judged.passed or judged.sample is None:
            raise CheckError(text)
        return judged.sample.value


def _outcome(condition: Condition, judged: ConditionJudged) -> str:
    """Return ``... success with value == 0.83 after waiting 1.200 seconds``."""
    outcome = "success" if judged.passed else "failed"
    value = "no fresh sample" if judged.sample is None else f"value == {shown_value(judged.sample.value)}"
    return f"{condition.text} {outcome} with {value} after waiting {judged.waited_s:.3f} seconds"


def shown_unit(unit: str) -> str:
    """Return a unit as it is displayed: pure numbers have none."""
    return "" if unit == "1" else unit


def shown_value(value: Value) -> str:
    """Return a value as it is printed; octets in hexadecimal."""
    return value.hex() if isinstance(value, bytes) else str(value)


def _within(item: str, expected: Number, tolerance: Number) -> Condition:
    application, message, name = parse_item(item)
    return Condition(
        application=application,
        message=message,
        item=name,
        sign="~",
        operand=expected,
        tolerance=abs(tolerance),
    )


Pairs = tuple[tuple[str, Value], ...]


def _command_words(application: str, name: str | None, arguments: dict[str, Value]) -> tuple[str, str, Pairs]:
    """Read both forms of a command."""
    if name is not None:
        return application, name, tuple(arguments.items())
    words = parse_command(application)
    return words.application, words.name, (*words.arguments, *arguments.items())
