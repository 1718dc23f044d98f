"""Frames over ZeroMQ: one ROUTER at the coordinator, one DEALER per process, over ipc."""

import contextlib
import os
from pathlib import Path
from typing import Final

import zmq

from flight.bus.wire import Arrival, Way
from flight.dictionary.executive import BusReject

__all__ = ["ENDPOINT_MAX", "DealerEnd", "RouterWire"]

ENDPOINT_MAX = 100
"""Characters of an ipc path that every system allows (sun_path of AF_UNIX holds 108 octets)."""

LINGER_MS = 200
PARENT_CHECK_MS = 1000


class RouterWire:
    """The coordinator's side.

    Parameters
    ----------
    run_dir : Path
        Folder of mode 0700; the socket is ``bus`` in it.
    octets_max : int
        Longest frame; a connection that carries a longer one is dropped by ZeroMQ.

    Raises
    ------
    ValueError
        When the path is too long.
    """

    def __init__(self, run_dir: Path, octets_max: int) -> None:
        self._path: Final = run_dir / "bus"
        length = len(str(self._path))
        if length >= ENDPOINT_MAX:
            raise ValueError(f"socket path must be < {ENDPOINT_MAX} characters, got {length} ({self._path})")
        self._context: Final = zmq.Context()
        self._socket: Final = self._context.socket(zmq.ROUTER)
        self._socket.setsockopt(zmq.LINGER, LINGER_MS)
        self._socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self._socket.setsockopt(zmq.MAXMSGSIZE, octets_max)
        self._socket.bind(f"ipc://{self._path}")
        self._timeout_ms = -1

    def open(self, identity: bytes) -> Way:  # noqa: ARG002 - one address serves all
        """Return the one address of all processes."""
        return Way(f"ipc://{self._path}", ())

    def opened(self, identity: bytes) -> None:
        """Nothing is to be done: the process will connect."""

    def send(self, identity: bytes, frame: bytes) -> bool:
        """Send a frame; return False when the process is gone."""
        try:
            self._socket.send(identity, zmq.SNDMORE)
            self._socket.send(frame)
        except zmq.ZMQError as error:
            if error.errno == zmq.EHOSTUNREACH:
                return False
            raise
        return True

    def receive(self, timeout_ms: int) -> Arrival | None:
        """Return what arrives next, or None after a time without anything."""
        if timeout_ms != self._timeout_ms:
            self._socket.setsockopt(zmq.RCVTIMEO, timeout_ms)
            self._timeout_ms = timeout_ms
        try:
            identity = self._socket.recv()
        except zmq.Again:
            return None
        frame = self._socket.recv()
        if not self._socket.getsockopt(zmq.RCVMORE):
            return Arrival(identity, frame)
        while self._socket.getsockopt(zmq.RCVMORE):
            self._socket.recv()
        return Arrival(identity, BusReject.MALFORMED)

    def drop(self, identity: bytes) -> None:
        """Nothing is to be done: ZeroMQ sees the end of the connection."""

    def close(self) -> None:
        """Close the socket and remove its file."""
        self._socket.close()
        self._context.term()
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()


class DealerEnd:
    """A process's side.

    Parameters
    ----------
    endpoint : str
        Address of the coordinator.
    identity : bytes
        Own address.
    parent : int
        Process id of the parent; when it changes, the coordinator is gone.
    """

    def __init__(self, endpoint: str, identity: bytes, parent: int) -> None:
        self._parent: Final = parent
        self._context: Final = zmq.Context()
        self._socket: Final = self._context.socket(zmq.DEALER)
        self._socket.setsockopt(zmq.IDENTITY, identity)
        self._socket.setsockopt(zmq.LINGER, LINGER_MS)
        self._socket.setsockopt(zmq.RCVTIMEO, PARENT_CHECK_MS)
        self._socket.connect(endpoint)

    def receive(self) -> bytes | None:
        """Wait for the next frame; None: the coordinator is gone."""
        while True:
            try:
                return self._socket.recv()
            except zmq.Again:
                if os.getppid() != self._parent:
                    return None

    def send(self, frame: bytes) -> None:
        """Send a frame."""
        self._socket.send(frame)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
        self._context.term()
