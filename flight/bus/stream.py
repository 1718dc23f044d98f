"""Random streams that depend only on a seed, an owner, a name and a count of draws.

The generator is SplitMix64 used as a counter-based generator (Steele, Lea, Flood: Fast splittable
pseudorandom number generators, OOPSLA 2014): draw ``n`` is a hash of ``key + n * golden ratio``, so one
integer restores a stream.
"""

import hashlib
import math

__all__ = ["Stream", "Streams", "stream_key"]

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


class Streams:
    """All random streams of one owner.

    Parameters
    ----------
    seed : int
        Seed of the run.
    owner : int
        Application id.
    """

    __slots__ = ("_owner", "_seed", "_streams")

    def __init__(self, seed: int, owner: int) -> None:
        self._seed = seed
        self._owner = owner
        self._streams: dict[str, Stream] = {}

    def get(self, name: str) -> Stream:
        """Return the stream of a name, made at its first use."""
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = Stream(stream_key(self._seed, self._owner, name))
        return stream

    def snapshot(self) -> tuple[tuple[str, int], ...]:
        """Return name and count of each stream, sorted by name."""
        return tuple([(name, self._streams[name].count) for name in sorted(self._streams)])

    def restore(self, counts: tuple[tuple[str, int], ...]) -> None:
        """Set streams to the counts of a snapshot."""
        for name, count in counts:
            self.get(name).count = count
