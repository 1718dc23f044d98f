"""Bus-transient twin: the same equations in plain Python, with four lists of numbers and no structure."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Bus:
    """Capacitor, regulator and constant powers; advanced by the classical Runge-Kutta rule."""

    voltage_v: float
    current_a: float
    integral_a: float
    capacitance_f: float = 0.5
    reference_v: float = 160.0
    gain: float = 200.0
    integral_gain: float = 4000.0
    lag_s: float = 5e-4
    dropout_v: float = 100.0

    def rate(self, state: list[float], array_w: float, load_w: float, limit_a: float) -> list[float]:
        """Return dV/dt, dI/dt and the integrator's rate."""
        v, i, integral = state
        wanted = self.gain * (self.reference_v - v) + integral
        held = min(limit_a, max(-limit_a, wanted))
        load_a = load_w / v if v >= self.dropout_v else load_w * v / self.dropout_v**2
        array_a = array_w / max(v, self.dropout_v)
        wound = self.integral_gain * (self.reference_v - v) if held == wanted else 0.0
        return [(array_a + i - load_a) / self.capacitance_f, (held - i) / self.lag_s, wound]

    def step(self, dt_s: float, array_w: float, load_w: float, limit_a: float) -> None:
        """Advance by ``dt_s`` with constant powers."""
        start = [self.voltage_v, self.current_a, self.integral_a]
        rates: list[list[float]] = []
        for part in (0.0, 0.5, 0.5, 1.0):
            last = rates[-1] if rates else [0.0, 0.0, 0.0]
            rates.append(
                self.rate(
                    [x + part * dt_s * r for x, r in zip(start, last, strict=True)], array_w, load_w, limit_a
                )
            )
        total = [a + 2 * b + 2 * c + d for a, b, c, d in zip(*rates, strict=True)]
        v, self.current_a, self.integral_a = [x + dt_s * r / 6.0 for x, r in zip(start, total, strict=True)]
        self.voltage_v = max(0.0, v)
