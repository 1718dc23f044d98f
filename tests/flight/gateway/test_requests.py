import pytest

from flight.dictionary.application import CommandReport
from flight.dictionary.pus import AckFlags, VerificationStage
from flight.dictionary.types import App, Stage
from flight.gateway.requests import OPEN_COUNT_MAX, OpenRequest, RequestDesk

IDENTITY, REQUEST = 5 << 32 | 7, 0x1812C003


def desk_with(ack: AckFlags = AckFlags.ALL) -> RequestDesk:
    desk = RequestDesk()
    desk.open(IDENTITY, OpenRequest(request=REQUEST, application=App.COMPUTE, ack=ack))
    return desk


def tell(desk: RequestDesk, stage: Stage, *, code: int = 0, step: int = 0, identity: int = IDENTITY):
    found = desk.take(CommandReport(request=identity, stage=stage, code=code, step=step))
    return None if found is None else found[1]


@pytest.mark.requirement("GTW-003")
def test_a_whole_life_is_reported_stage_by_stage():
    desk = desk_with()
    stages = [Stage.ACCEPTED, Stage.STARTED, Stage.PROGRESS, Stage.COMPLETED]
    reports = [tell(desk, stage, step=3 if stage is Stage.PROGRESS else 0) for stage in stages]
    assert [report.stage for report in reports] == [
        VerificationStage.ACCEPTED,
        VerificationStage.STARTED,
        VerificationStage.PROGRESS,
        VerificationStage.COMPLETED,
    ]
    assert {report.request for report in reports} == {REQUEST}
    assert reports[2].step == 3
    assert tell(desk, Stage.COMPLETED) is None


@pytest.mark.parametrize(
    ("before", "stage", "expected"),
    [
        ([], Stage.REJECTED, VerificationStage.REJECTED),
        ([Stage.ACCEPTED], Stage.FAILED, VerificationStage.START_FAILED),
        ([Stage.ACCEPTED, Stage.STARTED], Stage.FAILED, VerificationStage.FAILED),
    ],
)
def test_a_failure_is_reported_with_its_code_whatever_the_flags(before, stage, expected):
    desk = desk_with(AckFlags.NONE)
    assert [tell(desk, one) for one in before] == [None] * len(before)
    report = tell(desk, stage, code=258)
    assert (report.stage, report.code) == (expected, 258)
    assert tell(desk, stage) is None


@pytest.mark.parametrize(
    ("stage", "flag"),
    [
        (Stage.ACCEPTED, AckFlags.ACCEPTANCE),
        (Stage.STARTED, AckFlags.START),
        (Stage.PROGRESS, AckFlags.PROGRESS),
        (Stage.COMPLETED, AckFlags.COMPLETION),
    ],
)
def test_success_is_reported_only_when_its_flag_asks_for_it(stage, flag):
    assert tell(desk_with(flag), stage) is not None
    assert tell(desk_with(AckFlags.ALL & ~flag), stage) is None


def test_reports_on_commands_that_did_not_come_by_link_are_left_alone():
    assert desk_with().take(CommandReport(request=1, stage=Stage.ACCEPTED, code=0, step=0)) is None


def test_the_oldest_request_is_forgotten_at_the_bound_and_counted():
    desk = desk_with()
    for number in range(OPEN_COUNT_MAX):
        desk.open(number, OpenRequest(request=number, application=App.POWER, ack=AckFlags.ALL))
    assert desk.forgotten_count == 1
    assert tell(desk, Stage.ACCEPTED) is None


def test_a_snapshot_keeps_what_is_open():
    desk, again = desk_with(AckFlags.COMPLETION), RequestDesk()
    tell(desk, Stage.STARTED)
    again.restore(desk.snapshot())
    assert tell(again, Stage.FAILED, code=1).stage is VerificationStage.FAILED
    assert again.snapshot() == (0, ())
