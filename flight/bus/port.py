"""The coordinator's view of one application."""

from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Final

from flight.bus.exchange import Declared, Snapshot, Work, next_due
from flight.bus.pipes import Mailbox
from flight.bus.routing import Route

__all__ = ["Port", "PortState"]


_work: Final[Callable[[tuple[object, ...]], Work]] = partial(tuple.__new__, Work)
"""A named tuple without a call of its Python constructor: half the time."""


class PortState(Enum):
    """What an application is doing, as far as the coordinator knows."""

    IDLE = 0
    """It has answered everything."""
    OUT = 1
    """A frame is out and not answered, or its answer is held back for its latency."""
    DOWN = 2
    """It lost its memory and will be started again."""
    OFF = 3
    """It stays down."""


class Port:
    """State of one application.

    Parameters
    ----------
    declared : Declared
        What it declared of itself.
    box : Mailbox
        Its pipes.
    tick_ms : int
        Base tick.
    """

    __slots__ = (
        "_period_ticks", "_second_ticks", "answered", "app", "box", "declared", "down_tick", "hung",
        "latency_ticks", "lost_count", "next_due", "next_wake", "out_count", "out_tick", "outbox",
        "outbox_tick", "restart_count", "return_tick", "routes", "sequence", "skipped_count", "snapshot",
        "state", "tick_ms",
    )  # fmt: skip

    def __init__(self, declared: Declared, box: Mailbox, tick_ms: int) -> None:
        self.app: Final = declared.app
        self.declared: Final = declared
        self.box: Final = box
        self.tick_ms: Final = tick_ms
        self._period_ticks: Final = declared.period_ms // tick_ms
        self._second_ticks: Final = 1000 // tick_ms
        self.latency_ticks: Final = declared.latency_ticks
        self.routes: Final[dict[bytes, Route]] = {}
        self.state = PortState.IDLE
        self.hung = False
        self.next_due = next_due(declared, tick_ms, -1)
        self.next_wake = 0
        self.out_tick = 0
        self.out_count = 0
        self.answered = True
        self.outbox: list[bytes] = []
        self.outbox_tick = 0
        self.skipped_count = 0
        self.lost_count = 0
        self.sequence = 0
        self.snapshot: Snapshot | None = None
        self.restart_count = 0
        self.down_tick = 0
        self.return_tick = 0

    def is_wanted(self, tick: int) -> bool:
        """Return whether the application has something to do."""
        return self.next_wake <= tick

    def wake(self, tick: int) -> None:
        """Make sure that the application runs in a tick, or before."""
        self.next_wake = min(self.next_wake, tick)

    def hand_out(self, tick: int) -> Work:
        """Take its mail for one tick."""
        due = 0 <= self.next_due <= tick
        box = self.box
        plain = not box.waking.mail
        mail = box.waiting.take() if plain and due and box.is_small else box.take(due=due)
        skipped = self.skipped_count
        if skipped:
            self.skipped_count = 0
        self.state = PortState.OUT
        self.out_tick = tick
        self.out_count = len(mail)
        self.answered = False
        return _work((self.app, due, skipped, self.lost_count, mail, plain))

    def take_answer(self, tick: int, outbox: list[bytes], next_wake: int) -> None:
        """Take what the application published in a tick, and when it wants to run next."""
        self.answered = True
        self.out_count = 0
        self.outbox = outbox
        self.outbox_tick = tick
        due = self.next_due
        if due == tick:
            due = self.next_due = tick + self._period_ticks
        elif 0 <= due < tick:
            due = self.next_due = next_due(self.declared, self.tick_ms, tick)
        last = tick + self._second_ticks
        if due > tick and due < last:
            last = due
        if tick < next_wake < last:
            last = next_wake
        self.next_wake = tick + 1 if self.box.waking.mail else last

    def come_back(self, tick: int) -> None:
        """Be up again, with an empty memory, from a tick on."""
        self.state = PortState.IDLE
        self.hung = False
        self.restart_count += 1
        self.next_wake = tick
        self.next_due = next_due(self.declared, self.tick_ms, tick - 1)
