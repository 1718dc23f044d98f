"""Bulk telemetry by laser in the whole loop: lost light, a crash of the laser end, wrong bits, clean ends."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from flight.bus.disk import FileDisk
from flight.dictionary.types import App
from flight.executive.executive import Clock
from flight.link.numbers import NumberStore
from hil.runner import progress
from hil.runner.compare import compare
from hil.runner.front import Request, run_scenario
from hil.runner.run_folder import RunFolder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SCENARIO = """
title = "two minutes of bulk telemetry by terminal 1"
epoch = "2026-03-20T14:46:00Z"
duration_s = 130.0
seed = 5
record = ["LaserStatus", "LaserModemStatus", "LaserBatch", "GroundLaserBatch", "GatewayStatus", "LinkCounts"]

[[stations]]
name = "below"
latitude_deg = 0.1
longitude_deg = -39.3

[laser_link]
terminal_index = 1

[[links]]
terminal_index = 1
partner_index = 1
from_s = 20.0
until_s = 120.0

[[expect]]
kind = "laser"
name = "bulk"
radiated_min_count = 72

[[expect]]
kind = "accounting"
name = "bus messages"
"""
DARK = """
[[faults]]
kind = "plant"
fault = "partner_lost"
parameters = { terminal = 1 }
at_s = 71.3
for_s = 8.0
"""
"""The light goes after the modem has reported its lock and before it gets the batch of 71.5 s."""

KILL = '[[faults]]\nkind = "kill"\nlabel = "laser killed"\napplication = "LASER"\nat_s = 71.6\n'
Fly = Callable[..., RunFolder]


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which runs make their private ones."""
    home = tmp_path / "private"
    home.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    return home


@pytest.fixture
def fly(tmp_path: Path, private: Path) -> Fly:
    def run(text: str = SCENARIO, clock: Clock = Clock.INPROCESS, name: str = "run") -> RunFolder:
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        request = Request(scenario=str(path), clock=clock, out=tmp_path / f"{name}-{clock.value}")
        folder, _ = run_scenario(request, Console(file=io.StringIO()))
        assert not list(private.iterdir())  # rings, sockets and all
        return RunFolder(folder)

    return run


def outcomes(run: RunFolder) -> dict[str, str]:
    return {item.name: item.outcome.value for item in run.summary.expectations}


def archived(run: RunFolder) -> list[tuple[object, ...]]:
    with sqlite3.connect(run.path / "ground.sqlite") as archive:
        rows = archive.execute(
            "SELECT reception_ns, apid, sequence_count, kind, octets FROM packet WHERE link = 'laser'"
        ).fetchall()
    archive.close()
    return rows


def test_readings_of_every_device_come_down_by_laser(fly: Fly) -> None:
    run = fly()
    assert outcomes(run) == {"bulk": "PASS", "bus messages": "PASS"}
    rows = archived(run)
    assert len(rows) == run.laser.packets.radiated_count == 72
    assert {kind for _, _, _, kind, _ in rows} == {"housekeeping"}
    assert len({apid for _, apid, _, _, _ in rows}) == 6
    counters = run.summary.link
    assert counters["laser_board"]["packet_radiated_count"] == counters["laser_ground"]["packets_received"]
    report = (run.path / "report.html").read_text(encoding="utf-8")
    assert "<h2>Laser link</h2>" in report
    assert re.search(r"<td>archived on the ground</td><td[^>]*>72</td>", report)


def test_batch_without_light_is_lost_and_its_packets_are_counted_as_missing(fly: Fly) -> None:
    run = fly(SCENARIO + DARK)
    account = run.laser
    assert account.board["batch_lost_count"] == 1
    assert account.board["lost_octets"] > 16_384
    assert account.packets.gap_count == 24
    assert account.packets.unaccounted_count == 0
    assert account.ground["packets_missing"] == 24
    assert account.ground["frames_missing"] == 1
    assert outcomes(run) == {"bulk": "FAIL", "bus messages": "PASS"}  # it allows none to be missing
    allowed = SCENARIO.replace("radiated_min_count = 72", "missing_max_count = 24\nrejected_max_count = 1")
    assert outcomes(fly(allowed + DARK, name="allowed"))["bulk"] == "PASS"


