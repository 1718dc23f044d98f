"""Concluding a run again gives the same verdicts from the same files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np

from hil.runner.conclude import conclude
from hil.runner.summary import to_json
from hil.runner.verdict import Outcome


def test_run_is_judged_again_from_its_files(flown: Path, tmp_path: Path) -> None:
    before = json.loads((flown / "summary.json").read_text(encoding="utf-8"))
    copy = tmp_path / "copy"
    shutil.copytree(flown, copy)
    for name in ("summary.json", "junit.xml", "report.html"):
        (copy / name).unlink()
    result = conclude(copy)
    assert json.loads(to_json(result))["expectations"] == before["expectations"]
    assert (copy / "report.html").is_file()
    assert (copy / "junit.xml").read_text() == (flown / "junit.xml").read_text()


def test_tampered_truth_is_judged_anew(flown: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(flown, copy)
    path = copy / "truth" / "bus.f64"
    rows = np.frombuffer(path.read_bytes()).reshape(40, -1).copy()
    rows[7, 1] = 136.0
    path.write_bytes(rows.tobytes())
    result = conclude(copy)
    assert result.verdict is Outcome.FAIL
    assert [item.outcome for item in result.expectations if item.name == "bus voltage"] == [Outcome.FAIL]
