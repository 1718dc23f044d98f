"""The door for live clients: a ROUTER that is looked at once a step and never waited for."""

import zmq

from ground.script.loops import LoopEntry, register_loop, unregister_loop
from ground.script.wire import MESSAGE_OCTETS_MAX
from ground.server.visitors import Mail

__all__ = ["ClientDoor"]

_PER_STEP_MAX = 256
_FRAMES = 3
_NUMBER_OCTETS_MAX = 16
_QUEUED_MAX = 1000


class ClientDoor:
    """Bind a door and enter it in the runtime folder, so that clients find it untold.

    Parameters
    ----------
    satellite : int
        Spacecraft id.
    name : str
        What is run.
    """

    def __init__(self, *, satellite: int, name: str) -> None:
        self.entry: LoopEntry = register_loop(satellite=satellite, name=name)
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.linger = 0
        self._socket.maxmsgsize = MESSAGE_OCTETS_MAX + 1024
        self._socket.rcvhwm = _QUEUED_MAX
        self._socket.sndhwm = _QUEUED_MAX
        self._socket.setsockopt(zmq.ROUTER_MANDATORY, 1)
        self._socket.bind(self.entry.address)
        self.malformed_count = 0

    def receive(self) -> list[Mail]:
        """Return what came since the last call, at most 256 requests."""
        made: list[Mail] = []
        while len(made) < _PER_STEP_MAX and int(self._socket.getsockopt(zmq.EVENTS)) & zmq.POLLIN:
            frames = self._socket.recv_multipart()
            if len(frames) != _FRAMES or not 1 <= len(frames[1]) <= _NUMBER_OCTETS_MAX:
                self.malformed_count += 1
                continue
            made.append((frames[0], frames[1], frames[2]))
        return made

    def send(self, mail: Mail) -> bool:
        """Send an answer; False when the client is gone or does not take its answers."""
        try:
            self._socket.send_multipart(list(mail), flags=zmq.DONTWAIT)
        except zmq.ZMQError:
            return False
        return True

    def close(self) -> None:
        """Close the door and take it off the list."""
        unregister_loop(self.entry)
        self._socket.close()
        self._context.term()
