"""Cell and pack against the battery twin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant import battery as twin
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import lib
from hil.plant.cell import cell_voltage_v
from hil.plant.channels import BATTERY, STORAGE
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.params import odc100_dawn_dusk

EPOCH_NS = 2_152_709_197_000_000_000


@pytest.mark.parametrize("knot", range(11))
def test_open_circuit_voltage_at_the_published_knots(knot: int) -> None:
    """PyBaMM Chen2020, rounded to 0.1 mV."""
    assert lib.dd_cell_ocv(knot / 10.0) == pytest.approx(twin.TABLE_V[knot], abs=1e-9)


@TWIN_CASES
@given(st.floats(-0.2, 1.2))
def test_open_circuit_voltage_equals_its_twin(charge: float) -> None:
    assert lib.dd_cell_ocv(charge) == pytest.approx(twin.ocv(charge), rel=1e-10)


@given(st.floats(-0.2, 1.2), st.floats(0.0, 0.1))
def test_open_circuit_voltage_rises_with_charge(charge: float, more: float) -> None:
    assert lib.dd_cell_ocv(charge + more) >= lib.dd_cell_ocv(charge) - 1e-12


@given(st.floats(0.0, 1.2))
def test_energy_is_the_integral_of_the_voltage(charge: float) -> None:
    assert lib.dd_cell_ocv_integral(charge) == pytest.approx(twin.ocv_integral(charge), rel=1e-10, abs=1e-12)


@TWIN_CASES
@given(st.floats(1e-3, 0.1), st.floats(1.0, 4.0), st.floats(230.0, 330.0))
def test_resistance_equals_its_twin(ohm: float, cold: float, temperature: float) -> None:
    assert lib.dd_cell_resistance(ohm, cold, temperature) == pytest.approx(
        twin.resistance(ohm, cold, temperature), rel=1e-10
    )


def test_pack_follows_its_twin_through_discharge_and_charge() -> None:
    """The twin gets the true current of every step and must find the same charge and voltage."""
    plant = Plant(odc100_dawn_dusk(), seed=3, epoch_tai_ns=EPOCH_NS)
    pack = twin.Pack(capacity_ah=105.0, parallel_count=21.0, charge_frac=plant.truth("storage")[0])
    for wing in range(2):
        plant.set_wing(wing, 1.57)
    currents = []
    for step in range(6000):
        if step == 4000:
            plant.set_wing(0, 0.0)
        before_k = plant.truth("battery")[BATTERY.slice("pack_temperature_k")][0]
        plant.step()
        reading = plant.truth("battery")
        current = reading[BATTERY.slice("pack_current_a")][0]
        pack.step(current, 0.1)
        currents.append(current)
        assert reading[0] == pytest.approx(pack.voltage(current, before_k), rel=1e-9)
    assert plant.truth("storage")[STORAGE.slice("pack_charge_frac")][0] == pytest.approx(
        pack.charge_frac, rel=1e-10
    )
    assert min(currents) < -10.0
    assert max(currents) > 10.0


def test_weakest_and_strongest_group_enclose_the_mean() -> None:
    plant = Plant(odc100_dawn_dusk(), seed=3, epoch_tai_ns=EPOCH_NS)
    for _ in range(100):
        plant.step()
    reading = plant.truth("battery")
    low = reading[BATTERY.slice("cell_voltage_min_v")][:4]
    high = reading[BATTERY.slice("cell_voltage_max_v")][:4]
    mean = [v / 40.0 for v in reading[BATTERY.slice("pack_voltage_v")][:4]]
    assert all(a < m < b for a, m, b in zip(low, mean, high, strict=True))
    assert all(b - a < 0.1 for a, b in zip(low, high, strict=True))


def test_voltage_on_arrays_is_open_circuit_less_drops() -> None:
    """2.5 times the resistance at 0 C, by definition of the ratio."""
    warm, cold = cell_voltage_v(0.5, [0.0, 5.0]), cell_voltage_v(0.5, 5.0, temperature_k=273.15)
    assert warm.tolist() == pytest.approx([3.7509, 3.7509 - 5.0 * 0.028])
    assert cold == pytest.approx(3.7509 - 2.5 * 5.0 * 0.028)
    assert cell_voltage_v(0.5, 0.0, polarisation_v=0.1) == pytest.approx(3.6509)
    with pytest.raises(PlantError, match="temperature_k must be above 0, got 0 K"):
        cell_voltage_v(0.5, 0.0, temperature_k=0.0)
