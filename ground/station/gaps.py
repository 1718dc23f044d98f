"""Missing packets, by the sequence counts of each application process id.

Packets of one application come down on several virtual channels, and a more urgent one overtakes; recorded
ones come much later. So a count that jumps back is looked for among the missing before it is taken for
anything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flight.link.packet import COUNT_MODULUS

__all__ = ["GapFinding", "PacketGaps"]

_MISSING_MAX = 4096
"""How many missing counts of one application are remembered; older ones stay missing for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapFinding:
    """What one packet's count tells.

    Parameters
    ----------
    missing_count : int
        Packets missing before this one.
    first_count : int
        Sequence count of the first of them.
    late : bool
        True when this packet had been counted missing.
    repeated : bool
        True when this count was seen already.
    """

    missing_count: int = 0
    first_count: int = -1
    late: bool = False
    repeated: bool = False


_IN_ORDER = GapFinding()


class _Application:
    """What is known of one application's counts."""

    __slots__ = ("expected", "missing")

    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.missing: dict[int, None] = {}


class PacketGaps:
    """Count missing, late and repeated packets.

    Parameters
    ----------
    last_counts : mapping of int to int
        By application process id, the count of the last packet of an earlier run.
    first_count : int or None
        Count that the first packet of any other application must have for none to be missing before it; None
        takes the first packet as it comes, as a station does that joins late.
    """

    def __init__(self, last_counts: Mapping[int, int] | None = None, first_count: int | None = None) -> None:
        self._first_count = first_count
        self._applications = {
            apid: _Application((count + 1) % COUNT_MODULUS) for apid, count in (last_counts or {}).items()
        }
        self.missing_count = 0
        self.late_count = 0
        self.repeated_count = 0

    def take(self, apid: int, sequence_count: int) -> GapFinding:
        """Take the count (0..16383) of a received packet."""
        known = self._applications.get(apid)
        if known is None:
            first = sequence_count if self._first_count is None else self._first_count
            known = self._applications[apid] = _Application(first)
        ahead = (sequence_count - known.expected) % COUNT_MODULUS
        if ahead == 0:
            known.expected = (sequence_count + 1) % COUNT_MODULUS
            return _IN_ORDER
        if ahead < COUNT_MODULUS // 2:
            return self._jump_ahead(known, sequence_count, ahead)
        return self._jump_back(known, sequence_count)

    def _jump_ahead(self, known: _Application, sequence_count: int, ahead: int) -> GapFinding:
        first = known.expected
        self.missing_count += ahead
        known.missing.update(((first + step) % COUNT_MODULUS, None) for step in range(ahead))
        while len(known.missing) > _MISSING_MAX:
            del known.missing[next(iter(known.missing))]
        known.expected = (sequence_count + 1) % COUNT_MODULUS
        return GapFinding(missing_count=ahead, first_count=first)

    def _jump_back(self, known: _Application, sequence_count: int) -> GapFinding:
        if sequence_count in known.missing:
            del known.missing[sequence_count]
            self.missing_count -= 1
            self.late_count += 1
            return GapFinding(late=True)
        self.repeated_count += 1
        return GapFinding(repeated=True)
