"""The way of one terminal from stow to link: transitions follow detector readings and the plan, nothing else.

The spiral itself, the tracking loop and the pull-in run in the terminal's firmware; this table only decides
which of them is ordered.
"""

from typing import NamedTuple

from flight.dictionary.optical import FaultCause, TerminalMode
from flight.dictionary.transitions import Transition, next_mode

__all__ = ["TRANSITIONS", "Detectors", "TerminalState", "TerminalStep", "Thresholds", "advance", "is_up"]

TRACKING = frozenset({TerminalMode.COARSE_TRACK, TerminalMode.FINE_TRACK, TerminalMode.LINK})
FADE_S = 1.0
"""A shorter fade keeps the mode: the firmware holds the last direction."""
RETRY_S = 0.5
"""Rest between a search without light and the next one: one setpoint with the laser off."""
SLEW_MAX_S = 90.0
"""180 degrees at 5 degrees a second, twice."""
ASTRAY_MAX_S = 5.0
"""A gimbal that follows is never off its direction for so long in a search."""
REST_S = 10.0
"""Time for which a terminal with a fault of its own rests, laser off, before it tries again."""
BRIGHT_RATIO = 100.0
"""Light in the camera over the threshold of the tracking detector, which gets a tenth of it: no doubt."""


class Thresholds(NamedTuple):
    """Limits of the readings, from the parameters."""

    camera_w: float
    quad_w: float
    fine_error_rad: float
    settled_rad: float
    acquisition_s: float


class Detectors(NamedTuple):
    """What one terminal reports, and what the plan and the leases say about it.

    Parameters
    ----------
    valid : bool
        The reading came.
    gimbal_error_rad : float
        Ordered less reported direction.
    wanted : bool
        A window is open or opens within the lead time.
    window_open : bool
        The window is open.
    laser_allowed : bool
        Emission is enabled and there is power for it.
    """

    valid: bool
    gimbal_error_rad: float
    camera_w: float
    quad_w: float
    error_rad: float
    frame_lock: bool
    wanted: bool
    window_open: bool
    laser_allowed: bool


class TerminalState(NamedTuple):
    """Sequence state of one terminal.

    Parameters
    ----------
    elapsed_s : float
        Time in the mode.
    fade_s : float
        Time for which the light that the mode needs has been missing.
    acquiring_s : float
        Time in the open window without the mode LINK, since the last link.
    astray_s : float
        Time for which the gimbal has been off the ordered direction in a search.
    cause : FaultCause
        What has kept the terminal from a link since the last one.
    """

    mode: TerminalMode = TerminalMode.STOW
    elapsed_s: float = 0.0
    fade_s: float = 0.0
    acquiring_s: float = 0.0
    astray_s: float = 0.0
    cause: FaultCause = FaultCause.NONE


class TerminalStep(NamedTuple):
    """What the guards look at."""

    state: TerminalState
    detectors: Detectors
    thresholds: Thresholds


def unwanted(step: TerminalStep) -> bool:
    """Hold when no window is open or near."""
    return not step.detectors.wanted


def wanted(step: TerminalStep) -> bool:
    """Hold when a window is open or opens within the lead time."""
    return step.detectors.wanted


def settled(step: TerminalStep) -> bool:
    """Hold when the gimbal is on the ordered direction."""
    return step.detectors.valid and step.detectors.gimbal_error_rad < step.thresholds.settled_rad


def slew_stuck(step: TerminalStep) -> bool:
    """Hold when the gimbal has not arrived within 90 s."""
    return step.state.elapsed_s > SLEW_MAX_S


def astray(step: TerminalStep) -> bool:
    """Hold when the gimbal has been off the ordered direction for five seconds."""
    return step.state.astray_s > ASTRAY_MAX_S


def blind(step: TerminalStep) -> bool:
    """Hold when the tracking detector has missed for a second what the camera sees brightly."""
    return light_lost(step) and step.detectors.camera_w >= BRIGHT_RATIO * step.thresholds.quad_w


def rested(step: TerminalStep) -> bool:
    """Hold when the gimbal is on the ordered direction and ten seconds are over."""
    return settled(step) and step.state.elapsed_s >= REST_S


def may_search(step: TerminalStep) -> bool:
    """Hold when the window is open, emission is allowed and the rest after the last spiral is over."""
    return step.detectors.window_open and step.detectors.laser_allowed and step.state.elapsed_s >= RETRY_S


def forbidden(step: TerminalStep) -> bool:
    """Hold when emission is not allowed."""
    return not step.detectors.laser_allowed


def camera_light(step: TerminalStep) -> bool:
    """Hold when the camera sees the partner."""
    return step.detectors.valid and step.detectors.camera_w >= step.thresholds.camera_w


def search_over(step: TerminalStep) -> bool:
    """Hold when no light was seen for the acquisition time-out."""
    return step.state.elapsed_s > step.thresholds.acquisition_s


def centred(step: TerminalStep) -> bool:
    """Hold when the camera sees the partner near the middle of the field."""
    return camera_light(step) and step.detectors.error_rad < step.thresholds.fine_error_rad


def quad_light(step: TerminalStep) -> bool:
    """Hold when the tracking detector sees the partner."""
    return step.detectors.valid and step.detectors.quad_w >= step.thresholds.quad_w


