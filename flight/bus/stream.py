"""Random streams that depend only on a seed, an owner, a name and a count of draws.

The generator is SplitMix64 used as a counter-based generator (Steele, Lea, Flood: Fast splittable pseudorandom number
generators, OOPSLA 2014): draw ``n`` is a hash of ``key + n * golden ratio``, so a stream is restored by one integer.
"""

import hashlib
import math

__all__ = ["Stream", "stream_key"]

_MASK = 0xFFFFFFFFFFFFFFFF
_GOLDEN = 0x9E3779B97F4A7C15
_UNIT = 2.0**-53


def stream_key(seed: int, owner: int, name: str) -> int:
    """Return the 64-bit key of a stream: equal inputs give equal streams on every machine."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{owner}/{name}".encode()).digest()[:8])


class Stream:
    """One random stream.

    Parameters
    ----------
    key : int
        64-bit key, see ``stream_key``.
    count : int
        Number of draws already made.
    """

    __slots__ = ("_key", "count")

    def __init__(self, key: int, count: int = 0) -> None:
        self._key = key
        self.count = count

    def next_u64(self) -> int:
        """Return the next 64 random bits."""
        self.count += 1
        z = (self._key + self.count * _GOLDEN) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number in [low, high)."""
        return low + (high - low) * ((self.next_u64() >> 11) * _UNIT)

    def integer(self, low: int, high: int) -> int:
        """Return a whole number in [low, high], both included; the bias is below (high - low) / 2**64."""
        return low + (self.next_u64() * (high - low + 1) >> 64)

    def normal(self, mean: float = 0.0, sigma: float = 1.0) -> float:
        """Return a normal deviate (Box and Muller, 1958); uses two draws."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self.uniform()))
        return mean + sigma * radius * math.cos(2.0 * math.pi * self.uniform())

    def exponential(self, mean: float) -> float:
        """Return an exponential deviate of this mean."""
        return -mean * math.log(1.0 - self.uniform())
