"""What the power application says and hears, and its devices: array, battery, distribution."""

from enum import IntEnum
from typing import Annotated

from flight.dictionary.declare import (
    Command,
    Event,
    Message,
    Parameters,
    command,
    event,
    message,
    parameters,
)
from flight.dictionary.types import F32, U8, U16, U32, U64, App, Parameter, Range, Repeated, Scalar, Severity

SECTION_COUNT = 24
PACK_COUNT_MAX = 8

Sections = Annotated[tuple[float, ...], Repeated("f32", SECTION_COUNT)]
Packs = Annotated[tuple[float, ...], Repeated("f32", PACK_COUNT_MAX)]


class PowerMode(IntEnum):
    """Modes of the power application."""

    STANDBY = 0
    SUNLIT = 1
    ECLIPSE = 2
    LOW_ENERGY = 3
    SAFE = 4


@message(0x1420, App.ARRAY)
class ArrayReading(Message):
    """Terminal measurements of the 24 array sections, after their converters' input filters."""

    time_ns: U64
    section_voltage_v: Sections
    section_current_a: Sections
    section_temperature_k: Sections
    gimbal_angle_rad: Annotated[tuple[float, ...], Repeated("f32", 2)]
    valid_mask: U32


@message(0x1421, App.POWER)
class ArraySetpoint(Message):
    """Which sections' converters are on, and where the two wings' gimbals point."""

    section_enabled_mask: U32
    gimbal_angle_rad: Annotated[tuple[float, ...], Repeated("f32", 2)]


@message(0x1430, App.BATTERY)
class BatteryReading(Message):
    """Battery monitor: per pack; packs that do not exist read zero and are not valid."""

    time_ns: U64
    pack_voltage_v: Packs
    pack_current_a: Packs
    pack_temperature_k: Packs
    cell_voltage_min_v: Packs
    cell_voltage_max_v: Packs
    valid_mask: U8


@message(0x1440, App.DISTRIBUTION)
class BusReading(Message):
    """Power distribution: main bus and load groups. Battery power is positive when discharging."""

    time_ns: U64
    bus_voltage_v: F32
    array_power_w: F32
    battery_power_w: F32
    compute_power_w: F32
    optical_power_w: F32
    thermal_power_w: F32
    housekeeping_power_w: F32
    shed_count: U16
    switch_mask: U32
    valid_mask: U8


@message(0x1441, App.POWER)
class BusSetpoint(Message):
    """Charge regulation and load switches (bit 0-17 nodes, 18-21 terminals, 22 heaters)."""

    charge_voltage_max_v: F32
    charge_current_max_a: F32
    switch_mask: U32


@message(0x1100, App.POWER)
class PowerStatus(Message):
    """What the power application believes and does."""

    time_ns: U64
    mode: Annotated[PowerMode, Scalar("u8")]
    charge_frac: F32
    charge_sigma_frac: F32
    capacity_wh: F32
    energy_available_wh: F32
    array_power_w: F32
    array_power_expected_w: F32
    load_power_w: F32
    battery_power_w: F32
    granted_power_w: F32
    safe_supply_w: F32
    section_failed_mask: U32
    load_tier: U8
    sunlit_remaining_s: F32
    eclipse_remaining_s: F32


@command(0x4100, App.POWER)
class SetLoadTier(Command):
    """Shed loads down to a tier: 0 all on, 1 boost off, 2 preemptible off, 3 only survival."""

    tier: Annotated[int, Scalar("u8"), Range(0, 3)]


@command(0x4101, App.POWER)
class SetSectionEnabled(Command):
    """Switch one section's converter on or off."""

    section_index: Annotated[int, Scalar("u8"), Range(0, SECTION_COUNT - 1)]
    enabled: Annotated[int, Scalar("u8"), Range(0, 1)]


@event(
    0x8100,
    App.POWER,
    Severity.MEDIUM,
    "section {section_index} lost: {power_w:.0f} W of {power_expected_w:.0f} W",
)
class SectionLost(Event):
    """A section delivers far less than its siblings."""

    section_index: U8
    power_w: F32
    power_expected_w: F32


@event(0x8101, App.POWER, Severity.INFO, "section {section_index} recovered")
class SectionRecovered(Event):
    """A lost section delivers again."""

    section_index: U8


@event(0x8102, App.POWER, Severity.INFO, "power mode {mode_from} -> {mode_to}")
class PowerModeChanged(Event):
    """The mode of the power application changed."""

    mode_from: Annotated[PowerMode, Scalar("u8")]
    mode_to: Annotated[PowerMode, Scalar("u8")]


@event(
    0x8103, App.POWER, Severity.HIGH, "load tier {tier}: charge {charge_frac:.3f}, bus {bus_voltage_v:.1f} V"
)
class LoadShed(Event):
    """Loads were shed to a higher tier."""

    tier: U8
    charge_frac: F32
    bus_voltage_v: F32


@event(
    0x8104,
    App.POWER,
    Severity.MEDIUM,
    "battery reading rejected: pack {pack_index} residual {residual_v:.2f} V",
)
class BatteryReadingRejected(Event):
    """A measurement failed the estimator's innovation test for long enough to be named."""

    pack_index: U8
    residual_v: F32


@parameters(App.POWER)
class PowerParameters(Parameters):
    """Changeable values of the power application."""

    charge_floor_frac: Annotated[float, Parameter(1, 0.05, 0.6)] = 0.25
    charge_target_frac: Annotated[float, Parameter(2, 0.5, 1.0)] = 0.9
    cell_voltage_max_v: Annotated[float, Parameter(3, 3.6, 4.15)] = 4.13
    cell_voltage_min_v: Annotated[float, Parameter(4, 2.6, 3.4)] = 2.9
    housekeeping_power_w: Annotated[float, Parameter(5, 1000.0, 20000.0)] = 8000.0
    grant_margin_frac: Annotated[float, Parameter(6, 0.0, 0.3)] = 0.05
    section_lost_ratio: Annotated[float, Parameter(7, 0.1, 0.95)] = 0.7
    section_lost_persistence_s: Annotated[float, Parameter(8, 1.0, 60.0)] = 8.0
    grant_compute_max_w: Annotated[float, Parameter(9, 0.0, 160000.0)] = 130000.0
    depth_max_frac: Annotated[float, Parameter(10, 0.05, 0.6)] = 0.25
