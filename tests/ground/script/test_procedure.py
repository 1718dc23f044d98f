"""A procedure runs only while the node waits for it, stops when told, and says where it failed."""

import threading
from pathlib import Path

import pytest

from ground.script.api import Satellite
from ground.script.errors import ProcedureStopped
from ground.script.live import connect
from ground.script.procedure import Procedure, current_port, load_procedure
from ground.script.requests import Done, Request, Say, WaitTime

DONE = Done(time_ns=5)


def drive(procedure: Procedure) -> list[Request]:
    """Answer everything with ``Done``; return what was asked."""
    asked = []
    request = procedure.resume(None)
    while request is not None:
        asked.append(request)
        request = procedure.resume(DONE)
    return asked


def test_calls_are_handed_over_one_by_one() -> None:
    def run(sat: Satellite) -> None:
        sat.wait(3)
        sat.say(f"now {sat.now_ns()}")

    procedure = Procedure("test", run)
    assert drive(procedure) == [
        WaitTime(duration_s=3.0),
        Say(text="WAIT: 3 seconds"),
        WaitTime(duration_s=0.0),
        Say(text="now 5"),
    ]
    assert procedure.passed
    assert procedure.error == ""


def test_procedure_runs_only_while_the_node_waits() -> None:
    turns: list[str] = []

    def run(sat: Satellite) -> None:
        for _ in range(200):
            turns.append("procedure")
            sat.pause(1)

    procedure = Procedure("test", run)
    request = procedure.resume(None)
    while request is not None:
        turns.append("node")
        request = procedure.resume(DONE)
    assert turns == ["procedure", "node"] * 200


def test_failure_names_error_file_and_line(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text("def run(sat):\n    sat.pause(1)\n    raise KeyError('tier')\n")
    procedure = Procedure("broken", load_procedure(script))
    assert len(drive(procedure)) == 1
    assert not procedure.passed
    assert procedure.error == "KeyError: 'tier' (broken.py line 3)"


def test_script_with_a_syntax_error_fails_and_the_node_goes_on(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text("def run(sat:\n")
    procedure = Procedure("broken", load_procedure(script))
    assert drive(procedure) == []
    assert procedure.error.startswith("SyntaxError")


@pytest.mark.parametrize(("code", "passed"), [("0", True), ("None", True), ("3", False)])
def test_exit_is_the_end(tmp_path: Path, code: str, passed: bool) -> None:
    script = tmp_path / "exit.py"
    script.write_text(f"import sys\nsys.exit({code})\n")
    procedure = Procedure("exit", load_procedure(script))
    drive(procedure)
    assert procedure.passed is passed
    assert bool(procedure.error) is not passed


def test_top_level_script_finds_its_satellite_and_main_part_is_left_out(tmp_path: Path) -> None:
    script = tmp_path / "top.py"
    script.write_text(
        "import ground\n"
        "with ground.connect() as sat:\n    sat.pause(7)\n"
        "if __name__ == '__main__':\n    raise SystemExit(9)\n"
    )
    procedure = Procedure("top", load_procedure(script))
    assert drive(procedure) == [WaitTime(duration_s=7)]
    assert procedure.passed


def test_stop_leaves_every_with_block_and_ends_the_thread() -> None:
    left: list[str] = []

    def run(sat: Satellite) -> None:
        try:
            sat.wait(1000)
        except Exception:
            left.append("caught")
        finally:
            left.append("left")
            with pytest.raises(ProcedureStopped):
                sat.say("goodbye")

    before = threading.active_count()
    procedure = Procedure("test", run)
    procedure.resume(None)
    procedure.stop()
    assert left == ["left"]
    assert not procedure.passed
    assert "stopped in an open call" in procedure.error
    assert threading.active_count() == before


def test_stop_before_the_start_does_nothing() -> None:
    Procedure("test", lambda _: None).stop()


def test_procedure_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ground.script.procedure._SILENCE_MAX_S", 0.05)
    release = threading.Event()
    procedure = Procedure("mute", lambda _: release.wait() and None)
    assert procedure.resume(None) is None
    assert procedure.error == "procedure must ask or end within 0.05 s, got silence (mute)"
    release.set()
    procedure._thread.join()
    assert not procedure.passed


def test_outside_a_procedure_there_is_no_port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DAWNDUSK_RUNTIME_DIR", str(tmp_path / "loops"))
    assert current_port() is None
    with pytest.raises(Exception, match="a loop must be running, got none"):
        connect()
