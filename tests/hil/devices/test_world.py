"""The world: setpoints act one tick after they were sent, faults at their ticks; truth stays off the bus."""

from __future__ import annotations

from pathlib import Path

import pytest

from flight.dictionary.power import ArrayReading, ArraySetpoint
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from hil.devices.columns import ColumnFolder


def test_plant_stands_at_the_time_of_each_tick(devices, tmp_path: Path) -> None:
    loop = devices(options={App.WORLD: {"truth_folder": str(tmp_path), "truth_groups": ["ledger", "world"]}})
    loop.run(31)
    loop.group.close()
    folder = ColumnFolder(tmp_path)
    assert folder.owners == ["world", "ledger"]
    values, width = folder.rows("ledger")
    assert list(values[::width]) == list(range(1, 31))
    values, width = folder.rows("world")
    assert list(values[::width]) == [10.0, 20.0, 30.0]


def test_setpoint_acts_in_the_tick_after_it_was_sent(devices) -> None:
    off = ArraySetpoint(section_enabled_mask=0, gimbal_angle_rad=(0.0, 0.0))
    on = ArraySetpoint(section_enabled_mask=(1 << 24) - 1, gimbal_angle_rad=(0.0, 0.0))
    loop = devices(App.ARRAY, script={App.POWER: {25: [off], 45: [on]}})
    loop.run(71)
    current_a = {tick: sum(reading.section_current_a) for tick, reading in loop.said(ArrayReading)}
    assert current_a[20] > 100.0
    assert current_a[30] == pytest.approx(0.0, abs=2.0)
    assert current_a[70] > 100.0


def test_fault_begins_and_ends_at_its_ticks(devices) -> None:
    fault = {"onset_tick": 15, "end_tick": 35, "name": "section_open", "parameters": {"section": 2}}
    loop = devices(App.ARRAY, options={App.WORLD: {"faults": [fault]}})
    loop.run(61)
    current_a = {tick: reading.section_current_a[2] for tick, reading in loop.said(ArrayReading)}
    assert current_a[10] > 1.0
    assert abs(current_a[20]) < 0.1
    assert abs(current_a[30]) < 0.1
    assert current_a[60] > 1.0


def test_no_device_may_publish_truth() -> None:
    """Whatever a device can say is a declared reading or status, and none of those is named truth."""
    for cls in DICTIONARY.messages():
        if cls.SPEC.source is not None and App.WORLD <= cls.SPEC.source < App.GROUND:
            assert "truth" not in cls.__name__.lower()
            assert not any("true" in name or "truth" in name for name in cls.__dataclass_fields__)
            assert cls.SPEC.source is not App.WORLD
