"""The array device."""

from __future__ import annotations

from flight.dictionary.power import ArrayReading
from flight.dictionary.types import App

EPOCH_NS = 2_152_709_197_000_000_000
ALL = (1 << 24) - 1


def test_sections_are_read_once_a_second_and_stamped_with_their_tick(devices) -> None:
    loop = devices(App.ARRAY)
    loop.run(51)
    readings = loop.said(ArrayReading)
    assert [tick for tick, _ in readings] == [10, 20, 30, 40, 50]
    assert [reading.time_ns - EPOCH_NS for tick, reading in readings] == [k * 10**9 for k in range(1, 6)]
    assert readings[-1][1].valid_mask == ALL
    assert all(100.0 < voltage_v < 160.0 for voltage_v in readings[-1][1].section_voltage_v)


def test_missing_measurement_reads_zero_and_is_not_valid(devices) -> None:
    fault = {
        "onset_tick": 0,
        "name": "sensor_dropout",
        "parameters": {"channel": "array.section_current_a[5]"},
    }
    loop = devices(App.ARRAY, options={App.WORLD: {"faults": [fault]}})
    loop.run(21)
    assert loop.last(ArrayReading).section_current_a[5] == 0.0
    assert loop.last(ArrayReading).valid_mask == ALL ^ 1 << 5


def test_lost_section_delivers_nothing_and_stays_valid(devices) -> None:
    fault = {"onset_tick": 15, "name": "section_open", "parameters": {"section": 7}}
    loop = devices(App.ARRAY, options={App.WORLD: {"faults": [fault]}})
    loop.run(31)
    before, _, after = [reading for _, reading in loop.said(ArrayReading)]
    assert before.section_current_a[7] > 1.0
    assert abs(after.section_current_a[7]) < 0.1
    assert after.valid_mask == ALL
