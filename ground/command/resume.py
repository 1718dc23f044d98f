"""What becomes of commands that an earlier run of the ground node left open."""

from flight.dictionary.declare import Command
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from ground.archive.records import ArchiveSink, OpenCommand, StageRow
from ground.command.build import ArgumentError, BuiltCommand, rebuild_command
from ground.command.desk import CommandDesk
from ground.command.stages import CommandLife, CommandStage, StageMark
from ground.command.tracking import Tracked, Tracker

__all__ = ["resume_commands"]

_S = CommandStage
_RESTARTED = "ground restarted"


def resume_commands(archive: ArchiveSink, desk: CommandDesk, tracker: Tracker, now_ns: int) -> None:
    """Take up the commands that are open in an archive.

    What had been released may have left and is ambiguous: never sent again, settled by a late report. A
    harmless command that waited waits on. A hazardous one is cancelled, because nobody may fire today what
    was armed before a crash. One that the present dictionary does not know ends where it was.
    """
    for left in archive.open_commands():
        command = _rebuild(left)
        if command is None:
            archive.put(_unknown(left, now_ns))
            continue
        tracked = _tracked(left, command)
        tracker.keep(tracked)
        if tracked.sequence_count is not None:
            _make_ambiguous(tracked, tracker, now_ns)
        elif tracked.life.state is not _S.QUEUED:
            stage = _S.AUTHORISED if tracked.life.state is _S.SUBMITTED else _S.QUEUED
            tracker.fail(tracked, stage, now_ns, _RESTARTED)
        elif command.hazardous:
            tracker.advance(tracked, StageMark(stage=_S.CANCELLED, time_ns=now_ns, detail=_RESTARTED))
        else:
            desk.requeue(tracked)


def _rebuild(left: OpenCommand) -> BuiltCommand | None:
    cls = DICTIONARY.find(left.row.command_type)
    if cls is None or not issubclass(cls, Command) or left.row.application not in list(App):
        return None
    try:
        return rebuild_command(App(left.row.application), cls, left.row.body)
    except ArgumentError:
        return None


def _unknown(left: OpenCommand, now_ns: int) -> StageRow:
    """End a command that cannot be rebuilt: cancelled where it had not left, else failed."""
    released = any(stage.sequence_count is not None for stage in left.stages)
    stage = _S.FAILED if released else _S.CANCELLED
    detail = "accepted: dictionary changed" if released else "dictionary changed"
    return StageRow(command_id=left.row.command_id, stage=stage, time_ns=now_ns, detail=detail)


def _tracked(left: OpenCommand, command: BuiltCommand) -> Tracked:
    marks = tuple(
        StageMark(
            stage=CommandStage(stage.stage),
            time_ns=stage.time_ns,
            onboard_ns=stage.onboard_ns,
            detail=stage.detail,
            late=bool(stage.late),
        )
        for stage in left.stages
    )
    begun = CommandLife.begin(left.row.submitted_ns)
    state = next((mark.stage for mark in reversed(marks) if not mark.late), begun.state)
    counts = [stage.sequence_count for stage in left.stages if stage.sequence_count is not None]
    return Tracked(
        command_id=left.row.command_id,
        command=command,
        life=CommandLife(state=state, marks=marks or begun.marks),
        expires_ns=left.row.expires_ns,
        sequence_count=counts[-1] if counts else None,
    )


def _make_ambiguous(tracked: Tracked, tracker: Tracker, now_ns: int) -> None:
    """Walk a released command to ``ambiguous`` over the stages that cannot be excluded."""
    tracker.expect(tracked)
    for stage in (_S.FRAMED, _S.RADIATED):
        if tracked.life.mark(_S.RADIATED) is None:
            tracker.advance(tracked, StageMark(stage=stage, time_ns=now_ns, detail="assumed"))
    tracker.advance(tracked, StageMark(stage=_S.AMBIGUOUS, time_ns=now_ns, detail=_RESTARTED))
