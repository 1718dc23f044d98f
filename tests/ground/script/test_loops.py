"""Running loops are found untold, dead ones are forgotten, and nobody else may look in."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ground.script.loops import find_loops, is_alive, register_loop, runtime_folder, unregister_loop


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    made = tmp_path / "loops"
    monkeypatch.setenv("DAWNDUSK_RUNTIME_DIR", str(made))
    return made


def test_folder_is_the_users_alone(folder: Path) -> None:
    assert runtime_folder() == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o755)
    with pytest.raises(PermissionError, match="mode 0700, got 0755"):
        runtime_folder()


def test_folder_follows_the_session(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DAWNDUSK_RUNTIME_DIR")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert runtime_folder() == tmp_path / f"dawndusk-{os.getuid()}"


def test_registered_loop_is_found_until_it_is_taken_off() -> None:
    assert find_loops() == ()
    entry = register_loop(satellite=109, name="one_orbit")
    assert find_loops() == (entry,)
    assert is_alive(entry)
    unregister_loop(entry)
    assert find_loops() == ()
    assert not is_alive(entry)


def test_newest_loop_comes_first(folder: Path) -> None:
    entries = [register_loop(satellite=number, name="loop") for number in (1, 2, 3)]
    for age, entry in enumerate(entries):
        path = next(found for found in folder.glob("*.json") if str(entry.address)[6:-5] in str(found))
        os.utime(path, (age, age))
    assert [entry.satellite for entry in find_loops()] == [3, 2, 1]


def test_loop_of_a_dead_process_is_forgotten(folder: Path) -> None:
    entry = register_loop(satellite=1, name="dead")
    ended = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True
    )
    path = next(folder.glob("*.json"))
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "process_id": int(ended.stdout)}))
    assert find_loops() == ()
    assert not is_alive(entry)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("text", ["", "[]", '{"address": 1}', "{"])
def test_broken_entry_is_passed_over(folder: Path, text: str) -> None:
    runtime_folder()
    (folder / "broken.loop.json").write_text(text)
    assert find_loops() == ()


def test_path_too_long_for_a_socket_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DAWNDUSK_RUNTIME_DIR", str(tmp_path / ("x" * 100)))
    with pytest.raises(ValueError, match="socket path must have <= 100 characters"):
        register_loop(satellite=1, name="long")
