"""Follow commands: keep the life of each, write its stages down, take reports, and notice silence."""

from dataclasses import dataclass

from ground.archive.records import ArchiveSink, StageRow
from ground.command.build import BuiltCommand
from ground.command.stages import CommandLife, CommandStage, Move, StageMark

__all__ = ["NS_PER_S", "Report", "TrackLimits", "Tracked", "Tracker"]

NS_PER_S = 1_000_000_000
_S = CommandStage


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackLimits:
    """Windows of verification.

    Parameters
    ----------
    accept_window_s : float
        How long after radiation the first report may take before the command is ambiguous.
    complete_margin_s : float
        Added to the command's own time-out for the way of the last report.
    track_count_max : int
        Commands whose life is kept in memory; the archive keeps all.
    """

    accept_window_s: float = 10.0
    complete_margin_s: float = 5.0
    track_count_max: int = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the satellite said about a command.

    Parameters
    ----------
    application, sequence_count : int
        Of the telecommand packet: together its request id.
    stage : CommandStage
        The stage that was reached, or that failed.
    failed : bool
        True when the report is of the failure of that stage.
    detail : str
        Failure code or progress step.
    onboard_ns : int
        Time in the report's packet.
    """

    application: int
    sequence_count: int
    stage: CommandStage
    failed: bool
    detail: str
    onboard_ns: int


class Tracked:
    """A command and its life so far.

    Parameters
    ----------
    expires_ns : int
        When it is too old to leave.
    token : int or None
        Token that a hazardous command was fired with.
    sequence_count : int or None
        Of its packet, from the release on.

    Attributes
    ----------
    deadline_ns : int or None
        When silence makes it ambiguous.
    """

    __slots__ = ("command", "command_id", "deadline_ns", "expires_ns", "life", "sequence_count", "token")

    def __init__(
        self,
        *,
        command_id: int,
        command: BuiltCommand,
        life: CommandLife,
        expires_ns: int,
        token: int | None = None,
        sequence_count: int | None = None,
    ) -> None:
        self.command_id = command_id
        self.command = command
        self.life = life
        self.expires_ns = expires_ns
        self.token = token
        self.sequence_count = sequence_count
        self.deadline_ns: int | None = None

    @property
    def executed_ns(self) -> int | None:
        """Onboard time from which samples show the command's effect; None while it is not known.

        The start of execution where it was reported, else the completion. For a command that ended otherwise,
        or whose fate is open, the ground time of that mark.
        """
        for stage in (_S.STARTED, _S.PROGRESS, _S.COMPLETED):
            mark = self.life.mark(stage)
            if mark is not None and mark.onboard_ns is not None:
                return mark.onboard_ns
        ended = self.life.closed or self.life.state is _S.AMBIGUOUS
        return self.life.marks[-1].time_ns if ended else None


class Tracker:
    """The lives of one satellite's commands.

    Parameters
    ----------
    archive : ArchiveSink
        Where stages are written.
    limits : TrackLimits
        Windows of verification.
    """

    def __init__(self, archive: ArchiveSink, limits: TrackLimits) -> None:
        self._archive = archive
        self._limits = limits
        self._tracked: dict[int, Tracked] = {}
        self._by_request: dict[tuple[int, int], Tracked] = {}
        self._waiting: dict[int, Tracked] = {}
        self.unmatched_count = 0

    def find(self, command_id: int) -> Tracked | None:
        """Return a command that is still kept in memory."""
        return self._tracked.get(command_id)

    def all(self) -> tuple[Tracked, ...]:
        """Return every command kept, oldest first."""
        return tuple(self._tracked.values())

    def keep(self, tracked: Tracked) -> None:
        """Follow a command; the oldest that has ended is forgotten when there are too many."""
        self._tracked[tracked.command_id] = tracked
        if len(self._tracked) > self._limits.track_count_max:
            self._forget_one()

    def _forget_one(self) -> None:
        old = next((one for one in self._tracked.values() if one.life.closed), None)
        if old is None:
            return
        del self._tracked[old.command_id]
        if old.sequence_count is not None:
            key = (int(old.command.app), old.sequence_count)
            if self._by_request.get(key) is old:
                del self._by_request[key]

    def expect(self, tracked: Tracked) -> None:
        """Match reports with a command by its request id, from its release on."""
        if tracked.sequence_count is not None:
            self._by_request[int(tracked.command.app), tracked.sequence_count] = tracked

    def put_mark(self, tracked: Tracked, mark: StageMark) -> None:
        """Write a stage down."""
        row = StageRow(
            command_id=tracked.command_id,
            stage=mark.stage,
            time_ns=mark.time_ns,
            onboard_ns=mark.onboard_ns,
            detail=mark.detail,
            late=mark.late,
            sequence_count=tracked.sequence_count,
        )
        self._archive.put(row)

    def advance(self, tracked: Tracked, mark: StageMark) -> Move:
        """Move a command on; see :meth:`CommandLife.advance`."""
        tracked.life, move = tracked.life.advance(mark)
        if move is not Move.REFUSED:
            self.put_mark(tracked, tracked.life.marks[-1])
        if move is Move.MOVED:
            self._set_deadline(tracked, mark)
        return move

    def fail(
        self, tracked: Tracked, stage: CommandStage, now_ns: int, reason: str, onboard_ns: int | None = None
    ) -> Move:
        """Let a command fail at a stage."""
        mark = StageMark(stage=_S.FAILED, time_ns=now_ns, onboard_ns=onboard_ns, detail=f"{stage}: {reason}")
        return self.advance(tracked, mark)

    def _set_deadline(self, tracked: Tracked, mark: StageMark) -> None:
        """Set until when the next report must come."""
        match mark.stage:
            case CommandStage.RADIATED | CommandStage.COP_ACKED:
                window_s = self._limits.accept_window_s
            case CommandStage.ACCEPTED | CommandStage.STARTED | CommandStage.PROGRESS:
                window_s = tracked.command.command.SPEC.timeout_s + self._limits.complete_margin_s
            case _:
                self._waiting.pop(tracked.command_id, None)
                tracked.deadline_ns = None
                return
        tracked.deadline_ns = mark.time_ns + int(window_s * NS_PER_S)
        self._waiting[tracked.command_id] = tracked

    def report(self, report: Report, now_ns: int) -> Tracked | None:
        """Take a report; return the command it belongs to, None (counted) when there is none."""
        tracked = self._by_request.get((report.application, report.sequence_count))
        if tracked is None:
            self.unmatched_count += 1
            return None
        if report.failed:
            self.fail(tracked, report.stage, now_ns, report.detail, report.onboard_ns)
        else:
            mark = StageMark(
                stage=report.stage, time_ns=now_ns, onboard_ns=report.onboard_ns, detail=report.detail
            )
            self.advance(tracked, mark)
        return tracked

    def acknowledge(self, application: int, sequence_count: int, now_ns: int) -> None:
        """Note that a command's frame was taken on board (COP-1), which its control word says."""
        tracked = self._by_request.get((application, sequence_count))
        if tracked is not None:
            self.advance(tracked, StageMark(stage=_S.COP_ACKED, time_ns=now_ns))

    def notice_silence(self, now_ns: int) -> None:
        """Make every command ambiguous whose next report is overdue."""
        overdue = [
            one for one in self._waiting.values() if one.deadline_ns is not None and now_ns > one.deadline_ns
        ]
        for tracked in overdue:
            detail = f"silence after {tracked.life.state}"
            self.advance(tracked, StageMark(stage=_S.AMBIGUOUS, time_ns=now_ns, detail=detail))
