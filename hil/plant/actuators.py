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
    """Power state of one compute node, in rising order of power."""

    OFF = 0
    BMC = 1
    SLEEP = 2
    IDLE = 3
    RUN = 4
    BOOST = 5
    STARTING = 6
    """Reading only: on its way from OFF or BMC to IDLE (90 s) or from SLEEP to IDLE (5 s)."""
    HUNG = 7
    """Reading only: powered, not answering, leaves by OFF only."""


class TerminalMode(IntEnum):
    """What one laser terminal is told to do."""

    OFF = 0
    STOW = 1
    POINT = 2
    """Gimbal follows the commanded direction, laser off."""
    ACQUIRE = 3
    """Spiral around the commanded direction, laser on, waiting for the partner's light."""
    TRACK = 4
    """Fine tracking on the partner's light; falls back to the commanded direction without light."""


class AttitudeMode(IntEnum):
    """Attitude that the attitude controller holds."""

    SUN_NOMINAL = 0
    """Array normal to the Sun, radiators edge-on to the Sun and to the Earth."""
    INERTIAL = 1
    """The attitude held when the mode was set."""


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
SWITCH_PUMP_0 = 22
SWITCH_HEATERS = 24
SWITCH_TRAYS = 25
SWITCH_COUNT = 26
"""Solid-state switches: nodes 0..17, terminals 18..21, pumps of the loops 22..23, battery heaters 24, switch trays 25."""
