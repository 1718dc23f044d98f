"""The set-up: what it installs when, and the one line it says when something is missing."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Machine:
    """A checkout in a temporary folder whose installing steps are only noted."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = folder
        self.steps: list[str] = []
        (folder / "csrc").mkdir()
        (folder / "csrc" / "a.c").write_text("int dd_a;\n", encoding="utf-8")
        (folder / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
        self.module = load()
        self._patch(monkeypatch)

    def _patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        venv = self.root / ".venv"
        places = {
            "ROOT": self.root,
            "VENV": venv,
            "PYTHON": venv / "bin" / "python",
            "STAMP": venv / "stamp.json",
        }
        for name, value in places.items():
            monkeypatch.setattr(self.module, name, value)
        monkeypatch.setattr(self.module, "_check_compiler", lambda: None)
        monkeypatch.setattr(self.module, "_make_venv", self._make_venv)
        monkeypatch.setattr(
            self.module, "_install_requirements", lambda extras: self.steps.append(f"packages {extras}")
        )
        monkeypatch.setattr(self.module, "_pip", lambda *_arguments: self.steps.append("core"))

    def _make_venv(self) -> None:
        (self.root / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
        (self.root / ".venv" / "bin" / "python").touch()
        self.steps.append("venv")

    def prepare(self, *extras: str) -> list[str]:
        """Run the set-up and return what it did."""
        self.steps.clear()
        self.module.prepare(extras)
        return list(self.steps)


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment", ROOT / "scripts" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def test_first_start_installs_everything_and_the_second_nothing(machine: Machine) -> None:
    assert machine.prepare() == ["venv", "packages []", "core"]
    assert machine.prepare() == []


def test_changed_c_rebuilds_the_core_alone(machine: Machine) -> None:
    machine.prepare()
    (machine.root / "csrc" / "a.c").write_text("int dd_b;\n", encoding="utf-8")
    assert machine.prepare() == ["core"]
    assert machine.prepare() == []


def test_new_c_file_rebuilds_the_core(machine: Machine) -> None:
    machine.prepare()
    (machine.root / "csrc" / "b.h").touch()
    assert machine.prepare() == ["core"]


def test_changed_project_file_installs_packages_again(machine: Machine) -> None:
    machine.prepare()
    (machine.root / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    assert machine.prepare() == ["packages []", "core"]


def test_extras_are_added_and_kept(machine: Machine) -> None:
    machine.prepare()
    assert machine.prepare("dev") == ["packages ['dev']", "core"]
    assert machine.prepare() == []
    assert machine.prepare("rig") == ["packages ['dev', 'rig']", "core"]


def test_interrupted_set_up_is_taken_up_again(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(machine.module, "_pip", interrupted)
        with pytest.raises(KeyboardInterrupt):
            machine.prepare()
    assert machine.prepare() == ["packages []", "core"]


def test_moved_checkout_gets_a_new_environment(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.prepare()
    stamp = machine.root / ".venv" / "stamp.json"
    stamp.write_text(
        stamp.read_text(encoding="utf-8").replace(str(machine.root), "elsewhere"), encoding="utf-8"
    )
    assert machine.prepare() == ["venv", "packages []", "core"]


def test_damaged_stamp_counts_as_none(machine: Machine) -> None:
    machine.prepare()
    (machine.root / ".venv" / "stamp.json").write_text("{", encoding="utf-8")
    assert machine.prepare() == ["venv", "packages []", "core"]


def test_missing_compiler_is_one_line_that_says_what_to_install(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "csrc").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run(
        [sys.executable, "scripts/sil"],
        cwd=tmp_path,
        env={"PATH": str(tmp_path / "empty")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "dawndusk: a C compiler is needed: apt-get install gcc libc6-dev (or your system's equivalent)"
    ]
    assert not (tmp_path / ".venv").exists()


def test_missing_python_is_one_line_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    module = load()
    monkeypatch.setattr(module, "_VERSION_PROBE", "raise SystemExit(1)")
    with pytest.raises(
        SystemExit, match=r"^dawndusk: Python 3\.11 or newer is needed: apt-get install python3 "
    ):
        module._find_python()


def test_missing_headers_are_one_line_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    module = load()
    monkeypatch.setattr(module, "_HEADER_PROBE", "raise SystemExit(1)")
    with pytest.raises(
        SystemExit, match=r"^dawndusk: the Python headers are needed: apt-get install python3-dev "
    ):
        module._find_python()
