"""What the thermal application takes out of its devices' messages; a value that is not valid becomes None."""

from dataclasses import dataclass

from flight.dictionary.power import BusReading
from flight.dictionary.thermal import LOOP_COUNT, PANEL_COUNT, LoopReading

__all__ = ["LoopPicture", "battery_temperature_k", "compute_power_w", "loop_picture", "panel_extremes_k"]

PANELS_PER_LOOP = PANEL_COUNT // LOOP_COUNT
PANEL_BIT = 12
BATTERY_BIT = 26
COMPUTE_BIT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopPicture:
    """One loop; ``panel_k`` has the valid panels only."""

    supply_k: float | None
    return_k: float | None
    flow_kg_per_s: float | None
    pump_speed_frac: float | None
    bypass_frac: float | None
    pump_power_w: float | None
    panel_k: tuple[float, ...]


def loop_picture(reading: LoopReading, loop: int) -> LoopPicture:
    """Return one loop's values; valid bits in field order, one per value."""
    mask = reading.valid_mask
    first = loop * PANELS_PER_LOOP
    panels = range(first, first + PANELS_PER_LOOP)
    return LoopPicture(
        supply_k=reading.supply_temperature_k[loop] if mask >> loop & 1 else None,
        return_k=reading.return_temperature_k[loop] if mask >> 2 + loop & 1 else None,
        flow_kg_per_s=reading.flow_kg_per_s[loop] if mask >> 4 + loop & 1 else None,
        pump_speed_frac=reading.pump_speed_frac[loop] if mask >> 6 + loop & 1 else None,
        bypass_frac=reading.bypass_frac[loop] if mask >> 8 + loop & 1 else None,
        pump_power_w=reading.pump_power_w[loop] if mask >> 10 + loop & 1 else None,
        panel_k=tuple([reading.panel_temperature_k[p] for p in panels if mask >> PANEL_BIT + p & 1]),
    )


def panel_extremes_k(reading: LoopReading) -> tuple[float, float] | None:
    """Return the coldest and the hottest valid panel, None without any."""
    valid = [t for p, t in enumerate(reading.panel_temperature_k) if reading.valid_mask >> PANEL_BIT + p & 1]
    return (min(valid), max(valid)) if valid else None


def battery_temperature_k(reading: LoopReading) -> float | None:
    """Return the battery's temperature."""
    return reading.battery_temperature_k if reading.valid_mask >> BATTERY_BIT & 1 else None


def compute_power_w(reading: BusReading | None) -> float | None:
    """Return the electrical power of the compute payload, which is the heat it makes."""
    if reading is None or not reading.valid_mask >> COMPUTE_BIT & 1:
        return None
    return reading.compute_power_w
