"""Radiator, loops and array as a whole: closed forms, the heat ledger over an orbit, a finer run."""

from collections.abc import Callable
from dataclasses import replace
from math import exp
from typing import Any

import numpy as np
import pytest

from hil.plant.actuators import NodeState
from hil.plant.channels import BATTERY, HEAT, LEDGER, LOOPS, RADIATOR
from hil.plant.core import Plant
from hil.plant.params import BusParams, ComputeParams, PlantParams, ThermalParams, odc100_mid_inclination
from hil.plant.radiator import SIGMA_W_PER_M2K4, radiator_power_w

EPOCH_NS = 2_152_709_197_000_000_000
SIGMA = 5.670374419e-8
"""CODATA 2018. Basilisk's sensorThermal has 5.76051e-8 (+1.59 %); see test_basilisk_constant_is_wrong."""
ORBIT_S = 5800

DEEP_SPACE = ThermalParams(
    earth_infrared_w_per_m2=0.0, albedo_frac=0.0, radiator_absorptance_frac=0.0, space_k=0.0
)
ISOLATED = replace(
    DEEP_SPACE, plate_mount_w_per_k=0.0, panel_root_w_per_k=0.0, panel_view_m2=0.0, coolant_freeze_k=100.0
)


def test_panel_without_flow_cools_as_a_grey_body() -> None:
    """V10 in the whole plant: C 5e4 J/K, eps A 11.34 m2 in two faces, 350 K, 600 s: 278.1432 K."""
    thermal = replace(
        ISOLATED,
        panel_heat_j_per_k=5e4,
        radiator_area_m2=11.34 * 14.0 / 2.0 / 0.9,
        panel_ua_w_per_k=1.0,
        coolant_initial_k=350.0,
    )
    plant = Plant(PlantParams(name="cold", thermal=thermal), seed=1, epoch_tai_ns=EPOCH_NS)
    for loop in range(2):
        plant.inject("panel_blocked", panel=3)
        plant.set_bypass(loop, 1.0)
    start_k = plant.truth("radiator")[3]
    for _ in range(6):
        plant.run(1000, 0.1, "heat", 0)
    expected_k = (start_k**-3 + 3.0 * SIGMA * 11.34 * 600.0 / 5e4) ** (-1.0 / 3.0)
    isolated = replace(thermal, panel_link_w_per_k=0.0, coolant_initial_k=350.0)
    alone = Plant(PlantParams(name="alone", thermal=isolated), seed=1, epoch_tai_ns=EPOCH_NS)
    alone.inject("panel_blocked", panel=3)
    for _ in range(6):
        alone.run(1000, 0.1, "heat", 0)
    assert alone.truth("radiator")[3] == pytest.approx(expected_k, abs=0.01)
    assert plant.truth("radiator")[3] > alone.truth("radiator")[3]


@pytest.mark.parametrize(("heat_w", "expected_k"), [(125e3, 324.8316), (150e3, 339.9802)])
def test_radiator_settles_where_it_emits_what_it_gets(heat_w: float, expected_k: float) -> None:
    """V11 in the whole plant: T = (Q / (sigma eps A))^(1/4) on 220 m2, eps 0.9, sink 0."""
    params = PlantParams(
        name="equilibrium",
        thermal=replace(ISOLATED, structure_emissivity_frac=0.0, structure_absorptance_frac=0.0),
        compute=ComputeParams(sleep_power_w=0.0),
        bus=BusParams(housekeeping_power_w=heat_w, tray_power_w=0.0),
        battery=replace(
            odc100_mid_inclination().battery, regulator_efficiency_frac=1.0, pack_capacity_ah=1e4
        ),
    )
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    for loop in range(2):
        plant.set_bypass(loop, 0.0)
        plant.set_pump(loop, 0.999)
    for node in range(18):
        plant.set_node(node, NodeState.OFF, cap_w=0.0, lease_until_ns=EPOCH_NS * 2, fallback_w=0.0)
    for _ in range(12):
        plant.run(1000, 1.0, "heat", 0)
    panels = plant.truth("radiator")[RADIATOR.slice("panel_temperature_k")]
    heat = plant.truth("heat")
    pumps_w = sum(heat[HEAT.slice("pump_heat_w")])
    assert heat[HEAT.slice("radiated_w")][0] == pytest.approx(heat_w + pumps_w, rel=1e-6)
    expected_all_k = expected_k * ((heat_w + pumps_w) / heat_w) ** 0.25
    assert panels == [pytest.approx(expected_all_k, abs=1e-3)] * 14


