"""The watchpoints after start. Data; limits are the operating limits of ODC-100's units.

Sources: bus 137 to 173 V and cells 2.8 to 4.15 V (operating range of the main bus and of the 21700 NMC cell,
LG M50 data sheet: 2.5 to 4.2 V less margin); dies 360.15 K (throttling threshold of the accelerators less
2 K); coolant supply 283.15 to 323.15 K (range of its set point and 5 K below); battery 273.15 to 318.15 K
(charging range of the cell). Watch 10 trips when the software falls back to degraded or safe mode.
"""

from flight.dictionary.compute import ComputeStatus
from flight.dictionary.executive import ExecutiveStatus
from flight.dictionary.power import BatteryReading, BusReading, PowerStatus
from flight.dictionary.thermal import LoopReading, ThermalStatus
from flight.services.watch import Watch

__all__ = ["WATCHES"]

_COMMON_STALE_S = 10.0

WATCHES: tuple[Watch, ...] = (
    Watch(
        id=1, message=BusReading, field="bus_voltage_v", valid_bit=0, low=137.0, high=173.0,
        value_dead_band=1.0, persistence_s=2.0, stale_s=_COMMON_STALE_S,
    ),
    Watch(
        id=2, message=BatteryReading, field="cell_voltage_min_v", index=0, valid_bit=0, low=2.8,
        high=4.15, value_dead_band=0.02, persistence_s=3.0, stale_s=_COMMON_STALE_S,
    ),
    Watch(
        id=3, message=BatteryReading, field="cell_voltage_max_v", index=0, valid_bit=0, low=2.8,
        high=4.15, value_dead_band=0.02, persistence_s=3.0, stale_s=_COMMON_STALE_S,
    ),
    Watch(
        id=4, message=PowerStatus, field="charge_frac", low=0.2, high=1.01, value_dead_band=0.02,
        persistence_s=10.0, stale_s=_COMMON_STALE_S,
    ),
    Watch(
        id=5, message=ComputeStatus, field="die_temperature_max_k", low=150.0, high=360.15,
        value_dead_band=3.0, persistence_s=5.0, stale_s=_COMMON_STALE_S,
    ),
    Watch(
        id=6, message=LoopReading, field="supply_temperature_k", index=0, valid_bit=0, low=283.15,
        high=323.15, value_dead_band=1.0, persistence_s=30.0, stale_s=_COMMON_STALE_S,
    ),
    Watch(
        id=7, message=LoopReading, field="supply_temperature_k", index=1, valid_bit=1, low=283.15,
        high=323.15, value_dead_band=1.0, persistence_s=30.0, stale_s=_COMMON_STALE_S,
    ),
    Watch(
        id=8, message=LoopReading, field="battery_temperature_k", valid_bit=26, low=273.15,
        high=318.15, value_dead_band=1.0, persistence_s=30.0, stale_s=_COMMON_STALE_S,
    ),
    Watch(
        id=9, message=ThermalStatus, field="panel_temperature_min_k", low=200.0, high=400.0,
        value_dead_band=2.0, persistence_s=60.0, stale_s=_COMMON_STALE_S,
    ),
    Watch(
        id=10, message=ExecutiveStatus, field="mode", low=0.0, high=1.0,
        value_dead_band=0.0, persistence_s=0.0, stale_s=_COMMON_STALE_S,
    ),
)  # fmt: skip
"""All watchpoints; ids are never reused."""
