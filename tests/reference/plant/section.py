"""Array-section twin: the single-diode equation and two blocks with bypass diodes, by bisection alone."""

from dataclasses import dataclass
from math import exp, expm1


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section in part shadow; ``shaded_frac`` 0 for none. Bypass current zero: no bypass diodes."""

    photo_a: float
    dark_a: float
    voc_v: float
    slope_v: float
    series_ohm: float
    shunt_s: float
    shaded_frac: float = 0.0
    light_frac: float = 1.0
    substring_count: float = 8.0
    bypass_a: float = 0.0
    bypass_v: float = 0.0272

    def block_surplus(self, excess_a: float, junction_v: float) -> float:
        """Current above the section's of a block at ``junction_v``, if all blocks were like it.

        ``excess_a`` is its photocurrent less the section's current, taken first: they may nearly cancel.
        """
        diode = self.dark_a * exp((junction_v - self.voc_v) / self.slope_v)
        bypass = -junction_v / self.substring_count / self.bypass_v
        extra = self.bypass_a * expm1(bypass) if self.bypass_a else 0.0
        return excess_a - diode - junction_v * self.shunt_s + extra

    def block_voltage(self, share_of_light: float, current_a: float) -> float:
        """Junction voltage of a block at a current; the current falls with the voltage."""
        excess_a = self.photo_a * share_of_light - current_a
        low, high = -30.0 * self.bypass_v * self.substring_count, 2.0 * self.voc_v
        while high - low > 1e-12 * (1.0 + abs(low)):
            middle = 0.5 * (low + high)
            if self.block_surplus(excess_a, middle) > 0.0:
                low = middle
            else:
                high = middle
        return 0.5 * (low + high)

    def voltage(self, current_a: float) -> float:
        """Terminal voltage at a current."""
        lit = self.block_voltage(1.0, current_a)
        dim = self.block_voltage(self.light_frac, current_a) if self.shaded_frac else 0.0
        return (1.0 - self.shaded_frac) * lit + self.shaded_frac * dim - self.series_ohm * current_a
