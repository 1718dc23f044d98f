"""The command line: its help teaches, its refusals help, its exit code tells."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hil.runner.commands import app


def run(*words: str):
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "200", "TERM": "dumb"})


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("sil", ("--clock", "--seed", "--pace", "--duration", "--out", "--placement", "report", "Ctrl-C")),
        ("rig", ("hil/rigs", "hil/scenarios", "realtime")),
        ("compare", ("first message that differs", "tolerance")),
        ("report", ("run directory",)),
    ],
)
def test_help_teaches(command: str, words: tuple[str, ...]) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    for word in words:
        assert word in result.output


def test_run_prints_verdicts_and_ends_with_zero_only_when_all_hold(tmp_path: Path, short: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(short.replace("duration_s = 40.0", "duration_s = 5.0"), encoding="utf-8")
    good = run("sil", str(path), "--clock", "inprocess", "--out", str(tmp_path / "good"))
    assert good.exit_code == 0, good.output
    assert "PASS" in good.output
    assert "report.html" in good.output
    path.write_text(
        path.read_text(encoding="utf-8").replace("high = 173.0", "high = 150.0"), encoding="utf-8"
    )
    bad = run("sil", str(path), "--clock", "inprocess", "--out", str(tmp_path / "bad"))
    assert bad.exit_code == 1
    assert "FAIL" in bad.output
    both = run("compare", str(tmp_path / "good"), str(tmp_path / "bad"))
    assert both.exit_code == 0
    assert "traces are equal" in both.output
    again = run("report", str(tmp_path / "bad"))
    assert again.exit_code == 1
    assert "FAIL" in again.output


def test_a_quick_look_flies_a_part_and_says_so_in_its_run_directory(tmp_path: Path, short: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(short, encoding="utf-8")
    result = run(
        "sil", str(path), "--clock", "inprocess", "--duration", "3", "--out", str(tmp_path / "quick")
    )
    assert "3 s simulated" in result.output
    assert "duration_s = 3.0" in (tmp_path / "quick" / "scenario.toml").read_text(encoding="utf-8")
    path.write_text('title = "x"\n"duration_s" = 40.0\n', encoding="utf-8")
    assert "line of its own" in run("sil", str(path), "--duration", "3").output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sil", "no_such"), "scenario must be a file or one of"),
        (("sil", "--placement", "many"), "placement must be one of default, one, got many"),
        (("rig", "no_such", "one_orbit"), "rig must be a file or one of battery_serial, sil, got no_such"),
    ],
)
def test_refusals_name_what_would_be_right(words: tuple[str, ...], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.output


def test_full_folder_is_not_written_into(tmp_path: Path, short: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(short, encoding="utf-8")
    result = run("sil", str(path), "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "out must be a new or empty folder" in result.output


def test_emulated_device_needs_real_time(tmp_path: Path) -> None:
    rig = tmp_path / "r.toml"
    rig.write_text('title = "x"\n[device.battery]\nbackend = "emulated"\n', encoding="utf-8")
    result = run("rig", str(rig), "battery_monitor", "--out", str(tmp_path / "x"))
    assert result.exit_code == 2
    assert "clock must be realtime for the devices of r.toml, got lockstep" in result.output


def test_wrong_key_in_a_scenario_is_named_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text('title = "x"\nepohc = 1\n', encoding="utf-8")
    result = run("sil", str(path))
    assert result.exit_code == 2
    assert "s.toml: key must be one of title, epoch" in result.output
