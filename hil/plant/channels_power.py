"""Sensed groups of the electrical power system."""

from hil.plant.channel_types import Field, acquired, group, status, thermistor

ARRAY = group(
    "array",
    acquired("section_voltage_v", "V", 24, 200.0),
    acquired("section_current_a", "A", 24, 60.0, 4e-3),
    thermistor("section_temperature_k", 24, 0.3),
    status("section_mode", 24),
    Field(
        name="wing_angle_rad",
        unit="rad",
        count=2,
        noise=1e-4,
        bias=3e-4,
        quantum=9.6e-5,
        delay_count=1,
        source="assumed: 16-bit encoder",
    ),
)
BATTERY = group(
    "battery",
    acquired("pack_voltage_v", "V", 8, 200.0, 1e-3),
    Field(
        name="pack_current_a",
        unit="A",
        count=8,
        noise=0.05,
        bias=0.2,
        scale_frac=2e-3,
        quantum=0.02,
        delay_count=1,
        source="assumed: Hall sensor of 300 A range; discharge is positive",
    ),
    thermistor("pack_temperature_k", 8),
    Field(
        name="cell_voltage_min_v",
        unit="V",
        count=8,
        noise=5e-4,
        bias=1e-3,
        quantum=1e-4,
        delay_count=1,
        source="assumed: cell monitor, 1 mV total error class",
    ),
    Field(
        name="cell_voltage_max_v",
        unit="V",
        count=8,
        noise=5e-4,
        bias=1e-3,
        quantum=1e-4,
        delay_count=1,
        source="assumed: cell monitor, 1 mV total error class",
    ),
    status("pack_enabled", 8),
    acquired("heater_power_w", "W", 8, 400.0),
)
BUS = group(
    "bus",
    acquired("bus_voltage_v", "V", 1, 200.0, 1e-3),
    acquired("array_power_w", "W", 1, 2e5),
    acquired("battery_power_w", "W", 1, 4e5),
    acquired("compute_power_w", "W", 1, 2e5),
    acquired("optical_power_w", "W", 1, 1e3),
    acquired("thermal_power_w", "W", 1, 1e4),
    acquired("housekeeping_power_w", "W", 1, 2e4),
    status("shed_count", 1),
    status("switch_closed", 26),
    acquired("switch_current_a", "A", 26, 80.0, 4e-3),
    status("lockout_active", 1),
)
