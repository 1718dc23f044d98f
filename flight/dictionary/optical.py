"""What the optical-terminal pointing says and hears, and its device: the four terminals."""

from enum import IntEnum
from typing import Annotated

from flight.dictionary.declare import Command, Event, Message, Parameters, command, event, message, parameters
from flight.dictionary.types import (
    F32,
    U8,
    U16,
    U64,
    App,
    Hazard,
    Parameter,
    Range,
    Repeated,
    Scalar,
    Severity,
)

TERMINAL_COUNT = 4

Terminals = Annotated[tuple[float, ...], Repeated("f32", TERMINAL_COUNT)]
TerminalModes = Annotated[tuple[int, ...], Repeated("u8", TERMINAL_COUNT)]


class OpticalMode(IntEnum):
    """Modes of the optical application."""

    STANDBY = 0
    OPERATE = 1
    SAFE = 2


class TerminalMode(IntEnum):
    """What a terminal is told to do, and the state the application keeps for it."""

    STOW = 0
    SLEW = 1
    POINT = 2
    ACQUIRE = 3
    COARSE_TRACK = 4
    FINE_TRACK = 5
    LINK = 6
    FAULT = 7


class FaultCause(IntEnum):
    """What keeps a terminal from its link."""

    NONE = 0
    GIMBAL = 1
    """It does not follow the ordered direction."""
    TRACKING_DETECTOR = 2
    """It sees nothing where the camera sees the partner brightly."""
    NO_LIGHT = 3
    """A whole search has not shown the partner."""


@message(0x1470, App.TERMINALS)
class TerminalReading(Message):
    """Detector and gimbal readings of the four terminals; errors are as the detectors see them."""

    time_ns: U64
    azimuth_rad: Terminals
    elevation_rad: Terminals
    camera_power_w: Terminals
    quad_power_w: Terminals
    error_x_rad: Terminals
    error_y_rad: Terminals
    receiver_power_w: Terminals
    frame_lock_mask: U8
    spiral_done_mask: U8
    terminal_power_w: Terminals
    valid_mask: U16


@message(0x1471, App.OPTICAL)
class TerminalSetpoint(Message):
    """Ordered mode, direction in the body frame and its rate, per terminal."""

    terminal_mode: TerminalModes
    azimuth_rad: Terminals
    elevation_rad: Terminals
    azimuth_rate_rad_per_s: Terminals
    elevation_rate_rad_per_s: Terminals
    point_ahead_x_rad: Terminals
    point_ahead_y_rad: Terminals
    laser_mask: U8
    partner_index: TerminalModes


@message(0x1472, App.NAVIGATION)
class PartnerEphemeris(Message):
    """State of one partner satellite as exchanged over the constellation, J2000."""

    time_ns: U64
    partner_index: U8
    position_eci_m: Annotated[tuple[float, ...], Repeated("f64", 3)]
    velocity_eci_m_per_s: Annotated[tuple[float, ...], Repeated("f64", 3)]


@message(0x1473, App.OPTICAL)
class LinkDark(Message):
    """A planned dark interval of one terminal: both ends pause and resume without a new acquisition."""

    terminal_index: U8
    from_ns: U64
    until_ns: U64
    reason: U8


@message(0x1130, App.OPTICAL)
class OpticalStatus(Message):
    """What the optical application believes and does."""

    time_ns: U64
    mode: Annotated[OpticalMode, Scalar("u8")]
    terminal_mode: TerminalModes
    partner_index: TerminalModes
    link_up_mask: U8
    planned_mask: U8
    link_up_s: Terminals
    planned_s: Terminals
    pointing_error_rad: Terminals
    receiver_power_w: Terminals
    acquisition_count: Annotated[tuple[int, ...], Repeated("u16", TERMINAL_COUNT)]
    request_power_w: F32


@command(0x4130, App.OPTICAL)
class PlanLink(Command):
    """Plan a link of one terminal to a partner in a window (TAI ns)."""

    terminal_index: Annotated[int, Scalar("u8"), Range(0, TERMINAL_COUNT - 1)]
    partner_index: Annotated[int, Scalar("u8"), Range(0, 15)]
    from_ns: U64
    until_ns: U64


@command(0x4131, App.OPTICAL, hazard=Hazard.HAZARDOUS)
class EnableLaser(Command):
    """Allow or forbid emission of one terminal."""

    terminal_index: Annotated[int, Scalar("u8"), Range(0, TERMINAL_COUNT - 1)]
    enabled: Annotated[int, Scalar("u8"), Range(0, 1)]


@event(
    0x8130,
    App.OPTICAL,
    Severity.INFO,
    "terminal {terminal_index}: link up to {partner_index} after {acquisition_s:.1f} s",
)
class LinkUp(Event):
    """A planned link carries frames."""

    terminal_index: U8
    partner_index: U8
    acquisition_s: F32


@event(0x8131, App.OPTICAL, Severity.LOW, "terminal {terminal_index}: link to {partner_index} lost")
class LinkLost(Event):
    """A link dropped inside its window."""

    terminal_index: U8
    partner_index: U8


@event(0x8132, App.OPTICAL, Severity.INFO, "terminal {terminal_index}: window to {partner_index} ended")
class LinkEnded(Event):
    """A planned window ended."""

    terminal_index: U8
    partner_index: U8


@event(0x8133, App.OPTICAL, Severity.INFO, "optical mode {mode_from} -> {mode_to}")
class OpticalModeChanged(Event):
    """The mode of the optical application changed."""

    mode_from: Annotated[OpticalMode, Scalar("u8")]
    mode_to: Annotated[OpticalMode, Scalar("u8")]


@event(0x8134, App.OPTICAL, Severity.MEDIUM, "terminal {terminal_index}: no link because of {cause}")
class TerminalFault(Event):
    """A terminal cannot come to its link: its laser is off where the fault is its own, and it tries again."""

    terminal_index: U8
    cause: Annotated[FaultCause, Scalar("u8")]


@parameters(App.OPTICAL)
class OpticalParameters(Parameters):
    """Changeable values of the optical application."""

    acquisition_threshold_w: Annotated[float, Parameter(1, 1e-12, 1e-6)] = 1e-10
    track_threshold_w: Annotated[float, Parameter(2, 1e-12, 1e-6)] = 1e-9
    acquisition_timeout_s: Annotated[float, Parameter(3, 1.0, 120.0)] = 20.0
    fine_error_max_rad: Annotated[float, Parameter(4, 1e-7, 1e-4)] = 2e-5
    slew_settled_rad: Annotated[float, Parameter(5, 1e-6, 1e-2)] = 5e-4
    lead_time_s: Annotated[float, Parameter(6, 0.0, 300.0)] = 40.0
