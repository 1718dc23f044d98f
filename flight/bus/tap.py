"""The tap: a PUB socket with a copy of everything that was routed, for live displays only.

It may lose messages, and nothing on board depends on it; a reader counts the gaps. A message on the tap is
one frame, as it was routed; the first four octets (version, flags, message id) serve as the subscription
prefix, so that ZeroMQ filters in the publisher.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import zmq

from flight.bus.envelope import HEADER_OCTETS, VERSION, Header, parse_header
from flight.bus.router_wire import ENDPOINT_MAX

__all__ = ["TAP_NAME", "Tap", "TapReader"]

TAP_NAME = "tap"
SEND_DEPTH = 4096
"""Messages that wait for one slow reader before its copies are lost."""


class Tap:
    """Publishes what was routed.

    Parameters
    ----------
    run_dir : Path
        Folder of the run; the socket is ``tap`` in it.
    """

    def __init__(self, run_dir: Path) -> None:
        path = str(run_dir / TAP_NAME)
        if len(path) >= ENDPOINT_MAX:
            raise ValueError(f"socket path must be < {ENDPOINT_MAX} characters, got {len(path)} ({path})")
        self._path: Final = run_dir / TAP_NAME
        self._context: Final = zmq.Context()
        self._socket: Final = self._context.socket(zmq.PUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.SNDHWM, SEND_DEPTH)
        self._socket.bind(f"ipc://{path}")

    def put(self, tick: int, routed: Sequence[bytes]) -> None:  # noqa: ARG002 - the tick is in each header
        """Send every message of a tick; what a slow reader cannot take is lost to it."""
        for octets in routed:
            self._socket.send(octets)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
        self._context.term()
        self._path.unlink(missing_ok=True)


class TapReader:
    """Reads a tap.

    Parameters
    ----------
    run_dir : Path
        Folder of the run.
    message_ids : sequence of int
        What to read; none: everything, with gaps counted.
    """

    def __init__(self, run_dir: Path, message_ids: Sequence[int] = ()) -> None:
        self.gap_count = 0
        self._counts_gaps: Final = not message_ids
        self._last: Final[dict[int, int]] = {}
        self._context: Final = zmq.Context()
        self._socket: Final = self._context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RCVHWM, SEND_DEPTH)
        prefixes = [bytes((VERSION, 0)) + message_id.to_bytes(2) for message_id in message_ids] or [b""]
        for prefix in prefixes:
            self._socket.setsockopt(zmq.SUBSCRIBE, prefix)
        self._socket.connect(f"ipc://{run_dir / TAP_NAME}")

    def read(self, timeout_ms: int) -> tuple[Header, bytes] | None:
        """Return header and body of the next message, or None after a time without any."""
        if not self._socket.poll(timeout_ms):
            return None
        octets = self._socket.recv()
        header = parse_header(octets)
        if self._counts_gaps:
            last = self._last.get(header.source)
            if last is not None:
                self.gap_count += header.sequence - last - 1 & 0xFFFFFFFF
            self._last[header.source] = header.sequence
        return header, octets[HEADER_OCTETS:]

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()
        self._context.term()
