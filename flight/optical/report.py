"""What the optical application says: setpoint, request, status and events made from a decision."""

from collections.abc import Iterator, Sequence

from flight.dictionary.declare import Event
from flight.dictionary.grants import GrantLoop, GrantRequest
from flight.dictionary.optical import (
    FaultCause,
    LinkDark,
    LinkEnded,
    LinkLost,
    LinkUp,
    OpticalModeChanged,
    OpticalStatus,
    TerminalFault,
    TerminalMode,
    TerminalReading,
    TerminalSetpoint,
)
from flight.dictionary.types import App
from flight.optical.manager import Decision
from flight.optical.memory import Memory

__all__ = ["darks", "events", "request", "status", "terminal_setpoint"]

PRIORITY = 2
"""Above compute: a link costs a thousandth of its watts."""
NO_PARTNER = 255
NOTHING = (0.0, 0.0, 0.0, 0.0)


def terminal_setpoint(memory: Memory, decision: Decision) -> TerminalSetpoint:
    """Return modes, directions, rates and lasers of all terminals."""
    sights = decision.pointings
    return TerminalSetpoint(
        terminal_mode=tuple([_ordered(one.state.mode) for one in memory.terminals]),
        azimuth_rad=tuple([sight.azimuth_rad for sight in sights]),
        elevation_rad=tuple([sight.elevation_rad for sight in sights]),
        azimuth_rate_rad_per_s=tuple([sight.azimuth_rate_rad_per_s for sight in sights]),
        elevation_rate_rad_per_s=tuple([sight.elevation_rate_rad_per_s for sight in sights]),
        point_ahead_x_rad=tuple([sight.point_ahead_x_rad for sight in sights]),
        point_ahead_y_rad=tuple([sight.point_ahead_y_rad for sight in sights]),
        laser_mask=_mask([one.laser_on for one in memory.terminals]),
        partner_index=_partners(decision, idle=0),
    )


def request(decision: Decision) -> GrantRequest:
    """Return what the terminals could use."""
    return GrantRequest(
        holder=App.OPTICAL, loop=GrantLoop.ELECTRICAL, power_w=decision.request_w, priority=PRIORITY
    )


def status(
    memory: Memory, decision: Decision, reading: TerminalReading | None, time_ns: int
) -> OpticalStatus:
    """Return the status message; ``link_up_s`` and ``planned_s`` count from the start of the mission."""
    error = NOTHING if reading is None else reading.error_x_rad
    return OpticalStatus(
        time_ns=time_ns,
        mode=memory.mode,
        terminal_mode=tuple([one.state.mode for one in memory.terminals]),
        partner_index=_partners(decision, idle=NO_PARTNER),
        link_up_mask=_mask([one.up for one in memory.terminals]),
        planned_mask=_mask([one.window is not None and not one.is_dark(time_ns) for one in memory.terminals]),
        link_up_s=tuple([one.up_s for one in memory.terminals]),
        planned_s=tuple([one.planned_s for one in memory.terminals]),
        pointing_error_rad=error,
        receiver_power_w=NOTHING if reading is None else reading.receiver_power_w,
        acquisition_count=tuple([min(one.acquisition_count, 65_535) for one in memory.terminals]),
        request_power_w=decision.request_w,
    )


def darks(before: Memory, after: Memory) -> Iterator[LinkDark]:
    """Yield the dark intervals that were found in this step."""
    for index, (old, new) in enumerate(zip(before.terminals, after.terminals, strict=True)):
        if new.dark is not None and new.dark != old.dark:
            yield LinkDark(
                terminal_index=index,
                from_ns=new.dark.from_ns,
                until_ns=new.dark.until_ns,
                reason=new.dark.reason,
            )


def events(before: Memory, after: Memory, time_ns: int) -> Iterator[Event]:
    """Yield what changed in this step and deserves an operator's eye."""
    for index, (old, new) in enumerate(zip(before.terminals, after.terminals, strict=True)):
        if new.up and not old.up and new.window is not None:
            yield LinkUp(
                terminal_index=index,
                partner_index=new.window.partner_index,
                acquisition_s=new.state.acquiring_s,
            )
        if old.window is not None and new.window != old.window:
            yield LinkEnded(terminal_index=index, partner_index=old.window.partner_index)
        elif old.up and not new.up and new.window is not None and not new.is_dark(time_ns):
            yield LinkLost(terminal_index=index, partner_index=new.window.partner_index)
        if new.state.cause not in {FaultCause.NONE, old.state.cause}:
            yield TerminalFault(terminal_index=index, cause=new.state.cause)
    if after.mode != before.mode:
        yield OpticalModeChanged(mode_from=before.mode, mode_to=after.mode)


def _ordered(mode: TerminalMode) -> TerminalMode:
    """Return what a terminal is told: one at fault is to look where it should, which shows its repair."""
    return TerminalMode.POINT if mode == TerminalMode.FAULT else mode


def _mask(bits: Sequence[bool]) -> int:
    return sum([1 << index for index, bit in enumerate(bits) if bit])


def _partners(decision: Decision, *, idle: int) -> tuple[int, ...]:
    return tuple([idle if window is None else window.partner_index for window in decision.windows])
