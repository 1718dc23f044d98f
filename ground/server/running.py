"""Drive the operator procedure: give it answers, take its next request, until it has to wait."""

from collections import deque
from typing import Protocol

from ground.script.requests import Answer, Request, Say
from ground.server.operator import Operator
from ground.server.session import Session
from ground.server.summary import ProcedureSummary
from ground.server.waits import Wait

__all__ = ["ProcedureRun", "Resumable"]

_CALLS_PER_STEP_MAX = 10_000
_LINES_KEPT = 2_000


class Resumable(Protocol):
    """A procedure that is resumed with an answer and stops at its next request."""

    name: str
    error: str
    passed: bool

    def resume(self, answer: Answer | None) -> Request | None:
        """Return the next request, None when the procedure has ended."""

    def stop(self) -> None:
        """End the procedure where it is."""


class ProcedureRun:
    """One procedure in the steps of a node.

    Parameters
    ----------
    procedure : Resumable or None
        None: there is nothing to run.
    operator : Operator
        Who answers it.
    refusal : str
        Why it must not run; it counts as failed then.
    """

    def __init__(self, procedure: Resumable | None, operator: Operator, *, refusal: str = "") -> None:
        self._procedure = procedure
        self._operator = operator
        self._session: Session | None = None
        self._wait: Wait | None = None
        self._ended = procedure is None or bool(refusal)
        self._failure = refusal
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)

    @property
    def name(self) -> str:
        """Name of the procedure while it may run, else empty."""
        return "" if self._procedure is None or self._ended else self._procedure.name

    @property
    def deadline_ns(self) -> int | None:
        """When the wait it is in runs out."""
        return None if self._wait is None else self._wait.window.end_ns

    def step(self, now_ns: int) -> None:
        """Resume the procedure if it can be, as often as it can be in this step.

        A procedure that asks more than ten thousand times without letting time pass is ended as failed.
        """
        if self._procedure is None or self._ended:
            return
        answer: Answer | None = None
        if self._session is None:
            self._session = self._operator.open_session("procedure")
        elif self._wait is not None:
            answer = self._poll(now_ns)
            if answer is None:
                return
        for _ in range(_CALLS_PER_STEP_MAX):
            request = self._procedure.resume(answer)
            if request is None:
                self._ended = True
                return
            answer = self._answer(self._session, request, now_ns)
            if answer is None:
                return
        self._failure = f"procedure must let time pass, got {_CALLS_PER_STEP_MAX} calls in one tick"
        self.stop()

    def _answer(self, session: Session, request: Request, now_ns: int) -> Answer | None:
        """Return the answer to a request, None when it has to wait."""
        if isinstance(request, Say):
            self._lines.append(request.text)
        made = self._operator.handle(session, request, now_ns)
        if isinstance(made, Answer):
            return made
        self._wait = made
        return self._poll(now_ns)

    def _poll(self, now_ns: int) -> Answer | None:
        if self._wait is None:
            return None
        answer = self._wait.poll(now_ns)
        if answer is not None:
            self._wait.end()
            self._wait = None
        return answer

    def stop(self) -> None:
        """End the procedure where it is."""
        if self._procedure is not None and not self._ended:
            self._procedure.stop()
            self._ended = True
        if self._wait is not None:
            self._wait.end()
            self._wait = None

    def summary(self) -> ProcedureSummary:
        """Return how it went."""
        if self._procedure is None:
            return ProcedureSummary(name="", outcome="none", error="", lines=())
        passed = self._procedure.passed and not self._failure
        outcome = "running" if not self._ended else "passed" if passed else "failed"
        error = self._failure or self._procedure.error
        return ProcedureSummary(
            name=self._procedure.name, outcome=outcome, error=error, lines=tuple(self._lines)
        )
