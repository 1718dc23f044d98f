"""What one application publishes in one tick."""

from collections.abc import Callable
from typing import Final, NamedTuple

from flight.bus.envelope import BUNDLE_OCTETS_MAX, HEADER_OCTETS, fixed_part, varying_part
from flight.bus.mail import SendResult
from flight.dictionary.codec import body_codec
from flight.dictionary.declare import Message
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.registry import DICTIONARY

__all__ = ["Outbox"]


class _Way(NamedTuple):
    """How messages of one class go one way: their encoder and the fixed part of their header."""

    encode: Callable[[Message], bytes]
    fixed: bytes


class Outbox:
    """Encoder and counter of everything one application sends.

    Parameters
    ----------
    app : int
        Application id: the source of every message.
    """

    __slots__ = ("_app", "_octets_count", "_tick", "_ways", "messages", "refusals", "sequence")

    def __init__(self, app: int) -> None:
        self._app: Final = app
        self._ways: Final[dict[object, _Way]] = {}
        self._octets_count = 0
        self._tick = 0
        self.sequence = 0
        self.messages: list[bytes] = []
        self.refusals: list[tuple[int, int, int]] = []

    def begin(self, tick: int) -> None:
        """Start an empty outbox for one tick."""
        self._tick = tick
        self._octets_count = 0
        self.messages = []
        self.refusals = []

    def publish(self, message: Message, cause: int, destination: int | None) -> SendResult:
        """Encode one message and put it in; a refusal is noted for the bus, never raised."""
        cls = type(message)
        way = self._ways.get(cls if destination is None else (cls, int(destination)))
        if way is None:
            way = self._find_way(cls, destination)
        try:
            body = way.encode(message)
        except BodyError as error:
            self._refuse(error.reason, cls)
            return SendResult.TOO_LARGE if error.reason is BusReject.OVERSIZED else SendResult.INVALID
        octets_count = self._octets_count + HEADER_OCTETS + len(body)
        if octets_count > BUNDLE_OCTETS_MAX:
            self._refuse(BusReject.OVERSIZED, cls)
            return SendResult.BUNDLE_FULL
        self._octets_count = octets_count
        self.sequence = sequence = self.sequence + 1 & 0xFFFFFFFF
        self.messages.append(way.fixed + varying_part(sequence, self._tick, cause) + body)
        return SendResult.SENT

    def withdraw(self, message_count: int) -> None:
        """Take back everything published after the first so many messages, as if it had never been."""
        withdrawn = self.messages[message_count:]
        del self.messages[message_count:]
        self._octets_count -= sum(map(len, withdrawn))
        self.sequence = self.sequence - len(withdrawn) & 0xFFFFFFFF

    def _find_way(self, cls: type[Message], destination: int | None) -> _Way:
        fixed = fixed_part(cls.SPEC.id, self._app, destination or 0, DICTIONARY.schema_hash(cls))
        way = _Way(body_codec(cls).encode, fixed)
        self._ways[cls if destination is None else (cls, int(destination))] = way
        return way

    def _refuse(self, reason: BusReject, cls: type[Message]) -> None:
        self.refusals.append((int(reason), 0, cls.SPEC.id))
