"""Verification packets in the words of a command's life."""

import pytest

from flight.dictionary.application import CommandCode
from flight.dictionary.pus import PusReason, Verification, VerificationStage
from ground.command.reports import report_of

REQUEST = 0x1810_C005
"""Telecommand packet to application 16, unsegmented, count 5 (CCSDS 133.0-B-2 clause 4.1.3)."""


@pytest.mark.parametrize(
    ("subtype", "stage", "failed"),
    [
        (1, "accepted", False),
        (2, "accepted", True),
        (3, "started", False),
        (4, "started", True),
        (5, "progress", False),
        (7, "completed", False),
        (8, "completed", True),
    ],
)
def test_subtypes_of_service_1_are_stages(subtype: int, stage: str, failed: bool) -> None:
    report = report_of(Verification(request=REQUEST, stage=VerificationStage(subtype), code=300), 77)
    assert (report.application, report.sequence_count, report.onboard_ns) == (16, 5, 77)
    assert (report.stage, report.failed) == (stage, failed)


def test_every_subtype_is_known() -> None:
    for stage in VerificationStage:
        report_of(Verification(request=REQUEST, stage=stage), 0)


@pytest.mark.parametrize(
    ("stage", "step", "code", "detail"),
    [
        (VerificationStage.PROGRESS, 3, 0, "step 3"),
        (VerificationStage.REJECTED, 0, PusReason.NOT_ARMED, "not_armed"),
        (VerificationStage.REJECTED, 0, CommandCode.BUSY, "busy"),
        (VerificationStage.FAILED, 0, 300, "code 300"),
        (VerificationStage.COMPLETED, 0, 0, ""),
    ],
)
def test_detail_is_the_step_or_the_named_code(
    stage: VerificationStage, step: int, code: int, detail: str
) -> None:
    assert report_of(Verification(request=REQUEST, stage=stage, step=step, code=code), 0).detail == detail
