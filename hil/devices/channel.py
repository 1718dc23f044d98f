"""One direction of the radio channel: light time, bit errors from a seeded stream, its own account.

What the channel does to the octets is logged here, by the injector, so that a test can compare it with what
the receiver says it found.
"""

from collections import deque
from dataclasses import dataclass, replace
from math import log, log1p

from flight.bus.stream import Stream

__all__ = ["SPEED_OF_LIGHT_M_PER_S", "Arrival", "BitErrorSource", "ChannelLeg", "LegAccount"]

SPEED_OF_LIGHT_M_PER_S = 299_792_458.0
"""Exact (SI)."""

_NS_PER_S = 1e9
_GAP_BITS_MAX = 2.0**62
"""Further than any run sends; a ratio near the smallest float asks for more than an integer should hold."""


class BitErrorSource:
    """Flip bits independently at a rate, by drawing the distance to the next error.

    The distance between errors of a memoryless channel is geometric, so the cost is one draw per error, not
    per bit.

    Parameters
    ----------
    stream : Stream
        Random stream of this direction.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ratio = 0.0
        self._gap_bits = 0

    def apply(self, octets: bytes, ratio: float) -> tuple[bytes, int]:
        """Return the octets with errors, and how many bits were flipped.

        Parameters
        ----------
        octets : bytes
            What was sent.
        ratio : float
            Bit error ratio, 0 to 0.5.
        """
        if ratio <= 0.0:
            self._ratio = 0.0
            return octets, 0
        if ratio != self._ratio:
            self._ratio = ratio
            self._gap_bits = self._draw()
        size_bits = 8 * len(octets)
        if self._gap_bits >= size_bits:
            self._gap_bits -= size_bits
            return octets, 0
        changed = bytearray(octets)
        count = 0
        position = self._gap_bits
        while position < size_bits:
            changed[position >> 3] ^= 0x80 >> (position & 7)
            count += 1
            position += 1 + self._draw()
        self._gap_bits = position - size_bits
        return bytes(changed), count

    def _draw(self) -> int:
        gap_bits = log(1.0 - self._stream.uniform()) / log1p(-self._ratio)
        return int(min(gap_bits, _GAP_BITS_MAX))


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Octets at the far antenna.

    Parameters
    ----------
    time_ns : int
        When the last of them arrives.
    """

    time_ns: int
    octets: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LegAccount:
    """The injector's own log: what one direction did."""

    sent_octets: int = 0
    delivered_octets: int = 0
    lost_octets: int = 0
    flipped_bit_count: int = 0
    hit_count: int = 0
    """Blocks with at least one flipped bit."""


class ChannelLeg:
    """One direction.

    Parameters
    ----------
    stream : Stream
        Random stream of the bit errors.
    """

    def __init__(self, stream: Stream) -> None:
        self._errors = BitErrorSource(stream)
        self._flying: deque[Arrival] = deque()
        self.account = LegAccount()

    @property
    def next_ns(self) -> int | None:
        """When the next octets arrive; None when none are on their way."""
        return self._flying[0].time_ns if self._flying else None

    def send(self, octets: bytes, *, time_ns: int, range_m: float, ratio: float) -> None:
        """Let octets leave at ``time_ns`` over a distance, with a bit error ratio."""
        changed, count = self._errors.apply(octets, ratio)
        account = self.account
        self.account = replace(
            account,
            sent_octets=account.sent_octets + len(octets),
            flipped_bit_count=account.flipped_bit_count + count,
            hit_count=account.hit_count + (count > 0),
        )
        arrival_ns = time_ns + round(range_m / SPEED_OF_LIGHT_M_PER_S * _NS_PER_S)
        self._flying.append(Arrival(time_ns=arrival_ns, octets=changed))

    def lose(self, octets: bytes) -> None:
        """Count octets that nobody can hear."""
        account = self.account
        self.account = replace(
            account,
            sent_octets=account.sent_octets + len(octets),
            lost_octets=account.lost_octets + len(octets),
        )

    def arrivals(self, time_ns: int) -> list[Arrival]:
        """Return what has arrived up to ``time_ns``, in order."""
        arrived = []
        while self._flying and self._flying[0].time_ns <= time_ns:
            arrived.append(self._flying.popleft())
        if arrived:
            delivered_octets = self.account.delivered_octets + sum(len(one.octets) for one in arrived)
            self.account = replace(self.account, delivered_octets=delivered_octets)
        return arrived
