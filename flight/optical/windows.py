"""The plan of links: windows of each terminal, bounded in number, without overlap."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Window", "WindowRefusal", "active", "added", "pruned", "upcoming"]

WINDOW_MAX_COUNT = 16
"""Windows that one terminal can have ahead of it."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Window:
    """One planned link: times are TAI ns, ``until_ns`` excluded."""

    from_ns: int
    until_ns: int
    terminal_index: int
    partner_index: int

    def __post_init__(self) -> None:
        if self.until_ns <= self.from_ns:
            raise ValueError(
                f"until_ns must be after from_ns, got {self.from_ns} and {self.until_ns} ns "
                f"(terminal {self.terminal_index})"
            )


@dataclass(frozen=True, slots=True)
class WindowRefusal:
    """Why a window was not taken into the plan: ``reason`` is ``full``, ``overlap`` or ``past``."""

    reason: str


def added(plan: Sequence[Window], window: Window, time_ns: int) -> tuple[Window, ...] | WindowRefusal:
    """Return the plan with one more window, ordered by time, or why not."""
    if window.until_ns <= time_ns:
        return WindowRefusal("past")
    own = [known for known in plan if known.terminal_index == window.terminal_index]
    if any(window.from_ns < known.until_ns and known.from_ns < window.until_ns for known in own):
        return WindowRefusal("overlap")
    if len(own) >= WINDOW_MAX_COUNT:
        return WindowRefusal("full")
    return tuple(sorted((*plan, window)))


def pruned(plan: Sequence[Window], time_ns: int) -> tuple[Window, ...]:
    """Return the plan without windows that are over."""
    return tuple([window for window in plan if window.until_ns > time_ns])


def active(plan: Sequence[Window], terminal_index: int, time_ns: int) -> Window | None:
    """Return the window of a terminal that is open now."""
    for window in plan:
        if window.terminal_index == terminal_index and window.from_ns <= time_ns < window.until_ns:
            return window
    return None


def upcoming(plan: Sequence[Window], terminal_index: int, time_ns: int, lead_s: float) -> Window | None:
    """Return the open window of a terminal, or the next one that opens within ``lead_s``."""
    horizon_ns = time_ns + round(lead_s * 1e9)
    for window in plan:
        if (
            window.terminal_index == terminal_index
            and window.from_ns <= horizon_ns
            and time_ns < window.until_ns
        ):
            return window
    return None
