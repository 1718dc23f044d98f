"""The in-process clock: all applications in one process, called directly, as fast as possible."""

from collections.abc import Callable
from typing import Final

from flight.bus.coordinator import Coordinator
from flight.bus.group import Group
from flight.bus.manifest import COORDINATOR
from flight.bus.stall import Stalled, StallGuard

__all__ = ["InProcess"]


class InProcess:
    """Drives a coordinator and one group.

    Parameters
    ----------
    coordinator : Coordinator
        The centre.
    group : Group
        All applications.
    wall_budget_s : float
        Time for one tick after which the run is aborted.
    on_tick : callable or None
        Called with the number of the tick that has just ended.
    """

    def __init__(
        self,
        coordinator: Coordinator,
        group: Group,
        *,
        wall_budget_s: float = 30.0,
        on_tick: Callable[[int], None] | None = None,
    ) -> None:
        self.coordinator: Final = coordinator
        self.group: Final = group
        self._wall_budget_s: Final = wall_budget_s
        self._on_tick: Final = on_tick
        self._stopping = False
        self.tick = 0

    def begin(self) -> None:
        """Start every application."""
        for start in self.coordinator.starts():
            self.group.start(start)

    def run(self, ticks: int) -> None:
        """Run a number of ticks, fewer after ``stop``.

        Raises
        ------
        StallError
            When a tick takes longer than the wall budget; it names tick and stack.
        """
        with StallGuard(self._wall_budget_s) as guard:
            try:
                for tick in range(self.tick, self.tick + ticks):
                    if self._stopping:
                        return
                    guard.wind()
                    self._run_tick(tick)
            except Stalled as stalled:
                raise guard.error(COORDINATOR, self.tick, stalled) from None

    def stop(self) -> None:
        """End ``run`` after the present tick."""
        self._stopping = True

    def end(self) -> None:
        """There is no process to end."""

    def _run_tick(self, tick: int) -> None:
        coordinator, group = self.coordinator, self.group
        opened = coordinator.open_tick(tick)
        for start in opened.starts:
            group.start(start)
        if opened.works:
            for reply in group.run(tick, opened.works):
                coordinator.accept(tick, reply)
        coordinator.close_tick(tick)
        self.tick = tick + 1
        if self._on_tick is not None:
            self._on_tick(tick)
