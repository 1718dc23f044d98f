"""The import contracts of `pyproject.toml`, each tried on a skeleton of the house with one planted import."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from checkout import APPLICATIONS, ROOT

pytestmark = pytest.mark.slow

MODULES = (
    *(f"flight.{name}" for name in ("dictionary", "link", "bus", "executive", "services", "gateway")),
    *(f"flight.{name}" for name in APPLICATIONS),
    *(f"flight.{name}.{part}" for name in APPLICATIONS for part in ("app", "law", "modes")),
    *(f"ground.{name}" for name in ("station", "telemetry", "archive", "command", "alarms", "script")),
    *(f"ground.{name}" for name in ("console", "server")),
    *(f"hil.{name}" for name in ("plant", "devices", "runner")),
)
# Module, planted import, a word of the contract that must break.
PLANTS = (
    ("flight.power.app", "import hil.runner", "hil -> ground -> flight"),
    ("ground.station", "import hil.runner", "hil -> ground -> flight"),
    ("flight.power.app", "import flight.thermal.law", "on board"),
    ("flight.bus", "import flight.services", "on board"),
    ("flight.link", "import flight.dictionary", "on board"),
    ("flight.utils", "", "on board"),
    ("ground.station", "import ground.script", "on the ground"),
    ("ground.helpers", "", "on the ground"),
    ("hil.plant", "import hil.runner", "in the loop"),
    ("hil.misc", "", "in the loop"),
    ("ground.telemetry", "import flight.bus", "by its dictionary and its link alone"),
    ("flight.power.law", "import time", "pure code"),
    ("flight.optical.modes", "import zmq", "pure code"),
    ("hil.plant", "import logging", "pure code"),
    ("hil.plant", "import flight.dictionary", "the plant imports nothing of ours"),
    ("flight.compute.app", "import matplotlib", "what flies"),
    ("flight.services", "import sqlite3", "what flies"),
    ("ground.archive", "import ground.telemetry", "no cycles"),
)
LINTER = """
import sys
sys.path[:0] = sys.argv[1:]
from importlinter.cli import lint_imports
sys.exit(lint_imports())
"""


def skeleton(folder: Path, module: str, planted: str) -> None:
    """Write the house with empty modules, one of them holding the planted import."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    # A cycle needs its other half.
    texts = dict.fromkeys(MODULES, "") | {"ground.telemetry": "import ground.archive"} | {module: planted}
    packages = {name.rpartition(".")[0] for name in texts} | {"ground", "hil"}
    for name, text in texts.items():
        path = folder / name.replace(".", "/")
        file = path / "__init__.py" if name in packages or name.count(".") == 1 else path.with_suffix(".py")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for name in packages:
        (folder / name.replace(".", "/") / "__init__.py").touch()


def broken_contracts(folder: Path) -> set[str]:
    """Return the names of the contracts that a skeleton breaks."""
    # Without `site` the editable install is not active, so that the linter sees the skeleton.
    command = [sys.executable, "-S", "-c", LINTER, str(folder), sysconfig.get_path("platlib")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)", done.stdout, re.MULTILINE))
    assert verdicts, done.stdout + done.stderr
    return {name for name, verdict in verdicts.items() if verdict == "BROKEN"}


def test_clean_skeleton_keeps_every_contract(tmp_path: Path) -> None:
    skeleton(tmp_path, "flight.bus", "import flight.link")
    assert broken_contracts(tmp_path) == set()


@pytest.mark.parametrize(("module", "planted", "contract"), PLANTS)
def test_planted_import_breaks_its_contract(tmp_path: Path, module: str, planted: str, contract: str) -> None:
    skeleton(tmp_path, module, planted)
    assert any(contract in name for name in broken_contracts(tmp_path))


def test_every_contract_has_a_planted_import() -> None:
    names = re.findall(
        r'^name = "(.*)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    contracts = [name for name in names if name != "dawndusk"]
    assert all(any(words in name for _, _, words in PLANTS) for name in contracts)
