"""Verification reports of the satellite, in the words of a command's life."""

from flight.dictionary.application import CommandCode
from flight.dictionary.pus import PusReason, Verification, VerificationStage
from ground.command.stages import CommandStage
from ground.command.tracking import Report

__all__ = ["report_of"]

_S = CommandStage
_STAGES: dict[VerificationStage, CommandStage] = {
    VerificationStage.ACCEPTED: _S.ACCEPTED,
    VerificationStage.REJECTED: _S.ACCEPTED,
    VerificationStage.STARTED: _S.STARTED,
    VerificationStage.START_FAILED: _S.STARTED,
    VerificationStage.PROGRESS: _S.PROGRESS,
    VerificationStage.COMPLETED: _S.COMPLETED,
    VerificationStage.FAILED: _S.COMPLETED,
}
"""The stage that each report (PUS 1,1 to 1,8) is of; a failure is of the stage that was not reached."""

_CODES: dict[int, str] = {int(code): code.name.lower() for code in (*PusReason, *CommandCode)}
"""Names of the codes that the gateway and every application use; others are an application's own."""


def report_of(verification: Verification, onboard_ns: int) -> Report:
    """Return a verification packet as a report.

    Parameters
    ----------
    onboard_ns : int
        Time in the packet (TAI).
    """
    stage = verification.stage
    return Report(
        application=verification.application,
        sequence_count=verification.sequence,
        stage=_STAGES[stage],
        failed=stage.is_failure,
        detail=_detail(verification),
        onboard_ns=onboard_ns,
    )


def _detail(verification: Verification) -> str:
    if verification.stage is VerificationStage.PROGRESS:
        return f"step {verification.step}"
    if not verification.stage.is_failure:
        return ""
    return _CODES.get(verification.code, f"code {verification.code}")
