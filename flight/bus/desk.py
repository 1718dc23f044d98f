"""The command desk of an application: checks, dispatch, reports, time-outs, parameters.

The life of a command on board is ``ACCEPTED, STARTED, (PROGRESS...,) COMPLETED | FAILED``, or ``REJECTED``
alone; each stage is one ``CommandReport`` whose cause and ``request`` are the identity of the command.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, Protocol

from flight.bus.config import Config
from flight.bus.counters import Counters
from flight.bus.mail import COMPLETED, Completed, Failed, Now, Outcome, Received, SendResult, Started
from flight.dictionary.application import (
    CommandCode,
    CommandRejected,
    CommandReport,
    NoOperation,
    ParameterChanged,
    ParameterValue,
    ReportParameters,
    ResetCounters,
    SetParameter,
    StepFailed,
)
from flight.dictionary.declare import Command, Event, Message, Parameters
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.parameters import ParameterItem, changed, parameter_items
from flight.dictionary.types import App, Stage

__all__ = ["PENDING_MAX", "CommandDesk", "NoParameters", "Served", "describe"]

PENDING_MAX = 16
"""Commands of one application that may run at the same time."""


class NoParameters(Parameters):
    """The parameters of an application that has none."""

    __slots__ = ()


class Served(Protocol):
    """What the desk needs of the application behind it: its declarations, its rules and its voice."""

    COMMANDS: ClassVar[Mapping[type[Command], str]]
    PARAMETERS: ClassVar[type[Parameters] | None]

    @property
    def config(self) -> Config:
        """Base tick and start parameters."""

    @property
    def app(self) -> App:
        """Its number in every report."""

    @property
    def counters(self) -> Counters:
        """Where commands are counted."""

    def check_parameters(self, parameters: Parameters) -> str | None:
        """Return why a set of parameters is refused, or None."""

    def check_command(self, now: Now, command: Command) -> int:
        """Return 0 to accept a command now, else the code of its rejection."""

    def publish(self, message: Message, *, cause: int = 0) -> SendResult:
        """Send a message."""

    def emit(self, event: Event, *, cause: int = 0) -> SendResult:
        """Publish an event."""


class CommandDesk:
    """Everything about commands and parameters that no application writes.

    Parameters
    ----------
    application : Served
        The application it serves.
    """

    __slots__ = ("_application", "_handlers", "_items", "parameters", "pending", "request")

    def __init__(self, application: Served) -> None:
        self._application: Final = application
        self._handlers: Final = dict(application.COMMANDS)
        parameters = application.PARAMETERS
        self._items: Final[tuple[ParameterItem, ...]] = (
            () if parameters is None else parameter_items(parameters)
        )
        self.parameters = self._start_parameters()
        self.pending: dict[int, int] = {}
        self.request = 0

    def take(self, now: Now, received: Received) -> None:
        """Check one command, run its handler and report; never raises."""
        app = self._application
        command, request = received.message, received.identity
        if command is None:
            self._reject(received, CommandCode.BODY_REFUSED)
            return
        if not isinstance(command, Command):
            return
        code = self._checked(now, command)
        if code:
            self._reject(received, code)
            return
        app.counters.accepted += 1
        self._report(request, Stage.ACCEPTED)
        self._report(request, Stage.STARTED)
        try:
            self.request = request
            outcome = self._execute(now, command, request)
        except Exception as error:  # a handler's fault is contained, counted and evented
            app.emit(StepFailed(application=app.app, text=describe(error)), cause=request)
            outcome = Failed(code=CommandCode.HANDLER_RAISED)
        self._settle(now, request, outcome)

    def complete(self, request: int) -> None:
        """Close a pending command as done."""
        if self.pending.pop(request, None) is not None:
            self._finish(request, COMPLETED)

    def fail(self, request: int, code: int) -> None:
        """Close a pending command as failed."""
        if self.pending.pop(request, None) is not None:
            self._finish(request, Failed(code=code))

    def progress(self, request: int, step: int) -> None:
        """Report a step of a pending command."""
        if request in self.pending:
            self._report(request, Stage.PROGRESS, step=step)

    def expire(self, tick: int) -> None:
        """Fail every pending command whose time is over."""
        for request in [request for request, deadline in self.pending.items() if deadline <= tick]:
            self.fail(request, CommandCode.TIME_OUT)

    def next_deadline(self) -> int | None:
        """Return the tick of the earliest time-out."""
        return min(self.pending.values(), default=None)

    def snapshot(self) -> tuple[object, ...]:
        """Return parameters and pending commands."""
        parameters = self.parameters
        values = tuple([(item.id, getattr(parameters, item.name)) for item in self._items])
        return (values, tuple(self.pending.items()))

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot; what was pending when memory was lost is reported as failed."""
        values, pending = state
        for parameter_id, value in values:  # type: ignore[attr-defined]
            try:
                self.parameters = changed(self.parameters, parameter_id, value)
            except BodyError:
                continue
        self.pending = dict(pending)  # type: ignore[call-overload]
        for request in list(self.pending):
            self.fail(request, CommandCode.RESTARTED)

    def _checked(self, now: Now, command: Command) -> int:
        app = self._application
        try:
            return self._check(now, command)
        except Exception as error:  # a rule's fault is contained, counted and evented
            app.emit(StepFailed(application=app.app, text=describe(error)))
            return CommandCode.HANDLER_RAISED

    def _check(self, now: Now, command: Command) -> int:
        if isinstance(command, SetParameter):
            return self._check_parameter(command)
        if isinstance(command, NoOperation | ResetCounters | ReportParameters):
            return 0
        if type(command) not in self._handlers:
            return CommandCode.UNSUPPORTED
        if len(self.pending) >= PENDING_MAX:
            return CommandCode.BUSY
        return self._application.check_command(now, command)

    def _execute(self, now: Now, command: Command, request: int) -> Outcome:
        app = self._application
        match command:
            case NoOperation():
                return COMPLETED
            case ResetCounters():
                app.counters.restore((0,) * len(app.counters.__slots__))
                return COMPLETED
            case SetParameter():
                return self._set_parameter(command, request)
            case ReportParameters():
                for item in self._items:
                    self._publish_parameter(item.id, getattr(self.parameters, item.name), request)
                return COMPLETED
            case _:
                outcome = getattr(app, self._handlers[type(command)])(now, command)
                return outcome if isinstance(outcome, Completed | Started | Failed) else COMPLETED

    def _settle(self, now: Now, request: int, outcome: Outcome) -> None:
        if isinstance(outcome, Started):
            ticks = max(1, round(outcome.timeout_s * 1000.0 / self._application.config.tick_ms))
            self.pending[request] = now.tick + ticks
            return
        self._finish(request, outcome)

    def _finish(self, request: int, outcome: Outcome) -> None:
        counters = self._application.counters
        if isinstance(outcome, Failed):
            counters.failed += 1
            self._report(request, Stage.FAILED, code=outcome.code)
        else:
            counters.completed += 1
            self._report(request, Stage.COMPLETED)

    def _reject(self, received: Received, code: int) -> None:
        app = self._application
        app.counters.rejected += 1
        self._report(received.identity, Stage.REJECTED, code=code)
        event = CommandRejected(application=app.app, command_id=received.message_id, code=code)
        app.emit(event, cause=received.identity)

    def _report(self, request: int, stage: Stage, *, code: int = 0, step: int = 0) -> None:
        report = CommandReport(request=request, stage=stage, code=code, step=step)
        self._application.publish(report, cause=request)

    def _check_parameter(self, command: SetParameter) -> int:
        if not self._items:
            return CommandCode.UNKNOWN_PARAMETER
        try:
            candidate = changed(self.parameters, command.parameter_id, command.value)
        except BodyError as error:
            unknown = error.reason is BusReject.UNKNOWN_MESSAGE
            return CommandCode.UNKNOWN_PARAMETER if unknown else CommandCode.VALUE_REFUSED
        return CommandCode.VALUE_REFUSED if self._application.check_parameters(candidate) else 0

    def _set_parameter(self, command: SetParameter, request: int) -> Outcome:
        app = self._application
        name = next(item.name for item in self._items if item.id == command.parameter_id)
        value_from = getattr(self.parameters, name)
        self.parameters = changed(self.parameters, command.parameter_id, command.value)
        event = ParameterChanged(
            application=app.app,
            parameter_id=command.parameter_id,
            value_from=value_from,
            value_to=command.value,
        )
        app.emit(event, cause=request)
        self._publish_parameter(command.parameter_id, command.value, request)
        return COMPLETED

    def _publish_parameter(self, parameter_id: int, value: float, cause: int) -> None:
        app = self._application
        message = ParameterValue(application=app.app, parameter_id=parameter_id, value=value)
        app.publish(message, cause=cause)

    def _start_parameters(self) -> Parameters:
        """Return the declared defaults with the start values of the configuration."""
        app = self._application
        parameters = app.PARAMETERS() if app.PARAMETERS is not None else NoParameters()
        options = app.config.options.get("parameters", {})
        if not isinstance(options, dict):
            raise ValueError(
                f"parameters must be a mapping of names to values, got {options!r} ({app.app.name})"
            )
        ids = {item.name: item.id for item in self._items}
        for name, value in options.items():
            if name not in ids:
                raise ValueError(f"parameter must be one of {sorted(ids)}, got {name!r} ({app.app.name})")
            parameters = changed(parameters, ids[name], float(value))
        reason = app.check_parameters(parameters)
        if reason:
            raise ValueError(f"parameters must fit together, got {reason} ({app.app.name})")
        return parameters


def describe(error: Exception) -> str:
    """Return one line of at most 120 octets about an exception."""
    return f"{type(error).__name__}: {error}".encode()[:120].decode(errors="ignore")
