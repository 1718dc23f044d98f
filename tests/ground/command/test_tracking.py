"""Reports move commands on, silence makes them ambiguous, late words settle them."""

import pytest

from ground.command.build import build_command
from ground.command.stages import CommandStage
from ground.command.tracking import Report

S_NS = 1_000_000_000
POWER = 16


def report(stage: str, *, failed: bool = False, sequence_count: int = 0, onboard_ns: int = 7) -> Report:
    return Report(
        application=POWER,
        sequence_count=sequence_count,
        stage=CommandStage(stage),
        failed=failed,
        detail="code 9" if failed else "",
        onboard_ns=onboard_ns,
    )


@pytest.fixture
def radiated(bench) -> int:
    one = bench.desk.submit(build_command("POWER", "SetLoadTier", [("tier", 1)]), origin="test", now_ns=0)
    bench.desk.release(0, link_open=True, room_octets=1000)
    return one


def test_reports_move_a_command_to_its_end(bench, radiated: int) -> None:
    for second, stage in enumerate(["accepted", "started", "progress", "progress", "completed"], 1):
        found = bench.tracker.report(report(stage, onboard_ns=second), second * S_NS)
        assert found.life.state == stage
    life = bench.tracker.find(radiated).life
    assert [mark.time_ns // S_NS for mark in life.marks[-5:]] == [1, 2, 3, 4, 5]
    assert [mark.onboard_ns for mark in life.marks[-5:]] == [1, 2, 3, 4, 5]
    bench.tracker.notice_silence(1000 * S_NS)
    assert bench.tracker.find(radiated).life.state == "completed"


@pytest.mark.parametrize("stage", ["accepted", "started", "progress", "completed"])
def test_failure_on_board_names_its_stage(bench, radiated: int, stage: str) -> None:
    bench.tracker.report(report(stage, failed=True), S_NS)
    life = bench.tracker.find(radiated).life
    assert life.failed_stage == stage
    assert life.marks[-1].detail == f"{stage}: code 9"


@pytest.mark.parametrize(
    ("reports", "silent_s", "after"),
    [([], 10, "radiated"), (["accepted"], 10, "accepted"), (["accepted", "started"], 10, "started")],
)
def test_silence_makes_a_command_ambiguous(
    bench, radiated: int, reports: list[str], silent_s: int, after: str
) -> None:
    for stage in reports:
        bench.tracker.report(report(stage), 0)
    bench.tracker.notice_silence(silent_s * S_NS)
    assert bench.tracker.find(radiated).life.state == after
    bench.tracker.notice_silence(silent_s * S_NS + 1)
    life = bench.tracker.find(radiated).life
    assert life.state == "ambiguous"
    assert life.marks[-1].detail == f"silence after {after}"
    assert bench.desk.release(silent_s * S_NS, link_open=True, room_octets=1000) == []
    bench.tracker.report(report("completed"), 99 * S_NS)
    assert bench.tracker.find(radiated).life.state == "completed"


def test_report_on_an_unknown_command_is_counted(bench, radiated: int) -> None:
    assert bench.tracker.report(report("accepted", sequence_count=5), 0) is None
    assert bench.tracker.unmatched_count == 1
    assert bench.tracker.find(radiated).life.state == "radiated"


@pytest.mark.parametrize(
    ("reports", "executed_ns"),
    [
        ([], None),
        ([("accepted", 3)], None),
        ([("accepted", 3), ("completed", 8)], 8),
        ([("accepted", 3), ("started", 4), ("completed", 8)], 4),
        ([("completed", 8), ("started", 4)], 4),
    ],
)
def test_execution_is_the_start_or_else_the_completion(
    bench, radiated: int, reports: list[tuple[str, int]], executed_ns: int | None
) -> None:
    for stage, onboard_ns in reports:
        bench.tracker.report(report(stage, onboard_ns=onboard_ns), S_NS)
    assert bench.tracker.find(radiated).executed_ns == executed_ns


def test_fate_unknown_counts_as_executed_when_that_became_known(bench, radiated: int) -> None:
    bench.tracker.notice_silence(11 * S_NS)
    assert bench.tracker.find(radiated).executed_ns == 11 * S_NS


def test_memory_of_ended_commands_is_bounded_and_open_ones_are_kept(bench) -> None:
    command = build_command("POWER", "SetLoadTier", [("tier", 1)])
    first = bench.desk.submit(command, origin="test", now_ns=0)
    for _ in range(200):
        ended = bench.desk.submit(command, origin="test", now_ns=0)
        bench.desk.cancel(ended, 0)
    assert len(bench.tracker.all()) <= 51
    assert bench.tracker.find(first) is not None