def light_lost(step: TerminalStep) -> bool:
    """Hold when the light that the mode needs has been missing for more than a second."""
    return step.state.fade_s > FADE_S


def dark(step: TerminalStep) -> bool:
    """Hold when neither camera nor tracking detector has seen the partner for more than a second."""
    return light_lost(step) and not camera_light(step)


def tracked(step: TerminalStep) -> bool:
    """Hold when the tracking detector sees the partner with a small error."""
    return quad_light(step) and step.detectors.error_rad < step.thresholds.fine_error_rad


_STOW, _SLEW, _POINT, _ACQUIRE = (
    TerminalMode.STOW,
    TerminalMode.SLEW,
    TerminalMode.POINT,
    TerminalMode.ACQUIRE,
)
_COARSE, _FINE, _LINK, _FAULT = (
    TerminalMode.COARSE_TRACK,
    TerminalMode.FINE_TRACK,
    TerminalMode.LINK,
    TerminalMode.FAULT,
)
_Row = Transition[TerminalMode, TerminalStep]

TRANSITIONS: tuple[_Row, ...] = (
    _Row(_STOW, _SLEW, wanted),
    _Row(_SLEW, _STOW, unwanted),
    _Row(_SLEW, _POINT, settled),
    _Row(_SLEW, _FAULT, slew_stuck),
    _Row(_POINT, _STOW, unwanted),
    _Row(_POINT, _ACQUIRE, may_search),
    _Row(_ACQUIRE, _STOW, unwanted),
    _Row(_ACQUIRE, _POINT, forbidden),
    _Row(_ACQUIRE, _FAULT, astray),
    _Row(_ACQUIRE, _COARSE, camera_light),
    _Row(_ACQUIRE, _POINT, search_over),
    _Row(_COARSE, _STOW, unwanted),
    _Row(_COARSE, _POINT, forbidden),
    _Row(_COARSE, _ACQUIRE, light_lost),
    _Row(_COARSE, _FINE, centred),
    _Row(_FINE, _STOW, unwanted),
    _Row(_FINE, _POINT, forbidden),
    _Row(_FINE, _FAULT, blind),
    _Row(_FINE, _ACQUIRE, dark),
    _Row(_FINE, _COARSE, light_lost),
    _Row(_FINE, _LINK, tracked),
    _Row(_LINK, _STOW, unwanted),
    _Row(_LINK, _POINT, forbidden),
    _Row(_LINK, _ACQUIRE, dark),
    _Row(_LINK, _FINE, light_lost),
    _Row(_FAULT, _STOW, unwanted),
    _Row(_FAULT, _POINT, rested),
)
_CAUSES = {
    (_SLEW, _FAULT): FaultCause.GIMBAL,
    (_ACQUIRE, _FAULT): FaultCause.GIMBAL,
    (_FINE, _FAULT): FaultCause.TRACKING_DETECTOR,
}


def advance(state: TerminalState, detectors: Detectors, thresholds: Thresholds, dt_s: float) -> TerminalState:
    """Advance the sequence of one terminal by one reading."""
    fade_s = 0.0 if _lit(state.mode, detectors, thresholds) else state.fade_s + dt_s
    searching = detectors.window_open and state.mode != TerminalMode.LINK
    waited_s = state.acquiring_s + dt_s if searching else state.acquiring_s
    off = state.mode == TerminalMode.ACQUIRE and detectors.gimbal_error_rad >= thresholds.settled_rad
    aged = TerminalState(
        state.mode,
        state.elapsed_s + dt_s,
        fade_s,
        waited_s,
        state.astray_s + dt_s if off else 0.0,
        state.cause,
    )
    step = TerminalStep(aged, detectors, thresholds)
    mode = next_mode(TRANSITIONS, aged.mode, step)
    if mode == aged.mode:
        return aged
    anew = mode == TerminalMode.STOW or aged.mode == TerminalMode.LINK
    return TerminalState(mode, 0.0, 0.0, 0.0 if anew else waited_s, 0.0, _cause(step, mode))


def _cause(step: TerminalStep, mode: TerminalMode) -> FaultCause:
    """Return what keeps the terminal from its link after a change of mode."""
    before = step.state.mode
    if mode in {TerminalMode.LINK, TerminalMode.STOW}:
        return FaultCause.NONE
    if before == TerminalMode.ACQUIRE and mode == TerminalMode.POINT and not forbidden(step):
        return FaultCause.NO_LIGHT
    return _CAUSES.get((before, mode), step.state.cause)


def is_up(state: TerminalState, detectors: Detectors) -> bool:
    """Return whether the link carries frames."""
    return state.mode == TerminalMode.LINK and detectors.valid and detectors.frame_lock


def _lit(mode: TerminalMode, detectors: Detectors, thresholds: Thresholds) -> bool:
    """Return whether the detector that ``mode`` relies on sees enough."""
    if not detectors.valid:
        return False
    match mode:
        case TerminalMode.COARSE_TRACK:
            return detectors.camera_w >= thresholds.camera_w
        case TerminalMode.FINE_TRACK:
            return detectors.quad_w >= thresholds.quad_w
        case TerminalMode.LINK:
            return detectors.quad_w >= thresholds.quad_w and detectors.frame_lock
        case _:
            return True
