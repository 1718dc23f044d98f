"""The realtime clock: absolute deadlines on the wall clock; the coordinator never waits for anybody.

At the deadline of tick n everything that has arrived is taken, tick n - 1 is closed, and each process that is
not busy gets its frame. While a process is late its mail waits in its bounded pipes; with its answer it gets
one frame with the newest tick and the number of ticks it was skipped.
"""

import gc
import time
from collections.abc import Callable
from typing import Final

from flight.bus.coordinator import Coordinator
from flight.bus.crew import Crew
from flight.bus.exchange import Reply
from flight.bus.frames import Replies
from flight.bus.group import Group
from flight.bus.jitter import Jitter
from flight.bus.port import PortState
from flight.bus.star import Member, Star

__all__ = ["CATCH_UP_TICKS", "Realtime"]

CATCH_UP_TICKS = 5
"""Ticks that the coordinator runs late before it leaves ticks out."""


class Realtime:
    """Drives a coordinator and the processes around it by the wall clock.

    Parameters
    ----------
    coordinator : Coordinator
        The centre.
    star : Star
        Socket and processes; all are READY.
    local : Group
        Applications in the coordinator's own process.
    on_tick : callable or None
        Called with the number of the tick that has just begun.
    """

    def __init__(
        self,
        coordinator: Coordinator,
        star: Star,
        local: Group,
        *,
        on_tick: Callable[[int], None] | None = None,
    ) -> None:
        self.coordinator: Final = coordinator
        self.lateness: Final = Jitter()
        self.left_out_count = 0
        self._crew: Final = Crew(coordinator, star, local)
        self._star: Final = star
        self._local: Final = local
        self._tick_s: Final = coordinator.settings.tick_ms / 1000.0
        self._on_tick: Final = on_tick
        self._busy: Final[set[str]] = set()
        self._stopping = False
        self.tick = 0

    def begin(self) -> None:
        """Start every application; the orders travel with the first work of its process."""
        self._crew.start(self.coordinator.starts())

    def run(self, ticks: int) -> None:
        """Run a number of ticks, fewer after ``stop``; tick numbers follow the wall clock."""
        begin_s = time.monotonic() - self.tick * self._tick_s
        last = self.tick + ticks
        gc_was_on = gc.isenabled()
        gc.disable()
        try:
            while self.tick < last and not self._stopping:
                self._sleep_until(begin_s + self.tick * self._tick_s)
                self._begin_tick(self.tick)
                self.tick += 1
                self._leave_out(begin_s, last)
            self._sleep_until(begin_s + self.tick * self._tick_s)
            self._close_tick(self.tick)
        finally:
            if gc_was_on:
                gc.enable()

    def stop(self) -> None:
        """End ``run`` after the present tick."""
        self._stopping = True

    def end(self) -> None:
        """End every process in order."""
        self._crew.end()

    def _sleep_until(self, deadline_s: float) -> None:
        ahead_s = deadline_s - time.monotonic()
        if ahead_s > 0.0:
            time.sleep(ahead_s)
        self.lateness.add(max(0.0, time.monotonic() - deadline_s))

    def _begin_tick(self, tick: int) -> None:
        coordinator, crew = self.coordinator, self._crew
        if tick:
            self._close_tick(tick)
        for member in self._star.dead():
            self._busy.discard(member.name)
            crew.bury(member, tick)
        self._postpone(tick)
        blocked = [app for name in self._busy for app in self._star.members[name].apps]
        opened = coordinator.open_tick(tick, blocked)
        if opened.downs or opened.hangs or opened.starts:
            crew.carry_out(opened)
            self._busy.difference_update(self._names_of(opened.downs))
        sent, works = crew.send(tick, opened.works)
        self._busy.update(sent)
        if works:
            for reply in self._local.run(tick, works):
                coordinator.accept(tick, reply)
        if self._on_tick is not None:
            self._on_tick(tick)
        if tick % CATCH_UP_TICKS == 0:
            gc.collect(1)

    def _close_tick(self, tick: int) -> None:
        """Take what has arrived and close the tick before this one."""
        answers: list[tuple[Reply, int]] = []
        while (incoming := self._star.receive(0)) is not None:
            replies = self._crew.replies_of(incoming, self._busy, None)
            if replies is not None and isinstance(incoming.content, Replies):
                self._busy.discard(incoming.process)
                answers += [(reply, incoming.content.tick) for reply in replies]
        for reply, answered_tick in sorted(answers, key=lambda answer: answer[0].app):
            self.coordinator.accept(answered_tick, reply)
        self._crew.report_rejects()
        self.coordinator.close_tick(tick - 1)

    def _leave_out(self, begin_s: float, last: int) -> None:
        """Leave out ticks when the coordinator itself is far behind the wall clock."""
        behind = int((time.monotonic() - begin_s) / self._tick_s) - self.tick
        if behind > CATCH_UP_TICKS:
            left_out = min(behind, last - self.tick)
            self.left_out_count += left_out
            self.coordinator.ledger.slip_count += left_out
            self.tick += left_out

    def _postpone(self, tick: int) -> None:
        """Let an application whose process is not READY yet come back later."""
        for member in self._star.members.values():
            if not member.is_ready:
                for app in member.apps:
                    port = self.coordinator.ports[app]
                    if port.state is PortState.DOWN and port.return_tick <= tick:
                        port.return_tick = tick + 1

    def _names_of(self, apps: list[int]) -> set[str]:
        members: list[Member | None] = [self._star.member_of.get(app) for app in apps]
        return {member.name for member in members if member is not None and not member.is_ready}
