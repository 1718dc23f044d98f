"""A cell under a current: the twin, the electrochemical model of PyBaMM, and ageing."""

from dataclasses import replace
from math import exp

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant import battery as twin
from reference.plant.cases import TWIN_CASES

from hil.plant import CellCircuit, CellLife, Plant, PlantError, cell_ageing, cell_open_voltage_v, cell_trace_v
from hil.plant.channels import STORAGE
from hil.plant.params import BatteryParams, odc100_mid_inclination


@TWIN_CASES
@given(
    st.lists(st.floats(-5.0, 5.0), min_size=2, max_size=2),
    st.floats(0.1, 60.0),
    st.floats(0.2, 0.95),
    st.floats(250.0, 320.0),
)
def test_trace_equals_the_twin(
    current_a: list[float], step_s: float, charge_frac: float, temperature_k: float
) -> None:
    volts, end = cell_trace_v(current_a, step_s=step_s, charge_frac=charge_frac, temperature_k=temperature_k)
    cell = twin.Pack(capacity_ah=5.0, parallel_count=1.0, charge_frac=charge_frac, series_count=1.0)
    for current, volt in zip(current_a, volts, strict=True):
        cell.step(current, step_s)
        assert abs(volt - cell.voltage(current, temperature_k)) <= 1e-10 * volt
    assert abs(end - cell.charge_frac) <= 1e-10


def test_a_step_of_current_is_the_sum_of_two_exponentials() -> None:
    """At constant charge (a huge cell): R0 I + R1 I (1 - exp(-t / tau1)) + R2 I (1 - exp(-t / tau2))."""
    cell = CellCircuit(capacity_ah=1e12)
    volts, _ = cell_trace_v(np.full(1000, 2.0), step_s=1.0, charge_frac=0.5, circuit=cell)
    for second in (1, 17, 190, 1000):
        drop = 0.030 + 0.008 * (1.0 - exp(-second / 17.0)) + 0.016 * (1.0 - exp(-second / 190.0))
        assert volts[second - 1] == pytest.approx(3.7509 - 2.0 * drop, rel=1e-10)


@pytest.fixture(scope="module")
def pybamm() -> object:
    """Return PyBaMM, which warns while it is imported."""
    pytest.importorskip("pybamm")
    import pybamm  # noqa: PLC0415  an oracle, loaded by the tests that ask it

    pybamm.set_logging_level("ERROR")
    return pybamm


@pytest.mark.interop
@pytest.mark.filterwarnings("ignore")
def test_open_circuit_voltage_is_that_of_chen2020_at_every_knot(pybamm) -> None:  # type: ignore[no-untyped-def]
    """V8 of the reference: 1 mV at charge 0, 0.1, ... 1."""
    values = pybamm.ParameterValues("Chen2020")
    x0, x1, y1, y0 = pybamm.lithium_ion.get_min_max_stoichiometries(values)
    positive, negative = values["Positive electrode OCP [V]"], values["Negative electrode OCP [V]"]
    for charge in np.arange(11) / 10.0:
        anode, cathode = x0 + charge * (x1 - x0), y0 - charge * (y0 - y1)
        volts = (positive(pybamm.Scalar(cathode)) - negative(pybamm.Scalar(anode))).evaluate()
        assert float(cell_open_voltage_v(charge)) == pytest.approx(float(volts), abs=1e-3)


