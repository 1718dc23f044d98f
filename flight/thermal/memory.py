"""What thermal control carries from step to step, and its image in a snapshot."""

from dataclasses import dataclass
from typing import NamedTuple, cast

from flight.dictionary.thermal import LOOP_COUNT, ThermalMode
from flight.thermal.law import LoopTrim
from flight.thermal.observer import SupplyEstimate
from flight.thermal.radiator import RadiatorEstimate

__all__ = ["LoopMemory", "Memory", "packed", "unpacked"]

RETURN_START_K = 309.15
PANEL_START_K = 296.15
OVERHEAD_START_W = 10_500.0
"""Heat in the loops beside compute: 8 kW of avionics and switch trays, regulators, pumps."""
UNBALANCED = RadiatorEstimate()
UNTRIMMED = LoopTrim()


class LoopMemory(NamedTuple):
    """One loop: estimates, last good readings, orders.

    Parameters
    ----------
    set_k : float or None
        Set point of a command; None: the parameter's.
    outside_s : float
        Time for which the supply has been outside its band.
    announced : bool
        The event for it was sent.
    """

    supply: SupplyEstimate | None = None
    radiator: RadiatorEstimate = UNBALANCED
    trim: LoopTrim = UNTRIMMED
    return_k: float = RETURN_START_K
    panel_k: float = PANEL_START_K
    flow_kg_per_s: float = 1.8
    bypass_frac: float = 0.5
    pump_speed_frac: float = 1.0
    set_k: float | None = None
    outside_s: float = 0.0
    announced: bool = False


FRESH_LOOPS = (LoopMemory(),) * LOOP_COUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Both loops, the mode, and the heat beside compute."""

    mode: ThermalMode = ThermalMode.STANDBY
    loops: tuple[LoopMemory, ...] = FRESH_LOOPS
    overhead_w: float = OVERHEAD_START_W
    time_ns: int = 0


_LoopImage = tuple[
    tuple[float, float, bool] | None,
    tuple[float, float],
    tuple[float, float, float, float, float, float],
    float | None,
    tuple[float, bool],
]


def packed(memory: Memory) -> tuple[object, ...]:
    """Return the memory as nested tuples of numbers."""
    loops = tuple([_packed_loop(loop) for loop in memory.loops])
    return (int(memory.mode), loops, memory.overhead_w, memory.time_ns)


def unpacked(image: tuple[object, ...]) -> Memory:
    """Return the memory that ``packed`` made."""
    mode, loops, overhead_w, time_ns = cast("tuple[int, tuple[_LoopImage, ...], float, int]", image)
    return Memory(
        mode=ThermalMode(mode),
        loops=tuple([_unpacked_loop(loop) for loop in loops]),
        overhead_w=overhead_w,
        time_ns=time_ns,
    )


def _packed_loop(loop: LoopMemory) -> _LoopImage:
    supply = loop.supply
    return (
        None if supply is None else (supply.temperature_k, supply.contrary_s, supply.refused),
        (loop.radiator.environment_w, loop.radiator.panel_k),
        (
            loop.trim.integral_frac,
            loop.return_k,
            loop.panel_k,
            loop.flow_kg_per_s,
            loop.bypass_frac,
            loop.pump_speed_frac,
        ),
        loop.set_k,
        (loop.outside_s, loop.announced),
    )


def _unpacked_loop(image: tuple[object, ...]) -> LoopMemory:
    supply, radiator, numbers, set_k, band = cast("_LoopImage", image)
    return LoopMemory(
        supply=None if supply is None else SupplyEstimate(*supply),
        radiator=RadiatorEstimate(*radiator),
        trim=LoopTrim(numbers[0]),
        return_k=numbers[1],
        panel_k=numbers[2],
        flow_kg_per_s=numbers[3],
        bypass_frac=numbers[4],
        pump_speed_frac=numbers[5],
        set_k=set_k,
        outside_s=band[0],
        announced=band[1],
    )
