"""Bounded pipes in which mail waits, and the lanes of one application made of them.

Every message offered to a pipe ends in exactly one place: it is taken by the application, it still waits, or
it is counted as lost (``REJECT_NEW``, ``DROP_OLDEST``) or superseded (``KEEP_NEWEST``).
"""

from typing import Final

from flight.bus.envelope import BUNDLE_OCTETS_MAX, MESSAGE_OCTETS_MAX
from flight.bus.mail import Policy

__all__ = ["COMMAND_DEPTH", "Lane", "Mailbox", "Pipe", "SeveredPipe"]

COMMAND_DEPTH = 32
"""Depth of the pipe for commands that every application has."""

_NEVER_TOO_MUCH = BUNDLE_OCTETS_MAX // MESSAGE_OCTETS_MAX


class Lane:
    """Mail of several pipes in order of arrival."""

    __slots__ = ("mail", "owners")

    def __init__(self) -> None:
        self.mail: list[bytes] = []
        self.owners: list[Pipe] = []

    def take(self) -> list[bytes]:
        """Remove and return all mail."""
        mail = self.mail
        if mail:
            for pipe in self.owners:
                pipe.waiting_count = 0
            self.mail = []
            self.owners = []
        return mail

    def give_back(self, octets: bytes, pipe: "Pipe") -> None:
        """Put back a message that did not fit into a bundle."""
        pipe.waiting_count += 1
        self.mail.append(octets)
        self.owners.append(pipe)


class Pipe:
    """The pipe of one subscription (and, for ``KEEP_NEWEST``, one source).

    Parameters
    ----------
    lane : Lane
        Where its mail waits.
    depth : int
        Messages that may wait.
    policy : Policy
        What happens when it is full.
    """

    __slots__ = ("depth", "lane", "lost_count", "peak_count", "policy", "superseded_count", "waiting_count")

    def __init__(self, lane: Lane, depth: int, policy: Policy) -> None:
        self.lane: Final = lane
        self.depth: Final = depth
        self.policy: Final = policy
        self.waiting_count = 0
        self.lost_count = 0
        self.superseded_count = 0
        self.peak_count = 0

    def put(self, octets: bytes) -> bool:
        """Offer one message; return True when a message was lost by it (superseding is no loss)."""
        waiting, lane = self.waiting_count, self.lane
        if waiting < self.depth:
            self.waiting_count = waiting + 1
            lane.mail.append(octets)
            lane.owners.append(self)
            if waiting >= self.peak_count:
                self.peak_count = waiting + 1
            return False
        if self.policy is Policy.REJECT_NEW:
            self.lost_count += 1
            return True
        oldest = lane.owners.index(self)
        del lane.mail[oldest], lane.owners[oldest]
        lane.mail.append(octets)
        lane.owners.append(self)
        if self.policy is Policy.KEEP_NEWEST:
            self.superseded_count += 1
            return False
        self.lost_count += 1
        return True


class SeveredPipe(Pipe):
    """Where copies end whose way a fault has cut: counted, delivered to nobody."""

    __slots__ = ("cut_count",)

    def __init__(self) -> None:
        super().__init__(Lane(), 0, Policy.REJECT_NEW)
        self.cut_count = 0

    def put(self, octets: bytes) -> bool:  # noqa: ARG002 - the octets end here
        """Count one copy; nobody's pipe was too full for it."""
        self.cut_count += 1
        return False


class Mailbox:
    """All pipes of one application.

    ``waking`` mail is delivered in the next tick, ``waiting`` mail at the next due step.
    """

    __slots__ = ("pipes", "waiting", "waking")

    def __init__(self) -> None:
        self.waking: Final = Lane()
        self.waiting: Final = Lane()
        self.pipes: Final[list[Pipe]] = []

    def add_pipe(self, depth: int, policy: Policy, *, wake: bool) -> Pipe:
        """Make a pipe of this mailbox."""
        pipe = Pipe(self.waking if wake else self.waiting, depth, policy)
        self.pipes.append(pipe)
        return pipe

    @property
    def is_small(self) -> bool:
        """Whether the waiting mail cannot be more than a bundle, however long each message is."""
        return len(self.waiting.mail) <= _NEVER_TOO_MUCH

    @property
    def waiting_count(self) -> int:
        """Messages that wait."""
        return len(self.waking.mail) + len(self.waiting.mail)

    def take(self, *, due: bool) -> list[bytes]:
        """Remove and return the mail of one tick, in order of arrival, at most one bundle.

        Parameters
        ----------
        due : bool
            A step is due: waiting mail is taken too.
        """
        waking, waiting = self.waking, self.waiting
        if not waking.mail:
            lane = waiting
            if not due:
                return []
        elif due and waiting.mail:
            return self._take_both()
        else:
            lane = waking
        if len(lane.mail) > _NEVER_TOO_MUCH and sum(map(len, lane.mail)) > BUNDLE_OCTETS_MAX:
            return self._take_bundle([(o, lane, p) for o, p in zip(lane.mail, lane.owners, strict=True)])
        return lane.take()

    def _take_both(self) -> list[bytes]:
        """Merge both lanes: by tick, source and sequence."""
        lanes = (self.waiting, self.waking)
        every = [(o, lane, p) for lane in lanes for o, p in zip(lane.mail, lane.owners, strict=True)]
        every.sort(key=_sending_order)
        return self._take_bundle(every)

    def _take_bundle(self, every: list[tuple[bytes, Lane, Pipe]]) -> list[bytes]:
        """Take the oldest mail that fits into one bundle; the rest waits for the next tick."""
        for lane in {id(lane): lane for _, lane, _ in every}.values():
            lane.take()
        octets_total = 0
        taken: list[bytes] = []
        for octets, lane, pipe in every:
            octets_total += len(octets)
            if octets_total > BUNDLE_OCTETS_MAX:
                lane.give_back(octets, pipe)
            else:
                taken.append(octets)
        return taken


def _sending_order(one: tuple[bytes, Lane, Pipe]) -> bytes:
    octets = one[0]
    return octets[14:22] + octets[4:6] + octets[10:14]
