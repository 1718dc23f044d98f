"""The whole battery: one filter per pack, readings that are missing or wrong, and the mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from flight.power.cell import ENERGY_WH
from flight.power.estimator import (
    Decay,
    PackEstimate,
    first_estimate,
    mean_charge,
    median_current_a,
    predict,
    trusted_current_a,
    update,
)

__all__ = ["MISSING", "BatteryState", "PackReading", "Rejection", "advance", "packed", "unpacked"]

PACK_VOLTAGE_MIN_V = 60.0
"""Below this no 40-cell pack is connected."""
REJECT_NAMED_COUNT = 10
"""Refused readings in a row after which an event names the pack."""
STEP_MAX_S = 30.0
"""Longest gap that is bridged with one current."""
_Row = tuple[float, float, float, float, float, float, float, float, float, int]


class PackReading(NamedTuple):
    """One pack's monitor: current is positive when discharging."""

    voltage_v: float
    current_a: float
    temperature_k: float
    valid: bool


MISSING = PackReading(0.0, 0.0, 0.0, valid=False)
"""Reading of a pack whose monitor is silent."""


@dataclass(frozen=True, slots=True)
class BatteryState:
    """What is known of the battery.

    Parameters
    ----------
    packs : tuple of PackEstimate or None
        Filters of the packs that were ever seen, None for the others.
    time_ns : int
        Time they hold for, TAI.
    mean_current_a : float
        Median current of the packs, discharge positive.
    """

    packs: tuple[PackEstimate | None, ...] = ()
    time_ns: int = 0
    mean_current_a: float = 0.0

    @property
    def known(self) -> tuple[PackEstimate, ...]:
        """Filters that run."""
        return tuple([pack for pack in self.packs if pack is not None])

    @property
    def known_count(self) -> int:
        """Number of filters that run."""
        return len(self.packs) - self.packs.count(None)

    @property
    def capacity_wh(self) -> float:
        """Energy between empty and full of the packs that were seen."""
        return ENERGY_WH * self.known_count

    @property
    def charge(self) -> tuple[float, float]:
        """Mean charge and its standard deviation; (0, 1) without a pack."""
        known = self.known
        return mean_charge(known) if known else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Rejection:
    """A pack whose voltage has contradicted its filter for long."""

    pack_index: int
    residual_v: float


def advance(
    state: BatteryState, readings: Sequence[PackReading], *, time_ns: int, total_current_a: float | None
) -> tuple[BatteryState, tuple[Rejection, ...]]:
    """Advance all filters to ``time_ns``.

    Parameters
    ----------
    readings : sequence of PackReading
        One per pack; those that do not exist are not valid.
    total_current_a : float or None
        Battery current from the power distribution, for a time without any valid pack reading.
    """
    dt_s = min(max((time_ns - state.time_ns) * 1e-9, 0.0), STEP_MAX_S) if state.time_ns else 0.0
    decay = Decay.over(dt_s)
    valid_a = [reading.current_a for reading in readings if reading.valid]
    middle_a = median_current_a(valid_a)
    spare_a = _spare_current_a(valid_a, total_current_a, state.known_count)
    packs: list[PackEstimate | None] = []
    rejections = []
    for index, reading in enumerate(readings):
        known = state.packs[index] if index < len(state.packs) else None
        if not reading.valid:
            packs.append(None if known is None else predict(known, spare_a, decay))
            continue
        current_a = trusted_current_a(reading.current_a, middle_a)
        if known is None:
            started = reading.voltage_v > PACK_VOLTAGE_MIN_V
            packs.append(
                first_estimate(reading.voltage_v, current_a, reading.temperature_k) if started else None
            )
            continue
        moved, residual_v = update(
            predict(known, current_a, decay), reading.voltage_v, current_a, reading.temperature_k
        )
        packs.append(moved)
        if moved.reject_count == REJECT_NAMED_COUNT:
            rejections.append(Rejection(index, residual_v))
    return BatteryState(tuple(packs), time_ns, spare_a), tuple(rejections)


def packed(state: BatteryState) -> tuple[object, ...]:
    """Return the state as nested tuples of numbers, for a snapshot."""
    return (
        state.time_ns,
        state.mean_current_a,
        tuple([None if pack is None else tuple(pack) for pack in state.packs]),
    )


def unpacked(image: tuple[object, ...]) -> BatteryState:
    """Return the state that ``packed`` made."""
    time_ns, current_a, packs = cast("tuple[int, float, tuple[_Row | None, ...]]", image)
    return BatteryState(
        tuple([None if pack is None else PackEstimate(*pack) for pack in packs]), time_ns, current_a
    )


def _spare_current_a(valid_a: Sequence[float], total_current_a: float | None, known_count: int) -> float:
    """Return the current for a pack without a reading: its siblings' median, else its share of the total."""
    if valid_a:
        return sorted(valid_a)[len(valid_a) // 2]
    if total_current_a is None or known_count == 0:
        return 0.0
    return total_current_a / known_count
