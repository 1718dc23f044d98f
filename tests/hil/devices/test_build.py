"""Building world and devices from their options."""

from __future__ import annotations

import pytest

from flight.bus.application import Config
from flight.dictionary.types import App
from hil.devices.build import Orbit, build, plant_params
from hil.devices.errors import ConfigurationError
from hil.plant.errors import PlantError


def test_devices_come_in_the_order_of_their_ids_with_the_world_first() -> None:
    apps = [App.RADIO, App.BATTERY, App.WORLD, App.ARRAY]
    options = {
        App.RADIO: {"stations": [], "octets_per_tick": 1, "up_ratio": 0.0, "down_ratio": 0.0, "faults": []}
    }
    made = build({app: Config(app=app, options=options.get(app, {})) for app in apps})
    assert [one.app for one in made] == sorted(apps)


def test_numbers_of_the_plant_can_be_changed() -> None:
    params = plant_params(Orbit.MID_INCLINATION, {"battery.charge_initial_frac": 0.5, "orbit.raan_rad": 1.0})
    assert params.battery.charge_initial_frac == 0.5
    assert params.orbit.raan_rad == 1.0
    assert plant_params(Orbit.DAWN_DUSK, {}).battery.pack_count == 4


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("batery.charge_initial_frac", 0.5, "parameter must begin with one of orbit, array, battery"),
        (
            "battery.charge_frac",
            0.5,
            "parameter of battery must be one of .*charge_initial_frac.*, got charge_frac",
        ),
        ("name", 0.5, "parameter must begin with one of"),
    ],
)
def test_wrong_names_are_answered_with_the_right_ones(name: str, value: float, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        build({App.WORLD: Config(app=App.WORLD, options={"numbers": {name: value}})})


def test_impossible_value_is_refused_by_the_plant() -> None:
    with pytest.raises(PlantError, match="charge_initial_frac must be"):
        plant_params(Orbit.DAWN_DUSK, {"battery.charge_initial_frac": 1.5})


def test_unknown_option_is_named() -> None:
    with pytest.raises(
        ConfigurationError, match="options of WORLD: key must be one of orbit, numbers, faults"
    ):
        build({App.WORLD: Config(app=App.WORLD, options={"orbits": "dawn_dusk"})})
