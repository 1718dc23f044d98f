"""Accounting of the bus: every copy of every message ends in exactly one of the counts below."""

from flight.dictionary.executive import BusReject

__all__ = ["Ledger", "is_announced"]


class Ledger:
    """Counts since the start of the run.

    ``offered = handled + refused + crash + lost + superseded + cut + waiting + out``: the first is counted
    where messages are routed, the others where copies end.

    Attributes
    ----------
    sent_count : int
        Messages accepted from applications.
    offered_count : int
        Copies offered to pipes: messages times subscribers.
    handled_count : int
        Copies that an application has answered for.
    refused_count : int
        Copies whose body the application refused.
    crash_count : int
        Copies handed to an application that lost its memory before it answered.
    slip_count : int
        Ticks in which an application was wanted but still busy.
    rejects : dict
        Refusals by reason and sender.
    """

    __slots__ = (
        "crash_count", "handled_count", "offered_count", "refused_count", "rejects", "sent_count",
        "slip_count",
    )  # fmt: skip

    def __init__(self) -> None:
        self.sent_count = 0
        self.offered_count = 0
        self.handled_count = 0
        self.refused_count = 0
        self.crash_count = 0
        self.slip_count = 0
        self.rejects: dict[tuple[BusReject, int], int] = {}

    @property
    def reject_count(self) -> int:
        """All refusals."""
        return sum(self.rejects.values())

    def reject(self, reason: BusReject, source: int) -> int:
        """Count one refusal; return the count of its kind."""
        count = self.rejects[reason, source] = self.rejects.get((reason, source), 0) + 1
        return count


def is_announced(count: int) -> bool:
    """Return whether a count is a power of ten: an event is raised at 1, 10, 100, ..."""
    while count >= 10 and count % 10 == 0:
        count //= 10
    return count == 1