@pytest.mark.interop
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("charge_frac", "discharge_a"), [(0.85, 2.5), (0.7, 1.5)])
def test_voltage_over_leo_cycles_is_that_of_the_electrochemical_model(
    pybamm,  # type: ignore[no-untyped-def]
    charge_frac: float,
    discharge_a: float,
) -> None:
    """35 min discharge and 61 min charge, twice, against a DFN: bar 30 mV RMS, aim 15; 8 and 7 measured.

    The constants are a fit to such cycles; the model's equations (porous electrodes, diffusion in particles
    and electrolyte, Butler-Volmer kinetics) are PyBaMM's own.
    """
    charge_a = discharge_a * 35.0 / 61.0
    cycle = (
        f"Discharge at {discharge_a} A for 35 minutes (10 second period)",
        f"Charge at {charge_a} A for 61 minutes (10 second period)",
    )
    simulation = pybamm.Simulation(
        pybamm.lithium_ion.DFN(),
        parameter_values=pybamm.ParameterValues("Chen2020"),
        experiment=pybamm.Experiment([cycle] * 2),
    )
    solution = simulation.solve(initial_soc=charge_frac)
    time_s, volts = (solution[name].entries for name in ("Time [s]", "Terminal voltage [V]"))
    grid_s = np.arange(10.0, 2 * 96.0 * 60.0 + 1.0, 10.0)
    current = np.where((grid_s - 1.0) % 5760.0 < 2100.0, discharge_a, -charge_a)
    ours, _ = cell_trace_v(
        current, step_s=10.0, charge_frac=charge_frac, circuit=CellCircuit(charge_efficiency_frac=1.0)
    )
    theirs = np.interp(grid_s - 1e-6, time_s, volts)
    error = ours - theirs
    assert np.sqrt(np.mean(error**2)) <= 0.012
    assert np.abs(error).max() <= 0.045


@TWIN_CASES
@given(
    st.floats(0.0, 3000.0),
    st.floats(0.0, 5000.0),
    st.tuples(
        st.just(0.07), st.floats(3.3, 4.15), st.floats(273.0, 330.0), st.floats(0.0, 0.8), st.just(0.6)
    ),
)
def test_ageing_equals_the_twin(
    age_days: float, throughput_ah: float, cycle: tuple[float, float, float, float, float]
) -> None:
    life = CellLife(age_s=86_400.0 * age_days, throughput_ah=throughput_ah)
    days, volts, kelvin, depth, through = cycle
    after = cell_ageing(
        life,
        duration_s=86_400.0 * days,
        voltage_v=volts,
        temperature_k=kelvin,
        depth_frac=depth,
        throughput_frac=through,
    )
    lost, grown = twin.aged(age_days, throughput_ah, cycle)
    assert abs(1.0 - after.capacity_ratio - lost) <= 1e-10
    assert abs(after.resistance_ratio - 1.0 - grown) <= 1e-10


def test_five_years_of_shallow_cycles_at_20_c_take_a_plausible_share() -> None:
    """27,300 orbits of 30 % depth at 3.9 V and 20 C: tens of per cent, most of it by cycling."""
    life = CellLife()
    for _ in range(273):
        life = cell_ageing(
            life,
            duration_s=100.0 * 5801.0,
            voltage_v=3.9,
            temperature_k=293.15,
            depth_frac=0.3,
            throughput_frac=60.0,
        )
    assert 0.4 < life.capacity_ratio < 0.8
    assert life.age_s == pytest.approx(27_300 * 5801.0)
    assert 1.0 < life.resistance_ratio < 6.0


def test_a_pack_ages_each_orbit_only_where_ageing_is_on() -> None:
    """100 times faster, so that one orbit shows: capacity and resistance change, the rest of it runs on."""
    ends = []
    for speed in (0.0, 100.0):
        battery = BatteryParams(pack_count=8, charge_initial_frac=0.6, ageing_speed_ratio=speed)
        params = replace(odc100_mid_inclination(), battery=battery)
        plant = Plant(params, seed=1, epoch_tai_ns=2_152_709_197_000_000_000)
        for _ in range(5850):
            plant.step(1.0)
        ends.append(sum(plant.truth("storage")[STORAGE.slice("pack_stored_j")]))
    assert 0.5 < ends[1] / ends[0] < 0.995


@pytest.mark.parametrize(
    ("current", "more"),
    [([[1.0]], {}), ([1.0], {"step_s": 0.0}), ([1.0], {"charge_frac": 9.0}), ([float("nan")], {})],
)
def test_a_trace_that_cannot_be_is_refused(current: list[float], more: dict[str, float]) -> None:
    with pytest.raises(PlantError, match="must be"):
        cell_trace_v(current, **{"step_s": 1.0, "charge_frac": 0.5, **more})


def test_a_circuit_that_cannot_be_is_refused() -> None:
    with pytest.raises(PlantError, match="r0_ohm must be"):
        CellCircuit(r0_ohm=0.0)
