"""The words of the plant's actuators: modes, states and switch numbers that setpoints carry."""

from enum import IntEnum


class SectionMode(IntEnum):
    """What the converter of one array section does."""

    OFF = 0
    """Converter off, the section sits at its open-circuit voltage."""
    TRACK = 1
    """Maximum-power tracking by the unit's firmware."""
    FIXED = 2
    """The section is held at the voltage of the setpoint."""
    LIMITED = 3
    """Reading only: tracking, but held back by the bus voltage limit or a current limit."""


class NodeState(IntEnum):
    """Power state of one compute node; the numbers are those of the flight dictionary."""

    OFF = 0
    BMC = 1
    BOOT = 2
    """Reading only: on its way to IDLE, 90 s from OFF or BMC, 5 s from SLEEP."""
    SLEEP = 3
    IDLE = 4
    RUN = 5
    HUNG = 6
    """Reading only: powered, not answering; leaves by OFF or BMC only."""
    BOOST = 7


class TerminalMode(IntEnum):
    """What one laser terminal is told to do; the numbers are those of the flight dictionary."""

    STOW = 0
    SLEW = 1
    POINT = 2
    """Gimbal follows the commanded direction and rate."""
    ACQUIRE = 3
    """Spiral around the commanded direction (laser on), waiting for the partner's light."""
    COARSE_TRACK = 4
    """Camera tracking: centres the partner's light on the quad cell."""
    FINE_TRACK = 5
    """Mirror loop closed on the quad cell."""
    LINK = 6
    """Fine tracking with the data receiver on."""
    FAULT = 7
    """Reading only: the unit protects itself; leaves by STOW."""


class AttitudeMode(IntEnum):
    """Attitude that the attitude controller holds."""

    SUN_NOMINAL = 0
    """Array normal to the Sun, radiators edge-on to the Sun and to the Earth."""
    INERTIAL = 1
    """The attitude held when the mode was set."""
    SUN_SAFE = 2
    """Array to the Sun by Sun sensors and gyro; also entered when the star tracker is silent for 60 s."""
    DETUMBLE = 3
    """No rate; also entered above 0.01 rad/s."""


NODE_COUNT = 18
ACCELERATOR_COUNT = 72
SECTION_COUNT = 24
PACK_COUNT = 8
LOOP_COUNT = 2
PANEL_COUNT = 14
TERMINAL_COUNT = 4
PUMP_UNIT_COUNT = 3
WING_COUNT = 2

SWITCH_NODE_0 = 0
SWITCH_TERMINAL_0 = 18
SWITCH_HEATERS = 22
SWITCH_PUMP_0 = 23
SWITCH_TRAYS = 25
SWITCH_COUNT = 26
"""Solid-state switches: nodes 0..17, terminals 18..21, battery heaters 22, pumps 23..24, switch trays 25."""
