"""Battery twin: monotone cubic through the OCV table, its integral by quadrature, 2RC in exact form."""

from dataclasses import dataclass
from itertools import pairwise
from math import exp, sqrt

TABLE_V = (2.5, 3.2959, 3.4852, 3.5814, 3.667, 3.7509, 3.8406, 3.9479, 4.0421, 4.0967, 4.2)


def _slopes() -> list[float]:
    secants = [(b - a) / 0.1 for a, b in pairwise(TABLE_V)]
    inner = [2.0 / (1.0 / p + 1.0 / q) for p, q in pairwise(secants)]
    return [
        secants[0] + (secants[0] - secants[1]) / 2.0,
        *inner,
        secants[-1] + (secants[-1] - secants[-2]) / 2.0,
    ]


SLOPES_V = _slopes()


def ocv(charge_frac: float) -> float:
    """Open-circuit voltage; beyond the table the end slopes go on."""
    if charge_frac <= 0.0:
        return TABLE_V[0] + SLOPES_V[0] * charge_frac
    if charge_frac >= 1.0:
        return TABLE_V[-1] + SLOPES_V[-1] * (charge_frac - 1.0)
    i = min(int(charge_frac / 0.1), 9)
    t = charge_frac / 0.1 - i
    basis = ((1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2, t * t * (3 - 2 * t), t * t * (t - 1))
    return (
        basis[0] * TABLE_V[i]
        + basis[1] * 0.1 * SLOPES_V[i]
        + basis[2] * TABLE_V[i + 1]
        + basis[3] * 0.1 * SLOPES_V[i + 1]
    )


def ocv_integral(charge_frac: float) -> float:
    """Integral of the open-circuit voltage from 0, by two-point Gauss rule, exact on each cubic."""
    knots = [0.0, *(k / 10.0 for k in range(1, 10) if k / 10.0 < charge_frac), charge_frac]
    if charge_frac > 1.0:
        knots = [k / 10.0 for k in range(11)] + [charge_frac]
    total = 0.0
    for low, high in pairwise(knots):
        middle, half = (low + high) / 2.0, (high - low) / 2.0
        total += half * (ocv(middle - half / sqrt(3.0)) + ocv(middle + half / sqrt(3.0)))
    return total


def resistance(r0_ohm: float, cold_ratio: float, temperature_k: float) -> float:
    """Ohmic resistance: exponential in temperature, r0 at 25 C, cold_ratio times r0 at 0 C."""
    return r0_ohm * cold_ratio ** ((298.15 - temperature_k) / 25.0)


@dataclass(slots=True)
class Pack:
    """A pack of equal groups at given current and temperature."""

    capacity_ah: float
    parallel_count: float
    charge_frac: float
    fast_v: float = 0.0
    slow_v: float = 0.0
    r0_ohm: float = 0.030
    cold_ratio: float = 2.5
    fast_ohm: float = 0.008
    fast_s: float = 17.0
    slow_ohm: float = 0.016
    slow_s: float = 190.0
    series_count: float = 40.0

    def step(self, current_a: float, dt_s: float, efficiency_frac: float = 0.998) -> None:
        """Advance at constant current (discharge positive)."""
        share = current_a / self.parallel_count
        coulomb = 1.0 if current_a > 0.0 else efficiency_frac
        self.charge_frac -= coulomb * current_a * dt_s / 3600.0 / self.capacity_ah
        pairs = (("fast_v", self.fast_ohm, self.fast_s), ("slow_v", self.slow_ohm, self.slow_s))
        for name, ohm, tau_s in pairs:
            settled = ohm * share
            setattr(self, name, settled + (getattr(self, name) - settled) * exp(-dt_s / tau_s))

    def voltage(self, current_a: float, temperature_k: float) -> float:
        """Terminal voltage of the groups in series."""
        drop = resistance(self.r0_ohm, self.cold_ratio, temperature_k) * current_a / self.parallel_count
        return self.series_count * (ocv(self.charge_frac) - self.fast_v - self.slow_v - drop)


def aged(
    age_days: float, throughput_ah: float, cycle: tuple[float, float, float, float, float]
) -> tuple[float, float]:
    """Capacity lost and resistance grown in one cycle, by Schmalstieg et al. 2014.

    The cycle is days, volts, kelvin, depth and throughput in capacities; the study's cell had 2.05 Ah.
    """
    days, volts, kelvin, depth, throughput = cycle
    until_days, until_ah = age_days + days, throughput_ah + 2.05 * throughput
    lost = (7.543 * volts - 23.75) * 10.0**6 * exp(-6976.0 / kelvin) * (until_days**0.75 - age_days**0.75)
    lost += (7.348e-3 * (volts - 3.667) ** 2 + 7.6e-4 + 4.081e-3 * depth) * (
        sqrt(until_ah) - sqrt(throughput_ah)
    )
    grown = (5.270 * volts - 16.32) * 10.0**5 * exp(-5986.0 / kelvin) * (until_days**0.75 - age_days**0.75)
    grown += max(0.0, 2.153e-4 * (volts - 3.725) ** 2 - 1.521e-5 + 2.798e-4 * depth) * (
        until_ah - throughput_ah
    )
    return lost, grown
