"""Pumps, valve, coolant's way, leak and frost against their twin and against what they must do."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant import thermal_network as twin
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib
from hil.plant.actuators import SWITCH_PUMP_0
from hil.plant.channels import HEAT, LOOPS, RADIATOR
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.hydraulics import exchanger_w_per_k, loop_flow_ratio, panel_open_frac
from hil.plant.params import odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
kelvin = st.floats(230.0, 360.0)


def make() -> Plant:
    return Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)


def run(plant: Plant, step_count: int, dt_s: float = 0.1) -> None:
    for _ in range(step_count):
        plant.step(dt_s)


def loops(plant: Plant, name: str) -> list[float]:
    return plant.truth("loops")[LOOPS.slice(name)]


@TWIN_CASES
@given(
    st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.01, 1.0), st.floats(1.0, 5.0), st.floats(0.0, 1.0)
)
def test_flow_is_where_pump_and_system_curve_meet(
    speed: float, head: float, ways: float, shutoff: float, pipe: float
) -> None:
    expected = twin.flow_ratio(speed, head, ways, shutoff, pipe)
    assert lib.dd_loop_flow(speed, head, ways, shutoff, pipe) == pytest.approx(expected, rel=1e-10, abs=1e-13)


def test_nothing_flows_where_every_way_is_shut() -> None:
    assert lib.dd_loop_flow(1.0, 1.0, 0.0, 1.3, 0.4) == 0.0


@TWIN_CASES
@given(st.floats(0.0, 1e4), st.floats(0.0, 1e5))
def test_exchanger_equals_its_twin(capacity: float, ua: float) -> None:
    expected = twin.exchanger_w_per_k(capacity, ua)
    assert lib.dd_exchanger(capacity, ua) == pytest.approx(expected, rel=1e-10, abs=1e-9)
    assert lib.dd_exchanger(capacity, ua) <= min(capacity, ua) * (1.0 + 1e-12) + 1e-300


@TWIN_CASES
@given(st.lists(kelvin, min_size=8, max_size=8), kelvin, st.floats(0.0, 1.0))
def test_leg_moves_as_its_twin_and_keeps_its_heat(leg: list[float], entering: float, courant: float) -> None:
    moved = ffi.new("double[8]", leg)
    out_k = lib.dd_leg_out(moved, courant)
    lib.dd_push_leg(moved, entering, courant)
    assert list(moved) == pytest.approx(twin.advected(leg, entering, courant), rel=1e-10)
    assert sum(moved) - sum(leg) == pytest.approx(courant * (entering - out_k), abs=1e-9)
    assert min(*leg, entering) - 1e-9 <= min(moved) <= max(moved) <= max(*leg, entering) + 1e-9


@given(st.floats(150.0, 350.0))
def test_cold_panel_lets_less_through(panel_k: float) -> None:
    open_frac = lib.dd_open_frac(panel_k, 223.15, 10.0)
    assert open_frac == pytest.approx(min(1.0, max(0.0, (panel_k - 223.15) / 10.0)), rel=1e-12, abs=1e-15)


def test_functions_on_arrays_give_the_printed_numbers() -> None:
    """Affinity, a quarter of the head, both ways half open; one transfer unit: 1 - 1/e; linear frost."""
    flow = loop_flow_ratio(
        [1.0, 0.5, 1.0, 1.0],
        head_frac=[1.0, 1.0, 0.25, 1.0],
        ways_frac=[1.0, 1.0, 1.0, 0.5],
        shutoff_ratio=1.3,
        pipe_resistance_frac=0.4,
    )
    assert flow == pytest.approx([1.0, 0.5, 0.5, (1.3 / (0.3 + 0.4 + 2.4)) ** 0.5])
    assert exchanger_w_per_k([0.0, 6300.0], 6300.0) == pytest.approx([0.0, 6300.0 * 0.6321205588])
    assert panel_open_frac([220.0, 228.15, 300.0], freeze_k=223.15, span_k=10.0) == pytest.approx(
        [0.0, 0.5, 1.0]
    )
    with pytest.raises(PlantError, match="speed_frac must be at least 0 and at most 1, got 2"):
        loop_flow_ratio(2.0, shutoff_ratio=1.3, pipe_resistance_frac=0.4)


def test_flow_and_power_follow_the_affinity_laws() -> None:
    plant = make()
    plant.set_pump(0, 0.5)
    run(plant, 100)
    assert loops(plant, "flow_kg_per_s") == [pytest.approx(0.9), pytest.approx(1.8)]
    assert loops(plant, "pump_power_w") == [pytest.approx(75.0), pytest.approx(600.0)]
    assert loops(plant, "pump_pressure_pa")[0] == pytest.approx(50_000.0)


def test_cavitating_pump_gives_less_flow_and_pressure_for_less_power() -> None:
    """A quarter of the head: half of the flow (q = n sqrt(head)), 1.3 h - 0.3 q^2 of the pressure."""
    plant = make()
    plant.inject("pump_cavitation", loop=0, head_frac=0.25)
    run(plant, 5)
    assert loops(plant, "flow_kg_per_s") == [pytest.approx(0.9), pytest.approx(1.8)]
    assert loops(plant, "pump_pressure_pa")[0] == pytest.approx(200e3 * (1.3 * 0.25 - 0.3 * 0.25))
    assert loops(plant, "pump_power_w")[0] == pytest.approx(600.0 * (0.3 + 0.7 * 0.25))
    plant.clear("pump_cavitation", loop=0)
    run(plant, 2)
    assert loops(plant, "flow_kg_per_s")[0] == pytest.approx(1.8)
    plant.inject("pump_cavitation", loop=1, head_frac=-3.0)
    run(plant, 2)
    assert loops(plant, "flow_kg_per_s")[1] == 0.0


def test_leak_empties_the_accumulator_then_the_pump_cavitates_and_runs_dry() -> None:
    plant = make()
    plant.inject("coolant_leak", loop=0, leak_kg_per_s=0.1)
    run(plant, 600)
    assert loops(plant, "accumulator_mass_kg")[0] == pytest.approx(2.0)
    assert loops(plant, "flow_kg_per_s")[0] == pytest.approx(1.8)
    run(plant, 160)
    assert loops(plant, "accumulator_mass_kg")[0] == pytest.approx(0.4)
    assert loops(plant, "flow_kg_per_s")[0] == pytest.approx(1.8 * 0.5**0.5)
    run(plant, 60)
    assert loops(plant, "accumulator_mass_kg") == [0.0, 8.0]
    assert loops(plant, "flow_kg_per_s") == [0.0, pytest.approx(1.8)]
    assert loops(plant, "pump_power_w")[0] == pytest.approx(0.3 * 600.0)


def test_an_isolated_panel_leaks_no_more_and_the_others_carry_its_heat() -> None:
    """Six of seven panels open: the radiator's way is open to 6/7; 1 kg is lost in ten seconds."""
    plant, whole = make(), make()
    for one in (plant, whole):
        for loop in range(2):
            one.set_bypass(loop, 0.0)
    plant.inject("panel_leak", panel=2, leak_kg_per_s=0.1)
    run(plant, 100)
    run(whole, 400)
    assert loops(plant, "accumulator_mass_kg")[0] == pytest.approx(8.0 - 1.0)
    plant.set_panel_valve(2, is_open=False)
    run(plant, 300)
    assert loops(plant, "accumulator_mass_kg")[0] == pytest.approx(7.0)
    assert plant.truth("radiator")[RADIATOR.slice("panel_valve_open")] == [1.0] * 2 + [0.0] + [1.0] * 11
    thermal = odc100_mid_inclination().thermal
    flow = 1.8 * loop_flow_ratio(
        1.0,
        shutoff_ratio=thermal.pump_shutoff_ratio,
        pipe_resistance_frac=thermal.pipe_resistance_frac,
        ways_frac=6.0 / 7.0,
    )
    assert loops(plant, "flow_kg_per_s")[0] == pytest.approx(float(flow), rel=1e-9)
    panels_k, whole_k = plant.truth("radiator"), whole.truth("radiator")
    assert panels_k[2] < panels_k[1] - 5.0
    assert panels_k[0] > whole_k[0]
    plant.set_panel_valve(2, is_open=True)
    run(plant, 10)
    assert loops(plant, "accumulator_mass_kg")[0] == pytest.approx(6.9)


