"""The coordinator's view of one application."""

from enum import Enum
from typing import Final

from flight.bus.exchange import Declared, Snapshot, Work, next_due
from flight.bus.pipes import Mailbox
from flight.bus.routing import Route

__all__ = ["Port", "PortState"]


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
        "answered", "app", "box", "declared", "down_tick", "hung", "latency_ticks", "lost_count", "next_due", "next_wake",
        "out_count", "out_tick", "outbox", "outbox_tick", "restart_count", "return_tick", "routes", "sequence",
        "skipped_count", "snapshot", "state", "tick_ms",
    )  # fmt: skip

    def __init__(self, declared: Declared, box: Mailbox, tick_ms: int) -> None:
        self.app: Final = declared.app
        self.declared: Final = declared
        self.box: Final = box
        self.tick_ms: Final = tick_ms
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

    def is_due(self, tick: int) -> bool:
        """Return whether a step is due."""
        return 0 <= self.next_due <= tick

    def is_wanted(self, tick: int) -> bool:
        """Return whether the application has something to do."""
        return self.next_wake <= tick or bool(self.box.waking) or 0 <= self.next_due <= tick

    def hand_out(self, tick: int) -> Work:
        """Take its mail for one tick."""
        due = 0 <= self.next_due <= tick
        mail = self.box.take(due=due)
        skipped, self.skipped_count = self.skipped_count, 0
        self.state = PortState.OUT
        self.out_tick = tick
        self.out_count = len(mail)
        self.answered = False
        return Work(self.app, due, skipped, self.lost_count, mail)
