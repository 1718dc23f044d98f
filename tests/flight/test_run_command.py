"""``flight run`` and ``flight watch`` as a user runs them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest

TESTS = str(Path(__file__).resolve().parents[1])
MANIFEST = """
[[participant]]
app = "power"
factory = "reference.bus.mixed:build"
process = "a"

[[participant]]
app = "world"
factory = "reference.bus.mixed:build"
process = "b"

[[participant]]
app = "navigation"
factory = "reference.bus.mixed:build"
process = "b"
"""
KEYLESS = """
[run]
clock = "inprocess"

[[participant]]
app = "gateway"
factory = "flight.gateway.app:build"
process = "a"
"""
CLOSING = re.compile(r"(\d+) ticks, (\d+) messages, 0 unaccounted, 0 lost, (\d+) slips, trace [0-9a-f]{64}\n")


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(mkdtemp(prefix="dd"))
    (made / "manifest.toml").write_text(MANIFEST, encoding="utf-8")
    yield made
    rmtree(made)


def _flight(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    paths = os.pathsep.join([TESTS, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-m", "flight", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_for(path: Path) -> None:
    limit_s = time.monotonic() + 30.0
    while not path.exists() and time.monotonic() < limit_s:
        time.sleep(0.02)
    assert path.exists()


@pytest.mark.timeout(90)
def test_run_ends_in_order_on_sigterm_and_can_be_watched(folder: Path) -> None:
    run = _flight(folder, "run", "manifest.toml", "--tap")
    _wait_for(folder / "runs" / "state" / "power")
    watch = _flight(folder, "watch", "runs/bus", "Grant", "--count", "3")
    lines = [json.loads(line) for line in watch.communicate(timeout=30)[0].splitlines()]
    assert [line["message"] for line in lines] == ["Grant"] * 3
    assert {line["source"] for line in lines} <= {"POWER", "WORLD", "NAVIGATION"}
    run.send_signal(signal.SIGTERM)
    out, errors = run.communicate(timeout=30)
    assert (run.returncode, errors) == (0, "")
    assert CLOSING.fullmatch(out)
    assert sorted(path.name for path in (folder / "runs" / "bus").iterdir()) == [
        "a.err", "a.stack", "b.err", "b.stack",
    ]  # fmt: skip


@pytest.mark.timeout(90)
def test_run_ends_after_its_time_and_the_next_boot_knows(folder: Path) -> None:
    for boots in (1, 2):
        run = _flight(folder, "run", "manifest.toml", "--seconds", "0.5")
        out, errors = run.communicate(timeout=60)
        assert (run.returncode, errors) == (0, "")
        found = CLOSING.fullmatch(out)
        assert found
        assert found[1] == "5"
        record = (folder / "runs" / "state" / "boot").read_bytes()
        assert boots.to_bytes(4) in record


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("[run]\nclok = 1\n", 2, "got 'clok' (bad.toml, run)"),
        (KEYLESS, 1, "keys.toml must be on the disk, got none (options of GATEWAY)"),
        (MANIFEST.replace("mixed:build", "unruly:fail"), 1, "every process must be READY, got none from"),
    ],
)
def test_fault_is_one_line_and_an_exit_code(folder: Path, text: str, code: int, message: str) -> None:
    (folder / "bad.toml").write_text(text, encoding="utf-8")
    run = _flight(folder, "run", "bad.toml", "--seconds", "1")
    out, errors = run.communicate(timeout=60)
    assert (run.returncode, out) == (code, "")
    assert message in errors
    assert errors.startswith("flight: ")


def test_info_says_what_this_build_is(folder: Path) -> None:
    out, _ = _flight(folder, "info").communicate(timeout=60)
    assert re.search(r"dictionary [0-9a-f]{16}: \d+ messages, \d+ commands, \d+ events", out)