def test_a_stuck_isolation_valve_stays_where_it_is() -> None:
    plant = make()
    plant.inject("panel_valve_stuck", panel=9)
    plant.set_panel_valve(9, is_open=False)
    plant.step()
    assert plant.truth("radiator")[RADIATOR.slice("panel_valve_open")][9] == 1.0
    plant.clear("panel_valve_stuck", panel=9)
    plant.step()
    assert plant.truth("radiator")[RADIATOR.slice("panel_valve_open")][9] == 0.0


def test_all_panels_of_a_loop_isolated_leave_the_bypass_alone() -> None:
    plant = make()
    for panel in range(7):
        plant.set_panel_valve(panel, is_open=False)
    plant.set_bypass(0, 0.0)
    run(plant, 250)
    assert loops(plant, "flow_kg_per_s") == [0.0, pytest.approx(1.8, rel=0.1)]


def test_leak_carries_its_heat_away() -> None:
    plant = make()
    plant.inject("coolant_leak", loop=1, leak_kg_per_s=0.02)
    plant.step()
    vented_w = plant.truth("heat")[HEAT.slice("vented_w")][0]
    assert vented_w == pytest.approx(0.02 * 3500.0 * 303.15, rel=1e-3)


def test_bypass_valve_needs_20_seconds_and_may_stick() -> None:
    plant = make()
    plant.set_bypass(0, 0.0)
    run(plant, 50)
    assert loops(plant, "bypass_frac")[0] == pytest.approx(0.25)
    plant.inject("valve_stuck", loop=0)
    run(plant, 50)
    assert loops(plant, "bypass_frac")[0] == pytest.approx(0.25)


