"""The attitude that is held: the Sun's, or the one at the moment of the order."""

import pytest

from hil.plant.actuators import AttitudeMode
from hil.plant.channels import NAVIGATION
from hil.plant.core import Plant
from hil.plant.params import odc100_dawn_dusk

EPOCH_NS = 2_152_709_197_000_000_000


def make() -> Plant:
    return Plant(odc100_dawn_dusk(), seed=3, epoch_tai_ns=EPOCH_NS)


def attitude(plant: Plant) -> list[float]:
    return plant.truth("navigation")[NAVIGATION.slice("q_body_from_eci")]


def run(plant: Plant, step_count: int) -> None:
    for _ in range(step_count):
        plant.step(1.0)


def test_inertial_attitude_stays_while_that_of_the_sun_goes_on_and_is_found_again() -> None:
    held, free = make(), make()
    run(held, 10)
    run(free, 10)
    held.set_attitude(AttitudeMode.INERTIAL)
    before = attitude(held)
    run(held, 300)
    run(free, 300)
    assert attitude(held) == before
    assert attitude(free) != before
    held.set_attitude(AttitudeMode.SUN_NOMINAL)
    run(held, 1)
    run(free, 1)
    assert attitude(held) == attitude(free)


@pytest.mark.parametrize("mode", [-1, 2])
def test_an_attitude_mode_that_does_not_exist_is_counted_and_changes_nothing(mode: int) -> None:
    odd, plain = make(), make()
    odd.set_attitude(mode)  # type: ignore[arg-type]
    assert odd.input_rejects_count == 1
    run(odd, 100)
    run(plain, 100)
    assert attitude(odd) == attitude(plain)
