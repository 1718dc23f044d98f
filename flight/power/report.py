"""What the power application says: setpoints, status and events made from a decision."""

from collections.abc import Iterator

from flight.dictionary.declare import Event
from flight.dictionary.power import (
    ArraySetpoint,
    BatteryReadingRejected,
    BusSetpoint,
    LoadShed,
    PowerModeChanged,
    PowerStatus,
    SectionLost,
    SectionRecovered,
)
from flight.power.law import switch_mask
from flight.power.manager import Decision
from flight.power.memory import Memory

__all__ = ["array_setpoint", "bus_setpoint", "events", "status"]

WING_NORMAL_RAD = (0.0, 0.0)
"""Both wings normal to the body axis that the attitude control holds at the Sun."""


def array_setpoint(memory: Memory) -> ArraySetpoint:
    """Return converters and gimbals: lost sections stay connected, for they may recover."""
    return ArraySetpoint(section_enabled_mask=memory.enabled_mask, gimbal_angle_rad=WING_NORMAL_RAD)


def bus_setpoint(memory: Memory, decision: Decision) -> BusSetpoint:
    """Return charge limits per pack and the load switches."""
    return BusSetpoint(
        charge_voltage_max_v=decision.charge.voltage_max_v,
        charge_current_max_a=decision.charge.current_max_a,
        switch_mask=switch_mask(memory.tier),
    )


def status(
    memory: Memory, decision: Decision, *, time_ns: int, granted_w: float, floor_frac: float
) -> PowerStatus:
    """Return the status message."""
    bus, energy = decision.bus, decision.energy
    return PowerStatus(
        time_ns=time_ns,
        mode=memory.mode,
        charge_frac=decision.charge_frac,
        charge_sigma_frac=decision.charge_sigma_frac,
        capacity_wh=memory.battery.capacity_wh,
        energy_available_wh=memory.battery.capacity_wh * max(0.0, decision.charge_frac - floor_frac),
        array_power_w=bus.array_power_w or 0.0,
        array_power_expected_w=decision.array_expected_w,
        load_power_w=bus.load_power_w,
        battery_power_w=bus.battery_power_w or 0.0,
        granted_power_w=granted_w,
        safe_supply_w=decision.safe_w,
        section_failed_mask=memory.watch.lost_mask,
        load_tier=memory.tier,
        sunlit_remaining_s=energy.sunlit_remaining_s,
        eclipse_remaining_s=energy.eclipse_remaining_s,
    )


def events(before: Memory, after: Memory, decision: Decision) -> Iterator[Event]:
    """Yield what changed in this step and deserves an operator's eye."""
    for rejection in decision.rejections:
        yield BatteryReadingRejected(pack_index=rejection.pack_index, residual_v=rejection.residual_v)
    for verdict in decision.verdicts:
        if verdict.lost:
            yield SectionLost(
                section_index=verdict.section_index,
                power_w=verdict.power_w,
                power_expected_w=verdict.power_expected_w,
            )
        else:
            yield SectionRecovered(section_index=verdict.section_index)
    if after.tier > before.tier:
        yield LoadShed(
            tier=after.tier, charge_frac=decision.charge_frac, bus_voltage_v=decision.bus.voltage_v or 0.0
        )
    if after.mode != before.mode:
        yield PowerModeChanged(mode_from=before.mode, mode_to=after.mode)
