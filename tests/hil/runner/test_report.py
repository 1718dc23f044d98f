"""The report: one file that needs nothing else and shows what a reader looks for."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from hil.runner.conclude import conclude
from hil.runner.evidence import EventRecord
from hil.runner.quantity import Series
from hil.runner.report import _event_table, _intervals, shades_of
from hil.runner.run_folder import RunFolder

VOID = {"meta", "br", "hr", "img"}


class Nesting(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def html(flown: Path) -> str:
    return (flown / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def text(html: str) -> str:
    parser = Nesting()
    parser.feed(html)
    assert parser.open == []
    return parser.text


def test_nothing_is_loaded_from_elsewhere(html: str) -> None:
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"', html)
    assert "<script" not in html
    assert len(html) < 5_000_000


def test_plot_has_units_limits_truth_faults_and_shades(html: str) -> None:
    (svg,) = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    words = set(re.findall(r">([^<>]+)</text>", svg)) | set(re.findall(r"<!-- (.*?) -->", svg))
    for word in ("Bus voltage", "V", "simulated time (s)", "measured", "truth", "low 137 V", "fault", "pass"):
        assert any(word in found for found in words), word
    assert "section 3 lost" in " ".join(words)


@pytest.mark.parametrize(
    "words",
    [
        "bus voltage",
        "137 to 173 V",
        "forty seconds under a station",
        "2026-03-20T14:46:00Z",
        "section 3 lost",
        "application THERMAL died at tick 200",
        "never came down",
        "residual",
        "slipped ticks",
        "trace hash",
    ],
)
def test_reader_finds(text: str, words: str) -> None:
    assert words in text


def test_report_matches_the_summary(flown: Path, text: str) -> None:
    summary = json.loads((flown / "summary.json").read_text(encoding="utf-8"))
    assert summary["verdict"] in text
    assert summary["trace_hash"] in text
    for item in summary["expectations"]:
        assert item["measured"] in text


def test_pass_is_shaded_as_long_as_the_station_sees_the_satellite(flown: Path) -> None:
    (shade,) = shades_of(RunFolder(flown))
    assert (shade.kind, shade.from_s, shade.until_s) == ("pass", 0.0, 40.0)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([0, 1, 1, 0, 0], [(1.0, 3.0)]),
        ([1, 1, 0, 1, 0], [(0.0, 2.0), (3.0, 4.0)]),
        ([0, 0, 0, 1, 1], [(3.0, 4.0)]),
        ([0, 0, 0, 0, 0], []),
        ([1, 1, 1, 1, 1], [(0.0, 4.0)]),
        ([], []),
    ],
)
def test_shades_are_the_runs_above_one_half(levels: list[int], expected: list[tuple[float, float]]) -> None:
    light = Series(time_s=np.arange(len(levels), dtype=np.float64), values=np.array(levels).reshape(-1, 1))
    assert [(one.from_s, one.until_s) for one in _intervals(light, "eclipse")] == expected


def test_a_gap_between_samples_ends_a_shade() -> None:
    light = Series(time_s=np.array([0.0, 1.0, 9.0, 10.0, 11.0]), values=np.array([[1.0], [1], [1], [1], [0]]))
    assert [(one.from_s, one.until_s) for one in _intervals(light, "pass", gap_max_s=5.0)] == [
        (0.0, 1.0),
        (9.0, 11.0),
    ]


def test_of_very_many_events_the_most_severe_are_shown_in_order_of_time() -> None:
    made = [
        EventRecord(tick=k, time_s=0.1 * k, source="POWER", name=f"E{k}x", severity=severity, text="t")
        for k in range(5000)
        for severity in ["HIGH" if k == 4999 else "MEDIUM" if k % 10 == 3 else "INFO"]
    ]
    table = _event_table(made)
    assert "5000 events, the 400 most severe are shown" in table
    assert table.count("<tr") == 401
    assert "E4999x" in table
    assert table.index("E3x") < table.index("E13x") < table.index("E4999x")
    assert "E4x" not in table


def test_a_scenario_without_a_station_says_so(flown: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(flown, copy)
    scenario = copy / "scenario.toml"
    text = scenario.read_text(encoding="utf-8")
    first = text.index("[[stations]]")
    scenario.write_text(text[:first] + text[text.index("[[faults]]") :], encoding="utf-8")
    conclude(copy)
    html = (copy / "report.html").read_text(encoding="utf-8")
    assert "The scenario has no ground station" in html
    assert "Radio link" not in html
