"""Twin of nodes and accelerators: power, clock under a cap, throttle, upsets by place."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log


def voltage(clock: float, floor: float) -> float:
    """Return V over V at full clock, linear in the clock."""
    return floor + (1.0 - floor) * clock


def accelerator_w(static_w: float, dynamic_w: float, duty: float, clock: float, floor: float) -> float:
    """Return idle power plus a f V^2 for the share of time that it computes."""
    return static_w + duty * dynamic_w * clock * voltage(clock, floor) ** 2


def leakage_w(leak_w: float, die_k: float, reference_k: float, doubling_k: float) -> float:
    """Return leakage that doubles per doubling_k."""
    doublings = min(4.0, max(-8.0, (die_k - reference_k) / doubling_k))
    return float(leak_w * 2.0**doublings)


def clock_within(allowed: float, top: float, least: float, floor: float) -> float:
    """Return the clock whose dynamic power is ``allowed`` of that at full clock, by bisection."""

    def power(clock: float) -> float:
        return clock * voltage(clock, floor) ** 2

    if power(least) >= allowed:
        return least
    if power(top) <= allowed:
        return top
    low, high = least, top
    for _ in range(100):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if power(middle) < allowed else (low, middle)
    return 0.5 * (low + high)


def throttled(
    clock: float, die_k: float, throttle_k: float, slope_per_k: float, limit_k: float, least: float
) -> float:
    """Return the clock after the hardware throttle."""
    if die_k >= limit_k:
        return min(clock, least)
    if die_k <= throttle_k:
        return clock
    slowed = 1.0 - slope_per_k * (die_k - throttle_k)
    return min(clock, max(slowed, least))


@dataclass(frozen=True, kw_only=True)
class Places:
    """Rates over the orbit's average."""

    south_atlantic: float
    polar: float
    elsewhere: float
    cutoff_rad: float


def upset_ratio(places: Places, latitude_rad: float, *, in_anomaly: bool, solar: float) -> float:
    """Return the rate here over the orbit's average."""
    is_polar = abs(latitude_rad) > places.cutoff_rad
    if in_anomaly:
        trapped = places.south_atlantic
    elif is_polar:
        trapped = places.polar
    else:
        trapped = places.elsewhere
    return trapped + solar if is_polar else trapped


_MASK = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15


def _mixed(z: int) -> int:
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def uniform(seed: int, stream: int, counter: int) -> float:
    """Return a draw of the plant's counter-based streams (SplitMix64 of key and counter)."""
    key = _mixed((seed + _GOLDEN * (stream + 1)) & _MASK)
    bits = _mixed((key + _GOLDEN * (counter + 1)) & _MASK)
    return float(((bits >> 11) + 0.5) * 2.0**-53)


def thinned(
    seed: int, stream: int, rates_per_s: Sequence[float], ratio: float, worst: float, until_s: float
) -> list[tuple[float, int]]:
    """Return times and kinds of the upsets of one accelerator in a place of constant ratio."""
    total = sum(rates_per_s)
    time_s, draw, kept = 0.0, 1, []
    while True:
        time_s -= log(uniform(seed, stream, 2 * draw)) / (total * worst)
        if time_s > until_s:
            return kept
        chance = uniform(seed, stream, 2 * draw + 1) * worst * total
        for kind, rate in enumerate(rates_per_s):
            chance -= ratio * rate
            if chance < 0.0:
                kept.append((time_s, kind))
                break
        draw += 1
