"""Accounting of the bus: every copy of every message ends in exactly one of the counts below."""

from dataclasses import dataclass, field

from flight.dictionary.executive import BusReject

__all__ = ["Ledger", "is_announced"]


@dataclass(slots=True, kw_only=True)
class Ledger:
    """Counts since the start of the run.

    ``offered = handled + lost + superseded + refused + lost_in_crash + waiting + out``: the first is counted where
    messages are routed, the others where copies end.
    """

    sent_count: int = 0
    """Messages accepted from applications."""
    offered_count: int = 0
    """Copies offered to pipes: messages times subscribers."""
    handled_count: int = 0
    """Copies that an application has answered for."""
    refused_count: int = 0
    """Copies whose body the application refused."""
    crash_count: int = 0
    """Copies handed to an application that lost its memory before it answered."""
    slip_count: int = 0
    """Ticks in which an application was wanted but still busy."""
    rejects: dict[tuple[BusReject, int], int] = field(default_factory=dict)
    """Refusals by reason and sender."""

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
