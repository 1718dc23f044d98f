"""FOP-1, the sender's half of COP-1, as a state table; the receiver's half, FARM-1, is csrc/link/cop1.c.

Pure: time comes in as nanoseconds, what is to be done comes out as effects. The lower layer is taken to
accept every frame at once, so the events 41 to 46 of the standard do not occur; the timeout type is always 0
(alert), so neither do its suspend and resume. In state 5 a control word that is not yet the awaited one is
ignored, whatever its flags: it was on its way when the control command left.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flight.link.clcw import Clcw
from flight.link.cop1_table import ALERTS, TABLE, Alert, Cue, FopState
from flight.link.errors import LocalLinkError
from flight.link.security_options import SequenceOptions

UNLOCK = b"\x00"
"""Control command Unlock (232.0-B-4 4.1.3.3.2); Set V(R) is 82 00 and the value."""

_MODULUS = 256
_NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A packet to be delivered in order and once; `handle` comes back with what became of it."""

    handle: int
    map_id: int
    packet: bytes


@dataclass(frozen=True, slots=True)
class SendData:
    """Send a submission in a type-AD frame with N(S) `count`; `attempt` counts from 1."""

    submission: Submission
    count: int
    attempt: int


@dataclass(frozen=True, slots=True)
class SendControl:
    """Send a control command in a type-BC frame."""

    command: bytes


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The receiver has accepted a submission."""

    handle: int


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Sequence control ended before a submission was acknowledged; `sent` when it may have arrived."""

    handle: int
    sent: bool


@dataclass(frozen=True, slots=True)
class Alerted:
    """Sequence control ended."""

    reason: Alert


@dataclass(frozen=True, slots=True)
class Ready:
    """Sequence control has begun."""


Effect = SendData | SendControl | Acknowledged | Abandoned | Alerted | Ready


@dataclass(slots=True)
class _Sent:
    """A frame under way."""

    submission: Submission
    count: int
    attempt: int = 0
    is_due: bool = True


