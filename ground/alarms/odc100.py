"""Alarm limits of the satellite ODC-100. Data.

Sources: main bus 137 to 173 V (operating range of the 160 V primary bus of the International Space Station);
cells 2.8 to 4.15 V (operating range of the battery, inside the 2.5 to 4.2 V of the 21700 cell LG M50's data
sheet); dies 87 C = 360.15 K (qualification limit of the accelerators' core); coolant supply 20 to 60 C;
battery 10 to 35 C (ODC-100 parameters).
"""

from ground.alarms.limits import AlarmLimit

__all__ = ["LIMITS"]

_STALE_S = 15.0
"""Three times the slowest live housekeeping period of what is watched."""

LIMITS: tuple[AlarmLimit, ...] = (
    AlarmLimit(
        item="DISTRIBUTION BusReading bus_voltage_v",
        low=137.0,
        high=173.0,
        value_dead_band=1.0,
        persistence_count=2,
        off_delay_s=5.0,
        stale_s=_STALE_S,
        valid_bit=0,
    ),
    AlarmLimit(
        item="BATTERY BatteryReading cell_voltage_min_v_00",
        low=2.8,
        value_dead_band=0.02,
        persistence_count=2,
        off_delay_s=10.0,
        stale_s=_STALE_S,
        valid_bit=0,
    ),
    AlarmLimit(
        item="BATTERY BatteryReading cell_voltage_max_v_00",
        high=4.15,
        value_dead_band=0.02,
        persistence_count=2,
        off_delay_s=10.0,
        valid_bit=0,
    ),
    AlarmLimit(
        item="POWER PowerStatus charge_frac",
        low=0.25,
        value_dead_band=0.02,
        on_delay_s=5.0,
        off_delay_s=30.0,
        stale_s=_STALE_S,
    ),
    AlarmLimit(
        item="COMPUTE ComputeStatus die_temperature_max_k",
        high=360.15,
        value_dead_band=2.0,
        on_delay_s=2.0,
        off_delay_s=10.0,
        stale_s=_STALE_S,
    ),
    *(
        AlarmLimit(
            item=f"THERMAL ThermalStatus supply_temperature_k_{loop:02}",
            low=293.15,
            high=333.15,
            value_dead_band=1.0,
            on_delay_s=10.0,
            off_delay_s=30.0,
            stale_s=_STALE_S,
        )
        for loop in (0, 1)
    ),
    AlarmLimit(
        item="LOOPS LoopReading battery_temperature_k",
        low=283.15,
        high=308.15,
        value_dead_band=0.5,
        on_delay_s=10.0,
        off_delay_s=60.0,
        valid_bit=26,
    ),
)
"""What the ground watches."""
