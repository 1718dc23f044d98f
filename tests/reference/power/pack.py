"""A battery pack written from its equations, apart from the filter that is tested with it.

Two polarisation branches behind a series resistance, integrated at 0.1 s; open-circuit voltage by linear
interpolation of the published table.
"""

from math import exp

OCV_V = (2.5, 3.2959, 3.4852, 3.5814, 3.667, 3.7509, 3.8406, 3.9479, 4.0421, 4.0967, 4.2)
STEP_S = 0.1


class Pack:
    """40 series groups of 21 cells of 5 Ah at 20 C; ``resistance_ratio`` scales the series resistance."""

    def __init__(self, charge_frac: float, resistance_ratio: float = 1.0) -> None:
        self.charge_frac = charge_frac
        self.fast_v = self.slow_v = 0.0
        self.series_ohm = resistance_ratio * 40 * 0.028 / 21 * 2.5 ** (5.0 / 25.0)

    def run(self, current_a: float, duration_s: float) -> float:
        """Draw a current (discharge positive) for a while; return the terminal voltage at the end."""
        for _ in range(round(duration_s / STEP_S)):
            efficiency = 0.998 if current_a < 0.0 else 1.0
            self.charge_frac -= efficiency * current_a * STEP_S / (105.0 * 3600.0)
            self.fast_v += (40 * 0.010 / 21 * current_a - self.fast_v) * (1.0 - exp(-STEP_S / 40.0))
            self.slow_v += (40 * 0.012 / 21 * current_a - self.slow_v) * (1.0 - exp(-STEP_S / 800.0))
        return self.voltage_v(current_a)

    def voltage_v(self, current_a: float) -> float:
        """Return the terminal voltage under a current."""
        index = min(int(self.charge_frac * 10.0), 9)
        share = self.charge_frac * 10.0 - index
        open_v = OCV_V[index] + share * (OCV_V[index + 1] - OCV_V[index])
        return 40.0 * open_v - self.series_ohm * current_a - self.fast_v - self.slow_v
