"""What one application publishes in one tick."""

from typing import Final, NamedTuple

from flight.bus.envelope import BUNDLE_OCTETS_MAX, HEADER_OCTETS, fixed_part, varying_part
from flight.bus.mail import SendResult
from flight.dictionary.codec import body_codec
from flight.dictionary.declare import Message
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.registry import DICTIONARY

__all__ = ["Mark", "Outbox"]


class Mark(NamedTuple):
    """A point in an outbox to which it can be withdrawn."""

    message_count: int
    octets_count: int
    sequence: int


class Outbox:
    """Encoder and counter of everything one application sends.

    Parameters
    ----------
    app : int
        Application id: the source of every message.
    """

    __slots__ = ("_app", "_fixed", "_octets", "_tick", "messages", "refusals", "sequence")

    def __init__(self, app: int) -> None:
        self._app: Final = app
        self._fixed: Final[dict[tuple[type[Message], int | None], bytes]] = {}
        self._octets = 0
        self._tick = 0
        self.sequence = 0
        self.messages: list[bytes] = []
        self.refusals: list[tuple[int, int, int]] = []

    def begin(self, tick: int) -> None:
        """Start an empty outbox for one tick."""
        self._tick = tick
        self._octets = 0
        self.messages = []
        self.refusals = []

    def publish(self, message: Message, cause: int, destination: int | None) -> SendResult:
        """Encode one message and put it in; a refusal is noted for the bus, never raised."""
        cls = type(message)
        try:
            body = body_codec(cls).encode(message)
        except BodyError as error:
            self._refuse(error.reason, cls)
            return SendResult.TOO_LARGE if error.reason is BusReject.OVERSIZED else SendResult.INVALID
        octets = self._octets + HEADER_OCTETS + len(body)
        if octets > BUNDLE_OCTETS_MAX:
            self._refuse(BusReject.OVERSIZED, cls)
            return SendResult.BUNDLE_FULL
        fixed = self._fixed.get((cls, destination))
        if fixed is None:
            schema = DICTIONARY.schema_hash(cls)
            fixed = fixed_part(cls.SPEC.id, self._app, destination or 0, schema)
            self._fixed[cls, destination] = fixed
        self._octets = octets
        self.sequence = sequence = self.sequence + 1 & 0xFFFFFFFF
        self.messages.append(fixed + varying_part(sequence, self._tick, cause) + body)
        return SendResult.SENT

    def mark(self) -> Mark:
        """Return the present end of the outbox."""
        return Mark(len(self.messages), self._octets, self.sequence)

    def withdraw(self, mark: Mark) -> None:
        """Take back everything published since a mark, as if it had never been."""
        del self.messages[mark.message_count :]
        self._octets = mark.octets_count
        self.sequence = mark.sequence

    def _refuse(self, reason: BusReject, cls: type[Message]) -> None:
        self.refusals.append((int(reason), 0, cls.SPEC.id))
