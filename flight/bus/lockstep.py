"""The lockstep clock: many processes, simulated time; the coordinator waits for every answer of a tick."""

import time
from collections.abc import Callable
from typing import Final

from flight.bus.barrier import BarrierError, StallError, await_ready
from flight.bus.coordinator import Coordinator
from flight.bus.crew import Crew
from flight.bus.exchange import Reply
from flight.bus.group import Group
from flight.bus.star import Star

__all__ = ["BarrierError", "Lockstep", "StallError"]

POLL_MS = 100
"""How often the processes are looked after while an answer is awaited."""


class Lockstep:
    """Drives a coordinator and the processes around it.

    Parameters
    ----------
    coordinator : Coordinator
        The centre.
    star : Star
        Socket and processes; all are READY.
    local : Group
        Applications in the coordinator's own process.
    pace_ratio : float
        Simulated seconds per second at most; 0: as fast as possible.
    wall_budget_s : float
        Time for one tick after which the run is aborted.
    on_tick : callable or None
        Called with the number of the tick that has just ended.
    """

    def __init__(
        self,
        coordinator: Coordinator,
        star: Star,
        local: Group,
        *,
        pace_ratio: float = 0.0,
        wall_budget_s: float = 30.0,
        on_tick: Callable[[int], None] | None = None,
    ) -> None:
        self.coordinator: Final = coordinator
        self._crew: Final = Crew(coordinator, star, local)
        self._star: Final = star
        self._local: Final = local
        self._tick_pace_s: Final = (
            coordinator.settings.tick_ms / 1000.0 / pace_ratio if pace_ratio > 0.0 else 0.0
        )
        self._wall_budget_s: Final = wall_budget_s
        self._on_tick: Final = on_tick
        self._stopping = False
        self.tick = 0

    def begin(self) -> None:
        """Start every application; the orders travel with the first work of its process."""
        self._crew.start(self.coordinator.starts())

    def run(self, ticks: int) -> None:
        """Run a number of ticks, fewer after ``stop``.

        Raises
        ------
        StallError
            When a process does not answer within the wall budget; it names process, tick and stack.
        BarrierError
            When a process that was started again is not READY in time.
        """
        begin_s, begin_tick = time.monotonic(), self.tick
        for tick in range(self.tick, self.tick + ticks):
            if self._stopping:
                return
            self._run_tick(tick)
            self.tick = tick + 1
            if self._on_tick is not None:
                self._on_tick(tick)
            if self._tick_pace_s:
                ahead_s = begin_s + (self.tick - begin_tick) * self._tick_pace_s - time.monotonic()
                if ahead_s > 0.0:
                    time.sleep(ahead_s)

    def stop(self) -> None:
        """End ``run`` after the present tick."""
        self._stopping = True

    def end(self) -> None:
        """End every process in order."""
        self._crew.end()

    def _run_tick(self, tick: int) -> None:
        coordinator, crew = self.coordinator, self._crew
        opened = coordinator.open_tick(tick)
        if opened.downs or opened.hangs or opened.starts:
            for member in crew.carry_out(opened):
                await_ready(self._star, [member.name], self._wall_budget_s)
        waiting, works = crew.send(tick, opened.works)
        replies = self._local.run(tick, works) if works else []
        if waiting:
            self._collect(tick, waiting, replies)
        if len(replies) > 1:
            replies.sort(key=_app_of)
        for reply in replies:
            coordinator.accept(tick, reply)
        if self._star.rejects:
            crew.report_rejects()
        coordinator.close_tick(tick)

    def _collect(self, tick: int, waiting: set[str], replies: list[Reply]) -> None:
        """Wait for the answers of a tick; a process that dies meanwhile is buried."""
        star, crew = self._star, self._crew
        limit_s = time.monotonic() + self._wall_budget_s
        while waiting:
            incoming = star.receive(POLL_MS)
            if incoming is not None:
                found = crew.replies_of(incoming, waiting, tick)
                if found is not None:
                    replies += found
                    waiting.discard(incoming.process)
                continue
            for member in star.dead():
                if member.name in waiting:
                    waiting.discard(member.name)
                    crew.bury(member, tick)
            if waiting and time.monotonic() > limit_s:
                raise StallError.of(star, min(waiting), tick)


def _app_of(reply: Reply) -> int:
    return reply.app
