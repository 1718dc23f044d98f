"""The command line as people run it."""

import subprocess
import sys
from pathlib import Path

import pytest


def ground(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command with an empty runtime folder."""
    environment = {"DAWNDUSK_RUNTIME_DIR": str(folder / "loops"), "PATH": "", "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-m", "ground", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
        check=False,
    )


@pytest.mark.slow
def test_help_names_every_command(tmp_path: Path) -> None:
    done = ground("--help", folder=tmp_path)
    assert done.returncode == 0
    for command in (
        "cmd",
        "arm",
        "fire",
        "run",
        "tlm",
        "events",
        "status",
        "alarms",
        "list",
        "archive",
        "history",
    ):
        assert f" {command} " in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("tlm", "POWER", "PowerStatus"), "a loop must be running, got none"),
        (("list", "POWR"), "application must be known, got POWR; nearest: POWER"),
        (("archive", "none.sqlite"), "archive must be a file, got none.sqlite"),
    ],
)
def test_refusal_is_one_line_and_status_1(tmp_path: Path, arguments: tuple[str, ...], text: str) -> None:
    done = ground(*arguments, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(text)
    assert done.stderr.count("\n") == 1
