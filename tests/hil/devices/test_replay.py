"""The replay backend gives back what was recorded, at the same ticks."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

import pytest

from flight.dictionary.power import BatteryReading
from flight.dictionary.types import App
from hil.devices.replay import ReplayedBattery
from hil.runner.rows import RowFormat


@pytest.fixture
def run(devices, tmp_path: Path) -> tuple[Path, list[tuple[int, BatteryReading]]]:
    """Return a run directory with recorded readings, and the readings; pack 1 is invalid for a while."""
    fault = {
        "onset_tick": 15,
        "end_tick": 25,
        "name": "sensor_dropout",
        "parameters": {"channel": "battery.pack_current_a[1]"},
    }
    loop = devices(App.BATTERY, options={App.WORLD: {"faults": [fault]}})
    loop.run(51)
    readings = loop.said(BatteryReading)
    form = RowFormat(BatteryReading)
    folder = tmp_path / "run" / "channels"
    folder.mkdir(parents=True)
    index = {"tick_ns": 10**8, "messages": {"BatteryReading": form.columns}}
    (folder / "index.json").write_text(json.dumps(index))
    with (folder / "BatteryReading.f64").open("wb") as stream:
        for tick, reading in readings:
            values = [getattr(reading, name) for name in BatteryReading.__dataclass_fields__]
            stream.write(array("d", (tick,)) + form.row(values))
    return tmp_path / "run", readings


def test_replayed_run_publishes_the_same_bytes(run, devices) -> None:
    folder, readings = run
    replayed = devices(App.BATTERY, options={App.BATTERY: {"backend": "replay", "run": str(folder)}})
    replayed.run(51)
    assert replayed.said(BatteryReading) == readings


def test_nothing_is_valid_before_the_first_reading_and_the_last_one_stands(run) -> None:
    folder, readings = run
    backend = ReplayedBattery(folder)
    assert list(backend.read(5)) == []
    assert backend.read(25)[1] is None
    assert backend.read(999)[0] is not None
    assert backend.read(999)[0][0] == pytest.approx(readings[-1][1].pack_voltage_v[0])


def test_run_without_battery_readings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "channels").mkdir()
    (tmp_path / "channels" / "index.json").write_text('{"tick_ns": 1, "messages": {}}')
    with pytest.raises(KeyError):
        ReplayedBattery(tmp_path)
