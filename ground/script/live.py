"""Connect to a running loop: the port of live clients. The adapter that owns the client's socket."""

import os
import sys
from collections.abc import Callable

import zmq

from flight.dictionary.registry import DICTIONARY
from ground.script.api import Satellite
from ground.script.errors import LoopGoneError, RefusedError
from ground.script.loops import LoopEntry, find_loops, is_alive
from ground.script.procedure import current_port
from ground.script.requests import Answer, Hello, Overview, Refused, Request
from ground.script.wire import MESSAGE_OCTETS_MAX, decode_answer, encode

__all__ = ["LivePort", "connect", "find_loop"]

_POLL_MS = 500
_HELLO_TIMEOUT_MS = 10_000
_FRAMES = 2


class LivePort:
    """One client's socket.

    Parameters
    ----------
    loop : LoopEntry
        The loop to connect to.
    show : callable
        Where lines go.
    """

    def __init__(self, loop: LoopEntry, show: Callable[[str], None]) -> None:
        self._loop = loop
        self._show = show
        self._number = 0
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        self._socket.linger = 0
        self._socket.maxmsgsize = MESSAGE_OCTETS_MAX + 1024
        self._socket.connect(loop.address)

    def call(self, request: Request) -> Answer:
        """Return the answer, however long the ground takes, as long as the loop runs.

        Raises
        ------
        LoopGoneError
            When the loop's process has ended.
        """
        return self._exchange(request, None)

    def hello(self) -> Overview:
        """Introduce the client.

        Raises
        ------
        LoopGoneError
            When the loop does not answer in ten seconds.
        RefusedError
            When the ground does not let the client in.
        """
        name = f"{os.environ.get('USER', 'operator')}-{os.getpid()}"
        answer = self._exchange(Hello(client=name, dictionary_hash=DICTIONARY.hash), _HELLO_TIMEOUT_MS)
        if isinstance(answer, Refused):
            raise RefusedError(answer.reason, answer.text)
        if not isinstance(answer, Overview):
            raise LoopGoneError(f"answer to hello must be an overview, got {type(answer).__name__}")
        return answer

    def _exchange(self, request: Request, timeout_ms: int | None) -> Answer:
        self._number += 1
        number = self._number.to_bytes(8, "big")
        self._socket.send_multipart([number, encode(request)])
        waited_ms = 0
        while True:
            if self._socket.poll(_POLL_MS):
                frames = self._socket.recv_multipart()
                if len(frames) == _FRAMES and frames[0] == number:
                    return decode_answer(frames[1])
                continue
            waited_ms += _POLL_MS
            if not is_alive(self._loop) or (timeout_ms is not None and waited_ms >= timeout_ms):
                raise LoopGoneError(
                    f"loop must answer, got silence for {waited_ms / 1000:g} s ({self._loop.name})"
                )

    def show(self, line: str) -> None:
        """Let the operator see a line."""
        self._show(line)

    def close(self) -> None:
        """Close the socket; an unsent request is dropped."""
        self._socket.close()
        self._context.term()


def find_loop(satellite: int | None = None) -> LoopEntry:
    """Return the newest running loop, of one satellite if one is named.

    Raises
    ------
    LoopGoneError
        When none runs.
    """
    for entry in find_loops():
        if satellite is None or entry.satellite == satellite:
            return entry
    which = "" if satellite is None else f" of satellite {satellite}"
    raise LoopGoneError(
        f"a loop{which} must be running, got none: start one, for example scripts/sil --pace 1"
    )


def connect(satellite: int | None = None, *, show: Callable[[str], None] | None = None) -> Satellite:
    """Return the satellite of the run that a procedure is in, or else of a running loop, found untold.

    Parameters
    ----------
    satellite : int or None
        Spacecraft id; None takes the newest loop.
    show : callable or None
        Where the lines of the verbs go; None: to standard output.

    Raises
    ------
    LoopGoneError
        When no loop runs or the loop does not answer.

    Examples
    --------
    Against a running loop::

        with ground.connect() as sat:
            sat.cmd("POWER SetLoadTier tier=1").wait("completed")
            sat.wait_check("POWER PowerStatus load_tier == 1", 10)
    """
    port = current_port()
    if port is not None:
        return Satellite(port)
    live = LivePort(find_loop(satellite), show or _print_line)
    try:
        overview = live.hello()
    except BaseException:
        live.close()
        raise
    if overview.dictionary_hash != DICTIONARY.hash:
        live.show("WARNING: this client's dictionary differs from that of the ground")
    return Satellite(live)


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
