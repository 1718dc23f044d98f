"""Summaries of commands: where they ended, and how long each stage took after radiation."""

from ground.command.build import build_command
from ground.command.stages import CommandLife, CommandStage, StageMark
from ground.command.tracking import Tracked
from ground.server.summary import command_summary


def tracked(*stages: tuple[str, int]) -> Tracked:
    life = CommandLife.begin(0)
    for stage, time_ns in stages:
        life, _ = life.advance(
            StageMark(stage=CommandStage(stage), time_ns=time_ns, detail="authorised: test")
        )
    command = build_command("POWER", "SetLoadTier", [("tier", 1)])
    return Tracked(command_id=4, command=command, life=life, expires_ns=0)


def test_delays_are_from_radiation() -> None:
    way = [("authorised", 1), ("queued", 2), ("released", 3), ("framed", 4), ("radiated", 1_000_000_000)]
    summary = command_summary(tracked(*way, ("accepted", 1_500_000_000), ("progress", 2), ("progress", 3)))
    assert summary.command == "POWER SetLoadTier tier=1"
    assert summary.delay_s("accepted") == 0.5
    assert summary.delay_s("completed") is None
    assert dict(summary.stage_times_ns)["progress"] == 2
    assert (summary.state, summary.failed_stage) == ("progress", "")


def test_failed_command_names_its_stage_and_has_no_delay() -> None:
    summary = command_summary(tracked(("failed", 5)))
    assert (summary.state, summary.failed_stage) == ("failed", "authorised")
    assert summary.delay_s("failed") is None
