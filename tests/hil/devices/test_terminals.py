"""The laser terminals device."""

from __future__ import annotations

import pytest

from flight.dictionary.optical import TERMINAL_COUNT, TerminalMode, TerminalReading, TerminalSetpoint
from flight.dictionary.types import App


def pointing(azimuth_rad: float) -> TerminalSetpoint:
    zero = (0.0,) * TERMINAL_COUNT
    return TerminalSetpoint(
        terminal_mode=(int(TerminalMode.POINT),) * TERMINAL_COUNT,
        azimuth_rad=(azimuth_rad,) * TERMINAL_COUNT,
        elevation_rad=zero,
        azimuth_rate_rad_per_s=zero,
        elevation_rate_rad_per_s=zero,
        point_ahead_x_rad=zero,
        point_ahead_y_rad=zero,
        laser_mask=0,
        partner_index=(0, 1, 2, 3),
    )


def test_gimbals_go_where_they_are_told(devices) -> None:
    loop = devices(App.TERMINALS, script={App.OPTICAL: {3: [pointing(0.5)]}})
    loop.run(201)
    readings = loop.said(TerminalReading)
    assert [tick for tick, _ in readings] == list(range(10, 201, 10))
    assert readings[-1][1].azimuth_rad == pytest.approx((0.5,) * TERMINAL_COUNT, abs=2e-3)
    assert readings[-1][1].frame_lock_mask == 0


def test_dead_detector_clears_the_bit_of_its_terminal(devices) -> None:
    fault = {
        "onset_tick": 0,
        "name": "sensor_dropout",
        "parameters": {"channel": "terminals.quad_power_w[2]"},
    }
    loop = devices(App.TERMINALS, options={App.WORLD: {"faults": [fault]}})
    loop.run(11)
    assert loop.last(TerminalReading).valid_mask == 0b1011
    assert loop.last(TerminalReading).quad_power_w[2] == 0.0
