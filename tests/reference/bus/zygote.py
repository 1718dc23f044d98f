"""Processes by fork from one that has everything imported: for tests that need hundreds of them.

The product starts processes by exec only, and tests of that do so too. A fork costs 5 ms instead of 0.4 s of
imports; it is safe here because the forking process has one thread and has never made a ZeroMQ context.
"""

import contextlib
import io
import os
import select
import signal
import socket
import subprocess
import sys
from importlib import import_module
from types import TracebackType
from typing import Self


class ForkedChild:
    """One forked process, watched through its process file descriptor."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._pidfd = os.pidfd_open(pid)
        self._killed = False

    @property
    def pid(self) -> int:
        """Process id."""
        return self._pid

    def exit_code(self) -> int | None:
        """Return -9 after a kill, 0 after any other end, None while it runs."""
        if not self.wait(0.0):
            return None
        return -9 if self._killed else 0

    def kill(self) -> None:
        """End it at once and wait until it is gone."""
        if not self.wait(0.0):
            self._killed = True
            self._signal(signal.SIGKILL)
            self.wait(10.0)

    def freeze(self) -> None:
        """Stop it without ending it."""
        self._signal(signal.SIGSTOP)

    def dump(self) -> None:
        """Ask for the stacks of its threads."""
        self._signal(signal.SIGUSR1)

    def wait(self, timeout_s: float) -> bool:
        """Wait for its end; return whether it came."""
        return bool(select.select([self._pidfd], [], [], timeout_s)[0])

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, number)


class Zygote:
    """Starts processes by fork.

    Parameters
    ----------
    import_paths : str
        Where factories are imported from.
    """

    def __init__(self, import_paths: str) -> None:
        here, there = socket.socketpair()
        environment = {**os.environ, "PYTHONPATH": import_paths, "PYTHONHASHSEED": "0"}
        self._socket = here
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "reference.bus.zygote", str(there.fileno())],
                pass_fds=[there.fileno()],
                env=environment,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()
        self._process.wait(10.0)

    def spawn(self, name: str, boot: bytes, descriptors: tuple[int, ...]) -> ForkedChild:
        """Start one process (the bus's ``ProcessControl``)."""
        assert name
        head = len(boot).to_bytes(4) + bytes([len(descriptors)])
        head += b"".join(one.to_bytes(4) for one in descriptors)
        socket.send_fds(self._socket, [head], descriptors)
        self._socket.sendall(boot)
        return ForkedChild(int.from_bytes(self._socket.recv(4, socket.MSG_WAITALL)))


def serve(connection: socket.socket) -> None:
    """Fork one process for each request, until the other side is gone."""
    while True:
        head, received, _, _ = socket.recv_fds(connection, 5, 4, socket.MSG_WAITALL)
        if not head:
            return
        wanted = [int.from_bytes(connection.recv(4, socket.MSG_WAITALL)) for _ in range(head[4])]
        boot = connection.recv(int.from_bytes(head[:4]), socket.MSG_WAITALL)
        pid = os.fork()
        if pid == 0:
            connection.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for have, want in zip(received, wanted, strict=True):
                if have != want:
                    os.dup2(have, want)
                    os.close(have)
            _run(boot)
        for descriptor in received:
            os.close(descriptor)
        connection.sendall(pid.to_bytes(4))


def _run(boot: bytes) -> None:
    sys.stdin = io.TextIOWrapper(io.BytesIO(boot))
    try:
        import_module("flight.bus.process").main()
    finally:
        os._exit(0)


if __name__ == "__main__":
    for module in ("flight.bus.process", "reference.bus.mixed"):
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    serve(socket.socket(fileno=int(sys.argv[1])))
