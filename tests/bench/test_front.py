"""The front of the benchmarks and their rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench import front
from bench.row import Row, against, alone, skipped

GOOD = """
from bench.row import against, alone, skipped

def run():
    yield against("encode", 40.0, "MB/s", "byte table", 1.0, at_least=40)
    yield alone("latency", 20.0, "us", at_most=10)
    yield skipped("wide", "MB/s", reason="the processor lacks gfni")
"""
CRASHING = """
def run():
    raise RuntimeError("out of order")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "bench_good.py").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bench_bad.py").write_text(CRASHING, encoding="utf-8")
    monkeypatch.setattr(front, "FOLDER", tmp_path)
    return tmp_path


def test_json_is_one_object_per_row_and_nothing_else(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert front.main(["--json", "good"]) == 0
    printed = capsys.readouterr()
    rows = [json.loads(line) for line in printed.out.splitlines()]
    assert [row["holds"] for row in rows] == [True, False, None]
    wanted = {"name", "value", "unit", "reference", "reference_value", "ratio", "bar", "holds", "note"}
    assert all(wanted <= row.keys() for row in rows)
    assert "3 rows: 1 hold, 1 missed, 1 skips" in printed.err


def test_table_names_reference_bar_and_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert front.main(["good"]) == 0
    printed = capsys.readouterr().out
    for words in ("ratio >= 40", "byte table 1", "NO", "the processor lacks gfni", "1 skips"):
        assert words in printed


def test_crash_is_told_and_the_others_still_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert front.main([]) == 1
    printed = capsys.readouterr()
    assert "out of order" in printed.err
    assert "crashed: bad" in printed.out
    assert "good: encode" in printed.out


def test_unknown_name_is_answered_with_the_known_ones(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        front.main(["goood"])
    assert "NAME must be one of bad, good, got goood" in capsys.readouterr().err


def test_bar_decides_whether_a_row_holds() -> None:
    assert against("a", 5.0, "s", "b", 2.0, at_least=2.5).holds is True
    assert against("a", 5.0, "s", "b", 2.0, at_most=2.4).holds is False
    assert alone("a", 5.0, "s", at_least=5).holds is True
    assert against("a", 5.0, "s", "b", 2.0, note="no bar").ratio == 2.5


def test_row_without_verdict_must_say_why() -> None:
    with pytest.raises(ValueError, match="note must say why"):
        alone("a", 5.0, "s")
    with pytest.raises(ValueError, match="note must say why"):
        skipped("a", "s", reason="")
    with pytest.raises(ValueError, match="holds must be None without a value"):
        Row(name="a", value=None, unit="s", holds=True)


def test_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="figure must be finite, got nan s"):
        alone("a", float("nan"), "s", at_least=1)


def test_two_bars_are_refused() -> None:
    with pytest.raises(ValueError, match="bar must be at_least or at_most"):
        alone("a", 1.0, "s", at_least=1, at_most=2)
