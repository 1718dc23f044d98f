"""What a run takes from the machine: time, a private folder, a secret, the interrupt key."""

import gc
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

__all__ = [
    "StopWatch",
    "interruptible",
    "new_token",
    "private_folder",
    "quiet_memory",
    "wall_clock_ns",
    "wall_clock_s",
]


class StopWatch:
    """Wall and processor time of this process since it was made."""

    def __init__(self) -> None:
        self._wall_s = time.monotonic()
        self._cpu_s = time.process_time()

    @property
    def wall_s(self) -> float:
        """Wall time in seconds."""
        return time.monotonic() - self._wall_s

    @property
    def cpu_s(self) -> float:
        """Processor time in seconds."""
        return time.process_time() - self._cpu_s


def wall_clock_ns() -> int:
    """Return wall time in nanoseconds, to account for; no message ever depends on it."""
    return time.perf_counter_ns()


def wall_clock_s() -> float:
    """Return wall time in seconds, for progress."""
    return time.monotonic()


def new_token() -> bytes:
    """Return the secret of one boot."""
    return secrets.token_bytes(32)


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a folder of mode 0700 with a short path (sockets live in it), and remove it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="dawndusk-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def interruptible(stop: Callable[[], None]) -> Iterator[list[str]]:
    """Let Ctrl-C and SIGTERM end the run in order; yields a list that names what came."""
    came: list[str] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        came.append(signal.Signals(number).name)
        stop()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def quiet_memory() -> Iterator[None]:
    """Keep what exists out of the garbage collector: it would walk all of it again and again."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
