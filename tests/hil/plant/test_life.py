"""A life without flight software, kept as arrays."""

import numpy as np
import pytest

from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.life import simulate
from hil.plant.params import odc100_mid_inclination


@pytest.fixture
def plant(epoch_ns: int) -> Plant:
    return Plant(odc100_mid_inclination(), seed=3, epoch_tai_ns=epoch_ns)


def test_rows_are_the_truth_at_their_times(plant: Plant, epoch_ns: int) -> None:
    other = Plant(odc100_mid_inclination(), seed=3, epoch_tai_ns=epoch_ns)
    acted = []
    kept = simulate(
        plant, 4.0, ["navigation.position_eci_m", "world.illumination_frac"], period_s=2.0, each=acted.append
    )
    expected = [other.truth("navigation")[:3]]
    for step in range(40):
        other.step(0.1)
        if step in {19, 39}:
            expected.append(other.truth("navigation")[:3])
    assert kept["navigation.position_eci_m"].tolist() == expected
    assert kept.time_s.tolist() == [0.0, 2.0, 4.0]
    assert acted == [0.0, 2.0]
    assert np.all(kept["world.illumination_frac"] == 1.0)
    assert plant.truth("heat") == other.truth("heat")


def test_of_many_periods_few_are_kept_and_setpoints_are_renewed_in_each(plant: Plant, epoch_ns: int) -> None:
    fields = ["nodes.node_power_w"]
    other = Plant(odc100_mid_inclination(), seed=3, epoch_tai_ns=epoch_ns)
    whole, few = simulate(other, 60.0, fields), simulate(plant, 60.0, fields, keep_count=7)
    assert few.time_s.tolist() == [7.0 * row for row in range(9)]
    assert few["nodes.node_power_w"].tolist() == whole["nodes.node_power_w"][::7].tolist()
    assert plant.truth("heat") == other.truth("heat")


def test_a_life_ends_where_its_hook_says(plant: Plant) -> None:
    kept = simulate(plant, 60.0, ["bus.bus_voltage_v"], each=lambda time_s: time_s >= 10.0)
    assert kept.time_s.tolist() == [float(second) for second in range(11)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"step_s": 0.0}, "step_s must be 0.001 to 1, got 0.0 s"),
        ({"step_s": float("nan")}, "step_s must be 0.001 to 1, got nan s"),
        ({"step_s": 0.3}, "period_s must be 1 to 1000 steps of 0.3 s, got 1.0 s"),
        (
            {"period_s": 2.5, "duration_s": 10.0},
            "period_s must be at most 2 s for standing setpoints, got 2.5 s",
        ),
        ({"keep_count": 0}, "keep_count must be at least 1, got 0"),
        ({"duration_s": 0.0}, "duration_s must be 1 to 5e"),
        ({"duration_s": float("nan")}, "duration_s must be 1 to 5e"),
        ({"fields": ["bus.volts"]}, "field must be a group.field of hil.plant.channels, got 'bus.volts'"),
    ],
)
def test_lengths_and_names_that_make_no_sense_are_refused(
    plant: Plant, changed: dict[str, object], words: str
) -> None:
    given: dict[str, object] = {"duration_s": 2.0, "fields": ["bus.bus_voltage_v"], **changed}
    with pytest.raises(PlantError, match=words.replace(".", r"\.")):
        simulate(plant, **given)  # type: ignore[arg-type]
