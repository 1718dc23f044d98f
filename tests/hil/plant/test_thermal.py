"""Radiator, loops and array temperatures against closed forms."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from hil.plant.actuators import SWITCH_PUMP_0, NodeState
from hil.plant.channels import HEAT, LOOPS, RADIATOR
from hil.plant.core import Plant
from hil.plant.params import BusParams, ComputeParams, PlantParams, ThermalParams, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
SIGMA = 5.670374419e-8
"""CODATA 2018. Basilisk's sensorThermal has 5.76051e-8 (+1.59 %); see test_basilisk_constant_is_wrong."""

DEEP_SPACE = ThermalParams(
    earth_infrared_w_per_m2=0.0, albedo_frac=0.0, radiator_absorptance_frac=0.0, space_k=0.0
)


def test_panel_without_flow_cools_as_a_grey_body() -> None:
    """T = (T0^-3 + 3 sigma eps A t / C)^(-1/3) for each panel, two faces, deep space; bar 0.01 K."""
    plant = Plant(PlantParams(name="cold", thermal=DEEP_SPACE), seed=1, epoch_tai_ns=EPOCH_NS)
    for loop in range(2):
        plant.set_switch(SWITCH_PUMP_0 + loop, closed=False)
    for _ in range(20):
        plant.step()
    start_k = plant.truth("radiator")[0]
    for _ in range(6000):
        plant.step()
    area_m2 = 2.0 * 110.0 / 14.0
    expected = (start_k**-3 + 3.0 * SIGMA * 0.9 * area_m2 * 600.0 / 16000.0) ** (-1.0 / 3.0)
    assert plant.truth("radiator")[0] == pytest.approx(expected, abs=0.01)


def test_grey_body_formula_gives_the_printed_number() -> None:
    """C 5e4 J/K, eps A 11.34 m2, 350 K, 600 s: 278.1432 K."""
    assert pytest.approx(278.1432, abs=5e-5) == (350.0**-3 + 3.0 * SIGMA * 11.34 * 600.0 / 5e4) ** (
        -1.0 / 3.0
    )


@pytest.mark.parametrize(("heat_w", "expected_k"), [(125e3, 324.8316), (150e3, 339.9802)])
def test_radiator_settles_where_it_emits_what_it_gets(heat_w: float, expected_k: float) -> None:
    """T = (Q / (sigma eps A))^(1/4) on 220 m2, eps 0.9, sink 0; all heat comes from housekeeping."""
    params = PlantParams(
        name="equilibrium",
        thermal=replace(DEEP_SPACE, pump_power_w=0.0, coolant_initial_k=330.0),
        compute=ComputeParams(sleep_power_w=0.0),
        bus=BusParams(housekeeping_power_w=heat_w, tray_power_w=0.0),
        battery=replace(odc100_mid_inclination().battery, regulator_efficiency_frac=1.0),
    )
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    for loop in range(2):
        plant.set_bypass(loop, 0.0)
    for node in range(18):
        plant.set_node(node, NodeState.OFF, cap_w=0.0, lease_until_ns=EPOCH_NS * 2, fallback_w=0.0)
    for _ in range(1750):
        plant.step(1.0)
    panels = plant.truth("radiator")[RADIATOR.slice("panel_temperature_k")]
    assert plant.truth("heat")[HEAT.slice("radiated_w")][0] == pytest.approx(heat_w, rel=5e-3)
    assert sum(panels) / 14 == pytest.approx(expected_k, abs=0.3)


def test_basilisk_constant_is_wrong() -> None:
    """Basilisk sensorThermal: 1 m2, eps 0.34, 2 kg of 890 J/kgK, 30 W, 0 C start, one second, no Sun.

    Its first-step truth -0.0443986873 K follows from sigma 5.76051e-8; CODATA gives -0.0434403 K.
    """
    area_t4 = 0.34 * 273.15**4

    def change_k(sigma: float) -> float:
        return (30.0 - sigma * area_t4) / (2.0 * 890.0)

    assert change_k(5.76051e-8) == pytest.approx(-0.0443986873, abs=1e-6)
    assert change_k(SIGMA) == pytest.approx(-0.0434403, abs=1e-6)


def test_flow_and_power_follow_the_affinity_laws() -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    plant.set_pump(0, 0.5)
    for _ in range(100):
        plant.step()
    loops = plant.truth("loops")
    assert loops[LOOPS.slice("flow_kg_per_s")] == [pytest.approx(0.9), pytest.approx(1.8)]
    assert loops[LOOPS.slice("pump_power_w")] == [pytest.approx(75.0), pytest.approx(600.0)]
    assert loops[LOOPS.slice("pump_pressure_pa")][0] == pytest.approx(50_000.0)


def test_heat_rise_across_the_plates_is_heat_over_flow(simple_control: Callable[..., Any]) -> None:
    """Steady state: return minus supply = Q / (m cp), summed over both equal loops."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    control = simple_control(plant, cap_w=3000.0)
    for step in range(15_000):
        if step % 10 == 0:
            control.act()
        plant.step()
    loops, heat = plant.truth("loops"), plant.truth("heat")
    rise_k = sum(loops[LOOPS.slice("return_temperature_k")]) - sum(loops[LOOPS.slice("supply_temperature_k")])
    assert rise_k * 1.8 * 3500.0 == pytest.approx(heat[0], rel=0.02)


def test_transport_delay_is_leg_mass_over_flow() -> None:
    """Half of a step in supply temperature has reached the plates after 22.5 kg / 1.8 kg/s = 12.5 s."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    for loop in range(2):
        plant.set_bypass(loop, 1.0)
    for _ in range(900):
        plant.step(1.0)
    warm = plant.truth("nodes")[72]
    for loop in range(2):
        plant.set_bypass(loop, 0.0)
    trace = []
    for _ in range(1200):
        plant.step()
        trace.append((plant.truth("loops")[0], plant.truth("nodes")[72]))
    final_supply, final_plate = trace[-1]
    start_supply = trace[0][0]
    half_supply = next(i for i, row in enumerate(trace) if row[0] < (start_supply + final_supply) / 2)
    half_plate = next(i for i, row in enumerate(trace) if row[1] < (warm + final_plate) / 2)
    assert 12.0 < (half_plate - half_supply) * 0.1 < 30.0


def test_bypass_valve_needs_20_seconds() -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    plant.set_bypass(0, 0.0)
    for _ in range(50):
        plant.step()
    assert plant.truth("loops")[LOOPS.slice("bypass_frac")][0] == pytest.approx(0.25)


def test_array_settles_at_its_radiative_balance() -> None:
    """Sections off, Earth dark: alpha S = 2 eps sigma T^4, so T = (0.9 S / (1.7 sigma))^(1/4)."""
    plant = Plant(PlantParams(name="array", thermal=DEEP_SPACE), seed=1, epoch_tai_ns=EPOCH_NS)
    for section in range(24):
        plant.set_section(section, 0)  # type: ignore[arg-type]
    for _ in range(1500):
        plant.step(1.0)
    distance = plant.truth("world")[4] / 1.495978707e11
    expected = (0.9 * 1361.0 / distance**2 / (1.7 * SIGMA)) ** 0.25
    assert plant.truth("array")[48] == pytest.approx(expected, abs=0.3)
