"""The base class of every participant on the bus.

An application declares what it hears, which commands it answers and how often it steps; it publishes messages
and events, and gives its state as a snapshot. The base class owns the rest: period, heartbeat, dispatch and
verification of commands, parameters, counters, snapshots, housekeeping, overrun reports and containment of
faults.
"""

from collections.abc import Mapping
from typing import ClassVar, Final

from flight.bus.config import Config
from flight.bus.counters import Counters
from flight.bus.desk import CommandDesk
from flight.bus.mail import (
    ALL_EVENTS,
    COMPLETED,
    Completed,
    Failed,
    Inbox,
    Now,
    Outcome,
    Policy,
    Received,
    SendResult,
    Started,
    Subscription,
)
from flight.bus.outbox import Outbox
from flight.bus.stream import Stream, Streams
from flight.dictionary.declare import Command, Event, Message, Parameters
from flight.dictionary.types import App

__all__ = [
    "ALL_EVENTS",
    "COMPLETED",
    "Application",
    "Completed",
    "Config",
    "Counters",
    "Failed",
    "Inbox",
    "Now",
    "Outcome",
    "Policy",
    "Received",
    "SendResult",
    "Started",
    "Stream",
    "Subscription",
]


class Application:
    """One participant on the bus; derive one class per application.

    Parameters
    ----------
    config : Config
        Identity, seed, epoch, base tick and options.

    Raises
    ------
    ValueError
        When period, offset or latency are no multiples of the base tick, or a start parameter is refused.
    """

    APP: ClassVar[App]
    PERIOD_MS: ClassVar[int] = 1000
    """Period of ``step`` in milliseconds; 0: never stepped, only woken by mail."""
    OFFSET_MS: ClassVar[int] = 0
    """First step, in milliseconds after tick 0; less than the period."""
    LATENCY_TICKS: ClassVar[int] = 0
    """What it publishes in tick n enters the bus in tick n + latency under every clock; no mail meanwhile."""
    SUBSCRIPTIONS: ClassVar[tuple[Subscription, ...]] = ()
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {}
    """Command class to method name; the method takes ``(now, command)`` and returns an ``Outcome``."""
    PARAMETERS: ClassVar[type[Parameters] | None] = None
    HOUSEKEEPING_PERIOD_S: ClassVar[int] = 10
    SNAPSHOT_VERSION: ClassVar[int] = 1
    """Version of the tuple that ``snapshot`` returns; a snapshot of another version is not restored."""

    def __init__(self, config: Config) -> None:
        self.config: Final = config
        self.app: Final = config.app
        self.counters: Final = Counters()
        self.restart_count = 0
        self.outbox: Final = Outbox(int(config.app))
        self.streams: Final = Streams(config.seed, int(config.app))
        self.wake_tick: int | None = None
        self.desk: Final = CommandDesk(self)

    # What an application overrides.

    @property
    def mode(self) -> int:
        """Mode number for housekeeping."""
        return 0

    def step(self, now: Now, inbox: Inbox) -> None:
        """Do the work of one due tick: inbox, estimate, modes, law, outbox."""

    def receive(self, now: Now, message: Received) -> None:
        """Take one waking message, on whatever tick it comes; commands do not come here."""

    def woken(self, now: Now) -> None:
        """Act on the tick asked for with ``wake_at``, after its mail and before its step."""

    def check_parameters(self, parameters: Parameters) -> str | None:  # noqa: ARG002 - a rule overrides it
        """Return why a set of parameters is refused as a whole, or None; ranges are already checked."""
        return None

    def check_command(self, now: Now, command: Command) -> int:  # noqa: ARG002 - a rule overrides it
        """Return 0 to accept a command now, else the code of its rejection (256 and above)."""
        return 0

    def snapshot(self) -> tuple[object, ...]:
        """Return the state that must survive a crash: numbers, text, octets, None and tuples of them."""
        return ()

    def restore(self, state: tuple[object, ...]) -> None:
        """Take the state that ``snapshot`` returned, in this build or an earlier one of the same version."""

    def close(self) -> None:
        """Release what a participant holds (files, lines); called once, when the run ends in order."""

    # What an application calls.

    @property
    def parameters(self) -> Parameters:
        """The present parameters; an instance of ``PARAMETERS``."""
        return self.desk.parameters

    def publish(self, message: Message, *, cause: int = 0, destination: App | None = None) -> SendResult:
        """Send a message: it is delivered in the next tick.

        Parameters
        ----------
        message : Message
            Any declared message, command or event that the manifest allows this application to publish.
        cause : int
            Identity of the message that led to this one; 0: none.
        destination : App or None
            Application that alone gets it (needed for a command); None: everyone who subscribed.

        Returns
        -------
        SendResult
            ``SENT``, or why it was refused; a refusal is counted and evented, never raised.
        """
        return self.outbox.publish(message, cause, destination)

    def emit(self, event: Event, *, cause: int = 0) -> SendResult:
        """Publish an event."""
        return self.publish(event, cause=cause)

    @property
    def request(self) -> int:
        """Identity of the command that a handler is executing: keep it when the outcome is ``Started``."""
        return self.desk.request

    def complete(self, request: int) -> None:
        """Report that a command that ``Started`` is done; ``request`` is its identity."""
        self.desk.complete(request)

    def fail(self, request: int, code: int) -> None:
        """Report that a command that ``Started`` failed."""
        self.desk.fail(request, code)

    def progress(self, request: int, step: int) -> None:
        """Report that a command that ``Started`` reached a step, 0 to 255."""
        self.desk.progress(request, step)

    def wake_at(self, tick: int) -> None:
        """Ask for a call of ``woken`` in a later tick; the earliest tick asked for counts."""
        self.wake_tick = tick if self.wake_tick is None else min(tick, self.wake_tick)

    def take_wake(self, tick: int) -> bool:
        """Return whether the tick asked for with ``wake_at`` has come, and forget it."""
        if self.wake_tick is None or self.wake_tick > tick:
            return False
        self.wake_tick = None
        return True

    def stream(self, name: str) -> Stream:
        """Return the random stream of this name; its position is part of the snapshot."""
        return self.streams.get(name)
