"""The navigation device: fixes of the reading's time, attitude as the bus means it."""

from __future__ import annotations

from math import atan2, hypot, sqrt

import pytest

from flight.dictionary.navigation import NavigationReading
from flight.dictionary.optical import PartnerEphemeris
from flight.dictionary.types import App
from hil.plant import channels
from hil.plant.actuators import TerminalMode
from hil.plant.core import Plant
from hil.plant.params import odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
Vector = tuple[float, ...]


def rotated(q: Vector, v: Vector) -> Vector:
    """Return q v q* by the rotation matrix of a scalar-first unit quaternion (Diebel 2006, equation 125)."""
    w, x, y, z = q
    rows = (
        (w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)),
        (2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)),
        (2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z),
    )
    return tuple(sum(a * b for a, b in zip(row, v, strict=True)) for row in rows)


@pytest.fixture(scope="module")
def truth() -> dict[int, Plant]:
    """Return the same satellite on its own, stopped at the ticks that tests look at."""
    found = {}
    plant = Plant(odc100_mid_inclination(), seed=7, epoch_tai_ns=EPOCH_NS)
    for terminal in range(4):
        plant.set_terminal(terminal, TerminalMode.STOW, azimuth_rad=0.0, elevation_rad=0.0, partner=terminal)
    for tick in range(1, 111):
        plant.step(0.1)
        if tick == 110:
            found[tick] = plant
    return found


def test_position_is_that_of_the_readings_time(devices, truth) -> None:
    loop = devices(App.NAVIGATION)
    loop.run(111)
    reading = dict(loop.said(NavigationReading))[110]
    exact = truth[110].truth("navigation")[channels.NAVIGATION.slice("position_eci_m")]
    assert reading.position_eci_m == pytest.approx(exact, abs=15.0)  # the sensor's sample is 760 m old
    assert reading.valid_mask == 0b11111
    assert reading.sun_irradiance_w_per_m2 == pytest.approx(1361.0, rel=0.02)


def test_attitude_turns_j2000_into_body_axes(devices, truth) -> None:
    loop = devices(App.NAVIGATION)
    loop.run(111)
    own = dict(loop.said(NavigationReading))[110]
    partners = {p.partner_index: p for tick, p in loop.said(PartnerEphemeris) if tick == 110}
    optics = truth[110].truth("optics")
    azimuths = optics[channels.OPTICS.slice("partner_azimuth_rad")]
    elevations = optics[channels.OPTICS.slice("partner_elevation_rad")]
    for index, partner in partners.items():
        apart = [a - b for a, b in zip(partner.position_eci_m, own.position_eci_m, strict=True)]
        x, y, z = rotated(own.q_body_from_eci, tuple(apart))
        assert atan2(y, x) == pytest.approx(azimuths[index], abs=2e-4)
        assert atan2(z, hypot(x, y)) == pytest.approx(elevations[index], abs=2e-4)


def test_partners_speak_every_ten_seconds(devices) -> None:
    loop = devices(App.NAVIGATION)
    loop.run(230)
    said = loop.said(PartnerEphemeris)
    assert [tick for tick, _ in said] == [10] * 4 + [110] * 4 + [210] * 4
    assert [sqrt(sum(x * x for x in p.position_eci_m)) for _, p in said[:4]] == pytest.approx(
        [6978e3] * 4, rel=2e-3
    )


def test_dead_star_tracker_clears_its_bit(devices) -> None:
    fault = {
        "onset_tick": 0,
        "name": "sensor_dropout",
        "parameters": {"channel": "navigation.q_body_from_eci[1]"},
    }
    loop = devices(App.NAVIGATION, options={App.WORLD: {"faults": [fault]}})
    loop.run(21)
    assert loop.last(NavigationReading).valid_mask == 0b11101
