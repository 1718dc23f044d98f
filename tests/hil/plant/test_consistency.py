"""Parameters that contradict each other are refused before anything is simulated."""

from dataclasses import replace

import pytest

from hil.devices.build import Orbit, plant_params
from hil.plant.consistency import check_together
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.params import odc100_dawn_dusk, odc100_mid_inclination


@pytest.mark.parametrize("params", [odc100_dawn_dusk(), odc100_mid_inclination()])
def test_the_reference_satellites_make_sense(params) -> None:
    check_together(params)


@pytest.mark.parametrize(
    ("part", "changes", "words"),
    [
        ("battery", {"louvre_open_k": 291.15}, "louvre_closed_k must be below louvre_open_k, 291.15"),
        ("battery", {"cell_voltage_min_v": 3.9, "cell_voltage_max_v": 3.5}, "got 3.9 V (battery)"),
        ("bus", {"bus_shed_v": 170.0}, "bus_shed_v must be below bus_nominal_v, 160, got 170 V (bus)"),
        ("bus", {"bus_limit_v": 150.0}, "bus_nominal_v must be below bus_limit_v, 150, got 160 V (bus)"),
    ],
)
def test_contradictions_are_named(part: str, changes: dict[str, float], words: str) -> None:
    params = odc100_mid_inclination()
    wrong = replace(params, **{part: replace(getattr(params, part), **changes)})
    with pytest.raises(PlantError) as caught:
        Plant(wrong, seed=1, epoch_tai_ns=0)
    assert words in str(caught.value)


def test_a_scenario_that_contradicts_itself_is_refused_when_it_is_read() -> None:
    with pytest.raises(ValueError, match="perigee must be above"):
        plant_params(Orbit.MID_INCLINATION, {"orbit.eccentricity_ratio": 0.3})


@pytest.mark.parametrize("value", [2.5, 0.5, float("nan")])
def test_a_count_is_a_whole_number(value: float) -> None:
    with pytest.raises(PlantError, match="pack_count must be"):
        plant_params(Orbit.MID_INCLINATION, {"battery.pack_count": value})
