"""After a crash of the ground nothing is sent twice, nothing harmless forgotten, nothing hazardous leaves."""

import pytest

from flight.dictionary.types import App
from ground.archive.records import CommandRow, OpenCommand, StageRow
from ground.command.build import BuiltCommand, build_command
from ground.command.resume import resume_commands
from ground.command.stages import CommandStage
from ground.command.tracking import Report

S_NS = 1_000_000_000
GROUND_STAGES = ["submitted", "authorised", "queued", "released", "framed", "radiated"]


def left_at(
    stage: str, *, command: BuiltCommand | None = None, command_type: int | None = None
) -> OpenCommand:
    """Return a command whose run ended after a stage."""
    built = command or build_command("POWER", "SetLoadTier", [("tier", 1)])
    row = CommandRow(
        command_id=1,
        submitted_ns=0,
        expires_ns=300 * S_NS,
        origin="test",
        application=int(built.app),
        command_type=command_type or built.command.SPEC.id,
        name=type(built.command).__name__,
        arguments=built.arguments,
        hazardous=built.hazardous,
        body=built.body,
    )
    reached = (
        GROUND_STAGES[: GROUND_STAGES.index(stage) + 1] if stage in GROUND_STAGES else [*GROUND_STAGES, stage]
    )
    stages = tuple(
        StageRow(
            command_id=1,
            stage=name,
            time_ns=i,
            sequence_count=5 if i >= GROUND_STAGES.index("released") else None,
        )
        for i, name in enumerate(reached)
    )
    return OpenCommand(row=row, stages=stages)


def resumed(bench, left: OpenCommand, now_ns: int = 10 * S_NS):
    bench.archive.left = (left,)
    bench.archive.sequences = {16: 5}
    bench.restart()
    resume_commands(bench.archive, bench.desk, bench.tracker, now_ns)
    return bench.tracker.find(1)


@pytest.mark.parametrize("stage", ["released", "framed", "radiated", "accepted", "started", "ambiguous"])
def test_released_command_is_ambiguous_and_never_sent_again(bench, stage: str) -> None:
    found = resumed(bench, left_at(stage))
    assert found.life.state == "ambiguous"
    assert bench.desk.release(11 * S_NS, link_open=True, room_octets=1000) == []


def test_late_report_settles_a_command_of_an_earlier_run(bench) -> None:
    found = resumed(bench, left_at("radiated"))
    bench.tracker.report(
        Report(
            application=16,
            sequence_count=5,
            stage=CommandStage.COMPLETED,
            failed=False,
            detail="",
            onboard_ns=3,
        ),
        12 * S_NS,
    )
    assert found.life.state == "completed"


def test_harmless_command_that_waited_waits_on_with_the_next_count(bench) -> None:
    resumed(bench, left_at("queued"))
    units = bench.desk.release(11 * S_NS, link_open=True, room_octets=1000)
    assert units == [b"POWER SetLoadTier tier=1 #6 None"]


def test_command_that_waited_too_long_expires(bench) -> None:
    found = resumed(bench, left_at("queued"), now_ns=301 * S_NS)
    assert bench.desk.release(301 * S_NS, link_open=True, room_octets=1000) == []
    assert found.life.state == "expired"


def test_hazardous_command_that_waited_is_cancelled(bench) -> None:
    command = build_command("EXECUTIVE", "RestartApplication", [("application", 16)])
    found = resumed(bench, left_at("queued", command=command))
    assert found.life.state == "cancelled"
    assert bench.desk.release(11 * S_NS, link_open=True, room_octets=1000) == []


@pytest.mark.parametrize(("stage", "failed"), [("submitted", "authorised"), ("authorised", "queued")])
def test_command_that_was_not_queued_fails_at_the_next_stage(bench, stage: str, failed: str) -> None:
    assert resumed(bench, left_at(stage)).life.failed_stage == failed


@pytest.mark.parametrize(("stage", "end"), [("queued", "cancelled"), ("radiated", "failed")])
def test_command_of_another_dictionary_ends_where_it_was(bench, stage: str, end: str) -> None:
    assert resumed(bench, left_at(stage, command_type=0x4FFF)) is None
    assert bench.archive.stages(1) == [end]


def test_command_with_a_body_of_another_dictionary_ends(bench) -> None:
    left = left_at("queued", command_type=0x4101)
    assert resumed(bench, left) is None
    assert bench.archive.stages(1) == ["cancelled"]
    assert App(left.row.application) is App.POWER