class Fop:
    """Sequence control of one virtual channel.

    Parameters
    ----------
    options
        With mode "cop1".

    Attributes
    ----------
    state
        S1 to S6.
    next_count
        V(S), the number of the next new frame, 0..255.

    Raises
    ------
    LocalLinkError
        When the options have no sequence control.

    Source: 232.1-B-2 clause 5.
    """

    def __init__(self, options: SequenceOptions) -> None:
        if not options.is_on:
            msg = f"sequence.mode must be cop1, got {options.mode} (sequence control)"
            raise LocalLinkError(msg, field="sequence.mode")
        self._options = options
        self.state = FopState.INITIAL
        self.next_count = 0
        self._acknowledged_count = 0
        self._transmissions = 1
        self._sent: deque[_Sent] = deque()
        self._waiting: Submission | None = None
        self._control = b""
        self._due_ns: int | None = None
        self._report_value = 0
        self._effects: list[Effect] = []
        self._actions: Mapping[str, Callable[[int], None]] = {
            "again": self._again,
            "cancel": self._cancel,
            "confirm": self._confirm,
            "control": self._send_control,
            "control_again": self._control_again,
            "initialise": self._initialise,
            "look": self._look,
            "remove": self._remove,
            "start": self._start,
        }

    @property
    def due_ns(self) -> int | None:
        """When timer T1 runs out, None while it rests."""
        return self._due_ns

    @property
    def has_place(self) -> bool:
        """A submission would be taken."""
        return self.state <= FopState.RETRANSMIT_WAIT and self._waiting is None

    @property
    def has_room(self) -> bool:
        """A submission would be sent at once."""
        is_open = self.state in (FopState.ACTIVE, FopState.RETRANSMIT) and self._waiting is None
        return is_open and len(self._sent) < self._options.sent_max_count

    def effects(self) -> list[Effect]:
        """Return what is to be done, in order, and forget it."""
        effects, self._effects = self._effects, []
        return effects

    def submit(self, now_ns: int, submission: Submission) -> bool:
        """Take a packet; false, and nothing else, when there is no place."""
        if not self.has_place:
            return False
        self._waiting = submission
        self._run(Cue.E19, now_ns)
        return True

    def initiate(self, now_ns: int, *, check: bool) -> None:
        """Begin in state S6, at once or (`check`) when a control word shows N(R) = V(S)."""
        self._run(Cue.E24 if check else Cue.E23, now_ns)

    def unlock(self, now_ns: int) -> None:
        """Begin in state S6 with the control command Unlock."""
        if self.state is FopState.INITIAL:
            self._control = UNLOCK
            self._run(Cue.E25, now_ns)

    def set_report_value(self, now_ns: int, value: int) -> None:
        """Begin in state S6 with the control command Set V(R) to `value`, 0..255."""
        if self.state is FopState.INITIAL:
            self.set_next_count(value)
            self._control = bytes((0x82, 0x00, self.next_count))
            self._run(Cue.E27, now_ns)

    def set_next_count(self, value: int) -> None:
        """Set V(S) in state S6 (event 35)."""
        if self.state is FopState.INITIAL:
            self.next_count = self._acknowledged_count = value % _MODULUS

    def terminate(self, now_ns: int) -> None:
        """End sequence control and give up what is not acknowledged."""
        self._run(Cue.E29, now_ns)

    def take_clcw(self, now_ns: int, clcw: Clcw | None) -> None:
        """Take a control word of this channel; None for one that could not be read."""
        if clcw is not None:
            self._report_value = clcw.report_value
        self._run(Cue.E15 if clcw is None else self._judge(clcw), now_ns)

    def advance(self, now_ns: int) -> None:
        """Let time pass."""
        if self._due_ns is not None and now_ns >= self._due_ns:
            self._due_ns = None
            is_left = self._transmissions < self._options.transmission_max_count
            self._run(Cue.E16 if is_left else Cue.E17, now_ns)

    def _judge(self, clcw: Clcw) -> Cue:
        """Return the event that a control word is (232.1-B-2 table 5-1, E1 to E14)."""
        is_new = clcw.report_value != self._acknowledged_count
        if clcw.lockout:
            return Cue.E14
        if clcw.report_value != self.next_count:
            return self._judge_partial(clcw, is_new=is_new)
        if clcw.retransmit:
            return Cue.E4
        if clcw.wait:
            return Cue.E3
        return Cue.E2 if is_new else Cue.E1

    def _judge_partial(self, clcw: Clcw, *, is_new: bool) -> Cue:
        """Return the event of a control word that acknowledges some frames under way, or none."""
        if self._steps(clcw.report_value) >= self._steps(self.next_count):
            return Cue.E13
        if clcw.retransmit:
            return self._judge_retransmit(is_new=is_new, wait=clcw.wait)
        if clcw.wait:
            return Cue.E7
        return Cue.E6 if is_new else Cue.E5

    def _judge_retransmit(self, *, is_new: bool, wait: bool) -> Cue:
        limit = self._options.transmission_max_count
        if limit == 1:
            return Cue.E101 if is_new else Cue.E102
        if is_new:
            return Cue.E9 if wait else Cue.E8
        if self._transmissions < limit:
            return Cue.E11 if wait else Cue.E10
        return Cue.E103 if wait else Cue.E12

    def _steps(self, count: int) -> int:
        """Return how far a number is ahead of NN(R)."""
        return (count - self._acknowledged_count) % _MODULUS

    def _run(self, cue: Cue, now_ns: int) -> None:
        """Carry out one cell of the table."""
        for word in TABLE[cue, self.state]:
            if word.isdigit():
                self.state = FopState(int(word))
            elif word == "alert":
                self._alert(ALERTS.get(cue, Alert.SYNCHRONISATION))
            elif word != "-":
                self._actions[word](now_ns)

    def _confirm(self, _now_ns: int) -> None:
        self._due_ns = None
        self._effects.append(Ready())

    def _cancel(self, _now_ns: int) -> None:
        self._due_ns = None

    def _remove(self, _now_ns: int) -> None:
        """Take the acknowledged frames off the sent queue."""
        while self._sent and self._acknowledged_count != self._report_value:
            self._effects.append(Acknowledged(self._sent.popleft().submission.handle))
            self._acknowledged_count = (self._acknowledged_count + 1) % _MODULUS
        self._transmissions = 1

    def _look(self, now_ns: int) -> None:
        """Send what is due again, then the waiting submission if the window has room."""
        for sent in self._sent:
            if sent.is_due:
                self._send(sent, now_ns)
        if self._waiting is not None and len(self._sent) < self._options.sent_max_count:
            if not self._sent:
                self._transmissions = 1
            sent = _Sent(self._waiting, self.next_count)
            self._waiting = None
            self.next_count = (self.next_count + 1) % _MODULUS
            self._sent.append(sent)
            self._send(sent, now_ns)

    def _send(self, sent: _Sent, now_ns: int) -> None:
        sent.is_due = False
        sent.attempt += 1
        self._effects.append(SendData(sent.submission, sent.count, sent.attempt))
        self._start(now_ns)

    def _start(self, now_ns: int) -> None:
        self._due_ns = now_ns + self._options.timer_ms * _NS_PER_MS

    def _again(self, now_ns: int) -> None:
        """Mark all frames under way to be sent again."""
        self._transmissions += 1
        self._start(now_ns)
        for sent in self._sent:
            sent.is_due = True

    def _send_control(self, now_ns: int) -> None:
        self._effects.append(SendControl(self._control))
        self._start(now_ns)

    def _control_again(self, now_ns: int) -> None:
        self._transmissions += 1
        self._send_control(now_ns)

    def _initialise(self, _now_ns: int) -> None:
        self._transmissions = 1
        self._acknowledged_count = self.next_count

    def _alert(self, reason: Alert) -> None:
        """End in S6: give up what is not acknowledged."""
        for sent in self._sent:
            self._effects.append(Abandoned(sent.submission.handle, sent=True))
        if self._waiting is not None:
            self._effects.append(Abandoned(self._waiting.handle, sent=False))
        self._sent.clear()
        self._waiting = None
        self._due_ns = None
        self.state = FopState.INITIAL
        self._effects.append(Alerted(reason))
