"""Starts and ends real processes: exec of this Python; nothing secret in arguments or environment."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

__all__ = ["RealChild", "RealProcessControl"]

_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Numerical libraries run on one thread, so that results do not depend on the number of cores."""


class RealChild:
    """One started process."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process: Final = process

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def exit_code(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End it at once and wait until it is gone."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def freeze(self) -> None:
        """Stop it without ending it."""
        self._process.send_signal(signal.SIGSTOP)

    def dump(self) -> None:
        """Ask for the stacks of its threads."""
        self._process.send_signal(signal.SIGUSR1)

    def wait(self, timeout_s: float) -> bool:
        """Wait for its end; return whether it came."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True


class RealProcessControl:
    """Starts processes of this Python.

    Parameters
    ----------
    log_dir : Path
        Folder for the standard error of each process.
    import_paths : sequence of str
        Further folders from which factories are imported.
    """

    def __init__(self, log_dir: Path, import_paths: Sequence[str] = ()) -> None:
        self._log_dir: Final = log_dir
        self._import_paths: Final = tuple(import_paths)

    def spawn(self, name: str, boot: bytes, descriptors: tuple[int, ...]) -> RealChild:
        """Start one process, with start information on standard input and inherited descriptors."""
        environment = {**os.environ, **dict.fromkeys(_ONE_THREAD, "1")}
        if self._import_paths:
            known = environment.get("PYTHONPATH", "")
            paths = [*self._import_paths, *filter(None, [known])]
            environment["PYTHONPATH"] = os.pathsep.join(paths)
        with (self._log_dir / f"{name}.err").open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "flight.bus.process"],
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
                env=environment,
                pass_fds=descriptors,
                start_new_session=True,
            )
        if process.stdin is not None:
            process.stdin.write(boot)
            process.stdin.close()
        return RealChild(process)
