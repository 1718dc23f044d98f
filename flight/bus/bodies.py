"""Decoded bodies of one tick: a message that several applications of a process read is decoded once."""

from collections.abc import Callable
from typing import Final, NamedTuple

from flight.bus.envelope import HEADER_OCTETS
from flight.dictionary.codec import body_codec
from flight.dictionary.declare import Message
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.registry import DICTIONARY

__all__ = ["Bodies", "Refusal"]


class Refusal(NamedTuple):
    """A body that could not be decoded."""

    reason: BusReject


class Bodies(dict[bytes, "Message | Refusal"]):
    """Messages by their octets; what is missing is decoded when it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._decoders: Final[dict[bytes, Callable[[bytes], Message]]] = {}

    def __missing__(self, octets: bytes) -> Message | Refusal:
        decode = self._decoders.get(octets[2:4]) or self._decoder(octets[2:4])
        found: Message | Refusal
        try:
            found = decode(octets[HEADER_OCTETS:])
        except BodyError as error:
            found = Refusal(error.reason)
        self[octets] = found
        return found

    def _decoder(self, key: bytes) -> Callable[[bytes], Message]:
        cls = DICTIONARY.find(int.from_bytes(key))
        decode = _refuse_unknown if cls is None else body_codec(cls).decode
        self._decoders[key] = decode
        return decode


def _refuse_unknown(body: bytes) -> Message:
    raise BodyError(BusReject.UNKNOWN_MESSAGE, f"message id must be known, got a body of {len(body)} octets")
