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
    low_value, high_value : float or None
        Least and greatest value that is inside; None: no limit on that side. 0 is a limit like any other.
    dead_band_value : float
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
    low_value: float | None = None
    high_value: float | None = None
    dead_band_value: float = 0.0
    persistence_count: int = 1
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    stale_s: float | None = None
    valid_bit: int | None = None

    def __post_init__(self) -> None:
        low, high = self.low_value, self.high_value
        if low is None and high is None and self.stale_s is None:
            raise ValueError(f"alarm must have a limit or a stale time, got neither ({self.item})")
        for name in ("low_value", "high_value", "dead_band_value", "on_delay_s", "off_delay_s", "stale_s"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise ValueError(f"{name} must be finite, got {value} ({self.item})")
        if min(self.dead_band_value, self.on_delay_s, self.off_delay_s, self.stale_s or 0.0) < 0.0:
            raise ValueError(f"dead-band and times must be >= 0, got a negative one ({self.item})")
        if self.persistence_count < 1:
            raise ValueError(f"persistence_count must be >= 1, got {self.persistence_count} ({self.item})")
        if low is not None and high is not None and low + self.dead_band_value > high - self.dead_band_value:
            raise ValueError(f"limits must leave room for the dead-band, got [{low}, {high}] ({self.item})")

    def side(self, value: float) -> int:
        """Return -1 below the limits, 1 above, 0 inside."""
        if self.low_value is not None and value < self.low_value:
            return -1
        return 1 if self.high_value is not None and value > self.high_value else 0

    def is_well_inside(self, value: float) -> bool:
        """Whether a value is inside by the dead-band."""
        above = self.low_value is None or value >= self.low_value + self.dead_band_value
        return above and (self.high_value is None or value <= self.high_value - self.dead_band_value)
