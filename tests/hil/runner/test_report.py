"""The report: one file that needs nothing else and shows what a reader looks for."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hil.runner.report import shades_of
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
    for word in ("Bus voltage", "V", "simulated time (min)", "measured", "truth", "low 137", "fault", "pass"):
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
