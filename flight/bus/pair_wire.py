"""Frames over one pair of connected Unix sockets per process: length, u32 big-endian, and octets.

A round trip costs a fifth of one over ZeroMQ, whose threads add four switches of context to each; that
decides how fast simulated time can pass over many processes. The process inherits its end, so there is no
name in any folder that a stranger could connect to, and the end of either side is seen by the other at once.
"""

import contextlib
import select
import socket
import struct
from collections import deque
from typing import Final

from flight.bus.wire import Arrival, Way
from flight.dictionary.executive import BusReject

__all__ = ["PairEnd", "PairWire"]

_LENGTH = struct.Struct(">I")
_CHUNK_OCTETS = 65_536
_BUFFER_OCTETS = 1024 * 1024
_STUCK_S = 30
_TIMEVAL = struct.Struct("ll")


class _Line:
    """One socket and what has arrived of its next frame."""

    __slots__ = ("buffer", "has_more", "identity", "other", "socket", "timeout_ms")

    def __init__(self, identity: bytes, own: socket.socket, other: socket.socket) -> None:
        self.identity: Final = identity
        self.socket: Final = own
        self.other: Final = other
        self.buffer = b""
        self.has_more = False
        self.timeout_ms = 0


class PairWire:
    """The coordinator's side.

    Parameters
    ----------
    octets_max : int
        Longest frame; a process that announces a longer one is cut off.
    """

    def __init__(self, octets_max: int) -> None:
        self._octets_max: Final = octets_max
        self._lines: Final[dict[bytes, _Line]] = {}
        self._by_descriptor: Final[dict[int, _Line]] = {}
        self._poll: Final = select.poll()
        self._ready: Final[deque[int]] = deque()

    def open(self, identity: bytes) -> Way:
        """Make the pair of a process."""
        own, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        for end in (own, other):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_OCTETS)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _TIMEVAL.pack(_STUCK_S, 0))
        line = self._lines[identity] = _Line(identity, own, other)
        self._by_descriptor[own.fileno()] = line
        self._poll.register(own.fileno(), select.POLLIN)
        return Way(f"fd:{other.fileno()}", (other.fileno(),))

    def opened(self, identity: bytes) -> None:
        """Close the end that the process has now."""
        self._lines[identity].other.close()

    def send(self, identity: bytes, frame: bytes) -> bool:
        """Send a frame; return False when the process is gone."""
        line = self._lines.get(identity)
        if line is None:
            return False
        try:
            line.socket.sendall(_LENGTH.pack(len(frame)) + frame)
        except OSError:
            self.drop(identity)
            return False
        return True

    def receive(self, timeout_ms: int) -> Arrival | None:
        """Return what arrives next; None: a time without anything, part of a frame, or a process hung up."""
        while True:
            if not self._ready:
                if len(self._lines) == 1 and timeout_ms > 0:
                    return self._wait_for_the_only(timeout_ms)
                events = self._poll.poll(timeout_ms)
                if not events:
                    return None
                self._ready.extend(descriptor for descriptor, _ in events)
            line = self._by_descriptor.get(self._ready.popleft())
            if line is None:
                continue
            arrival = self._take(line) if line.has_more else self._read(line, socket.MSG_DONTWAIT)
            if arrival is not None:
                return arrival
            if line.identity not in self._lines:
                return None

    def _wait_for_the_only(self, timeout_ms: int) -> Arrival | None:
        """Wait in the read itself, which saves the poll."""
        (line,) = self._lines.values()
        if line.timeout_ms != timeout_ms:
            line.timeout_ms = timeout_ms
            seconds, rest_ms = divmod(timeout_ms, 1000)
            line.socket.setsockopt(
                socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIMEVAL.pack(seconds, 1000 * rest_ms)
            )
        return self._read(line, 0)

    def drop(self, identity: bytes) -> None:
        """Close the line of a process."""
        line = self._lines.pop(identity, None)
        if line is not None:
            self._poll.unregister(line.socket.fileno())
            del self._by_descriptor[line.socket.fileno()]
            line.socket.close()
            line.other.close()

    def close(self) -> None:
        """Close all lines."""
        for identity in list(self._lines):
            self.drop(identity)

    def _read(self, line: _Line, flags: int) -> Arrival | None:
        """Read what has arrived; return a frame when it is whole."""
        try:
            chunk = line.socket.recv(_CHUNK_OCTETS, flags)
        except BlockingIOError:
            return None
        except OSError:
            chunk = b""
        if not chunk:
            self.drop(line.identity)
            return None
        line.buffer = line.buffer + chunk if line.buffer else chunk
        return self._take(line)

    def _take(self, line: _Line) -> Arrival | None:
        """Return the first frame of the buffer when it is whole; another look is due when more is there."""
        octets = line.buffer
        line.has_more = False
        if len(octets) < _LENGTH.size:
            return None
        end = _LENGTH.size + _LENGTH.unpack_from(octets)[0]
        if end > self._octets_max:
            self.drop(line.identity)
            return Arrival(line.identity, BusReject.OVERSIZED)
        if len(octets) < end:
            return None
        line.buffer = octets[end:]
        if line.buffer:
            line.has_more = True
            self._ready.append(line.socket.fileno())
        return Arrival(line.identity, octets[_LENGTH.size : end])


class PairEnd:
    """A process's side.

    Parameters
    ----------
    descriptor : int
        File descriptor of the inherited end.
    """

    def __init__(self, descriptor: int) -> None:
        self._socket: Final = socket.socket(fileno=descriptor)
        self._buffer = b""

    def receive(self) -> bytes | None:
        """Wait for the next frame; None: the coordinator is gone."""
        octets = self._buffer
        while True:
            if octets and len(octets) >= _LENGTH.size:
                end = _LENGTH.size + _LENGTH.unpack_from(octets)[0]
                if len(octets) >= end:
                    self._buffer = octets[end:]
                    return octets[_LENGTH.size : end]
            try:
                chunk = self._socket.recv(_CHUNK_OCTETS)
            except OSError:
                return None
            if not chunk:
                return None
            octets = octets + chunk if octets else chunk

    def send(self, frame: bytes) -> None:
        """Send a frame; a coordinator that is gone is found by the next ``receive``."""
        with contextlib.suppress(OSError):
            self._socket.sendall(_LENGTH.pack(len(frame)) + frame)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
