"""The coolant loops device."""

from __future__ import annotations

import pytest

from flight.dictionary.thermal import LoopReading
from flight.dictionary.types import App


def test_both_loops_and_the_batteries_are_read(devices) -> None:
    loop = devices(App.LOOPS)
    loop.run(21)
    reading = loop.last(LoopReading)
    assert reading.valid_mask == (1 << 27) - 1
    assert reading.supply_temperature_k == pytest.approx((298.0, 298.0), abs=10.0)
    assert reading.battery_temperature_k == pytest.approx(293.15, abs=0.5)


@pytest.mark.parametrize(
    ("channel", "bit"),
    [
        ("loops.supply_temperature_k[1]", 1),
        ("loops.flow_kg_per_s[0]", 4),
        ("loops.pump_power_w[1]", 11),
        ("radiator.panel_temperature_k[3]", 15),
    ],
)
def test_each_value_has_its_bit(devices, channel: str, bit: int) -> None:
    fault = {"onset_tick": 0, "name": "sensor_dropout", "parameters": {"channel": channel}}
    loop = devices(App.LOOPS, options={App.WORLD: {"faults": [fault]}})
    loop.run(21)
    assert loop.last(LoopReading).valid_mask == (1 << 27) - 1 ^ 1 << bit


def test_one_dead_sensor_does_not_spoil_the_mean_of_the_packs(devices) -> None:
    fault = {
        "onset_tick": 0,
        "name": "sensor_dropout",
        "parameters": {"channel": "battery.pack_temperature_k[2]"},
    }
    loop = devices(App.LOOPS, options={App.WORLD: {"faults": [fault]}})
    loop.run(21)
    assert loop.last(LoopReading).battery_temperature_k == pytest.approx(293.15, abs=0.5)
    assert loop.last(LoopReading).valid_mask == (1 << 27) - 1
