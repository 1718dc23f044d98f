"""The summary for machines."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from hil.runner.run_folder import RunFolder
from hil.runner.verdict import Outcome

PROMISED = {
    "verdict",
    "speed_x",
    "wall_s",
    "processes",
    "rss_peak_mb",
    "trace_hash",
    "slips",
    "losses",
    "versions",
    "cpu",
    "seed",
}


@pytest.fixture(scope="module")
def summary(flown: Path) -> dict[str, object]:
    return json.loads((flown / "summary.json").read_text(encoding="utf-8"))


def test_everything_promised_is_there(summary) -> None:
    assert summary.keys() >= PROMISED
    parts = set(summary["wall_s"])
    assert parts >= {"set-up", "run", "judging", "report", "power", "thermal", "world", "ground", "gateway"}
    assert summary["processes"] == 1
    assert summary["rss_peak_mb"] > 10.0
    assert len(summary["trace_hash"]) == 64


def test_speed_is_simulated_over_wall_time(summary) -> None:
    assert summary["speed_x"] == pytest.approx(summary["simulated_s"] / summary["wall_s"]["run"], rel=1e-6)


def test_verdicts_survive_the_file(flown: Path) -> None:
    verdicts = RunFolder(flown).summary.expectations
    assert [item.name for item in verdicts] == ["bus voltage", "bus messages", "energy ledger"]
    assert all(isinstance(item.outcome, Outcome) for item in verdicts)


def test_junit_agrees(flown: Path, summary) -> None:
    root = Xml.parse(flown / "junit.xml").getroot()
    assert root.get("tests") == str(len(summary["expectations"]))
    assert root.get("failures") == str(sum(item["outcome"] == "FAIL" for item in summary["expectations"]))
