"""The life of a command: its stages, which may follow which, and the state machine that holds to them.

A verification report may be lost on the way down, so a later stage may come without the earlier ones; it may
come late, so an earlier stage may be reported after a later one. Neither makes a command go backwards.
"""

from dataclasses import dataclass, replace
from enum import Enum, StrEnum

__all__ = ["CLOSED", "TRANSITIONS", "CommandLife", "CommandStage", "Move", "StageMark"]


class CommandStage(StrEnum):
    """The words for a command's life, the same in code, telemetry, archive and script."""

    SUBMITTED = "submitted"
    AUTHORISED = "authorised"
    QUEUED = "queued"
    RELEASED = "released"
    FRAMED = "framed"
    RADIATED = "radiated"
    COP_ACKED = "cop_acked"
    ACCEPTED = "accepted"
    STARTED = "started"
    PROGRESS = "progress"
    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    AMBIGUOUS = "ambiguous"


_S = CommandStage

CLOSED = frozenset({_S.COMPLETED, _S.FAILED, _S.EXPIRED, _S.CANCELLED})
"""Stages after which nothing more can happen."""

_REPORTED = (_S.ACCEPTED, _S.STARTED, _S.PROGRESS, _S.COMPLETED)
"""Stages that the satellite reports, in their order (ECSS-E-ST-70-41C clause 6.1)."""

TRANSITIONS: dict[CommandStage, frozenset[CommandStage]] = {
    _S.SUBMITTED: frozenset({_S.AUTHORISED, _S.FAILED}),
    _S.AUTHORISED: frozenset({_S.QUEUED, _S.FAILED}),
    _S.QUEUED: frozenset({_S.RELEASED, _S.EXPIRED, _S.CANCELLED}),
    _S.RELEASED: frozenset({_S.FRAMED, _S.FAILED}),
    _S.FRAMED: frozenset({_S.RADIATED, _S.EXPIRED, _S.CANCELLED}),
    _S.RADIATED: frozenset({_S.COP_ACKED, *_REPORTED, _S.FAILED, _S.AMBIGUOUS}),
    _S.COP_ACKED: frozenset({*_REPORTED, _S.FAILED, _S.AMBIGUOUS}),
    _S.ACCEPTED: frozenset({*_REPORTED[1:], _S.FAILED, _S.AMBIGUOUS}),
    _S.STARTED: frozenset({*_REPORTED[2:], _S.FAILED, _S.AMBIGUOUS}),
    _S.PROGRESS: frozenset({*_REPORTED[2:], _S.FAILED, _S.AMBIGUOUS}),
    _S.AMBIGUOUS: frozenset({_S.COP_ACKED, *_REPORTED, _S.FAILED}),
    _S.COMPLETED: frozenset(),
    _S.FAILED: frozenset(),
    _S.EXPIRED: frozenset(),
    _S.CANCELLED: frozenset(),
}
"""Which stage may follow which. Silence makes a command ambiguous; a late report settles it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageMark:
    """One stage that was reached.

    Parameters
    ----------
    time_ns : int
        Ground time at which the ground knew it (TAI).
    onboard_ns : int or None
        Time at which the satellite reported it, for the stages that it reports.
    detail : str
        Reason of a failure, number of a progress step; empty otherwise.
    late : bool
        True when a later stage was known already.
    """

    stage: CommandStage
    time_ns: int
    onboard_ns: int | None = None
    detail: str = ""
    late: bool = False


class Move(Enum):
    """What became of a stage that was put forward."""

    MOVED = "moved"
    LATE = "late"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLife:
    """The stages of one command so far; made by :meth:`begin`, moved on by :meth:`advance`.

    Parameters
    ----------
    state : CommandStage
        Stage in which the command is.
    marks : tuple of StageMark
        Every stage reached, in the order in which the ground learnt of it.
    """

    state: CommandStage
    marks: tuple[StageMark, ...]

    @classmethod
    def begin(cls, time_ns: int) -> "CommandLife":
        """Return the life of a command that was submitted at a time."""
        mark = StageMark(stage=CommandStage.SUBMITTED, time_ns=time_ns)
        return cls(state=CommandStage.SUBMITTED, marks=(mark,))

    @property
    def closed(self) -> bool:
        """Whether nothing more can happen."""
        return self.state in CLOSED

    @property
    def failed_stage(self) -> CommandStage | None:
        """Stage at which the command failed: the one it was about to reach, None when it has not failed."""
        if self.state is not CommandStage.FAILED:
            return None
        return CommandStage(self.marks[-1].detail.split(":", 1)[0])

    def mark(self, stage: CommandStage) -> StageMark | None:
        """Return the first mark of a stage, None when it was not reached."""
        return next((mark for mark in self.marks if mark.stage is stage), None)

    def advance(self, mark: StageMark) -> tuple["CommandLife", Move]:
        """Put a stage forward.

        Returns
        -------
        life : CommandLife
            The new life; the same one when the stage was refused.
        move : Move
            ``MOVED`` when the command is now in that stage, ``LATE`` when the stage lies behind it and was
            only noted, ``REFUSED`` when it cannot be (a closed command does not reopen, a repeat is no
            stage).
        """
        if mark.stage in TRANSITIONS[self.state]:
            return CommandLife(state=mark.stage, marks=(*self.marks, mark)), Move.MOVED
        behind = mark.stage in _REPORTED and self._was_radiated() and self.mark(mark.stage) is None
        if behind and self.state is not CommandStage.FAILED:
            noted = replace(mark, late=True)
            return CommandLife(state=self.state, marks=(*self.marks, noted)), Move.LATE
        return self, Move.REFUSED

    def fail(
        self, stage: CommandStage, time_ns: int, reason: str, onboard_ns: int | None = None
    ) -> tuple["CommandLife", Move]:
        """Let the command fail at a stage; the mark's detail is ``stage: reason``."""
        detail = f"{stage}: {reason}"
        mark = StageMark(stage=CommandStage.FAILED, time_ns=time_ns, onboard_ns=onboard_ns, detail=detail)
        return self.advance(mark)

    def _was_radiated(self) -> bool:
        return self.mark(CommandStage.RADIATED) is not None
