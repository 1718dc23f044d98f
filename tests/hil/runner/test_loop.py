"""Runs as they happen: interrupts, kills, what is left behind."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from mcap.reader import make_reader

from flight.executive.executive import Clock
from hil.runner import progress
from hil.runner.run_folder import RunFolder

Fly = Callable[..., Path]


def test_run_directory_holds_what_is_promised(flown: Path) -> None:
    names = {path.name for path in flown.iterdir()}
    assert names >= {"report.html", "bus.mcap", "ground.sqlite", "summary.json", "junit.xml"}
    with (flown / "bus.mcap").open("rb") as stream:
        topics = {channel.topic for _, channel, _ in make_reader(stream).iter_messages()}
    assert {"bus/PowerStatus", "event/ApplicationStarted"} <= topics
    archive = sqlite3.connect(flown / "ground.sqlite")
    assert archive.execute("SELECT count(*) FROM packet").fetchone()[0] > 0
    archive.close()


def test_killed_application_is_back_after_the_restart_ticks(flown: Path) -> None:
    run = RunFolder(flown)
    back = [item for item in run.events if item.name == "ApplicationStarted" and item.source == "THERMAL"]
    assert [round(item.time_s, 1) for item in back] == [0.0, 21.0]
    assert back[1].values["restart_count"] == 1
    assert back[1].values["state_age_ticks"] <= 20


AHEAD = """
[[expect]]
kind = "event"
name = "ahead: event"
event = "LoadShed"
from_s = 15.0
within_s = 30.0

[[expect]]
kind = "downlink"
name = "ahead: packets"
radiated_min_count = 100000

[[expect]]
kind = "mean"
name = "ahead: mean"
quantity = "truth.bus.bus_voltage_v"
low = 1e6
"""


@pytest.mark.parametrize("clock", [Clock.INPROCESS, Clock.LOCKSTEP])
def test_interrupt_ends_the_run_in_order_and_judges_what_there_is(
    fly: Fly, short: str, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    def interrupt(_: object, tick: int) -> None:
        if tick == 150:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(progress.RunProgress, "show", interrupt)
    folder = fly(short.replace("duration_s = 40.0", "duration_s = 4000.0") + AHEAD, clock=clock)
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["ended_by"] == "SIGINT"
    assert not summary["completed"]
    assert summary["verdict"] == "ABORTED"
    assert 15.0 <= summary["simulated_s"] <= 15.2
    run = RunFolder(folder)
    assert len(run.channel("BusReading", "bus_voltage_v").time_s) == 15
    assert len(run.channel("truth.ledger", "array_power_w").time_s) >= 150
    assert summary["unaccounted"] == 0
    ahead = {item["name"]: item for item in summary["expectations"] if item["name"].startswith("ahead")}
    assert {item["outcome"] for item in ahead.values()} == {"INVALID"}
    for name, needs in (("event", "45 s"), ("packets", "4000 s"), ("mean", "4000 s")):
        assert f"needs {needs}" in ahead[f"ahead: {name}"]["measured"]


def test_process_that_cannot_start_is_named(fly: Fly, short: str) -> None:
    from hil.runner.errors import RunnerError  # noqa: PLC0415

    text = short + "[options.POWER.parameters]\nno_such_parameter = 1.0\n"
    with pytest.raises(RunnerError, match="power"):
        fly(text, clock=Clock.LOCKSTEP)


def test_packets_lost_in_an_outage_are_counted_as_gaps_on_the_ground(fly: Fly, short: str) -> None:
    run = RunFolder(fly(short + '[[faults]]\nkind = "outage"\nat_s = 15.0\nfor_s = 5.0\n'))
    assert run.link.gap_count > 20
    assert run.link.unaccounted_count == 0


def test_bit_errors_are_repaired_or_counted(fly: Fly, short: str) -> None:
    errors = '[[faults]]\nkind = "bit_errors"\nat_s = 10.0\nfor_s = 20.0\ndirection = "down"\n'
    errors += "bit_error_ratio = {}\n"
    clean, weak, strong = (
        RunFolder(fly(short + text, name=name))
        for name, text in (("clean", ""), ("weak", errors.format(2e-4)), ("strong", errors.format(2e-2)))
    )
    assert weak.link.archived_count == clean.link.archived_count
    assert strong.link.gap_count > 20
    assert strong.link.unaccounted_count == 0
