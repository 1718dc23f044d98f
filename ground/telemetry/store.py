"""The newest packet of each message of each application, and what is told when a new one comes."""

from collections.abc import Callable
from dataclasses import dataclass

from flight.dictionary.declare import Message
from flight.dictionary.types import App

__all__ = ["PacketKey", "Received", "TelemetryStore"]

PacketKey = tuple[int, int]
"""(application, structure id)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One housekeeping packet, decoded.

    Parameters
    ----------
    generation_ns : int
        When its values were taken: the message's own ``time_ns`` where it has one, else the packet's time.
    reception_ns : int
        Ground time at which it came.
    count : int
        How many of this kind have come, this one included.
    """

    app: App
    message: Message
    generation_ns: int
    reception_ns: int
    count: int

    @property
    def key(self) -> PacketKey:
        """Which packet it is."""
        return int(self.app), self.message.SPEC.id


class TelemetryStore:
    """Keep the newest of each packet by generation time; tell listeners of every one, old or new."""

    def __init__(self) -> None:
        self._newest: dict[PacketKey, Received] = {}
        self._counts: dict[PacketKey, int] = {}
        self._listeners: dict[PacketKey, list[Callable[[Received], None]]] = {}
        self._everywhere: list[Callable[[Received], None]] = []

    def put(self, app: App, message: Message, *, packet_ns: int, reception_ns: int) -> Received:
        """Take a decoded packet; one that is older than the newest is told but does not replace it."""
        key = (int(app), message.SPEC.id)
        count = self._counts[key] = self._counts.get(key, 0) + 1
        generation_ns = getattr(message, "time_ns", packet_ns)
        received = Received(
            app=app, message=message, generation_ns=generation_ns, reception_ns=reception_ns, count=count
        )
        newest = self._newest.get(key)
        if newest is None or newest.generation_ns <= generation_ns:
            self._newest[key] = received
        for listener in (*self._listeners.get(key, ()), *self._everywhere):
            listener(received)
        return received

    def newest(self, app: App, message: type[Message]) -> Received | None:
        """Return the newest packet of a message, None when none has come."""
        return self._newest.get((int(app), message.SPEC.id))

    def all_newest(self) -> tuple[Received, ...]:
        """Return the newest of every packet, by application and id."""
        return tuple(self._newest[key] for key in sorted(self._newest))

    def count(self, app: App, message: type[Message]) -> int:
        """Return how many packets of a message have come."""
        return self._counts.get((int(app), message.SPEC.id), 0)

    def listen(self, key: PacketKey | None, listener: Callable[[Received], None]) -> Callable[[], None]:
        """Have every further packet of a kind (None: every packet) told; return what ends it."""
        listeners = self._everywhere if key is None else self._listeners.setdefault(key, [])
        listeners.append(listener)
        return lambda: listeners.remove(listener)
