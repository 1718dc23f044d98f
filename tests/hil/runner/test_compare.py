"""Comparison of two runs: the first message that differs is named, channels are held to their tolerances."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from flight.executive.executive import Clock
from hil.runner.compare import compare
from hil.runner.run_folder import RunFolder
from hil.runner.verdict import Outcome

Fly = Callable[..., Path]


@pytest.fixture
def tampered(flown: Path, tmp_path: Path) -> Callable[[str, Callable[[np.ndarray], None]], RunFolder]:
    """Return a maker of copies with one column file changed and another trace hash."""

    def make(name: str, change: Callable[[np.ndarray], None]) -> RunFolder:
        copy = tmp_path / "copy"
        shutil.copytree(flown, copy)
        figures = copy / "figures.json"
        text = figures.read_text(encoding="utf-8")
        figures.write_text(text.replace('"trace_hash": "', '"trace_hash": "x'), encoding="utf-8")
        run = RunFolder(copy)
        path = copy / "channels" / f"{name}.f64"
        width = run.channel(name, "time_ns").values.shape[0]
        rows = np.frombuffer(path.read_bytes()).reshape(width, -1).copy()
        change(rows)
        path.write_bytes(rows.tobytes())
        return RunFolder(copy)

    return make


def test_same_scenario_and_seed_give_the_same_trace(flown: Path, fly: Fly) -> None:
    result = compare(RunFolder(flown), RunFolder(fly()))
    assert result.trace_equal
    assert result.outcome is Outcome.PASS


def test_other_seed_is_found_at_its_first_message(flown: Path, fly: Fly) -> None:
    result = compare(RunFolder(flown), RunFolder(fly(seed=6)))
    assert not result.trace_equal
    assert result.trace is not None
    assert result.trace.what == "body"
    assert result.trace.tick <= 10


def test_changed_parameter_is_named_by_tick_source_and_message(flown: Path, fly: Fly, short: str) -> None:
    other = fly(short + "[options.POWER.parameters]\nhousekeeping_power_w = 9500.0\n")
    found = compare(RunFolder(flown), RunFolder(other)).trace
    assert found is not None
    assert found.source == "POWER"


def test_clean_copy_differs_nowhere(flown: Path, tampered) -> None:
    result = compare(RunFolder(flown), tampered("BusReading", lambda _: None))
    assert [item.outcome for item in result.channels] == [Outcome.PASS]
    assert result.channels[0].value_apart == 0.0


def test_gain_error_of_one_percent_is_found(flown: Path, tampered) -> None:
    index = 2  # tick, time_ns, bus_voltage_v
    other = tampered("BusReading", lambda rows: rows.__setitem__((slice(None), index), rows[:, index] * 1.01))
    result = compare(RunFolder(flown), other)
    assert result.outcome is Outcome.FAIL
    assert result.channels[0].value_apart == pytest.approx(1.6, rel=0.1)


def test_lag_is_allowed_only_where_the_scenario_says_so(flown: Path, tampered) -> None:
    other = tampered("BusReading", lambda rows: rows.__setitem__((slice(None), 0), rows[:, 0] + 1.0))
    assert compare(RunFolder(flown), other).outcome is Outcome.FAIL
    text = (flown / "scenario.toml").read_text(encoding="utf-8") + "lag_max_ticks = 2\n"
    copy = other.path.parent / "lenient"
    shutil.copytree(flown, copy)
    (copy / "scenario.toml").write_text(text, encoding="utf-8")
    result = compare(RunFolder(copy), other)
    assert result.outcome is Outcome.PASS
    assert result.channels[0].lag_ticks == 1


def test_channel_without_tolerance_is_shown_and_not_judged(flown: Path, tampered) -> None:
    other = tampered("PowerStatus", lambda rows: rows.__setitem__((5, 3), 0.123))
    shown = {item.channel: item for item in compare(RunFolder(flown), other).channels}
    assert shown["BusReading.bus_voltage_v"].outcome is Outcome.PASS
    assert [item.tolerance for name, item in shown.items() if name.startswith("PowerStatus")] == [None]


def test_shorter_run_ends_at_a_missing_message(flown: Path, fly: Fly, short: str) -> None:
    result = compare(
        RunFolder(flown), RunFolder(fly(short.replace("duration_s = 40.0", "duration_s = 20.0")))
    )
    assert result.trace is not None
    assert result.trace.what == "missing"
    assert result.trace.tick == 201


def test_clocks_agree(flown: Path, fly: Fly) -> None:
    assert compare(RunFolder(flown), RunFolder(fly(clock=Clock.LOCKSTEP))).trace_equal


def test_placements_agree(flown: Path, fly: Fly) -> None:
    assert compare(RunFolder(flown), RunFolder(fly(clock=Clock.LOCKSTEP, placement="one"))).trace_equal
