"""What carries frames between the coordinator and its processes: two ways, one shape.

``RouterWire`` is ZeroMQ, one ROUTER and one DEALER per process; ``PairWire`` is one pair of connected Unix
sockets per process. Frames, star and rules are the same over both.
"""

from typing import NamedTuple, Protocol

from flight.dictionary.executive import BusReject

__all__ = ["Arrival", "ProcessEnd", "Way", "Wire"]


class Arrival(NamedTuple):
    """A frame and the address it came from, or why there is no good frame."""

    identity: bytes
    frame: bytes | BusReject


class Way(NamedTuple):
    """How a process reaches the coordinator.

    Parameters
    ----------
    endpoint : str
        For its start information.
    descriptors : tuple of int
        File descriptors that it inherits.
    """

    endpoint: str
    descriptors: tuple[int, ...]


class Wire(Protocol):
    """The coordinator's side."""

    def open(self, identity: bytes) -> Way:
        """Prepare for a process that is about to be started under an address."""

    def opened(self, identity: bytes) -> None:
        """Take note that the process has been started."""

    def send(self, identity: bytes, frame: bytes) -> bool:
        """Send a frame; return False when the process is gone."""

    def receive(self, timeout_ms: int) -> Arrival | None:
        """Return what arrives next, or None after a time without anything, or when a process has hung up."""

    def drop(self, identity: bytes) -> None:
        """Forget an address."""

    def close(self) -> None:
        """Release everything."""


class ProcessEnd(Protocol):
    """A process's side."""

    def receive(self) -> bytes | None:
        """Wait for the next frame; None: the coordinator is gone."""

    def send(self, frame: bytes) -> None:
        """Send a frame."""

    def close(self) -> None:
        """Release everything."""
