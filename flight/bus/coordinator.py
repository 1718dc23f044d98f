"""The centre of the bus: decides who runs in a tick, lets what was published be routed, accounts for all.

The coordinator is pure: it knows no socket, process or clock. A driver (in-process, lockstep, realtime)
calls, for each tick, ``open_tick``, hands the works to the groups, gives every reply to ``accept``, and calls
``close_tick``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from flight.bus.exchange import Declared, Reply, Snapshot, Start, Work
from flight.bus.port import Port, PortState
from flight.bus.router import Router
from flight.bus.settings import Fault, Injection, OnDown, OpenTick, Recorder, Settings
from flight.bus.trace import DIGEST_TICKS, Trace
from flight.dictionary.declare import Event
from flight.dictionary.executive import ApplicationDied, ApplicationHung, ApplicationRestarted, BusReject
from flight.dictionary.types import App

__all__ = ["Coordinator"]


class Coordinator:
    """Runs the ticks of one bus.

    Parameters
    ----------
    declared : sequence of Declared
        What every application declared.
    may_publish : mapping of int to frozenset of int
        Application id to message ids, from the manifest.
    settings : Settings
        Base tick, heartbeat, restart time.
    injections : sequence of Injection
        Faults to insert.
    recorder : Recorder or None
        Gets what was routed in each tick.
    tap : Recorder or None
        Gets the same; may lose it.
    on_down : OnDown or None
        Restart ladder; None: back after ``settings.restart_ticks``, always.
    on_snapshot : callable or None
        Called with application id and snapshot, once a second and application.
    """

    def __init__(
        self,
        declared: Sequence[Declared],
        may_publish: Mapping[int, frozenset[int]],
        *,
        settings: Settings,
        injections: Sequence[Injection] = (),
        recorder: Recorder | None = None,
        tap: Recorder | None = None,
        on_down: OnDown | None = None,
        on_snapshot: Callable[[int, Snapshot], None] | None = None,
    ) -> None:
        self.settings: Final = settings
        self.trace: Final = Trace()
        self.router: Final = Router(declared, may_publish, settings.tick_ms)
        self.ledger: Final = self.router.ledger
        self.notices: Final = self.router.notices
        self.ports: Final = self.router.ports
        self._order: Final = tuple(self.ports.values())
        self._sinks: Final = tuple(sink for sink in (recorder, tap) if sink is not None)
        self._on_down: Final[OnDown] = on_down or (lambda _, tick: tick + settings.restart_ticks)
        self._on_snapshot: Final = on_snapshot
        self._injections: Final[dict[int, list[Injection]]] = {}
        for one in injections:
            self._injections.setdefault(one.tick, []).append(one)
        self._unusual: Final[set[int]] = set()
        self._orders: Final[list[int]] = []

    # The tick.

    def starts(self) -> list[Start]:
        """Return the first starts of all applications."""
        return [self._start(port, 0) for port in self._order]

    def open_tick(self, tick: int, blocked: Collection[int] = ()) -> OpenTick:
        """Decide what happens in a tick.

        Parameters
        ----------
        tick : int
            The tick.
        blocked : collection of int
            Applications whose process is still busy with an earlier tick (realtime only).
        """
        downs: list[int] = []
        hangs: list[int] = []
        starts: list[Start] = []
        if tick in self._injections or self._orders or self._unusual:
            self._handle_unusual(tick, downs, hangs, starts)
        if self.notices and App.EXECUTIVE in self.ports:
            self.ports[App.EXECUTIVE].next_wake = tick
        works: list[Work] = []
        for port in self._order:
            if port.next_wake <= tick:
                if port.state is PortState.IDLE and port.app not in blocked:
                    work = port.hand_out(tick)
                    if port.hung:
                        self._unusual.add(port.app)
                    else:
                        works.append(work)
                elif port.state is not PortState.DOWN and port.state is not PortState.OFF:
                    self._slip(port, tick)
        return OpenTick(downs, hangs, starts, works)

    def accept(self, tick: int, reply: Reply) -> None:
        """Take one reply to the work of a tick; what does not fit is counted and changes nothing."""
        port = self.ports.get(reply.app)
        if port is None or port.state is not PortState.OUT or port.out_tick != tick or port.hung:
            self.router.refuse(BusReject.LATE, reply.app, 0)
            return
        self.ledger.handled_count += port.out_count
        if reply.refusals:
            self._take_refusals(port, reply.refusals)
        port.take_answer(tick, reply.outbox, reply.next_wake)
        if port.latency_ticks:
            self._unusual.add(port.app)
        else:
            port.state = PortState.IDLE
        if reply.snapshot is not None:
            port.snapshot = Snapshot(tick, reply.snapshot)
            if self._on_snapshot is not None:
                self._on_snapshot(port.app, port.snapshot)

    def close_tick(self, tick: int) -> list[bytes]:
        """Check, route, hash and record what was published; return it, sorted by source and sequence."""
        routed: list[bytes] = []
        for port in self._order:
            if port.outbox and tick >= port.outbox_tick + port.latency_ticks:
                outbox, port.outbox = port.outbox, []
                self.router.route(port, outbox, tick, routed)
        if routed:
            self.ledger.sent_count += len(routed)
            self.trace.add(routed)
            for sink in self._sinks:
                sink.put(tick, routed)
        if (tick + 1) % DIGEST_TICKS == 0:
            self.trace.mark(tick + 1)
        return routed

    # Faults, orders and figures.

    def order_restart(self, app: App) -> None:
        """Stop an application at the next tick; it comes back from its last snapshot."""
        self._orders.append(int(app))

    def mark_died(self, tick: int, apps: Collection[int]) -> None:
        """Take note that applications have lost their memory in the middle of a tick."""
        for app in sorted(apps):
            port = self.ports[app]
            if port.state not in (PortState.DOWN, PortState.OFF):
                self._lose(port, tick, ApplicationDied(application=app, tick=tick))

    @property
    def waiting_count(self) -> int:
        """Copies that wait in pipes."""
        return sum(port.box.waiting_count for port in self._order)

    @property
    def out_count(self) -> int:
        """Copies handed out and not yet answered for."""
        return sum(port.out_count for port in self._order)

    @property
    def lost_count(self) -> int:
        """Copies lost by full pipes."""
        return sum(port.lost_count for port in self._order)

    @property
    def superseded_count(self) -> int:
        """Copies that newer ones of the same source replaced, as their subscription asks."""
        return sum(pipe.superseded_count for port in self._order for pipe in port.box.pipes)

    @property
    def peak_count(self) -> int:
        """Most messages that ever waited in one pipe."""
        return max((pipe.peak_count for port in self._order for pipe in port.box.pipes), default=0)

    @property
    def unaccounted_count(self) -> int:
        """Copies that are nowhere: 0, or the bus has a fault."""
        ledger = self.ledger
        ended = ledger.handled_count + ledger.refused_count + ledger.crash_count
        ended += self.lost_count + self.superseded_count + self.waiting_count + self.out_count
        ended += self.router.cut_count
        return ledger.offered_count - ended

    # Inside.

    def _take_refusals(self, port: Port, refusals: Sequence[tuple[int, int, int]]) -> None:
        """Count what an application would not send (source 0) or could not decode."""
        for reason, source, message_id in refusals:
            self.router.refuse(BusReject(reason), source or port.app, message_id)
        refused_count = min(sum(source != 0 for _, source, _ in refusals), port.out_count)
        self.ledger.handled_count -= refused_count
        self.ledger.refused_count += refused_count

    def _slip(self, port: Port, tick: int) -> None:
        """Count a tick in which an application was wanted but busy; latency and inserted hangs are none."""
        if port.hung or (port.latency_ticks and tick <= port.out_tick + port.latency_ticks):
            return
        port.skipped_count += 1
        self.ledger.slip_count += 1
        self._unusual.add(port.app)

    def _handle_unusual(self, tick: int, downs: list[int], hangs: list[int], starts: list[Start]) -> None:
        """Handle injected faults, orders, applications that are out too long or due to return."""
        for one in self._injections.get(tick, ()):
            port = self.ports[one.app]
            if one.fault is Fault.HANG and port.state is not PortState.DOWN:
                port.hung = True
                hangs.append(port.app)
            elif one.fault is Fault.KILL:
                self._kill(port, tick, downs)
            elif one.fault is Fault.CUT:
                self.router.cut(one.app, one.message_id)
            elif one.fault is Fault.JOIN:
                self.router.join(one.app, one.message_id)
        orders, self._orders[:] = list(self._orders), []
        for app in orders:
            self._kill(self.ports[app], tick, downs)
        for app in sorted(self._unusual):
            self._review(self.ports[app], tick, downs, starts)

    def _review(self, port: Port, tick: int, downs: list[int], starts: list[Start]) -> None:
        """Look at one application that was not simply idle."""
        if port.state is PortState.IDLE:
            self._unusual.discard(port.app)
        elif port.state is PortState.OUT:
            limit = port.latency_ticks + self.settings.heartbeat_ticks
            if port.answered and tick > port.out_tick + port.latency_ticks:
                port.state = PortState.IDLE
                self._unusual.discard(port.app)
            elif not port.answered and tick - port.out_tick >= limit:
                silent = tick - port.out_tick
                downs.append(port.app)
                self._lose(port, tick, ApplicationHung(application=port.app, silent_ticks=silent))
        elif port.state is PortState.DOWN and tick >= port.return_tick:
            port.come_back(tick)
            self._unusual.discard(port.app)
            starts.append(self._start(port, tick))
            down_ticks = tick - port.down_tick
            event = ApplicationRestarted(
                application=port.app, restart_count=port.restart_count, down_ticks=down_ticks
            )
            self.notices.append(event)

    def _kill(self, port: Port, tick: int, downs: list[int]) -> None:
        """Take memory and mail of this tick from an application that is up."""
        if port.state in (PortState.DOWN, PortState.OFF):
            return
        if port.state is PortState.IDLE and port.is_wanted(tick):
            port.hand_out(tick)
        downs.append(port.app)
        self._lose(port, tick, ApplicationDied(application=port.app, tick=tick))

    def _lose(self, port: Port, tick: int, event: Event) -> None:
        """Account for an application that lost its memory, and ask the ladder when it comes back."""
        self.ledger.crash_count += port.out_count
        port.out_count = 0
        port.outbox = []
        port.down_tick = tick
        port.skipped_count = 0
        self.notices.append(event)
        return_tick = self._on_down(port.app, tick)
        if return_tick is None:
            port.state = PortState.OFF
            self._unusual.discard(port.app)
            return
        port.state = PortState.DOWN
        port.return_tick = max(return_tick, tick + 1)
        self._unusual.add(port.app)

    @staticmethod
    def _start(port: Port, tick: int) -> Start:
        return Start(port.app, tick, port.sequence, port.restart_count, port.snapshot)
