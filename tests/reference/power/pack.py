"""A battery pack written from its equations, apart from the filter that is tested with it.

Two polarisation branches behind a series resistance, integrated at 0.1 s; the open-circuit voltage is that of
the plant's twin, in Hermite form.
"""

from math import exp

from reference.plant.battery import ocv

STEP_S = 0.1


class Pack:
    """40 series groups of 21 cells of 5 Ah at 20 C; ``resistance_ratio`` scales the series resistance."""

    def __init__(self, charge_frac: float, resistance_ratio: float = 1.0) -> None:
        self.charge_frac = charge_frac
        self.fast_v = self.slow_v = 0.0
        self.series_ohm = resistance_ratio * 40 * 0.030 / 21 * 2.5 ** (5.0 / 25.0)

    def run(self, current_a: float, duration_s: float) -> float:
        """Draw a current (discharge positive) for a while; return the terminal voltage at the end."""
        for _ in range(round(duration_s / STEP_S)):
            efficiency = 0.998 if current_a < 0.0 else 1.0
            self.charge_frac -= efficiency * current_a * STEP_S / (105.0 * 3600.0)
            self.fast_v += (40 * 0.008 / 21 * current_a - self.fast_v) * (1.0 - exp(-STEP_S / 17.0))
            self.slow_v += (40 * 0.016 / 21 * current_a - self.slow_v) * (1.0 - exp(-STEP_S / 190.0))
        return self.voltage_v(current_a)

    def voltage_v(self, current_a: float) -> float:
        """Return the terminal voltage under a current."""
        return 40.0 * ocv(self.charge_frac) - self.series_ohm * current_a - self.fast_v - self.slow_v