def test_basilisk_constant_is_wrong() -> None:
    """V5, Basilisk sensorThermal: 1 m2, eps 0.34, 2 kg of 890 J/kgK, 30 W, 0 C start, one second, no Sun.

    Its first-step truth -0.0443986873 K follows from sigma 5.76051e-8; CODATA gives -0.0434403 K.
    """
    radiated_w = float(radiator_power_w(273.15, area_m2=1.0, emissivity_frac=0.34))

    def change_k(sigma: float) -> float:
        return (30.0 - radiated_w * sigma / SIGMA_W_PER_M2K4) / (2.0 * 890.0)

    assert change_k(5.76051e-8) == pytest.approx(-0.0443986873, abs=1e-6)
    assert change_k(SIGMA_W_PER_M2K4) == pytest.approx(-0.0434403, abs=1e-6)


def test_heat_rise_across_the_plates_is_heat_over_flow(simple_control: Callable[..., Any]) -> None:
    """Steady state: return minus supply = Q / (m cp), summed over both equal loops."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    control = simple_control(plant, cap_w=3000.0)
    for _ in range(1500):
        control.act()
        plant.run(10, 0.1, "heat", 0)
    loops, heat = plant.truth("loops"), plant.truth("heat")
    rise_k = sum(loops[LOOPS.slice("return_temperature_k")]) - sum(loops[LOOPS.slice("supply_temperature_k")])
    pumps_w = sum(heat[HEAT.slice("pump_heat_w")])
    assert rise_k * 1.8 * 3500.0 == pytest.approx(heat[0] + pumps_w, rel=0.02)


def rows(plant: Plant, group: str, width: int) -> Any:
    """Return ten steps of 0.1 s as rows of a truth group."""
    return np.frombuffer(plant.run(10, 0.1, group, 0)).reshape(10, 1 + width)[:, 1:]


@pytest.mark.slow
def test_heat_ledger_closes_over_an_orbit(simple_control: Callable[..., Any]) -> None:
    """Integrated from recorded powers: heat in from the electrical terminals, less what is radiated.

    What nodes, trays, pumps and housekeeping take from the bus and regulators lose becomes heat;
    absorbed light and the packs' heat are added, radiation and leaks taken off; the rest must be what dies,
    plates, panels, structure and coolant hold. Bar 1e-5 of what flowed, aim 1e-8.
    """
    flown = {}
    for group in (HEAT, LEDGER):
        plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
        control = simple_control(plant, cap_w=2600.0)
        plant.inject("coolant_leak", loop=1, leak_kg_per_s=1e-3)
        before_j = plant.truth("heat")[HEAT.slice("loop_stored_j")][0]
        parts = []
        for _ in range(ORBIT_S):
            control.act()
            parts.append(rows(plant, group.name, group.width))
        flown[group.name] = np.concatenate(parts)
    heat, ledger = flown["heat"], flown["ledger"]
    switches_w = ledger[:, LEDGER.slice("switch_power_w")]
    in_w = switches_w[:, :18].sum(axis=1) + switches_w[:, 23:].sum(axis=1)
    in_w += ledger[:, LEDGER.slice("housekeeping_power_w")][:, 0]
    in_w += ledger[:, LEDGER.slice("regulator_loss_w")][:, 0] + heat[:, HEAT.slice("absorbed_w")][:, 0]
    in_w += heat[:, HEAT.slice("pack_structure_w")][:, 0]
    out_w = heat[:, HEAT.slice("radiated_w")][:, 0] + heat[:, HEAT.slice("vented_w")][:, 0]
    stored_j = plant.truth("heat")[HEAT.slice("loop_stored_j")][0] - before_j
    residual_j = 0.1 * (in_w - out_w).sum() - stored_j
    assert heat[:, HEAT.slice("vented_w")].min() > 0.0
    assert abs(residual_j) / (0.1 * in_w.sum()) < 1e-8


def test_packs_and_structure_exchange_heat_as_two_bodies() -> None:
    """Warm packs on a structure alone in the cold: both follow the closed form of two coupled bodies.

    The difference falls as exp(-t G (1/C1 + 1/C2)); what both hold stays.
    """
    basis = odc100_mid_inclination()
    battery = replace(
        basis.battery, pack_count=1, pack_leak_w_per_k=40.0, pack_radiator_area_m2=0.0, pack_initial_k=323.15
    )
    alone = replace(
        basis.thermal,
        structure_emissivity_frac=1e-9,
        structure_absorptance_frac=0.0,
        plate_mount_w_per_k=0.0,
        panel_root_w_per_k=0.0,
        panel_view_m2=0.0,
        radiator_absorptance_frac=0.0,
        structure_heat_j_per_k=2e4,
    )
    plant = Plant(replace(basis, battery=battery, thermal=alone), seed=1, epoch_tai_ns=EPOCH_NS)
    plant.set_pack(
        0, enabled=False, charge_voltage_max_v=0, charge_current_max_a=0, discharge_current_max_a=0
    )
    plant.set_pack_heater(0, 0.0)
    given_j, kept_j, pack_j_per_k = 0.0, 59000.0 * 323.15 + 2e4 * 303.15, 59000.0
    for step in range(1, 6001):
        plant.step()
        given_j += 0.1 * plant.truth("heat")[HEAT.slice("pack_structure_w")][0]
        pack_k = plant.truth("battery")[BATTERY.slice("pack_temperature_k")][0]
        structure_k = (kept_j - pack_j_per_k * pack_k) / 2e4
        fall = exp(-0.1 * step * 40.0 * (1.0 / 59000.0 + 1.0 / 2e4))
        assert pack_k - structure_k == pytest.approx(20.0 * fall, abs=2e-3)
    assert given_j == pytest.approx(59000.0 * (323.15 - pack_k), rel=1e-9)
    stored = Plant(replace(basis, thermal=alone), seed=1, epoch_tai_ns=EPOCH_NS)
    assert stored.truth("heat")[HEAT.slice("pack_structure_w")][0] == pytest.approx(8 * 0.5 * -10.0, rel=1e-6)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(600)
def test_network_follows_a_100_times_finer_run_over_an_orbit() -> None:
    """Valve strokes, power steps and an eclipse, without control, in steps of 0.1 s and of 1 ms: bar 0.05 K.

    No regulator losses (trackers search in steps of their own) and no checkpoints (due at a whole step).
    """
    coarse, fine = open_loop(0.1), open_loop(0.001)
    assert np.abs(coarse - fine).max() < 0.05
    assert np.median(np.abs(coarse - fine)) < 0.002


def test_network_follows_a_10_times_finer_run() -> None:
    """The same for the steep first 300 s; a method of order one has 10/9 of this as its error."""
    coarse, fine = open_loop(0.1, 300), open_loop(0.01, 300)
    assert np.abs(coarse - fine).max() < 0.015


def open_loop(dt_s: float, duration_s: int = ORBIT_S) -> Any:
    """Return all temperatures every 10 s of a run with prescribed caps and valves."""
    reference = odc100_mid_inclination()
    params = replace(
        reference,
        battery=replace(reference.battery, regulator_efficiency_frac=1.0),
        compute=ComputeParams(checkpoint_interval_s=1e6),
    )
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    step_count = round(1.0 / dt_s)
    samples = []
    for second in range(duration_s):
        if second % 100 == 0:
            cap_w = 2600.0 if second // 1000 % 2 == 0 else 1800.0
            for node in range(18):
                plant.set_node(node, NodeState.RUN, cap_w=cap_w, lease_until_ns=2**62, fallback_w=250.0)
                plant.set_job_load(node, 1.0)
            for loop in range(2):
                plant.set_bypass(loop, 0.3 + 0.2 * (second // 500 % 3))
        plant.run(step_count, dt_s, "heat", 0)
        if second % 10 == 9:
            loops = plant.truth("loops")[:6]
            samples.append(
                plant.truth("radiator")
                + loops
                + plant.truth("nodes")[72:90]
                + plant.truth("accelerators")[:72]
            )
    return np.array(samples)


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
