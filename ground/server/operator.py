"""Serve operators: every request of a procedure or a client comes here, and only here are commands let in."""

import math

from flight.dictionary.gateway import ArmCommand
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from ground.alarms.engine import AlarmEngine
from ground.archive.records import ArchiveSink, LineRow
from ground.command.authorise import NotAuthorisedError, TokenDesk
from ground.command.build import ArgumentError, BuiltCommand, build_command
from ground.command.desk import CommandDesk, QueueFullError
from ground.command.stages import CommandStage
from ground.command.tracking import Tracked, Tracker
from ground.script import requests as ask
from ground.script.condition import COMPARISONS
from ground.script.requests import Answer, Refused, Request
from ground.server.answers import command_state, event_seen, packet_values, sample_of
from ground.server.session import Session
from ground.server.waits import (
    ConditionWait,
    EventWait,
    PacketWait,
    StageWait,
    TimeWait,
    Wait,
    Window,
    condition_test,
)
from ground.telemetry.events import EventLog, EventRecord
from ground.telemetry.names import UnknownNameError, app_named, event_named, item_named, message_named
from ground.telemetry.store import Received, TelemetryStore

__all__ = ["Operator", "RequestError"]

_TIMEOUT_MAX_S = 1e7
"""Longest wait that is taken: about 116 days."""


class RequestError(ValueError):
    """A request that cannot be served as it stands."""


_REASONS: dict[type[Exception], str] = {
    UnknownNameError: "unknown_name",
    ArgumentError: "argument",
    NotAuthorisedError: "not_authorised",
    QueueFullError: "queue_full",
    RequestError: "request",
}


