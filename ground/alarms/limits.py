"""What an alarm watches: one item, its limits, and how patient it is."""

import math
from dataclasses import dataclass

__all__ = ["AlarmLimit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLimit:
    """Limits of one item.

    Values of limits and dead-band are in the item's unit. An alarm is raised when ``persistence_count``
    samples in a row are outside and they span at least ``on_delay_s``; it is cleared when samples have been
    inside by more than the dead-band for ``off_delay_s``. Both delays are of generation time.

    Parameters
    ----------
    item : str
        Three words, as in scripts.
    low, high : float or None
        Least and greatest value that is inside; None: no limit on that side. 0 is a limit like any other.
    value_dead_band : float
        How far inside a value must be to clear.
    valid_bit : int or None
        Bit of the message's ``valid_mask`` without which a sample does not count.
    stale_s : float or None
        How long telemetry may be expected without a sample before the item is stale; None: never.

    Raises
    ------
    ValueError
        When limits cross, leave no room for the dead-band, or a figure is negative or not finite.
    """

    item: str
    low: float | None = None
    high: float | None = None
    value_dead_band: float = 0.0
    persistence_count: int = 1
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    stale_s: float | None = None
    valid_bit: int | None = None

    def __post_init__(self) -> None:
        low, high = self.low, self.high
        if low is None and high is None and self.stale_s is None:
            raise ValueError(f"alarm must have a limit or a stale time, got neither ({self.item})")
        for name in ("low", "high", "value_dead_band", "on_delay_s", "off_delay_s", "stale_s"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise ValueError(f"{name} must be finite, got {value} ({self.item})")
        if min(self.value_dead_band, self.on_delay_s, self.off_delay_s, self.stale_s or 0.0) < 0.0:
            raise ValueError(f"dead-band and times must be >= 0, got a negative one ({self.item})")
        if self.persistence_count < 1:
            raise ValueError(f"persistence_count must be >= 1, got {self.persistence_count} ({self.item})")
        if low is not None and high is not None and low + self.value_dead_band > high - self.value_dead_band:
            raise ValueError(f"limits must leave room for the dead-band, got [{low}, {high}] ({self.item})")

    def side(self, value: float) -> int:
        """Return -1 below the limits, 1 above, 0 inside."""
        if self.low is not None and value < self.low:
            return -1
        return 1 if self.high is not None and value > self.high else 0

    def is_well_inside(self, value: float) -> bool:
        """Whether a value is inside by the dead-band."""
        above = self.low is None or value >= self.low + self.value_dead_band
        return above and (self.high is None or value <= self.high - self.value_dead_band)
