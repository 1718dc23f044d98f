"""The coupled thermal network against its dense twin, and against closed forms."""

from dataclasses import fields
from math import exp
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant import thermal_network as twin
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib
from hil.plant.params import ThermalParams

P = {item.name: float(getattr(ThermalParams(), item.name)) for item in fields(ThermalParams)}


def c_params(**changed: float) -> Any:
    target = ffi.new("dd_params *")
    for name, value in (P | changed).items():
        lib.dd_param_set(target, lib.dd_param_index(name.encode()), value)
    return target


def network(temperature_k: Any, ice_j: Any) -> Any:
    made = ffi.new("dd_network *")
    values = [float(one) for one in temperature_k]
    made.die_k, made.plate_k = values[:72], values[72:90]
    made.panel_k, made.structure_k = values[90:104], values[104]
    made.panel_ice_j = [float(one) for one in ice_j]
    return made


def unpacked(made: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([*made.die_k, *made.plate_k, *made.panel_k, made.structure_k])


def stepped(made: Any, load: twin.Load, dt_s: float, **changed: float) -> Any:
    given_load = ffi.new("dd_network_load *")
    heat = [float(one) for one in load.heat_w]
    given_load.die_w, given_load.plate_w = heat[:72], heat[72:90]
    given_load.panel_absorbed_w, given_load.structure_absorbed_w = heat[90], heat[104]
    given_load.plate_w_per_k, given_load.plate_coolant_k = (
        list(load.plate_w_per_k),
        list(load.plate_coolant_k),
    )
    given_load.panel_w_per_k = [float(one) for one in load.panel_w_per_k]
    given_load.panel_coolant_k = list(load.panel_coolant_k)
    flux = ffi.new("dd_network_flux *")
    lib.dd_network_step(c_params(**changed), given_load, made, dt_s, flux)
    return flux


def drawn(seed: int, *, cold: bool) -> tuple[Any, Any, twin.Load]:
    """Return temperatures, ice and loads; in the cold half of the panels stand at or below freezing."""
    random = np.random.default_rng(seed)
    t = random.uniform(250.0, 370.0, twin.NODES)
    ice = np.zeros(twin.PANELS)
    if cold:
        t[90:104] = random.uniform(190.0, 240.0, 14)
        full = P["panel_coolant_kg"] * P["coolant_fusion_j_per_kg"]
        ice = np.where(t[90:104] < P["coolant_freeze_k"], full, 0.0)
        melting = random.random(14) < 0.3
        t[90:104] = np.where(melting, P["coolant_freeze_k"], t[90:104])
        ice = np.where(melting, random.uniform(0.0, full, 14), ice)
    heat = np.concatenate([random.uniform(0.0, 1500.0, 72), random.uniform(0.0, 1500.0, 18)])
    heat = np.concatenate([heat, np.full(14, random.uniform(0.0, 3000.0)), random.uniform(0.0, 900.0, 1)])
    load = twin.Load(
        heat_w=heat,
        plate_w_per_k=[float(one) for one in random.uniform(0.0, 400.0, 2)],
        plate_coolant_k=[float(one) for one in random.uniform(270.0, 330.0, 2)],
        panel_w_per_k=random.uniform(0.0, 900.0, 14),
        panel_coolant_k=[float(one) for one in random.uniform(270.0, 340.0, 2)],
    )
    return t, ice, load


@TWIN_CASES
@given(st.integers(0, 2**32), st.booleans(), st.sampled_from([0.001, 0.1, 1.0]))
def test_step_equals_the_dense_twin(seed: int, cold: bool, dt_s: float) -> None:
    """The tree's elimination against a dense solution of the same equations: 1e-10 relative."""
    t, ice, load = drawn(seed, cold=cold)
    made = network(t, ice)
    flux = stepped(made, load, dt_s)
    expected = twin.step(P, t, ice, load, dt_s)
    assert unpacked(made) == pytest.approx(expected.temperature_k, rel=1e-10)
    assert list(made.panel_ice_j) == pytest.approx(expected.ice_j, rel=1e-10, abs=1e-4)
    scale_w = 1e-10 * 1e6
    assert list(flux.plates_w) == pytest.approx(expected.plates_w, rel=1e-10, abs=scale_w)
    assert list(flux.panels_w) == pytest.approx(expected.panels_w, rel=1e-10, abs=scale_w)
    assert flux.radiated_w == pytest.approx(expected.radiated_w, rel=1e-10, abs=scale_w)


@given(st.integers(0, 2**32), st.booleans(), st.sampled_from([0.001, 0.1, 1.0]))
def test_what_goes_in_and_does_not_come_out_is_stored(seed: int, cold: bool, dt_s: float) -> None:
    t, ice, load = drawn(seed, cold=cold)
    made, p = network(t, ice), c_params()
    before = lib.dd_network_stored_j(p, made)
    flux = stepped(made, load, dt_s)
    net_w = load.heat_w.sum() - sum(flux.plates_w) + sum(flux.panels_w) - flux.radiated_w
    assert lib.dd_network_stored_j(p, made) - before == pytest.approx(net_w * dt_s, rel=1e-9, abs=1e-5)
    assert before == pytest.approx(twin.stored_j(P, t, ice), rel=1e-13)


def quiet_load(panel_w: float = 0.0) -> twin.Load:
    heat = np.zeros(twin.NODES)
    heat[90:104] = panel_w
    return twin.Load(
        heat_w=heat,
        plate_w_per_k=[0.0, 0.0],
        plate_coolant_k=[300.0, 300.0],
        panel_w_per_k=np.zeros(14),
        panel_coolant_k=[300.0, 300.0],
    )


ALONE = {
    "panel_link_w_per_k": 0.0,
    "panel_root_w_per_k": 0.0,
    "panel_view_m2": 0.0,
    "coolant_freeze_k": 100.0,
}


def test_panel_cools_as_a_grey_body() -> None:
    """V10: C 5e4 J/K, eps A 11.34 m2, 350 K, 600 s of deep space: 278.1432 K, at steps of 0.1 s."""
    changed = ALONE | {
        "panel_heat_j_per_k": 5e4,
        "space_k": 0.0,
        "radiator_emissivity_frac": 0.9,
        "radiator_area_m2": 11.34 * 14.0 / 2.0 / 0.9,
    }
    made = network(np.full(105, 350.0), np.zeros(14))
    load = quiet_load()
    for _ in range(6000):
        stepped(made, load, 0.1, **changed)
    assert made.panel_k[3] == pytest.approx(278.1432, abs=0.01)
    assert made.panel_k[3] == pytest.approx(
        (350.0**-3 + 3.0 * twin.SIGMA_W_PER_M2K4 * 11.34 * 600.0 / 5e4) ** (-1 / 3), abs=0.005
    )


@pytest.mark.parametrize(("heat_w", "expected_k"), [(125e3, 324.8316), (150e3, 339.9802)])
def test_panels_settle_where_they_emit_what_they_get(heat_w: float, expected_k: float) -> None:
    """V11: T = (Q / (sigma eps A))^(1/4) on 220 m2, eps 0.9, sink 0."""
    made = network(np.full(105, 330.0), np.zeros(14))
    load = quiet_load(heat_w / 14.0)
    for _ in range(3000):
        flux = stepped(made, load, 1.0, **(ALONE | {"space_k": 0.0, "structure_emissivity_frac": 0.0}))
    assert list(made.panel_k) == pytest.approx([expected_k] * 14, abs=1e-4)
    assert flux.radiated_w == pytest.approx(heat_w, rel=1e-9)


def test_a_node_behind_a_resistance_warms_as_basilisks_motor() -> None:
    """V6, motorThermal: 10 J/K behind 10 K/W of 0 C, 21 W (losses 20 W, friction 1 W), from 20 C.

    Basilisk 2.12, explicit steps of 0.1 s: 21.8914728 C after 1 s, 140.1378693 C after 100 s.
    """
    changed = ALONE | {"panel_heat_j_per_k": 10.0, "radiator_emissivity_frac": 0.0}
    made = network(np.full(105, 293.15), np.zeros(14))
    load = quiet_load(21.0)
    load.panel_w_per_k[:], load.panel_coolant_k[:] = 0.1, [273.15, 273.15]
    for step, expected_c in ((10, 21.89147276014784), (990, 140.13786929351673)):
        for _ in range(step):
            stepped(made, load, 0.1, **changed)
        assert made.panel_k[3] - 273.15 == pytest.approx(expected_c, abs=0.075)
    closed_c = 210.0 - 190.0 * exp(-1.0)  # the errors of implicit and explicit steps cancel to second order
    assert 0.5 * (made.panel_k[3] - 273.15 + 140.13786929351673) == pytest.approx(closed_c, abs=2e-4)


def test_stiff_step_is_stable() -> None:
    """A die of 0.05 s and a structure of hours in steps of 1 s: dies balance at once, nothing swings."""
    made = network(np.full(105, 300.0), np.zeros(14))
    load = quiet_load()
    load.heat_w[:72] = 1400.0
    rises = []
    for _ in range(10):
        stepped(made, load, 1.0, die_heat_j_per_k=2.5)
        rises.append(made.die_k[0] - made.plate_k[0])
    assert rises[0] == pytest.approx(28.0, abs=2.0)
    assert rises[-1] == pytest.approx(28.0, abs=0.2)
    assert all(24.0 < rise < 29.0 for rise in rises)


def test_neighbours_exchange_heat_by_conduction_and_radiation() -> None:
    """A warm wing heats a cold structure by both ways; without them it stays cold."""
    t = np.full(105, 320.0)
    t[104] = 250.0
    still = {"structure_area_m2": 0.0, "plate_mount_w_per_k": 0.0}
    ends = []
    for conduction, view in [(0.0, 0.0), (1.0, 0.0), (0.0, 0.1), (1.0, 0.1)]:
        made = network(t, np.zeros(14))
        stepped(made, quiet_load(), 1.0, panel_root_w_per_k=conduction, panel_view_m2=view, **still)
        ends.append(made.structure_k - 250.0)
    radiated_w = 2.0 * 0.1 * twin.SIGMA_W_PER_M2K4 * (320.0**4 - 250.0**4)
    assert ends[0] == 0.0
    assert ends[1] * 4e5 == pytest.approx(2.0 * 70.0, rel=1e-2)
    assert ends[2] * 4e5 == pytest.approx(radiated_w, rel=2e-2)
    assert ends[3] == pytest.approx(ends[1] + ends[2], rel=1e-2)


def test_frozen_panel_thaws_by_its_neighbours_and_stays_at_its_melting_point_meanwhile() -> None:
    """600 kJ of fusion: the frozen panel waits at 223.15 K until its neighbours have given them."""
    t, ice = np.full(105, 300.0), np.zeros(14)
    t[93], ice[3] = 220.0, 6e5
    made = network(t, ice)
    held = 0
    for _ in range(3000):
        load = quiet_load(900.0)
        load.panel_w_per_k[:] = 800.0
        load.panel_w_per_k[3] = 0.0
        stepped(made, load, 1.0)
        held += made.panel_k[3] == pytest.approx(223.15, abs=1e-9)
    assert made.panel_ice_j[3] == 0.0
    assert made.panel_k[3] > 230.0
    assert 200 < held < 2000
