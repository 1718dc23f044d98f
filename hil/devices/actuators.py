"""Setpoints of the dictionary as orders to the plant's units."""

from flight.dictionary.compute import NodeSetpoint
from flight.dictionary.declare import Message
from flight.dictionary.optical import TerminalSetpoint
from flight.dictionary.power import SECTION_COUNT, ArraySetpoint, BusSetpoint
from flight.dictionary.thermal import LoopSetpoint
from hil.devices.bench import Bench
from hil.plant.actuators import NodeState, SectionMode, TerminalMode

__all__ = ["Actuators"]

_ORDERED_SWITCH_COUNT = 23
"""Nodes, terminals, heaters: the switches that a setpoint names; pumps and trays have none."""


class Actuators:
    """Pass setpoints on; switches and sections get an order only when it changes.

    An order that is repeated every second must not close again what the firmware has just shed, so a switch
    acts on a change of its bit, as a latching relay does.

    Parameters
    ----------
    bench : Bench
        The shared plant.
    """

    def __init__(self, bench: Bench) -> None:
        self._plant = bench.plant
        self._pack_count = bench.pack_count
        self._discharge_current_max_a = bench.pack_current_max_a
        self._switch_mask = (1 << _ORDERED_SWITCH_COUNT) - 1
        self._section_mask = (1 << SECTION_COUNT) - 1

    def obey(self, message: Message) -> None:
        """Carry out one setpoint; anything else is ignored."""
        match message:
            case NodeSetpoint():
                self._nodes(message)
            case TerminalSetpoint():
                self._terminals(message)
            case LoopSetpoint():
                self._loops(message)
            case ArraySetpoint():
                self._array(message)
            case BusSetpoint():
                self._bus(message)
            case _:
                pass

    def _array(self, setpoint: ArraySetpoint) -> None:
        changed = setpoint.section_enabled_mask ^ self._section_mask
        self._section_mask = setpoint.section_enabled_mask
        for section in range(SECTION_COUNT):
            if changed >> section & 1:
                on = setpoint.section_enabled_mask >> section & 1
                self._plant.set_section(section, SectionMode.TRACK if on else SectionMode.OFF)
        for wing, angle_rad in enumerate(setpoint.gimbal_angle_rad):
            self._plant.set_wing(wing, angle_rad)

    def _bus(self, setpoint: BusSetpoint) -> None:
        changed = setpoint.switch_mask ^ self._switch_mask
        self._switch_mask = setpoint.switch_mask
        for switch in range(_ORDERED_SWITCH_COUNT):
            if changed >> switch & 1:
                self._plant.set_switch(switch, closed=bool(setpoint.switch_mask >> switch & 1))
        for pack in range(self._pack_count):
            self._plant.set_pack(
                pack,
                enabled=True,
                charge_voltage_max_v=setpoint.charge_voltage_max_v,
                charge_current_max_a=setpoint.charge_current_max_a,
                discharge_current_max_a=self._discharge_current_max_a,
            )

    def _loops(self, setpoint: LoopSetpoint) -> None:
        for loop, speed_frac in enumerate(setpoint.pump_speed_frac):
            self._plant.set_pump(loop, speed_frac)
        for loop, bypass_frac in enumerate(setpoint.bypass_frac):
            self._plant.set_bypass(loop, bypass_frac)
        for pack in range(self._pack_count):
            self._plant.set_pack_heater(pack, setpoint.battery_heater_w / self._pack_count)

    def _nodes(self, setpoint: NodeSetpoint) -> None:
        rows = zip(setpoint.node_state, setpoint.node_cap_w, setpoint.job_utilization_frac, strict=True)
        for node, (state, cap_w, load_frac) in enumerate(rows):
            self._plant.set_node(
                node,
                NodeState(state),
                cap_w=cap_w,
                lease_until_ns=setpoint.valid_until_ns,
                fallback_w=setpoint.fallback_power_w,
            )
            self._plant.set_job_load(node, load_frac)

    def _terminals(self, setpoint: TerminalSetpoint) -> None:
        for terminal, mode in enumerate(setpoint.terminal_mode):
            self._plant.set_terminal(
                terminal,
                TerminalMode(mode),
                azimuth_rad=setpoint.azimuth_rad[terminal],
                elevation_rad=setpoint.elevation_rad[terminal],
                azimuth_rate_rad_per_s=setpoint.azimuth_rate_rad_per_s[terminal],
                elevation_rate_rad_per_s=setpoint.elevation_rate_rad_per_s[terminal],
                point_ahead_x_rad=setpoint.point_ahead_x_rad[terminal],
                point_ahead_y_rad=setpoint.point_ahead_y_rad[terminal],
                laser_on=bool(setpoint.laser_mask >> terminal & 1),
                partner=setpoint.partner_index[terminal],
            )
