"""The trace of a run: one rolling hash over every message, and a digest of it at regular ticks."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgpack

__all__ = ["DIGEST_TICKS", "Digest", "Trace", "first_difference"]

DIGEST_TICKS = 100
"""A digest is kept at every tick that is a multiple of this."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The trace hash over all messages of ticks before ``tick``."""

    tick: int
    hexdigest: str


class Trace:
    """Hash every routed message, tick by tick.

    The octets of a message hold message id, source, destination, schema, sequence, tick, cause and body;
    lengths go into the hash too, so that no two different sequences of messages give the same input.
    """

    __slots__ = ("_hash", "_pack", "digests", "message_count")

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._pack: Callable[[Sequence[bytes]], bytes] = msgpack.Packer(autoreset=True).pack
        self.digests: list[Digest] = []
        self.message_count = 0

    def add(self, routed: Sequence[bytes]) -> None:
        """Add the messages of one tick, sorted by source and sequence."""
        self.message_count += len(routed)
        self._hash.update(self._pack(routed))

    def mark(self, tick: int) -> None:
        """Keep the digest over everything before this tick."""
        self.digests.append(Digest(tick, self._hash.hexdigest()))

    def hexdigest(self) -> str:
        """Return the hash over everything so far."""
        return self._hash.hexdigest()


def first_difference(one: Sequence[Digest], other: Sequence[Digest]) -> tuple[int, int] | None:
    """Return the ticks [from, to) in which two runs first differ, or None.

    Parameters
    ----------
    one, other : Sequence[Digest]
        Digests of two runs with the same ``DIGEST_TICKS``; the shorter run decides how far is compared.
    """
    tick_from = 0
    for a, b in zip(one, other, strict=False):
        if a.hexdigest != b.hexdigest:
            return tick_from, a.tick
        tick_from = a.tick
    return None
