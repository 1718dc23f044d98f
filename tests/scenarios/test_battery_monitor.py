"""The first rig: the battery monitor over a real serial line, swapped for the simulated one by one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hil.runner.compare import compare
from hil.runner.run_folder import RunFolder
from hil.runner.verdict import Outcome

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

RIG = Path(__file__).parents[2] / "hil" / "rigs" / "battery_serial.toml"
SHORT = {"duration_s = 120.0": "duration_s = 26.0"}


@pytest.fixture(scope="module")
def runs(fly, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunFolder, RunFolder]:
    """Return the run over the serial line and the run with the simulated monitor, both in real time."""
    text = RIG.read_text(encoding="utf-8")
    swapped = tmp_path_factory.mktemp("rig") / "swapped.toml"
    swapped.write_text(text.replace('backend = "emulated"', 'backend = "sim"'), encoding="utf-8")
    lines = zip(text.splitlines(), swapped.read_text(encoding="utf-8").splitlines(), strict=True)
    assert sum(a != b for a, b in lines) == 1
    serial = fly("battery_monitor", changes=SHORT, rig=str(RIG), clock=None)
    simulated = fly("battery_monitor", changes=SHORT, rig=str(swapped), clock=None)
    return RunFolder(serial), RunFolder(simulated)


def test_scenario_passes_on_both(runs: tuple[RunFolder, RunFolder]) -> None:
    for run in runs:
        summary = json.loads((run.path / "summary.json").read_text(encoding="utf-8"))
        assert summary["clock"] == "realtime"
        assert summary["verdict"] == "PASS", summary["expectations"]
        assert summary["lateness_ms"]["p50"] > 0.0


def test_comparison_says_so_with_tolerances(runs: tuple[RunFolder, RunFolder]) -> None:
    result = compare(*runs)
    assert not result.trace_equal
    judged = [item for item in result.channels if item.tolerance is not None]
    assert len(judged) == len(runs[0].scenario.compare)
    assert [item for item in judged if item.outcome is not Outcome.PASS] == []
    assert result.outcome is Outcome.PASS


def test_readings_really_crossed_the_line(runs: tuple[RunFolder, RunFolder]) -> None:
    """Over the line a voltage is a whole number of 10 mV; the simulated channel has its own finer steps."""
    serial, simulated = (run.channel("BatteryReading", "pack_voltage_v").values for run in runs)
    steps = [abs(values * 100.0 - (values * 100.0).round()).max() for values in (serial, simulated)]
    assert steps[0] < 1e-6
    assert steps[1] > 1e-3
