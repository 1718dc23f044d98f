"""Bounded pipes in which mail waits, and the mailbox of one application made of them.

Every message offered to a pipe ends in exactly one place: it is taken by the application, it is still waiting, or it is
counted as lost (``REJECT_NEW``, ``DROP_OLDEST``) or superseded (``KEEP_NEWEST``).
"""

from collections import deque
from typing import Final

from flight.bus.envelope import BUNDLE_OCTETS_MAX, MESSAGE_OCTETS_MAX
from flight.bus.mail import Policy

__all__ = ["COMMAND_DEPTH", "Mailbox", "Pipe"]

COMMAND_DEPTH = 32
"""Depth of the pipe for commands that every application has."""

_NEVER_TOO_MUCH = BUNDLE_OCTETS_MAX // MESSAGE_OCTETS_MAX


class Pipe:
    """The pipe of one subscription (and, for ``KEEP_NEWEST``, one source).

    Parameters
    ----------
    message_id : int
        Message class that flows here.
    depth : int
        Messages that may wait.
    policy : Policy
        What happens when it is full.
    box : dict[int, bytes]
        Waiting mail of the whole mailbox by arrival number, which keeps the order of arrival over all pipes.
    """

    __slots__ = ("box", "depth", "keys", "lost_count", "message_id", "offered_count", "peak_count", "policy",
                 "superseded_count")  # fmt: skip

    def __init__(self, message_id: int, depth: int, policy: Policy, box: dict[int, bytes]) -> None:
        self.message_id: Final = message_id
        self.depth: Final = depth
        self.policy: Final = policy
        self.box: Final = box
        self.keys: deque[int] = deque()
        self.offered_count = 0
        self.lost_count = 0
        self.superseded_count = 0
        self.peak_count = 0

    def put(self, arrival: int, octets: bytes) -> bool:
        """Offer one message; return True when a message was lost by it (superseding is no loss)."""
        self.offered_count += 1
        keys = self.keys
        waiting = len(keys)
        if waiting < self.depth:
            keys.append(arrival)
            self.box[arrival] = octets
            if waiting >= self.peak_count:
                self.peak_count = waiting + 1
            return False
        if self.policy is Policy.REJECT_NEW:
            self.lost_count += 1
            return True
        del self.box[keys.popleft()]
        keys.append(arrival)
        self.box[arrival] = octets
        if self.policy is Policy.KEEP_NEWEST:
            self.superseded_count += 1
            return False
        self.lost_count += 1
        return True


class Mailbox:
    """All pipes of one application.

    ``waking`` mail is delivered in the next tick, ``waiting`` mail at the next due step.
    """

    __slots__ = ("_waiting_pipes", "_waking_pipes", "waiting", "waking")

    def __init__(self) -> None:
        self.waking: Final[dict[int, bytes]] = {}
        self.waiting: Final[dict[int, bytes]] = {}
        self._waking_pipes: list[Pipe] = []
        self._waiting_pipes: list[Pipe] = []

    def add_pipe(self, message_id: int, depth: int, policy: Policy, *, wake: bool) -> Pipe:
        """Make a pipe of this mailbox."""
        pipe = Pipe(message_id, depth, policy, self.waking if wake else self.waiting)
        (self._waking_pipes if wake else self._waiting_pipes).append(pipe)
        return pipe

    @property
    def pipes(self) -> list[Pipe]:
        """All pipes."""
        return self._waking_pipes + self._waiting_pipes

    @property
    def waiting_count(self) -> int:
        """Messages that wait."""
        return len(self.waking) + len(self.waiting)

    def take(self, *, due: bool) -> list[bytes]:
        """Remove and return the mail of one tick, in order of arrival, at most one bundle.

        Parameters
        ----------
        due : bool
            A step is due: waiting mail is taken too.
        """
        waking, waiting = self.waking, self.waiting
        if not due or not waiting:
            if not waking:
                return []
            chosen = list(waking.items())
        elif not waking:
            chosen = list(waiting.items())
        else:
            chosen = sorted([*waking.items(), *waiting.items()])
        if len(chosen) > _NEVER_TOO_MUCH:
            chosen = _fit(chosen)
            if len(chosen) < len(waking) + (len(waiting) if due else 0):
                return self._take_some(chosen)
        _clear(waking, self._waking_pipes)
        if due and waiting:
            _clear(waiting, self._waiting_pipes)
        return [octets for _, octets in chosen]

    def _take_some(self, chosen: list[tuple[int, bytes]]) -> list[bytes]:
        """Remove a part of the mail; the rest waits for the next tick."""
        taken = {arrival for arrival, _ in chosen}
        for pipe in self.pipes:
            kept = [key for key in pipe.keys if key not in taken]
            for key in pipe.keys:
                if key in taken:
                    del pipe.box[key]
            pipe.keys = deque(kept)
        return [octets for _, octets in chosen]


def _clear(box: dict[int, bytes], pipes: list[Pipe]) -> None:
    if box:
        box.clear()
        for pipe in pipes:
            if pipe.keys:
                pipe.keys.clear()


def _fit(chosen: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Return the oldest mail that fits into one bundle."""
    octets_total = 0
    for index, (_, octets) in enumerate(chosen):
        octets_total += len(octets)
        if octets_total > BUNDLE_OCTETS_MAX:
            return chosen[:index]
    return chosen
