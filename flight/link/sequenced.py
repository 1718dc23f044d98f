"""Telecommand under sequence control: packets in, transmission units and acknowledgements out.

Around FOP-1 it adds what an operator would do by hand: it begins when control words come, recovers after an
alert by itself, and keeps a bounded backlog while the window is full.
"""

from collections import deque
from dataclasses import dataclass

from flight.link.clcw import Clcw, parse_clcw
from flight.link.command_sender import TelecommandSender
from flight.link.cop1 import (
    Abandoned,
    Acknowledged,
    Alerted,
    Effect,
    Fop,
    Ready,
    SendControl,
    SendData,
    Submission,
)
from flight.link.cop1_table import FopState
from flight.link.errors import RemoteLinkError
from flight.link.profile import Profile

BACKLOG_COUNT_MAX = 256

_FAR_COUNT = 128
"""Half of the numbers: further than any window (1..127) and what is under way within one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Radiate:
    """Send a transmission unit; `handle` names its packet, -1 is a control command; attempts count from 1."""

    unit: bytes
    handle: int = -1
    attempt: int = 1


UplinkEffect = Radiate | Acknowledged | Abandoned | Alerted | Ready


class SequencedSender:
    """One virtual channel under COP-1.

    Parameters
    ----------
    profile
        Of kind "tc" with sequence control.
    vcid
        The virtual channel.
    sender
        Builds, secures and codes the frames.

    Attributes
    ----------
    clcw
        The newest control word of this channel, None before the first.
    """

    def __init__(self, profile: Profile, vcid: int, sender: TelecommandSender) -> None:
        self._fop = Fop(profile.sequence)
        self._vcid = vcid
        self._sender = sender
        self._backlog: deque[Submission] = deque()
        self._resume_count: int | None = None
        self._has_begun = False
        self._made: list[Effect] = []
        self.clcw: Clcw | None = None

    @property
    def is_ready(self) -> bool:
        """Sequence control is on: packets go out as the window allows."""
        return self._fop.state <= FopState.RETRANSMIT_WAIT

    @property
    def has_room(self) -> bool:
        """A packet would go out at once."""
        return self._fop.has_room and not self._backlog and self._resume_count is None

    @property
    def due_ns(self) -> int | None:
        """When `advance` has something to do, None for never."""
        return self._fop.due_ns

    def submit(self, now_ns: int, submission: Submission) -> bool:
        """Take a packet; false when the backlog is full.

        Raises
        ------
        LocalLinkError
            When the packet or its access point is none the sender could frame.
        """
        self._sender.require(self._vcid, submission.map_id, submission.packet)
        if len(self._backlog) >= BACKLOG_COUNT_MAX:
            return False
        self._backlog.append(submission)
        self._feed(now_ns)
        return True

    def take_word(self, now_ns: int, ocf_word: int) -> None:
        """Take the control word of a telemetry frame; words of other channels and reports are passed over."""
        try:
            clcw = parse_clcw(ocf_word)
        except RemoteLinkError:
            return
        if clcw.vcid != self._vcid:
            return
        self.clcw = clcw
        if self._fop.state is FopState.INITIAL:
            self._begin(now_ns, clcw)
        else:
            self._fop.take_clcw(now_ns, clcw)
        self._resume(now_ns)
        self._feed(now_ns)

    def advance(self, now_ns: int) -> None:
        """Let time pass."""
        self._fop.advance(now_ns)
        self._feed(now_ns)

    def terminate(self, now_ns: int) -> None:
        """End sequence control: the pass is over."""
        self._fop.terminate(now_ns)

    def effects(self) -> list[UplinkEffect]:
        """Return what is to be done, in order, and forget it."""
        made: list[UplinkEffect] = []
        effects = self._made + self._fop.effects()
        self._made = []
        for effect in effects:
            match effect:
                case SendData(submission=submission, count=count, attempt=attempt):
                    unit = self._sender.send_sequenced(
                        self._vcid, submission.map_id, submission.packet, count
                    )
                    made.append(Radiate(unit=unit, handle=submission.handle, attempt=attempt))
                case SendControl(command=command):
                    made.append(Radiate(unit=self._sender.send_control(self._vcid, command)))
                case _:
                    made.append(effect)
        return made

    def _begin(self, now_ns: int, clcw: Clcw) -> None:
        """Begin, or begin again: V(R) is set to V(S), which no frame still under way has.

        A sender that was started anew may yet hear words that answer to it before: it begins half the numbers
        from the first word, so that none of them can be taken for an acknowledgement.

        Set V(R) does nothing in lockout (232.1-B-2 table 6-1, E8), so that is unlocked first.
        """
        if not self._has_begun:
            self._has_begun = True
            self._resume_count = (clcw.report_value + _FAR_COUNT) % 256
        if not clcw.lockout:
            self._fop.set_report_value(now_ns, self._take_resume_count())
            return
        self._resume_count = self._take_resume_count()
        self._fop.set_next_count(clcw.report_value)
        self._fop.unlock(now_ns)

    def _take_resume_count(self) -> int:
        """Return the V(S) to begin with and forget the one kept over an unlocking."""
        count = self._fop.next_count if self._resume_count is None else self._resume_count
        self._resume_count = None
        return count

    def _resume(self, now_ns: int) -> None:
        """Set V(R) once the receiver is unlocked; nothing was sent since, so nothing is given up."""
        if self._resume_count is not None and self.is_ready:
            self._fop.terminate(now_ns)
            self._made += [
                effect for effect in self._fop.effects() if not isinstance(effect, Ready | Alerted)
            ]
            self._fop.set_report_value(now_ns, self._take_resume_count())

    def _feed(self, now_ns: int) -> None:
        """Hand the backlog on while there is place."""
        while self._backlog and self._fop.has_place and self._resume_count is None:
            self._fop.submit(now_ns, self._backlog.popleft())
