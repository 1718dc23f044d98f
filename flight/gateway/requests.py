"""Which telecommand packet an onboard report belongs to. Pure."""

from dataclasses import dataclass

from flight.dictionary.application import CommandReport
from flight.dictionary.pus import AckFlags, Verification, VerificationStage
from flight.dictionary.types import App, Stage

__all__ = ["OPEN_COUNT_MAX", "OpenRequest", "RequestDesk"]

OPEN_COUNT_MAX = 256
"""Telecommands that may be open at the same time; one more closes the oldest, whose reports then get lost."""

_STAGES = {
    Stage.ACCEPTED: (VerificationStage.ACCEPTED, AckFlags.ACCEPTANCE),
    Stage.REJECTED: (VerificationStage.REJECTED, AckFlags.NONE),
    Stage.STARTED: (VerificationStage.STARTED, AckFlags.START),
    Stage.PROGRESS: (VerificationStage.PROGRESS, AckFlags.PROGRESS),
    Stage.COMPLETED: (VerificationStage.COMPLETED, AckFlags.COMPLETION),
    Stage.FAILED: (VerificationStage.FAILED, AckFlags.NONE),
}
"""The report of each stage, and the flag that a success needs in the telecommand (PUS clause 6.1.2)."""

_LAST = (Stage.REJECTED, Stage.COMPLETED, Stage.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRequest:
    """A telecommand whose command is on the bus.

    Parameters
    ----------
    request : int
        First four octets of the packet.
    application : App
        Who executes it and in whose name the reports go down.
    ack : AckFlags
        Reports of success that the packet asked for.
    asks_alive : bool
        It is a no-operation: its completion is answered with 17,2 too.
    started : bool
        Its start was reported.
    """

    request: int
    application: App
    ack: AckFlags
    asks_alive: bool = False
    started: bool = False


class RequestDesk:
    """Open telecommands by the identity of their command on the bus."""

    def __init__(self) -> None:
        self._open: dict[int, OpenRequest] = {}
        self.forgotten_count = 0

    def open(self, identity: int, request: OpenRequest) -> None:
        """Remember a telecommand that was published as a command."""
        while len(self._open) >= OPEN_COUNT_MAX:
            del self._open[next(iter(self._open))]
            self.forgotten_count += 1
        self._open[identity] = request

    def take(self, report: CommandReport) -> tuple[OpenRequest, Verification | None] | None:
        """Return whose report this is and what to send down; None for a command that did not come by link.

        The report is None when the packet did not ask for it. A failure without a start is a failed start.
        """
        found = self._open.get(report.request)
        if found is None:
            return None
        stage, flag = _STAGES[report.stage]
        if stage is VerificationStage.FAILED and not found.started:
            stage = VerificationStage.START_FAILED
        if report.stage in _LAST:
            del self._open[report.request]
        elif report.stage is Stage.STARTED:
            self._open[report.request] = OpenRequest(
                request=found.request,
                application=found.application,
                ack=found.ack,
                asks_alive=found.asks_alive,
                started=True,
            )
        if flag & found.ack != flag:
            return found, None
        return found, Verification(request=found.request, stage=stage, step=report.step, code=report.code)

    def snapshot(self) -> tuple[object, ...]:
        """Return the open telecommands."""
        rows = tuple(
            (identity, o.request, int(o.application), int(o.ack), o.asks_alive, o.started)
            for identity, o in self._open.items()
        )
        return (self.forgotten_count, rows)

    def restore(self, state: tuple[object, ...]) -> None:
        """Take the open telecommands of a snapshot."""
        count, rows = state
        self.forgotten_count = int(count)  # type: ignore[call-overload]
        self._open = {
            identity: OpenRequest(
                request=request, application=App(app), ack=AckFlags(ack), asks_alive=alive, started=started
            )
            for identity, request, app, ack, alive, started in rows  # type: ignore[attr-defined]
        }
