"""What the clocks with processes share: carrying out the coordinator's decisions on real processes."""

from collections.abc import Collection, Sequence
from typing import Final

from flight.bus.coordinator import Coordinator
from flight.bus.exchange import Reply, Start, Work
from flight.bus.frames import Replies
from flight.bus.group import Group
from flight.bus.settings import OpenTick
from flight.bus.star import Incoming, Member, Star
from flight.dictionary.executive import BusReject

__all__ = ["Crew"]

STOP_POLL_MS = 50
STOP_POLLS = 40
STOP_WAIT_S = 2.0


class Crew:
    """The processes of one coordinator.

    Parameters
    ----------
    coordinator : Coordinator
        The centre.
    star : Star
        Socket and processes.
    local : Group
        Applications in the coordinator's own process.
    """

    def __init__(self, coordinator: Coordinator, star: Star, local: Group) -> None:
        self.coordinator: Final = coordinator
        self.star: Final = star
        self.local: Final = local
        self._local_apps: Final = frozenset(one.app for one in local.declared())
        self._waiting_starts: Final[dict[str, list[Start]]] = {}

    def carry_out(self, opened: OpenTick) -> list[Member]:
        """End, freeze and start as decided; return the members that must be READY before they get work."""
        for app in opened.hangs:
            member = self._alone(app)
            if member is not None and member.child is not None:
                member.child.freeze()
                member.frozen = True
        for app in opened.downs:
            member = self._alone(app)
            if member is not None:
                self.star.kill(member)
                self.star.spawn(member.name)
        return self.start(opened.starts)

    def start(self, starts: Sequence[Start]) -> list[Member]:
        """Pass starts on, those for a process with its next work; return members that are not READY."""
        missing: dict[str, Member] = {}
        for start in starts:
            member = self.star.member_of.get(start.app)
            if member is None:
                self.local.start(start)
                continue
            if not member.is_ready:
                missing[member.name] = member
            self._waiting_starts.setdefault(member.name, []).append(start)
        return list(missing.values())

    def send(self, tick: int, works: Sequence[Work]) -> tuple[set[str], list[Work]]:
        """Send each process its work; return the names of those that got some, and the local work."""
        shares: dict[str, list[Work]] = {}
        local: list[Work] = []
        for work in works:
            if work.app in self._local_apps:
                local.append(work)
            else:
                shares.setdefault(self.star.member_of[work.app].name, []).append(work)
        sent = set()
        for name, share in shares.items():
            member = self.star.members[name]
            if self.star.send_run(member, tick, self._waiting_starts.pop(name, []), share):
                sent.add(name)
            else:
                self.bury(member, tick)
        return sent, local

    def replies_of(
        self, incoming: Incoming, waiting: Collection[str], tick: int | None
    ) -> list[Reply] | None:
        """Return the replies in a frame, None when it is no answer that is waited for.

        Parameters
        ----------
        incoming : Incoming
            The frame.
        waiting : collection of str
            Processes with a frame out.
        tick : int or None
            The only tick that counts; None: any.
        """
        content = incoming.content
        if not isinstance(content, Replies):
            return None
        member = self.star.members[incoming.process]
        if incoming.process not in waiting or (tick is not None and content.tick != tick):
            self.star.rejects.append((BusReject.LATE, min(member.apps)))
            return None
        replies = [reply for reply in content.replies if reply.app in member.apps]
        if len(replies) < len(content.replies):
            self.star.rejects.append((BusReject.WRONG_SENDER, min(member.apps)))
        return replies

    def bury(self, member: Member, tick: int) -> None:
        """Take note of a process that ended unasked, and start it anew."""
        self.coordinator.mark_died(tick, member.apps)
        self._waiting_starts.pop(member.name, None)
        self.star.kill(member)
        self.star.spawn(member.name)

    def report_rejects(self) -> None:
        """Count what the socket refused."""
        rejects, self.star.rejects[:] = list(self.star.rejects), []
        for reason, source in rejects:
            self.coordinator.router.refuse(reason, source, 0)

    def end(self) -> None:
        """Ask every process to end, wait for its BYE, and end those that do not listen."""
        star = self.star
        ready = [m for m in star.members.values() if m.is_ready and not m.frozen]
        waiting = {m.name for m in ready if star.send_stop(m)}
        for _ in range(STOP_POLLS):
            if not waiting:
                break
            incoming = star.receive(STOP_POLL_MS)
            if incoming is not None and star.members[incoming.process].bye is not None:
                waiting.discard(incoming.process)
        for member in star.members.values():
            if member.child is not None and member.bye is not None:
                member.child.wait(STOP_WAIT_S)
        star.close()

    def _alone(self, app: int) -> Member | None:
        """Return the process of an application that has one of its own."""
        member = self.star.member_of.get(app)
        return member if member is not None and len(member.apps) == 1 else None
