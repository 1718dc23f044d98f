"""A histogram of short times with bounded memory: percentiles to within 5 %."""

import math
from typing import Final

__all__ = ["Jitter"]

_STEP = math.log(1.05)
_BINS = 360


class Jitter:
    """Histogram over 1 us to 40 s in bins of 5 %."""

    __slots__ = ("_counts", "count", "max_s")

    def __init__(self) -> None:
        self._counts: Final = [0] * _BINS
        self.count = 0
        self.max_s = 0.0

    def add(self, time_s: float) -> None:
        """Add one time; below 1 us counts as 1 us."""
        index = int(math.log(max(time_s * 1e6, 1.0)) / _STEP)
        self._counts[min(index, _BINS - 1)] += 1
        self.count += 1
        self.max_s = max(self.max_s, time_s)

    def percentile_s(self, frac: float) -> float:
        """Return the upper edge of the bin that holds this fraction of all times, in seconds; 0 without any.

        Parameters
        ----------
        frac : float
            0 to 1.
        """
        wanted = frac * self.count
        seen = 0
        for index, count in enumerate(self._counts):
            seen += count
            if count and seen >= wanted:
                return min(math.exp((index + 1) * _STEP) * 1e-6, max(self.max_s, 1e-6))
        return 0.0
