"""The command desk: takes commands, queues them and lets them go, each once.

The release of a command is safe in the archive before its octets leave; a queued one that is too old expires.
"""

from collections import deque
from collections.abc import Callable

from flight.dictionary.errors import BodyError
from flight.link.errors import LocalLinkError
from flight.link.packet import COUNT_MODULUS, SequenceCounter
from ground.archive.records import ArchiveSink, CommandRow
from ground.command.build import BuiltCommand
from ground.command.stages import CommandLife, CommandStage, StageMark
from ground.command.tracking import NS_PER_S, Tracked, Tracker

__all__ = ["CommandDesk", "QueueFullError"]

_QUEUE_COUNT_MAX = 1000
_S = CommandStage


class QueueFullError(RuntimeError):
    """The command queue takes no more."""


class CommandDesk:
    """Queue the commands of one satellite.

    Parameters
    ----------
    archive : ArchiveSink
        Where rows go.
    tracker : Tracker
        Follows every command from its submission on.
    build_packet : callable
        Returns the telecommand packet of (command, sequence count, token).
    frame : callable
        Returns the transmission unit of a packet; may raise ``LocalLinkError``.
    ttl_s : float
        How long a command may wait in the queue.
    may_frame : callable
        Whether the link takes another packet now; while not, commands wait.
    withdraw : callable
        Takes back what was framed and must not leave.
    """

    def __init__(
        self,
        *,
        archive: ArchiveSink,
        tracker: Tracker,
        build_packet: Callable[[BuiltCommand, int, int | None], bytes],
        frame: Callable[[bytes], bytes],
        ttl_s: float,
        may_frame: Callable[[], bool] = lambda: True,
        withdraw: Callable[[], None] = lambda: None,
    ) -> None:
        self._may_frame = may_frame
        self._withdraw = withdraw
        self._archive = archive
        self._tracker = tracker
        self._build_packet = build_packet
        self._frame = frame
        self._ttl_ns = int(ttl_s * NS_PER_S)
        self._sequences = SequenceCounter()
        self._sequences.restore(
            tuple((app, (count + 1) % COUNT_MODULUS) for app, count in archive.last_sequence_counts().items())
        )
        self._queue: deque[Tracked] = deque()
        self._last_id = archive.last_command_id()

    @property
    def queued_count(self) -> int:
        """Commands that wait."""
        return len(self._queue)

    def submit(
        self, command: BuiltCommand, *, origin: str, now_ns: int, token: int | None = None, refusal: str = ""
    ) -> int:
        """Take a command; return its number.

        Parameters
        ----------
        token : int or None
            Token of a hazardous command that was fired.
        refusal : str
            Why it may not leave; it is then archived as failed at ``authorised``.

        Raises
        ------
        QueueFullError
            When too many commands wait.
        """
        if len(self._queue) >= _QUEUE_COUNT_MAX:
            raise QueueFullError(f"queued commands must be < {_QUEUE_COUNT_MAX}, got that many (submit)")
        self._last_id += 1
        tracked = Tracked(
            command_id=self._last_id,
            command=command,
            life=CommandLife.begin(now_ns),
            expires_ns=now_ns + self._ttl_ns,
            token=token,
        )
        self._archive.put(_command_row(tracked, origin, now_ns))
        self._tracker.put_mark(tracked, tracked.life.marks[0])
        self._tracker.keep(tracked)
        if refusal:
            self._tracker.fail(tracked, _S.AUTHORISED, now_ns, refusal)
            return tracked.command_id
        for stage in (_S.AUTHORISED, _S.QUEUED):
            self._tracker.advance(tracked, StageMark(stage=stage, time_ns=now_ns))
        self._queue.append(tracked)
        return tracked.command_id

    def requeue(self, tracked: Tracked) -> None:
        """Let a command of an earlier run, queued then and never released, wait on."""
        self._queue.append(tracked)

    def cancel(self, command_id: int, now_ns: int) -> bool:
        """Take a command back; False when it is not in the queue (any more)."""
        tracked = next((one for one in self._queue if one.command_id == command_id), None)
        if tracked is None:
            return False
        self._queue.remove(tracked)
        self._tracker.advance(tracked, StageMark(stage=_S.CANCELLED, time_ns=now_ns, detail="by request"))
        return True

    def release(self, now_ns: int, *, link_open: bool, room_octets: int) -> list[bytes]:
        """Let queued commands go, oldest first; return their transmission units.

        Parameters
        ----------
        link_open : bool
            Whether the satellite can hear; while not, commands wait (and may expire).
        room_octets : int
            What the uplink has free; a command goes while it is positive, so one unit may overdraw it.
        """
        framed: list[tuple[Tracked, bytes]] = []
        while self._queue:
            tracked = self._queue[0]
            if now_ns > tracked.expires_ns:
                self._queue.popleft()
                self._tracker.advance(tracked, StageMark(stage=_S.EXPIRED, time_ns=now_ns))
                continue
            if not link_open or room_octets <= 0 or not self._may_frame():
                break
            self._queue.popleft()
            unit = self._make_unit(tracked, now_ns)
            if unit:
                framed.append((tracked, unit))
                room_octets -= len(unit)
        return self._radiate(framed, now_ns) if framed else []

    def _make_unit(self, tracked: Tracked, now_ns: int) -> bytes:
        """Release and frame a command; empty when it cannot be framed."""
        tracked.sequence_count = self._sequences.take(int(tracked.command.app))
        self._tracker.expect(tracked)
        self._tracker.advance(tracked, StageMark(stage=_S.RELEASED, time_ns=now_ns))
        try:
            unit = self._frame(self._build_packet(tracked.command, tracked.sequence_count, tracked.token))
        except (LocalLinkError, BodyError) as error:
            self._tracker.fail(tracked, _S.FRAMED, now_ns, str(error))
            return b""
        self._tracker.advance(tracked, StageMark(stage=_S.FRAMED, time_ns=now_ns))
        return unit

    def _radiate(self, framed: list[tuple[Tracked, bytes]], now_ns: int) -> list[bytes]:
        """Let units leave, once their release is safe; without an archive nothing leaves."""
        safe = self._archive.commit()
        stage = _S.RADIATED if safe else _S.CANCELLED
        detail = "" if safe else "archive failed"
        if not safe:
            self._withdraw()
        for tracked, _ in framed:
            self._tracker.advance(tracked, StageMark(stage=stage, time_ns=now_ns, detail=detail))
        return [unit for _, unit in framed] if safe else []


def _command_row(tracked: Tracked, origin: str, now_ns: int) -> CommandRow:
    built = tracked.command
    return CommandRow(
        command_id=tracked.command_id,
        submitted_ns=now_ns,
        expires_ns=tracked.expires_ns,
        origin=origin,
        application=int(built.app),
        command_type=built.command.SPEC.id,
        name=type(built.command).__name__,
        arguments=built.arguments,
        hazardous=built.hazardous,
        body=built.body,
    )
