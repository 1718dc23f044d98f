"""Run an operator's procedure inside the tick: one thread, and only one of node and procedure runs at a time.

The node resumes the procedure and waits until it asks the next thing that needs time; so every call returns
in a tick that the simulation defines, however fast the machine is. This file is the adapter that owns the
thread.
"""

import runpy
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from ground.script.api import Satellite
from ground.script.errors import ProcedureStopped, ScriptError
from ground.script.requests import Answer, Request

__all__ = ["STOPPED", "Procedure", "current_port", "load_procedure"]

STOPPED = "procedure must end before the run does, got stopped in an open call"
"""Error of a procedure that the end of the run stopped."""

_SILENCE_MAX_S = 30.0
"""Wall-clock time a procedure may compute between two calls before it is given up as stalled."""

_CURRENT: ContextVar["_HandOverPort"] = ContextVar("procedure_port")


def current_port() -> "_HandOverPort | None":
    """Return the port of the procedure that runs in this thread, None outside of one."""
    return _CURRENT.get(None)


def load_procedure(path: Path) -> Callable[[Satellite], None]:
    """Return a function that runs a script file: its ``run(sat)``, or else all of it from top to bottom.

    The file's name is ``procedure`` while it runs, so that an ``if __name__ == "__main__"`` part, by which
    the same file runs against a live loop, is left out.
    """

    def run(satellite: Satellite) -> None:
        names = runpy.run_path(str(path), run_name="procedure")
        body = names.get("run")
        if callable(body):
            body(satellite)

    return run


class _HandOverPort:
    """Port of a procedure: hands a request over and sleeps until it is answered."""

    def __init__(self) -> None:
        self.requests: SimpleQueue[Request | None] = SimpleQueue()
        self.answers: SimpleQueue[Answer | None] = SimpleQueue()
        self.stopped = False

    def call(self, request: Request) -> Answer:
        if self.stopped:
            raise ProcedureStopped
        self.requests.put(request)
        answer = self.answers.get()
        if answer is None:
            self.stopped = True
            raise ProcedureStopped
        return answer

    def show(self, line: str) -> None:
        """Show nothing: the line is kept by the request that follows."""

    def close(self) -> None:
        """Keep the port: the procedure may connect again."""


class Procedure:
    """A procedure in its thread.

    Parameters
    ----------
    name : str
        Name for the archive.
    run : callable
        What it does with a :class:`~ground.script.api.Satellite`.
    """

    def __init__(self, name: str, run: Callable[[Satellite], None]) -> None:
        self.name = name
        self.error = ""
        self.passed = False
        self._run = run
        self._port = _HandOverPort()
        self._thread = Thread(target=self._main, name=f"procedure {name}", daemon=True)
        self._started = False

    def resume(self, answer: Answer | None) -> Request | None:
        """Give the procedure an answer (None to start it); return what it asks next, None when it has ended.

        A procedure that neither asks nor ends for 30 s of wall-clock time is given up with an error.
        """
        if not self._started:
            self._started = True
            self._thread.start()
        elif answer is not None:
            self._port.answers.put(answer)
        try:
            return self._port.requests.get(timeout=_SILENCE_MAX_S)
        except Empty:
            self._port.stopped = True
            self.error = f"procedure must ask or end within {_SILENCE_MAX_S:g} s, got silence ({self.name})"
            return None

    def stop(self) -> None:
        """End the procedure in its open call and wait for its thread."""
        if not self._started:
            return
        self._port.stopped = True
        self._port.answers.put(None)
        self._thread.join(timeout=_SILENCE_MAX_S)

    def _main(self) -> None:
        _CURRENT.set(self._port)
        try:
            self._run(Satellite(self._port))
            self.passed = not self._port.stopped
        except ProcedureStopped:
            self.error = STOPPED
        except SystemExit as end:
            self.passed = end.code in (None, 0)
            self.error = "" if self.passed else f"exit code must be 0, got {end.code}"
        except BaseException as error:  # whatever a script raises ends the script alone
            self.error = _describe(error)
        finally:
            self._port.requests.put(None)


def _describe(error: BaseException) -> str:
    """Return what went wrong and on which line of the script."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not _is_ours(frame.filename)]
    where = f" ({Path(frames[-1].filename).name} line {frames[-1].lineno})" if frames else ""
    kind = "" if isinstance(error, ScriptError) else f"{type(error).__name__}: "
    return f"{kind}{error}{where}"


def _is_ours(filename: str) -> bool:
    return "runpy" in filename or Path(filename).parent == Path(__file__).parent
