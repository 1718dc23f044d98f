"""The counters of the link as one report: what was taken and repaired, and each reject by its name. Pure."""

from collections.abc import Mapping
from dataclasses import fields

from flight.dictionary.gateway import LinkCounts
from flight.gateway.refusals import RefusalCounts

__all__ = ["COUNTED", "LinkTally"]

PERIOD_S = 10
"""How often the counts are reported when nothing changes."""

COUNTED = tuple(field.name.removesuffix("_count") for field in fields(LinkCounts))[1:-2]
"""Names of counters of the receiver that have a field of their own in the report."""


class LinkTally:
    """Say when the counts are due, and what they are."""

    def __init__(self) -> None:
        self._last: tuple[int, ...] = ()

    def take(
        self,
        time_ns: int,
        second: int,
        taken: Mapping[str, int],
        refusals: RefusalCounts,
        disk: tuple[int, int],
    ) -> LinkCounts | None:
        """Return the report when a count changed or the period is over, else None.

        Parameters
        ----------
        time_ns : int
            Now.
        second : int
            Seconds since the epoch.
        taken : mapping of str to int
            What was received and repaired.
        refusals : RefusalCounts
            What was refused.
        disk : tuple of int
            Ticks without numbers of security, and faults of their disk.
        """
        counts = tuple(taken[name] if name in taken else refusals.count(name) for name in COUNTED) + disk
        if counts == self._last and second % PERIOD_S:
            return None
        self._last = counts
        names = (*(f"{name}_count" for name in COUNTED), "numbers_refused_count", "disk_fault_count")
        return LinkCounts(time_ns=time_ns, **dict(zip(names, counts, strict=True)))
