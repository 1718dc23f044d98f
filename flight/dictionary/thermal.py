"""What the thermal application says and hears, and its devices: the two pumped loops and battery heaters."""

from enum import IntEnum
from typing import Annotated

from flight.dictionary.declare import Command, Event, Message, Parameters, command, event, message, parameters
from flight.dictionary.types import F32, U8, U32, U64, App, Parameter, Range, Repeated, Scalar, Severity

LOOP_COUNT = 2
PANEL_COUNT = 14

Loops = Annotated[tuple[float, ...], Repeated("f32", LOOP_COUNT)]
Panels = Annotated[tuple[float, ...], Repeated("f32", PANEL_COUNT)]


class ThermalMode(IntEnum):
    """Modes of the thermal application."""

    STANDBY = 0
    REGULATE = 1
    FREEZE_GUARD = 2
    OVERTEMPERATURE = 3
    SAFE = 4


@message(0x1450, App.LOOPS)
class LoopReading(Message):
    """Both coolant loops and the radiator panels."""

    time_ns: U64
    supply_temperature_k: Loops
    return_temperature_k: Loops
    flow_kg_per_s: Loops
    pump_speed_frac: Loops
    bypass_frac: Loops
    pump_power_w: Loops
    panel_temperature_k: Panels
    battery_temperature_k: F32
    valid_mask: U32


@message(0x1451, App.THERMAL)
class LoopSetpoint(Message):
    """Pump speeds, bypass valves (1 = all flow past the radiator) and the battery heater."""

    pump_speed_frac: Loops
    bypass_frac: Loops
    battery_heater_w: F32


@message(0x1110, App.THERMAL)
class ThermalStatus(Message):
    """What the thermal application believes and does."""

    time_ns: U64
    mode: Annotated[ThermalMode, Scalar("u8")]
    supply_set_k: Loops
    supply_temperature_k: Loops
    bypass_frac: Loops
    pump_speed_frac: Loops
    heat_rejected_w: F32
    capacity_w: F32
    granted_heat_w: F32
    panel_temperature_min_k: F32
    panel_temperature_max_k: F32


@command(0x4110, App.THERMAL)
class SetSupplyTemperature(Command):
    """Set the coolant supply temperature of one loop (or both: loop 255)."""

    loop_index: Annotated[int, Scalar("u8"), Range(0, 255)]
    supply_set_k: Annotated[float, Scalar("f32"), Range(288.15, 323.15)]


@event(0x8110, App.THERMAL, Severity.INFO, "thermal mode {mode_from} -> {mode_to}")
class ThermalModeChanged(Event):
    """The mode of the thermal application changed."""

    mode_from: Annotated[ThermalMode, Scalar("u8")]
    mode_to: Annotated[ThermalMode, Scalar("u8")]


@event(
    0x8111, App.THERMAL, Severity.MEDIUM, "loop {loop_index} supply {temperature_k:.1f} K, set {set_k:.1f} K"
)
class SupplyOutOfBand(Event):
    """A supply temperature left its band for longer than the persistence."""

    loop_index: U8
    temperature_k: F32
    set_k: F32


@event(
    0x8112, App.THERMAL, Severity.MEDIUM, "sensor of loop {loop_index} rejected, residual {residual_k:.1f} K"
)
class LoopSensorRejected(Event):
    """A temperature sensor failed its plausibility test; the law runs on the estimate."""

    loop_index: U8
    residual_k: F32


@parameters(App.THERMAL)
class ThermalParameters(Parameters):
    """Changeable values of the thermal application."""

    supply_set_k: Annotated[float, Parameter(1, 288.15, 323.15)] = 303.15
    supply_gain_per_k: Annotated[float, Parameter(2, 0.0, 0.5)] = 0.04
    supply_reset_s: Annotated[float, Parameter(3, 5.0, 600.0)] = 40.0
    pump_speed_min_frac: Annotated[float, Parameter(4, 0.1, 1.0)] = 0.4
    capacity_margin_frac: Annotated[float, Parameter(5, 0.0, 0.5)] = 0.05
    panel_temperature_min_k: Annotated[float, Parameter(6, 200.0, 290.0)] = 233.15
    battery_set_k: Annotated[float, Parameter(7, 283.15, 308.15)] = 293.15
    battery_heater_max_w: Annotated[float, Parameter(8, 0.0, 2000.0)] = 800.0