class Operator:
    """Answer requests.

    Parameters
    ----------
    desk, tracker, tokens : CommandDesk, Tracker, TokenDesk
        The way of commands.
    store, log : TelemetryStore, EventLog
        What came down.
    alarms : AlarmEngine
        What is the matter now.
    archive : ArchiveSink
        Where lines of scripts are kept.
    satellite : int
        Spacecraft id.
    """

    def __init__(
        self,
        *,
        desk: CommandDesk,
        tracker: Tracker,
        tokens: TokenDesk,
        store: TelemetryStore,
        log: EventLog,
        alarms: AlarmEngine,
        archive: ArchiveSink,
        satellite: int,
    ) -> None:
        self._desk = desk
        self._tracker = tracker
        self._tokens = tokens
        self._store = store
        self._log = log
        self._alarms = alarms
        self._archive = archive
        self._satellite = satellite
        self.in_view = False
        self.packet_count = 0

    def open_session(self, name: str) -> Session:
        """Return a new operator's session."""
        return Session(name, self._log.count)

    def handle(self, session: Session, request: Request, now_ns: int) -> Answer | Wait:
        """Return the answer to a request, or what will have it; a request that is refused is answered so."""
        try:
            return self._serve(session, request, now_ns)
        except (UnknownNameError, ArgumentError, NotAuthorisedError, QueueFullError, RequestError) as error:
            return Refused(reason=_REASONS[type(error)], text=str(error))

    def _serve(self, session: Session, request: Request, now_ns: int) -> Answer | Wait:
        match request:
            case ask.SendCommand() | ask.Arm() | ask.Fire() | ask.Cancel():
                return self._serve_command(session, request, now_ns)
            case ask.WaitStage() | ask.WaitCondition() | ask.WaitPacket() | ask.WaitEvent() | ask.WaitTime():
                return self._serve_wait(session, request, now_ns)
            case _:
                return self._serve_reading(session, request, now_ns)

    def _serve_command(
        self, session: Session, request: ask.SendCommand | ask.Arm | ask.Fire | ask.Cancel, now_ns: int
    ) -> Answer:
        match request:
            case ask.SendCommand():
                return self._send(session, request, now_ns)
            case ask.Arm():
                return self._arm(session, request, now_ns)
            case ask.Fire():
                token = _token(request.token)
                return self._submit(session, self._tokens.fire(token, now_ns), now_ns, token=token)
            case ask.Cancel():
                if not self._desk.cancel(request.command_id, now_ns):
                    raise RequestError(f"command must be queued to be cancelled, got {request.command_id}")
                return ask.Done(time_ns=now_ns)

    def _serve_wait(
        self,
        session: Session,
        request: ask.WaitStage | ask.WaitCondition | ask.WaitPacket | ask.WaitEvent | ask.WaitTime,
        now_ns: int,
    ) -> Wait:
        timeout_s = request.duration_s if isinstance(request, ask.WaitTime) else request.timeout_s
        if not (math.isfinite(timeout_s) and 0.0 <= timeout_s <= _TIMEOUT_MAX_S):
            raise RequestError(f"time-out must be in [0, {_TIMEOUT_MAX_S:g}] s, got {timeout_s}")
        window = Window.of(now_ns, timeout_s)
        match request:
            case ask.WaitTime():
                return TimeWait(window)
            case ask.WaitStage():
                if request.stage not in list(CommandStage):
                    raise UnknownNameError("stage", request.stage, list(CommandStage))
                return StageWait(window, self._command(request.command_id), CommandStage(request.stage))
            case ask.WaitCondition():
                return self._wait_condition(session, request, window)
            case ask.WaitPacket():
                app = app_named(request.application)
                key = (int(app), message_named(app, request.message).SPEC.id)
                return PacketWait(window, store=self._store, item_key=key, count=request.packet_count)
            case ask.WaitEvent():
                return self._wait_event(session, request, window)

    def _serve_reading(self, session: Session, request: Request, now_ns: int) -> Answer:
        match request:
            case ask.ReadItem():
                item = item_named(request.application, request.message, request.item)
                return sample_of(item, self._newest(item.app, request.message))
            case ask.ReadPacket():
                return packet_values(self._newest(app_named(request.application), request.message))
            case ask.ListEvents():
                seen = tuple(event_seen(record) for record in self._log.after(request.after_count))
                return ask.EventsSeen(events=seen)
            case ask.ListAlarms():
                standing = (
                    ask.AlarmSeen(item=item, state=str(state)) for item, state in self._alarms.active()
                )
                return ask.AlarmsSeen(alarms=tuple(standing))
            case _:
                return self._serve_session(session, request, now_ns)

    def _serve_session(self, session: Session, request: Request, now_ns: int) -> Answer:
        match request:
            case ask.Say():
                self._archive.put(LineRow(time_ns=now_ns, origin=session.name, text=request.text))
                return ask.Done(time_ns=now_ns)
            case ask.Hello():
                session.name = f"client {request.client[:40]}"
                return self.overview(now_ns)
            case ask.ReadOverview():
                return self.overview(now_ns)
            case _:
                raise RequestError(f"request must be known, got {type(request).__name__}")

    def overview(self, now_ns: int) -> ask.Overview:
        """Return what a client should know first."""
        return ask.Overview(
            satellite=self._satellite,
            time_ns=now_ns,
            dictionary_hash=DICTIONARY.hash,
            in_view=self.in_view,
            packet_count=self.packet_count,
        )

    def _send(self, session: Session, request: ask.SendCommand, now_ns: int) -> Answer:
        """Queue a harmless command; a hazardous one is archived as refused."""
        command = build_command(request.application, request.name, request.arguments)
        try:
            self._tokens.require_harmless(command)
        except NotAuthorisedError as error:
            self._desk.submit(command, origin=session.name, now_ns=now_ns, refusal=str(error))
            raise
        return self._submit(session, command, now_ns)

    def _arm(self, session: Session, request: ask.Arm, now_ns: int) -> Answer:
        """Give out a token, and tell the satellite's gateway to expect it."""
        command = build_command(request.application, request.name, request.arguments)
        armed = self._tokens.arm(command, now_ns)
        content = (
            ("application", int(command.app)),
            ("command_id", command.command.SPEC.id),
            ("token", armed.token),
        )
        onboard = build_command(App.GATEWAY.name, ArmCommand.__name__, content)
        self._desk.submit(onboard, origin=session.name, now_ns=now_ns)
        return ask.Armed(
            token=f"{armed.token:08x}",
            command=f"{command.name} {command.arguments}".rstrip(),
            valid_until_ns=armed.valid_until_ns,
        )

    def _submit(
        self, session: Session, command: BuiltCommand, now_ns: int, *, token: int | None = None
    ) -> Answer:
        command_id = self._desk.submit(command, origin=session.name, now_ns=now_ns, token=token)
        session.sent(command_id, self._log.count)
        return command_state(self._command(command_id))

    def _command(self, command_id: int) -> Tracked:
        tracked = self._tracker.find(command_id)
        if tracked is None:
            raise RequestError(f"command must be one of this run, got {command_id}")
        return tracked

    def _newest(self, app: App, message: str) -> Received:
        cls = message_named(app, message)
        newest = self._store.newest(app, cls)
        if newest is None:
            raise RequestError(f"packet must have come down once, got none of {app.name} {cls.__name__}")
        return newest

    def _wait_condition(self, session: Session, request: ask.WaitCondition, window: Window) -> Wait:
        condition = request.condition
        item = item_named(condition.application, condition.message, condition.item)
        if condition.sign not in (*COMPARISONS, "~"):
            raise RequestError(f"comparison must be one of {' '.join(COMPARISONS)}, got {condition.sign!r}")
        try:
            operand = item.operand(condition.operand)
        except ValueError as error:
            raise RequestError(str(error)) from error
        last = None if request.stale_ok or session.last_command_id is None else session.last_command_id
        tracked = None if last is None else self._tracker.find(last)
        return ConditionWait(
            window,
            item=item,
            test=condition_test(condition, operand),
            store=self._store,
            fresh_from=lambda: 0 if tracked is None else tracked.executed_ns,
        )

    def _wait_event(self, session: Session, request: ask.WaitEvent, window: Window) -> Wait:
        name = event_named(request.name).__name__

        def found(record: EventRecord) -> None:
            session.found_event(name, record.count)

        return EventWait(window, log=self._log, name=name, mark_count=session.event_mark(name), found=found)


def _token(text: str) -> int:
    """Read a token as it is shown: hexadecimal."""
    try:
        return int(text, 16)
    except ValueError as error:
        raise NotAuthorisedError("token must be hexadecimal, as arm gave it (fire)") from error