def test_transport_delay_is_leg_mass_over_flow() -> None:
    """Half of a step in supply temperature has reached the plates after 22.5 kg / 1.8 kg/s = 12.5 s."""
    plant = make()
    for loop in range(2):
        plant.set_bypass(loop, 1.0)
    run(plant, 300, 1.0)
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


def test_panel_frozen_by_injection_blocks_and_thaws_within_an_orbit() -> None:
    """Its neighbours' warmth melts it by conduction alone; meanwhile the others carry the flow."""
    plant = make()
    for loop in range(2):
        plant.set_bypass(loop, 0.2)
    run(plant, 60, 1.0)
    before = loops(plant, "flow_kg_per_s")[0]
    plant.inject("panel_freeze", panel=3)
    run(plant, 2)
    assert plant.truth("radiator")[RADIATOR.slice("panel_temperature_k")][3] < 223.16
    assert 0.9 * before < loops(plant, "flow_kg_per_s")[0] < before
    blocked_s = 0
    while plant.truth("radiator")[3] < 240.0 and blocked_s < 5801:
        plant.step(1.0)
        blocked_s += 1
    assert 60 < blocked_s < 5801
    assert loops(plant, "flow_kg_per_s")[0] == pytest.approx(before, rel=1e-9)
    plant.inject("panel_freeze", panel=5)
    plant.clear("panel_freeze", panel=5)
    cold_s = 0
    while plant.truth("radiator")[5] < 240.0:
        plant.step(1.0)
        cold_s += 1
    assert cold_s < blocked_s / 3


def test_radiator_without_flow_freezes_and_then_nothing_passes() -> None:
    """A stopped loop's panels fall to the freezing point and wait there; all shut, nothing moves."""
    plant = make()
    plant.set_switch(SWITCH_PUMP_0, closed=False)
    plant.set_bypass(0, 0.0)
    run(plant, 900, 1.0)
    panels = plant.truth("radiator")[RADIATOR.slice("panel_temperature_k")][:7]
    assert panels[3:] == [pytest.approx(223.15)] * 4
    plant.set_switch(SWITCH_PUMP_0, closed=True)
    run(plant, 20, 1.0)
    shut = [panel for panel in plant.truth("radiator")[:7] if panel <= 223.15 + 1e-6]
    assert len(shut) >= 5
    assert loops(plant, "flow_kg_per_s")[0] < 0.5
    assert plant.truth("heat")[HEAT.slice("pump_heat_w")][0] > 100.0


def test_step_longer_than_a_segment_is_worth_keeps_the_heat() -> None:
    """With 4 kg in a leg, 1.8 kg/s and a step of 1 s a segment would be passed in half a step."""
    params = odc100_mid_inclination()
    plant = Plant(
        replace(params, thermal=replace(params.thermal, leg_mass_kg=4.0)), seed=1, epoch_tai_ns=EPOCH_NS
    )
    before = plant.truth("heat")[HEAT.slice("loop_stored_j")][0]
    net_j = 0.0
    for _ in range(300):
        plant.step(1.0)
        heat = plant.truth("heat")
        net_j += heat[HEAT.slice("compute_heat_w")][0] + sum(heat[HEAT.slice("pump_heat_w")])
        net_j += heat[HEAT.slice("pack_structure_w")][0]
        net_j += heat[HEAT.slice("absorbed_w")][0] - heat[HEAT.slice("radiated_w")][0]
    after = plant.truth("heat")[HEAT.slice("loop_stored_j")][0]
    assert after - before == pytest.approx(net_j, rel=1e-9)
