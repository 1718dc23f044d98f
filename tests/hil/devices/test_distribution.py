"""The power distribution device."""

from __future__ import annotations

import pytest

from flight.dictionary.power import BusReading
from flight.dictionary.types import App


def test_bus_is_alive_and_its_powers_add_up(devices) -> None:
    loop = devices(App.DISTRIBUTION)
    loop.run(101)
    reading = loop.last(BusReading)
    assert 137.0 < reading.bus_voltage_v < 173.0
    assert reading.valid_mask == 0b1111111
    loads_w = (
        reading.compute_power_w
        + reading.optical_power_w
        + reading.thermal_power_w
        + reading.housekeeping_power_w
    )
    assert reading.array_power_w + reading.battery_power_w == pytest.approx(loads_w, rel=0.02, abs=300.0)
    assert reading.battery_power_w < 0.0  # charging in sunlight: discharge is positive


def test_valid_bits_follow_the_order_of_the_message(devices) -> None:
    fault = {"onset_tick": 0, "name": "sensor_dropout", "parameters": {"channel": "bus.compute_power_w[0]"}}
    loop = devices(App.DISTRIBUTION, options={App.WORLD: {"faults": [fault]}})
    loop.run(21)
    assert loop.last(BusReading).valid_mask == 0b1111111 ^ 1 << 3
    assert loop.last(BusReading).compute_power_w == 0.0
