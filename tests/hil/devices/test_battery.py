"""The battery monitor with its simulated backend."""

from __future__ import annotations

import pytest

from flight.dictionary.power import BatteryReading
from flight.dictionary.types import App


def test_packs_are_read_once_a_second(devices) -> None:
    loop = devices(App.BATTERY)
    loop.run(31)
    assert [tick for tick, _ in loop.said(BatteryReading)] == [10, 20, 30]
    reading = loop.last(BatteryReading)
    assert reading.valid_mask == 0xFF
    for voltage_v, low_v, high_v in zip(
        reading.pack_voltage_v, reading.cell_voltage_min_v, reading.cell_voltage_max_v, strict=True
    ):
        assert low_v <= high_v
        assert voltage_v == pytest.approx(40.0 * (low_v + high_v) / 2.0, rel=0.01)


def test_packs_that_do_not_exist_read_zero_and_are_not_valid(devices) -> None:
    loop = devices(App.BATTERY, options={App.WORLD: {"orbit": "dawn_dusk"}})
    loop.run(11)
    reading = loop.last(BatteryReading)
    assert reading.valid_mask == 0x0F
    assert reading.pack_voltage_v[4:] == (0.0,) * 4


def test_pack_with_a_dead_sensor_is_not_valid(devices) -> None:
    fault = {
        "onset_tick": 0,
        "name": "sensor_dropout",
        "parameters": {"channel": "battery.pack_current_a[6]"},
    }
    loop = devices(App.BATTERY, options={App.WORLD: {"faults": [fault]}})
    loop.run(11)
    assert loop.last(BatteryReading).valid_mask == 0xFF ^ 1 << 6
    assert loop.last(BatteryReading).pack_voltage_v[6] == 0.0
