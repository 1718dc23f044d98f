import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant.battery import ocv

from flight.power.cell import ENERGY_WH, SERIES_COUNT, cell_voltage_v, pack_resistance_ohm, slope_v


@pytest.mark.parametrize(
    ("charge_frac", "voltage_v"), [(0.0, 2.5), (0.1, 3.2959), (0.5, 3.7509), (0.9, 4.0967), (1.0, 4.2)]
)
def test_open_circuit_voltage_equals_the_published_table(charge_frac: float, voltage_v: float) -> None:
    # PyBaMM's Chen2020 set, printed to 0.1 mV.
    assert cell_voltage_v(charge_frac) == pytest.approx(voltage_v, abs=1e-9)


@given(st.floats(-0.3, 1.3))
def test_open_circuit_voltage_between_the_knots_is_the_monotone_cubic_of_the_twin(charge_frac: float) -> None:
    # Hermite form, written apart; straight lines would be up to 23 mV off.
    assert cell_voltage_v(charge_frac) == pytest.approx(ocv(charge_frac), abs=1e-9)


@given(st.floats(-0.2, 1.2), st.floats(1e-6, 0.3))
def test_open_circuit_voltage_rises_with_charge(charge_frac: float, more_frac: float) -> None:
    assert cell_voltage_v(charge_frac + more_frac) > cell_voltage_v(charge_frac)


@given(st.floats(0.001, 0.999))
def test_slope_is_the_derivative_of_the_voltage(charge_frac: float) -> None:
    step = 1e-6
    numeric_v = (cell_voltage_v(charge_frac + step) - cell_voltage_v(charge_frac - step)) / (2.0 * step)
    assert slope_v(charge_frac) == pytest.approx(numeric_v, rel=1e-5)


def test_energy_is_the_integral_of_the_voltage() -> None:
    count = 10_000
    mean_v = sum(cell_voltage_v((index + 0.5) / count) for index in range(count)) / count
    assert mean_v * SERIES_COUNT * 105.0 == pytest.approx(ENERGY_WH, rel=1e-4)


def test_resistance_is_two_and_a_half_times_larger_at_the_freezing_point() -> None:
    warm_ohm = pack_resistance_ohm(298.15)
    assert warm_ohm == pytest.approx(40 * 0.030 / 21, rel=1e-9)
    assert pack_resistance_ohm(273.15) / warm_ohm == pytest.approx(2.5, rel=1e-6)
