"""What the thermal application says: setpoint, status and events made from a decision."""

from collections.abc import Iterator

from flight.dictionary.declare import Event
from flight.dictionary.thermal import (
    LoopSensorRejected,
    LoopSetpoint,
    SupplyOutOfBand,
    ThermalModeChanged,
    ThermalStatus,
)
from flight.thermal.manager import Decision
from flight.thermal.memory import Memory

__all__ = ["events", "loop_setpoint", "status"]


def loop_setpoint(memory: Memory, decision: Decision) -> LoopSetpoint:
    """Return pump speeds, valve positions and heater power."""
    return LoopSetpoint(
        pump_speed_frac=tuple([loop.pump_speed_frac for loop in memory.loops]),
        bypass_frac=tuple([loop.bypass_frac for loop in memory.loops]),
        battery_heater_w=decision.battery_heater_w,
    )


def status(memory: Memory, decision: Decision, *, time_ns: int, granted_w: float) -> ThermalStatus:
    """Return the status message."""
    return ThermalStatus(
        time_ns=time_ns,
        mode=memory.mode,
        supply_set_k=decision.supply_set_k,
        supply_temperature_k=decision.supply_k,
        bypass_frac=tuple([loop.bypass_frac for loop in memory.loops]),
        pump_speed_frac=tuple([loop.pump_speed_frac for loop in memory.loops]),
        heat_rejected_w=decision.heat_rejected_w,
        capacity_w=decision.capacity_w,
        granted_heat_w=granted_w,
        panel_temperature_min_k=decision.panel_extremes_k[0],
        panel_temperature_max_k=decision.panel_extremes_k[1],
    )


def events(before: Memory, after: Memory, decision: Decision) -> Iterator[Event]:
    """Yield what changed in this step and deserves an operator's eye."""
    for rejection in decision.rejections:
        yield LoopSensorRejected(loop_index=rejection.loop_index, residual_k=rejection.residual_k)
    for index, (old, new) in enumerate(zip(before.loops, after.loops, strict=True)):
        if new.announced and not old.announced:
            yield SupplyOutOfBand(
                loop_index=index, temperature_k=decision.supply_k[index], set_k=decision.supply_set_k[index]
            )
    if after.mode != before.mode:
        yield ThermalModeChanged(mode_from=before.mode, mode_to=after.mode)
