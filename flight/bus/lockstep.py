"""The lockstep clock: many processes, simulated time; the coordinator waits for every answer of a tick."""

import time
from collections.abc import Callable, Collection, Sequence
from typing import Final

from flight.bus.barrier import BarrierError, StallError, await_ready
from flight.bus.coordinator import Coordinator
from flight.bus.exchange import Reply, Start, Work
from flight.bus.frames import Replies
from flight.bus.group import Group
from flight.bus.star import Incoming, Member, Star
from flight.dictionary.executive import BusReject

__all__ = ["BarrierError", "Lockstep", "StallError"]

POLL_MS = 100
"""How often the processes are looked after while an answer is awaited."""
STOP_S = 2.0


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
    pace : float
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
        pace: float = 0.0,
        wall_budget_s: float = 30.0,
        on_tick: Callable[[int], None] | None = None,
    ) -> None:
        self.coordinator: Final = coordinator
        self._star: Final = star
        self._local: Final = local
        self._local_apps: Final = frozenset(one.app for one in local.declared())
        self._tick_pace_s: Final = coordinator.settings.tick_ms / 1000.0 / pace if pace > 0.0 else 0.0
        self._wall_budget_s: Final = wall_budget_s
        self._on_tick: Final = on_tick
        self._stopping = False
        self._pending_starts: dict[str, list[Start]] = {}
        self.tick = 0

    def begin(self) -> None:
        """Start every application; the orders travel with the first work of its process."""
        self._start(self.coordinator.starts())

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
        """Ask every process to end, wait for its BYE, and end those that do not listen."""
        waiting = {m.name for m in self._star.members.values() if m.is_ready and not m.frozen}
        waiting = {name for name in waiting if self._star.send_stop(self._star.members[name])}
        limit_s = time.monotonic() + STOP_S
        while waiting and time.monotonic() < limit_s:
            incoming = self._star.receive(POLL_MS)
            if incoming is not None and self._star.members[incoming.process].bye is not None:
                waiting.discard(incoming.process)
        for member in self._star.members.values():
            if member.child is not None and member.bye is not None:
                member.child.wait(STOP_S)
        self._star.close()

    def _run_tick(self, tick: int) -> None:
        coordinator, star = self.coordinator, self._star
        opened = coordinator.open_tick(tick)
        if opened.downs or opened.hangs or opened.starts:
            self._carry_out(opened.downs, opened.hangs, opened.starts)
        shares: dict[str, list[Work]] = {}
        local_works: list[Work] = []
        for work in opened.works:
            if work.app in self._local_apps:
                local_works.append(work)
            else:
                shares.setdefault(star.member_of[work.app].name, []).append(work)
        waiting = set()
        for name, works in shares.items():
            member = star.members[name]
            starts = self._pending_starts.pop(name, [])
            if star.send_run(member, tick, starts, works):
                waiting.add(name)
            else:
                self._bury(member, tick)
        replies = self._local.run(tick, local_works) if local_works else []
        if waiting:
            replies += self._collect(tick, waiting)
        if len(replies) > 1:
            replies.sort(key=_app_of)
        for reply in replies:
            coordinator.accept(tick, reply)
        if star.rejects:
            self._report_rejects()
        coordinator.close_tick(tick)

    def _collect(self, tick: int, waiting: set[str]) -> list[Reply]:
        """Wait for the answers of a tick; a process that dies meanwhile is buried."""
        star = self._star
        replies: list[Reply] = []
        limit_s = time.monotonic() + self._wall_budget_s
        while waiting:
            incoming = star.receive(POLL_MS)
            if incoming is not None:
                self._take(tick, incoming, waiting, replies)
                continue
            for member in star.dead():
                if member.name in waiting:
                    waiting.discard(member.name)
                    self._bury(member, tick)
            if waiting and time.monotonic() > limit_s:
                raise StallError.of(star, sorted(waiting)[0], tick)
        return replies

    def _take(self, tick: int, incoming: Incoming, waiting: set[str], replies: list[Reply]) -> None:
        content, member = incoming.content, self._star.members[incoming.process]
        if not isinstance(content, Replies):
            return
        if content.tick != tick or incoming.process not in waiting:
            self._star.rejects.append((BusReject.LATE, min(member.apps)))
            return
        waiting.discard(incoming.process)
        for reply in content.replies:
            if reply.app in member.apps:
                replies.append(reply)
            else:
                self._star.rejects.append((BusReject.WRONG_SENDER, min(member.apps)))

    def _carry_out(self, downs: Collection[int], hangs: Collection[int], starts: Sequence[Start]) -> None:
        """End, freeze and start processes as the coordinator decided."""
        star = self._star
        for app in hangs:
            member = star.member_of.get(app)
            if member is not None and len(member.apps) == 1 and member.child is not None:
                member.child.freeze()
                member.frozen = True
        for app in downs:
            member = star.member_of.get(app)
            if member is not None and len(member.apps) == 1:
                star.kill(member)
                star.spawn(member.name)
        self._start(starts)

    def _bury(self, member: Member, tick: int) -> None:
        """Take note of a process that ended unasked, and start it anew."""
        self.coordinator.mark_died(tick, member.apps)
        self._star.kill(member)
        self._star.spawn(member.name)

    def _start(self, starts: Sequence[Start]) -> None:
        for start in starts:
            member = self._star.member_of.get(start.app)
            if member is None:
                self._local.start(start)
                continue
            if not member.is_ready:
                await_ready(self._star, [member.name], self._wall_budget_s)
            self._pending_starts.setdefault(member.name, []).append(start)

    def _report_rejects(self) -> None:
        rejects, self._star.rejects[:] = list(self._star.rejects), []
        for reason, source in rejects:
            self.coordinator.router.refuse(reason, source, 0)


def _app_of(reply: Reply) -> int:
    return reply.app
