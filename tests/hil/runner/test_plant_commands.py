"""The commands of `hil plant` as people type them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hil.runner import progress
from hil.runner.commands import app


def run(*words: str):
    return CliRunner().invoke(app, ["plant", *words], env={"COLUMNS": "200", "TERM": "dumb"})


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("show", ("value, unit, source", "charge_initial_frac", "--json")),
        ("events", ("umbra", "elevation mask", "root finding", "--duration", "--json")),
        ("run", ("without flight software", ".png", "--csv", "--node-power")),
    ],
)
def test_help_teaches(command: str, words: tuple[str, ...]) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    for word in words:
        assert word in result.output


def test_show_prints_every_number_with_unit_and_source() -> None:
    text = run("show", "one_orbit").output
    assert "battery.charge_initial_frac" in text
    assert "set by the scenario" in text
    assert "Spectrolab XTJ" in text
    listed = json.loads(run("show", "one_orbit", "--json").output)
    rows = {f"{row['section']}.{row['name']}": row for row in listed}
    assert rows["battery.charge_initial_frac"]["value"] == 0.8
    assert rows["battery.charge_initial_frac"]["changed"]
    assert rows["orbit.sun_radius_m"] == {
        "section": "orbit",
        "name": "sun_radius_m",
        "value": 6.957e8,
        "unit": "m",
        "source": "IAU 2015 resolution B3",
        "changed": False,
    }


def test_events_are_listed_in_order_of_time() -> None:
    events = json.loads(run("events", "one_orbit", "--json").output)
    assert [item["start_s"] for item in events] == sorted(item["start_s"] for item in events)
    umbra = next(item for item in events if item["kind"] == "eclipse")
    assert umbra["end_s"] - umbra["start_s"] == pytest.approx(2121.7, abs=2.0)
    assert umbra["start_utc"] == "2026-03-20T15:16:31Z"
    table = run("events", "one_orbit", "--duration", "3000").output
    assert "Weilheim, 86.6 deg" in table
    assert "3000.000" in table  # cut by the end of the span


def test_an_interrupt_keeps_the_events_that_were_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object, tick: int) -> None:
        if tick == 50_000:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(progress.RunProgress, "show", interrupt)
    result = run("events", "one_orbit", "--json")
    assert result.exit_code == 2
    listed = json.loads(result.stdout)
    assert {item["kind"] for item in listed} == {"eclipse", "penumbra", "pass"}
    assert all(item["end_s"] <= 5000.0 for item in listed)
    assert "search must come to 5801 s, got an interrupt at" in result.output


def test_an_interrupt_ends_a_life_and_draws_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object, tick: int) -> None:
        if tick == 1000:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(progress.RunProgress, "show", interrupt)
    plot, table = tmp_path / "life.svg", tmp_path / "life.csv"
    result = run("run", "--plot", str(plot), "--csv", str(table))
    assert result.exit_code == 0, result.output
    assert "ended early at 100 s of 5801 s: SIGINT" in result.output
    assert len(table.read_text(encoding="utf-8").splitlines()) == 1 + 101
    assert "time since start (s)" in plot.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(600)
def test_events_of_a_month_take_little_memory() -> None:
    """Thirty days: 20 s of processor and 116 MB measured, most of it the interpreter's; bar 150 MB."""
    code = (
        "from pathlib import Path\n"
        "from hil.runner.plant_front import find_events\n"
        "from hil.runner.places import find_file\n"
        "from hil.runner.scenario import load_scenario\n"
        "scenario = load_scenario(find_file('month', 'scenario').read_text(encoding='utf-8'), 'month')\n"
        "found = find_events(scenario, scenario.duration_s)\n"
        "status = dict(line.split(':') for line in Path('/proc/self/status').read_text().splitlines())\n"
        "print(len(found), status['VmHWM'].split()[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    count, peak_kib = map(int, done.stdout.split())
    assert count > 1000
    assert peak_kib < 150_000


def test_run_writes_picture_and_table(tmp_path: Path) -> None:
    plot, table = tmp_path / "life.png", tmp_path / "life.csv"
    result = run("run", "one_orbit", "--duration", "1100", "--plot", str(plot), "--csv", str(table))
    assert result.exit_code == 0, result.output
    assert plot.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    lines = table.read_text(encoding="utf-8").splitlines()
    heads = lines[0].split(",")
    assert len(lines) == 1 + 1101
    assert heads[:2] == ["time_s", "ledger.array_power_w[0]"]
    before, after = (
        [float(row.split(",")[heads.index("array.section_temperature_k[7]")]) for row in rows]
        for rows in (lines[2:1000], lines[1060:])
    )
    assert min(after) > max(before[900:])  # section 7 is lost at 1,000 s and takes all its light as heat


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "no_such"), "scenario must be a file or one of"),
        (("run",), "output must be --plot FILE.png or --csv FILE.csv, got neither"),
        (
            ("run", "--plot", "x.png", "--duration", "1e9"),
            "duration must be at most 3.456e+06 s (40 days), got",
        ),
        (("run", "--plot", "x.png", "--duration", "1"), "a life must last at least 2 s to be shown, got 1 s"),
        (("run", "one_orbit", "--plot", "x.txt"), "plot must end in .png, .svg, .pdf, got x.txt"),
        (("run", "one_orbit", "--plot", "no_such/x.png"), "output must lie in a folder that exists"),
    ],
)
def test_refusals_name_what_would_be_right(words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.output
