"""The restart ladder: what follows when an application loses its memory again and again.

Rungs, one after the other: restart of the application with growing back-off; when its budget is spent it
stays down and the mode falls back; the next spent budget restarts all applications with their state; the
next, without; the last is safe mode with nothing restarted any more.
"""

from enum import IntEnum
from typing import Final, NamedTuple

__all__ = ["BUDGET_COUNT", "RESTART_TICKS_MAX", "WINDOW_S", "Ladder", "Rung", "Verdict"]

BUDGET_COUNT = 3
"""Restarts of one application in the window; the next loss spends the budget."""
WINDOW_S = 60
RESTART_TICKS_MAX = 20
_BACKOFF_RATIOS = (1.0, 1.5, 2.0)
"""Ticks to the first, second and third restart in the window, as multiples of the restart time."""


class Rung(IntEnum):
    """How far up the ladder the system is."""

    PROCESS = 0
    FALLBACK = 1
    WARM = 2
    COLD = 3
    SAFE = 4


class Verdict(NamedTuple):
    """What follows from one loss of memory.

    Parameters
    ----------
    return_tick : int or None
        When the application comes back; None: it stays down.
    restart_count : int
        Restarts of this application in the window.
    rung : Rung
        Rung that this loss reached, ``PROCESS`` when the budget was not spent by it.
    """

    return_tick: int | None
    restart_count: int
    rung: Rung


class Ladder:
    """Decides about restarts.

    Parameters
    ----------
    tick_ms : int
        Base tick.
    restart_ticks : int
        Ticks to the first restart, 1 to 20.
    """

    def __init__(self, tick_ms: int, restart_ticks: int) -> None:
        if not 1 <= restart_ticks <= RESTART_TICKS_MAX:
            raise ValueError(f"restart must take 1 to {RESTART_TICKS_MAX} ticks, got {restart_ticks} ticks")
        self._restart_ticks: Final = restart_ticks
        self._window_ticks: Final = WINDOW_S * 1000 // tick_ms
        self._losses: Final[dict[int, list[int]]] = {}
        self.rung = Rung.PROCESS

    def judge(self, app: int, tick: int) -> Verdict:
        """Take note of one loss and decide.

        Parameters
        ----------
        app : int
            Application id.
        tick : int
            When its memory was lost.
        """
        recent = [t for t in self._losses.get(app, ()) if tick - t < self._window_ticks]
        if self.rung is Rung.SAFE:
            return Verdict(None, len(recent), Rung.SAFE)
        if len(recent) >= BUDGET_COUNT:
            self._losses[app] = []
            self.rung = Rung(self.rung + 1)
            return Verdict(None, len(recent), self.rung)
        self._losses[app] = [*recent, tick]
        ticks = round(self._restart_ticks * _BACKOFF_RATIOS[len(recent)])
        return Verdict(tick + min(ticks, RESTART_TICKS_MAX), len(recent) + 1, Rung.PROCESS)
