"""One step of the optical application, pure: readings, lease and memory in, memory and decisions out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flight.dictionary.navigation import NavigationReading
from flight.dictionary.optical import (
    OpticalMode,
    OpticalParameters,
    PartnerEphemeris,
    TerminalMode,
    TerminalReading,
)
from flight.dictionary.transitions import next_mode
from flight.optical import law, sequence, windows
from flight.optical.dark import AHEAD_NS, STEP_NS, Scene, next_dark
from flight.optical.memory import Memory, TerminalMemory
from flight.optical.modes import TRANSITIONS, Conditions
from flight.optical.pointing import STOWED, Attitude, Pointing, StateVector, carried, pointing
from flight.optical.sequence import Detectors, Thresholds
from flight.optical.vector import norm

__all__ = ["Decision", "Inputs", "advance", "enforced_w", "with_laser", "with_window"]

FIX_BIT, ATTITUDE_BIT, RATE_BIT, SUN_BIT = 1, 2, 4, 8
NAVIGATION_STALE_NS = 10_000_000_000
PARTNER_STALE_NS = 120_000_000_000
"""Two-body motion for two minutes costs 70 m against J2, which is 70 urad at 1,000 km."""
SUN_SEEN_MIN = 0.5
"""Length of the Sun sensors' vector: 1 in the light, 0 in the dark."""
PARTNER_MAX_COUNT = 16
EMITTING = frozenset(
    {TerminalMode.ACQUIRE, TerminalMode.COARSE_TRACK, TerminalMode.FINE_TRACK, TerminalMode.LINK}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that one step reads; a silent device is None."""

    time_ns: int
    dt_s: float
    safe_ordered: bool
    granted_w: float
    terminals: TerminalReading | None
    navigation: NavigationReading | None
    ephemerides: Sequence[PartnerEphemeris]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one step found and wants; tuples have one value per terminal."""

    pointings: tuple[Pointing, ...]
    wanted: tuple[bool, ...]
    windows: tuple[windows.Window | None, ...]
    request_w: float


def advance(memory: Memory, inputs: Inputs, limits: OpticalParameters) -> tuple[Memory, Decision]:
    """Estimate, follow the modes, apply the laws.

    Parameters
    ----------
    memory : Memory
        What the last step left.
    inputs : Inputs
        Readings and lease of this step.
    limits : OpticalParameters
        Present parameters.
    """
    known = _fixed(memory, inputs)
    conditions = Conditions(navigation_known=_fresh(known, inputs.time_ns), safe_ordered=inputs.safe_ordered)
    mode = next_mode(TRANSITIONS, memory.mode, conditions)
    plan = windows.pruned(memory.plan, inputs.time_ns)
    terminal_range = range(len(memory.terminals))
    near = [windows.upcoming(plan, index, inputs.time_ns, limits.lead_time_s) for index in terminal_range]
    if mode != OpticalMode.OPERATE:
        near = [None for _ in near]
    scenes = _scenes(known, near, inputs.time_ns)
    scanned = [
        _scanned(one, window, scene, inputs.time_ns)
        for one, window, scene in zip(memory.terminals, near, scenes, strict=True)
    ]
    pointings = [
        _sight(one, window, scene, inputs.time_ns)
        for one, window, scene in zip(scanned, near, scenes, strict=True)
    ]
    wanted = tuple([sight is not None for sight in pointings])
    emitting = [one.laser_on for one in memory.terminals]
    permitted = law.laser_permitted(wanted, emitting, inputs.granted_w)
    thresholds = Thresholds(
        limits.acquisition_threshold_w,
        limits.track_threshold_w,
        limits.fine_error_max_rad,
        limits.slew_settled_rad,
        limits.acquisition_timeout_s,
    )
    terminals = tuple([
        _terminal(scanned[k], k, near[k], pointings[k], inputs, thresholds, permitted=permitted[k])
        for k in terminal_range
    ])  # fmt: skip
    made = replace(known, mode=mode, plan=plan, terminals=terminals)
    return made, Decision(
        pointings=tuple([sight or STOWED for sight in pointings]),
        wanted=wanted,
        windows=tuple(near),
        request_w=law.request_w(wanted),
    )


def enforced_w(memory: Memory) -> float:
    """Return the most that the terminals can draw with the lasers that are ordered."""
    return law.request_w([one.laser_on for one in memory.terminals])


def with_window(memory: Memory, window: windows.Window, time_ns: int) -> Memory | windows.WindowRefusal:
    """Return the memory with one more planned link, or why not."""
    result = windows.added(memory.plan, window, time_ns)
    return result if isinstance(result, windows.WindowRefusal) else replace(memory, plan=result)


def with_laser(memory: Memory, index: int, *, enabled: bool) -> Memory:
    """Return the memory with the emission of one terminal allowed or forbidden."""
    terminals = [
        one._replace(laser_enabled=enabled) if k == index else one for k, one in enumerate(memory.terminals)
    ]
    return replace(memory, terminals=tuple(terminals))


def _fixed(memory: Memory, inputs: Inputs) -> Memory:
    """Return the memory with the newest fixes of ourselves and of the partners."""
    partners = dict(memory.partners)
    for one in inputs.ephemerides:
        if one.partner_index in partners or len(partners) < PARTNER_MAX_COUNT:
            partners[one.partner_index] = StateVector(
                one.time_ns, one.position_eci_m, one.velocity_eci_m_per_s
            )
    own, attitude = memory.own, memory.attitude
    reading = inputs.navigation
    if reading is not None and reading.valid_mask & FIX_BIT:
        own = StateVector(reading.time_ns, reading.position_eci_m, reading.velocity_eci_m_per_s)
    if reading is not None and reading.valid_mask & ATTITUDE_BIT:
        rate = reading.rate_body_rad_per_s if reading.valid_mask & RATE_BIT else (0.0, 0.0, 0.0)
        attitude = Attitude(reading.time_ns, reading.q_body_from_eci, rate)
    sun_dir_body = memory.sun_dir_body
    if reading is not None and reading.valid_mask & SUN_BIT:
        sun_dir_body = reading.sun_dir_body if norm(reading.sun_dir_body) > SUN_SEEN_MIN else None
    return replace(
        memory,
        own=own,
        attitude=attitude,
        sun_dir_body=sun_dir_body,
        partners=tuple(sorted(partners.items())),
    )


def _fresh(memory: Memory, time_ns: int) -> bool:
    if memory.own is None or memory.attitude is None:
        return False
    return time_ns - min(memory.own.time_ns, memory.attitude.time_ns) < NAVIGATION_STALE_NS


def _scenes(memory: Memory, near: Sequence[windows.Window | None], time_ns: int) -> list[Scene | None]:
    """Return who looks at whom for each terminal with a window near; None without window or partner fix."""
    if memory.own is None or memory.attitude is None or not any(near):
        return [None for _ in near]
    own = carried(memory.own, time_ns)
    partners = dict(memory.partners)
    made: list[Scene | None] = []
    for window in near:
        state = None if window is None else partners.get(window.partner_index)
        stale = state is None or time_ns - state.time_ns > PARTNER_STALE_NS
        known = None if stale or state is None else carried(state, time_ns)
        made.append(None if known is None else Scene(own, known, memory.attitude, memory.sun_dir_body))
    return made


def _scanned(
    before: TerminalMemory, window: windows.Window | None, scene: Scene | None, time_ns: int
) -> TerminalMemory:
    """Return the terminal after one look at a time to come: a step beyond what it has looked at."""
    if window is None or scene is None:
        return before._replace(dark=None, scanned_ns=0)
    if before.dark is not None and time_ns < before.dark.until_ns:
        return before
    look_ns = max(before.scanned_ns + STEP_NS, time_ns, window.from_ns)
    if look_ns > min(max(time_ns, window.from_ns) + AHEAD_NS, window.until_ns):
        return before._replace(dark=None)
    found = next_dark(scene, look_ns, window.until_ns)
    return before._replace(dark=found, scanned_ns=look_ns if found is None else found.until_ns)


def _sight(
    terminal: TerminalMemory, window: windows.Window | None, scene: Scene | None, time_ns: int
) -> Pointing | None:
    """Return where to look: in the dark at where the partner reappears; nowhere when that is never."""
    if window is None or scene is None:
        return None
    if not terminal.is_dark(time_ns) or terminal.dark is None:
        return pointing(scene.own, scene.attitude, scene.partner, time_ns)
    if terminal.dark.until_ns >= window.until_ns:
        return None
    there = pointing(scene.own, scene.attitude, scene.partner, terminal.dark.until_ns)
    return there._replace(azimuth_rate_rad_per_s=0.0, elevation_rate_rad_per_s=0.0)


def _terminal(
    before: TerminalMemory,
    index: int,
    window: windows.Window | None,
    sight: Pointing | None,
    inputs: Inputs,
    thresholds: Thresholds,
    *,
    permitted: bool,
) -> TerminalMemory:
    """Return one terminal after this step."""
    dark = before.is_dark(inputs.time_ns)
    opened = window is not None and window.from_ns <= inputs.time_ns and not dark
    detectors = _detectors(
        before, index, inputs.terminals, sight, opened=opened, dark=dark, permitted=permitted
    )
    state = sequence.advance(before.state, detectors, thresholds, inputs.dt_s)
    up = sequence.is_up(state, detectors)
    begun = state.mode == TerminalMode.ACQUIRE and before.state.mode != TerminalMode.ACQUIRE
    return before._replace(
        state=state,
        ordered=sight or STOWED,
        ordered_ns=inputs.time_ns,
        laser_on=state.mode in EMITTING and detectors.laser_allowed,
        up=up,
        up_s=before.up_s + inputs.dt_s if up and opened else before.up_s,
        planned_s=before.planned_s + inputs.dt_s if opened else before.planned_s,
        acquisition_count=before.acquisition_count + 1 if begun else before.acquisition_count,
        window=window if opened or dark else None,
    )


def _detectors(
    before: TerminalMemory,
    index: int,
    reading: TerminalReading | None,
    sight: Pointing | None,
    *,
    opened: bool,
    dark: bool,
    permitted: bool,
) -> Detectors:
    allowed = permitted and before.laser_enabled and not dark
    if reading is None or not reading.valid_mask >> index & 1:
        return Detectors(
            valid=False,
            gimbal_error_rad=0.0,
            camera_w=0.0,
            quad_w=0.0,
            error_rad=0.0,
            frame_lock=False,
            wanted=sight is not None,
            window_open=opened,
            laser_allowed=allowed,
        )
    return Detectors(
        valid=True,
        gimbal_error_rad=law.gimbal_error_rad(
            before.ordered,
            before.ordered_ns,
            reading.time_ns,
            reading.azimuth_rad[index],
            reading.elevation_rad[index],
        ),
        camera_w=reading.camera_power_w[index],
        quad_w=reading.quad_power_w[index],
        error_rad=law.radial_rad(reading.error_x_rad[index], reading.error_y_rad[index]),
        frame_lock=bool(reading.frame_lock_mask >> index & 1),
        wanted=sight is not None,
        window_open=opened,
        laser_allowed=allowed,
    )
