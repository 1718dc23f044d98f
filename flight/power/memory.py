"""What power management carries from step to step, and its image in a snapshot."""

from dataclasses import dataclass
from typing import cast

from flight.dictionary.power import SECTION_COUNT, PowerMode
from flight.power import battery
from flight.power.battery import BatteryState
from flight.power.eclipse import Forecast
from flight.power.planner import Profile
from flight.power.sections import SectionWatch

__all__ = ["Memory", "packed", "unpacked"]

ALL_SECTIONS = (1 << SECTION_COUNT) - 1
ARRAY_START_W = 130_000.0
"""Array at the bus before it was ever measured: 24 x 6.25 kW, 97 % conversion, 60 C panels, rounded down."""
NOTHING_KNOWN = BatteryState()
ALL_TRUSTED = SectionWatch.fresh(SECTION_COUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What lives from step to step."""

    mode: PowerMode = PowerMode.STANDBY
    battery: BatteryState = NOTHING_KNOWN
    forecast: Forecast | None = None
    forecast_ns: int = 0
    profile: Profile | None = None
    since_drift_s: float = 0.0
    array_w: float = ARRAY_START_W
    tier: int = 0
    ordered_tier: int = 0
    enabled_mask: int = ALL_SECTIONS
    watch: SectionWatch = ALL_TRUSTED


def packed(memory: Memory) -> tuple[object, ...]:
    """Return the memory as nested tuples of numbers."""
    known, shape = memory.forecast, memory.profile
    return (
        int(memory.mode),
        battery.packed(memory.battery),
        None if known is None else (known.period_s, known.entry_ns, known.exit_ns),
        None if shape is None else (shape.level_frac, shape.depth_frac, shape.rise_ratio),
        (memory.array_w, memory.since_drift_s, memory.forecast_ns),
        (memory.tier, memory.ordered_tier, memory.enabled_mask),
        (memory.watch.lost, memory.watch.contrary_s),
    )


_Image = tuple[
    int,
    tuple[object, ...],
    tuple[float, int, int] | None,
    tuple[float, float, float] | None,
    tuple[float, float, int],
    tuple[int, int, int],
    tuple[tuple[bool, ...], tuple[float, ...]],
]


def unpacked(image: tuple[object, ...]) -> Memory:
    """Return the memory that ``packed`` made."""
    mode, cells, known, shape, powers, switches, watch = cast("_Image", image)
    forecast = None
    if known is not None:
        forecast = Forecast(period_s=known[0], entry_ns=known[1], exit_ns=known[2])
    return Memory(
        mode=PowerMode(mode),
        battery=battery.unpacked(cells),
        forecast=forecast,
        profile=None if shape is None else Profile(*shape),
        array_w=powers[0],
        since_drift_s=powers[1],
        forecast_ns=powers[2],
        tier=switches[0],
        ordered_tier=switches[1],
        enabled_mask=switches[2],
        watch=SectionWatch(tuple(watch[0]), tuple(watch[1])),
    )