def test_killed_laser_end_goes_on_under_both_clocks(fly: Fly) -> None:
    """It comes back from a snapshot; reports, ring and numbers of security are where they were."""
    runs = [fly(SCENARIO + KILL, clock=clock) for clock in (Clock.INPROCESS, Clock.LOCKSTEP)]
    assert compare(*runs).trace_equal
    assert archived(runs[0]) == archived(runs[1])
    for run in runs:
        assert [e.name for e in run.events if e.source == "EXECUTIVE"].count("ApplicationDied") == 1
        assert outcomes(run)["bulk"] == "PASS"
        assert not run.laser.rejected
        generations = run.channel("LaserBatch", "generation").values[:, 0].tolist()
        assert generations == [1.0, 2.0, 3.0]
        disk = FileDisk(run.path / "state", sync=False, prefix="laser.")
        assert NumberStore(disk, "link_s_3").number >= 2 * 1_048_576  # reserved anew after the crash
        disk.close()


def test_wrong_bits_are_repaired_or_their_frames_are_missing(fly: Fly) -> None:
    def noisy(ratio: float) -> RunFolder:
        more = f"terminal_index = 1\nbit_error_ratio = {ratio}"
        return fly(SCENARIO.replace("terminal_index = 1", more, 1), name=f"noise{ratio}")

    weak = noisy(1e-3)
    assert outcomes(weak)["bulk"] == "PASS"
    assert weak.laser.ground["symbols_corrected"] > 500
    strong = noisy(1e-2)
    assert outcomes(strong)["bulk"] == "FAIL"
    assert strong.laser.packets.archived_count == 0


@pytest.mark.parametrize("clock", [Clock.INPROCESS, Clock.LOCKSTEP])
def test_interrupt_leaves_nothing_behind(fly: Fly, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    def interrupt(_: object, tick: int) -> None:
        if tick == 350:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(progress.RunProgress, "show", interrupt)
    run = fly(clock=clock)
    summary = json.loads((run.path / "summary.json").read_text(encoding="utf-8"))
    assert summary["ended_by"] == "SIGINT"
    assert run.laser.ground["batches_received"] == 1
    noise = {path.name: path.read_text() for path in (run.path / "logs").iterdir() if path.stat().st_size}
    assert not noise


def children_that_map(names: set[str]) -> list[int]:
    """Return the child processes that have exactly these rings in their memory."""
    task = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text(encoding="ascii")
    found = []
    for pid in map(int, task.split()):
        maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
        if {name for name in ("board.ring", "ground.ring") if name in maps} == names:
            found.append(pid)
    return found


def test_crash_of_the_process_of_the_laser_end_is_an_event_and_leaves_nothing_behind(
    fly: Fly, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = []

    def crash(_: object, tick: int) -> None:
        if tick == 700:
            (pid,) = children_that_map({"board.ring"})  # the modem's process maps both, the ground its own
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    monkeypatch.setattr(progress.RunProgress, "show", crash)
    run = fly(clock=Clock.LOCKSTEP)
    assert killed
    died = {item.values["application"] for item in run.events if item.name == "ApplicationDied"}
    assert App.LASER in died
    account = run.laser
    assert account.packets.radiated_count > 48
    assert account.packets.unaccounted_count == 0
    assert not account.rejected
    assert account.ground["batches_received"] == account.board["batch_carried_count"] == 3
    errors = "".join(path.read_text(encoding="utf-8") for path in (run.path / "logs").glob("*.err"))
    assert "resource_tracker" not in errors
    assert "Traceback" not in errors
