"""A guard against an application that never returns, for the clock that runs all of them in one thread."""

import signal
import traceback
from collections.abc import Callable
from types import FrameType
from typing import Final, Self, cast

from flight.bus.barrier import StallError

__all__ = ["StallGuard", "Stalled"]


class Stalled(BaseException):
    """Breaks out of an application that does not return; no containment may swallow it.

    Parameters
    ----------
    stack : str
        Where it was.
    """

    def __init__(self, stack: str) -> None:
        super().__init__("stalled")
        self.stack = stack


RING_COUNT = 4
"""Rings of the alarm in one budget. A tick only counts itself, which costs no call of the system; that it
stands still is found between one budget and a quarter more."""


class StallGuard:
    """Raises in the main thread when a tick takes too long.

    Parameters
    ----------
    wall_budget_s : float
        Time for one tick.
    """

    def __init__(self, wall_budget_s: float) -> None:
        self._ring_s: Final = wall_budget_s / RING_COUNT
        self._is_armed = False
        self._wind_count = 0
        self._heard = (0, 0)
        self._handler_before: object = signal.SIG_DFL
        self._remaining_s = 0.0

    def __enter__(self) -> Self:
        try:
            self._handler_before = signal.signal(signal.SIGALRM, self._ring)
        except ValueError:  # not the main thread: whoever runs the clock there has a watch of its own
            return self
        self._is_armed = True
        self._remaining_s, _ = signal.setitimer(signal.ITIMER_REAL, self._ring_s, self._ring_s)
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_armed:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            signal.signal(
                signal.SIGALRM, cast("Callable[[int, FrameType | None], None]", self._handler_before)
            )
            signal.setitimer(signal.ITIMER_REAL, self._remaining_s)
            self._is_armed = False

    def wind(self) -> None:
        """Give the next tick its time."""
        self._wind_count += 1

    @staticmethod
    def error(process: str, tick: int, stalled: Stalled) -> StallError:
        """Return the error that names process, tick and stack."""
        return StallError(process, tick, stalled.stack)

    def _ring(self, _: int, frame: FrameType | None) -> None:
        wind_count, ring_count = self._heard
        if wind_count != self._wind_count:
            self._heard = (self._wind_count, 0)
        elif ring_count < RING_COUNT - 1:
            self._heard = (wind_count, ring_count + 1)
        else:
            raise Stalled("".join(traceback.format_stack(frame)))
