"""What an application sees of the bus: subscriptions, mail, the inbox of a step, outcomes of commands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final, NamedTuple, TypeVar, cast

from flight.dictionary.declare import Event, Message

__all__ = [
    "ALL_EVENTS",
    "COMPLETED",
    "AllEvents",
    "Completed",
    "Failed",
    "Inbox",
    "Now",
    "Outcome",
    "Policy",
    "Received",
    "SendResult",
    "Started",
    "Subscription",
]

M = TypeVar("M", bound=Message)


class Policy(IntEnum):
    """What a full pipe does with the next message; every loss is counted."""

    REJECT_NEW = 1
    """Keep what is there; ``depth`` counts all sources together."""
    DROP_OLDEST = 2
    """Drop the oldest; ``depth`` counts all sources together."""
    KEEP_NEWEST = 3
    """Keep the newest ``depth`` of each source; what is superseded is counted but raises no event."""


class AllEvents(Event):
    """Marks a subscription to every event of the dictionary."""

    __slots__ = ()


ALL_EVENTS: Final = AllEvents


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One kind of message that an application hears, and the pipe in which it waits.

    Parameters
    ----------
    message : type[Message]
        Message class, or ``ALL_EVENTS``.
    depth : int
        Number of messages the pipe holds, 1 to 1024.
    policy : Policy
        What happens when it is full.
    wake : bool
        True: delivered in the tick after it was sent, whatever the application's period, to ``receive`` and,
        when a step is due in that tick, to its inbox too. False: waits in the pipe for the next due step.
    """

    message: type[Message]
    depth: int = 8
    policy: Policy = Policy.KEEP_NEWEST
    wake: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.depth <= 1024:
            raise ValueError(f"depth must be 1 to 1024, got {self.depth} ({self.message.__name__})")


class Now(NamedTuple):
    """The time of one tick, as every participant sees it.

    Parameters
    ----------
    tick : int
        Base ticks since the start of the run.
    time_ns : int
        TAI nanoseconds since 1958-01-01 at this tick.
    run_s : float
        Seconds since tick 0.
    dt_s : float
        The application's period (one base tick for an application that is only woken by mail).
    """

    tick: int
    time_ns: int
    run_s: float
    dt_s: float


class SendResult(Enum):
    """What became of a published message; a refusal is counted and evented by the bus."""

    SENT = 1
    INVALID = 2
    """A field is not finite, out of its range or of the wrong type."""
    TOO_LARGE = 3
    """The body is longer than 60 KiB."""
    BUNDLE_FULL = 4
    """This application has already published 1 MiB in this tick."""


class Received:
    """One message as it arrived; decoded when ``message`` is first read."""

    __slots__ = ("_message", "_open", "_refused", "octets")

    def __init__(self, octets: bytes, open_body: Callable[[bytes], Message | None]) -> None:
        self.octets: Final = octets
        self._open = open_body
        self._message: Message | None = None
        self._refused = False

    @property
    def message(self) -> Message | None:
        """The decoded message, or None when its body was refused (counted and evented by the bus)."""
        message = self._message
        if message is None and not self._refused:
            message = self._message = self._open(self.octets)
            self._refused = message is None
        return message

    @property
    def message_id(self) -> int:
        """Id of the message in the dictionary."""
        return int.from_bytes(self.octets[2:4])

    @property
    def source(self) -> int:
        """Application id of the sender."""
        return int.from_bytes(self.octets[4:6])

    @property
    def sequence(self) -> int:
        """Sequence count of the sender."""
        return int.from_bytes(self.octets[10:14])

    @property
    def identity(self) -> int:
        """``source << 32 | sequence``: give it as ``cause`` to what follows from this message."""
        return int.from_bytes(self.octets[4:6]) << 32 | int.from_bytes(self.octets[10:14])

    @property
    def tick(self) -> int:
        """Tick in which it was sent."""
        return int.from_bytes(self.octets[14:22])

    @property
    def cause(self) -> int:
        """Identity of the message that led to this one; 0: none."""
        return int.from_bytes(self.octets[22:30])


class Inbox:
    """All mail delivered to one application in one tick, in order of sending."""

    __slots__ = ("_by_id", "_mail", "_open")

    def __init__(self, mail: Sequence[bytes], open_body: Callable[[bytes], Message | None]) -> None:
        self._mail: Final = mail
        self._open: Final = open_body
        self._by_id: dict[bytes, list[bytes]] | None = None

    @property
    def received(self) -> tuple[Received, ...]:
        """Everything, oldest first."""
        return tuple(Received(octets, self._open) for octets in self._mail)

    def all(self, cls: type[M]) -> tuple[Received, ...]:
        """Return everything of one class, oldest first; refused bodies left out."""
        found = (Received(octets, self._open) for octets in self._of(cls))
        return tuple(one for one in found if one.message is not None)

    def latest(self, cls: type[M]) -> M | None:
        """Return the newest message of one class, decoded, or None."""
        for octets in reversed(self._of(cls)):
            message = self._open(octets)
            if message is not None:
                return cast("M", message)
        return None

    def messages(self, cls: type[M]) -> list[M]:
        """Return the decoded messages of one class, oldest first."""
        return list(filter(None, map(self._open, self._of(cls))))  # type: ignore[arg-type]  # all of this class

    def __len__(self) -> int:
        return len(self._mail)

    def _of(self, cls: type[Message]) -> Sequence[bytes]:
        index = self._by_id
        if index is None:
            index = self._by_id = {}
            for octets in self._mail:
                key = octets[2:4]
                if key in index:
                    index[key].append(octets)
                else:
                    index[key] = [octets]
        return index.get(_KEYS.get(cls) or _key_of(cls), ())


_KEYS: dict[type[Message], bytes] = {}
"""Message ids as they stand in the header, by class: asked for with every look into an inbox."""


def _key_of(cls: type[Message]) -> bytes:
    key = _KEYS[cls] = cls.SPEC.id.to_bytes(2)
    return key


@dataclass(frozen=True, slots=True)
class Completed:
    """The command is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The command runs on; ``complete`` or ``fail`` must be called within ``timeout_s``."""

    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The command could not be done; ``code`` is the application's own, 256 and above."""

    code: int


Outcome = Completed | Started | Failed
COMPLETED: Final = Completed()
