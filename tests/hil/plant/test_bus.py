"""The bus: balance, limits, shed and trips."""

from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant.battery import Pack
from reference.plant.bus import Bus, Regulator
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib
from hil.plant.actuators import SWITCH_TRAYS, NodeState, SectionMode, TerminalMode
from hil.plant.channels import BATTERY, BUS, LEDGER, LOOPS, STORAGE, TERMINALS
from hil.plant.core import Plant
from hil.plant.params import BatteryParams, BusParams, PlantParams, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
IDLE_W = 25.0


def dark(plant: Plant) -> None:
    """Open every section, so that the packs carry everything."""
    for section in range(24):
        plant.inject("section_open", section=section)


def run(plant: Plant, *, cap_w: float, steps: int) -> None:
    for node in range(18):
        plant.set_node(node, NodeState.RUN, cap_w=cap_w, lease_until_ns=EPOCH_NS * 2, fallback_w=250.0)
        plant.set_job_load(node, 1.0)
    for _ in range(steps):
        plant.step()


def test_droop_follows_the_current() -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    dark(plant)
    run(plant, cap_w=3000.0, steps=100)
    bus = plant.truth("bus")
    assert bus[0] == pytest.approx(160.0 - 0.01 * bus[2] / 160.0, abs=1e-9)


def test_surplus_holds_the_sections_back_at_the_limit() -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    plant.set_bus_limit(165.0)
    for pack in range(8):
        plant.set_pack(
            pack,
            enabled=True,
            charge_voltage_max_v=164.0,
            charge_current_max_a=5.0,
            discharge_current_max_a=200.0,
        )
    for _ in range(50):
        plant.step()
    assert plant.truth("bus")[0] == 165.0
    assert plant.truth("battery")[8:16] == [pytest.approx(-5.0, abs=1e-6)] * 8


def test_overload_sheds_payload_and_the_bus_stays_up() -> None:
    """Packs limited to 30 A each give about 35 kW; 18 nodes at 5 kW must go, housekeeping and pumps stay."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    dark(plant)
    for pack in range(8):
        plant.set_pack(
            pack,
            enabled=True,
            charge_voltage_max_v=164.0,
            charge_current_max_a=50.0,
            discharge_current_max_a=30.0,
        )
    volts = []
    run(plant, cap_w=5000.0, steps=0)
    for _ in range(200):
        plant.step()
        volts.append(plant.truth("bus")[0])
    bus, ledger = plant.truth("bus"), plant.truth("ledger")
    closed = bus[BUS.slice("switch_closed")]
    assert min(volts) >= 137.0
    assert bus[BUS.slice("shed_count")][0] > 5
    assert closed[17] == 0.0
    assert closed[23:26] == [1.0, 1.0, 1.0]
    assert ledger[LEDGER.slice("unserved_power_w")][0] == 0.0


def test_dead_bus_is_told_and_recovers() -> None:
    params = replace(odc100_mid_inclination(), battery=BatteryParams(pack_count=2))
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    dark(plant)
    for pack in range(2):
        plant.inject("pack_open", pack=pack)
    for _ in range(10):
        plant.step()
    assert plant.truth("bus")[0] == 0.0
    assert plant.truth("ledger")[LEDGER.slice("unserved_power_w")][0] == pytest.approx(4400.0)
    for pack in range(2):
        plant.clear("pack_open", pack=pack)
    plant.step()
    assert plant.truth("bus")[0] > 155.0


def closed(plant: Plant) -> list[float]:
    return plant.truth("bus")[BUS.slice("switch_closed")]


def shed_bus() -> Plant:
    """Return a plant in the dark whose packs were overloaded a step ago."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    dark(plant)
    run(plant, cap_w=3000.0, steps=100)
    plant.inject("bus_overload", bus=0, power_w=500_000.0)
    plant.step()
    plant.clear("bus_overload", bus=0)
    return plant


def test_shed_loads_are_locked_out_until_the_bus_has_been_back_for_a_second() -> None:
    """Ten steps of 0.1 s above 150 V; orders to close before are refused and counted."""
    plant = shed_bus()
    assert plant.truth("bus")[BUS.slice("lockout_active")] == [1.0]
    assert closed(plant)[:18] == [0.0] * 18
    refused = []
    for _ in range(12):
        before = plant.input_rejects_count
        plant.set_switch(2, closed=True)
        refused.append(plant.input_rejects_count - before)
        plant.step()
    assert refused == [1] * 11 + [0]
    assert closed(plant)[:4] == [0.0, 0.0, 1.0, 0.0]
    assert plant.truth("bus")[BUS.slice("lockout_active")] == [0.0]


def test_a_reset_lifts_the_lock_out_once_the_bus_is_back() -> None:
    plant = shed_bus()
    before = plant.input_rejects_count
    plant.reset_lockout()  # the bus has not been measured since
    plant.set_switch(2, closed=True)
    assert plant.input_rejects_count == before + 2
    plant.step()
    plant.reset_lockout()
    plant.set_switch(2, closed=True)
    plant.step()
    assert plant.input_rejects_count == before + 2
    assert closed(plant)[2] == 1.0


def test_a_comparator_that_has_tripped_for_nothing_keeps_loads_off_until_it_is_well() -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    plant.inject("undervoltage_trip", bus=0)
    for _ in range(50):
        plant.step()
        plant.reset_lockout()
        plant.set_switch(0, closed=True)
    bus = plant.truth("bus")
    assert closed(plant)[0] == 0.0
    assert bus[0] > 150.0
    assert bus[BUS.slice("switch_current_a")] == [0.0] * 26
    plant.clear("undervoltage_trip", bus=0)
    for _ in range(12):
        plant.step()
    plant.set_switch(0, closed=True)
    plant.step()
    assert closed(plant)[0] == 1.0


def test_the_bus_shows_its_balance_before_the_first_step() -> None:
    """Sources and loads balance, and the ohm's law of the droop holds, from the start on."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    bus, ledger = plant.truth("bus"), plant.truth("ledger")
    loads_w = sum(ledger[LEDGER.slice("switch_power_w")]) + ledger[LEDGER.slice("housekeeping_power_w")][0]
    assert bus[BUS.slice("switch_closed")] == [1.0] * 26
    assert bus[1] + bus[2] == pytest.approx(loads_w, rel=1e-9)
    assert bus[BUS.slice("switch_current_a")] == pytest.approx(
        [w / bus[0] for w in ledger[LEDGER.slice("switch_power_w")]], rel=1e-12
    )
    assert bus[0] == 168.0  # held back: the packs are nearly full
    plant.step(0.001)
    assert plant.truth("bus") == pytest.approx(bus, rel=1e-12)


def test_switch_trips_on_i2t() -> None:
    """A tray switch of 1 A rating with 3.6 kW (22 A) on it opens within a step; the others hold."""
    params = PlantParams(name="trip", bus=BusParams(switch_rating_a=20.0, switch_trip_s=1.0))
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    opened = []
    for step in range(300):
        plant.step()
        if plant.truth("bus")[BUS.slice("switch_closed")][SWITCH_TRAYS] == 0.0:
            opened.append(step)
    current = 3600.0 / 168.0
    expected_s = 3.0 * 400.0 / (current**2 - 400.0)
    assert opened[0] * 0.1 == pytest.approx(expected_s, rel=0.15)


powers = st.lists(st.floats(0.0, 5000.0), min_size=6, max_size=6)


@given(powers, st.floats(0.0, 40000.0), st.permutations(range(6)))
def test_shed_covers_the_deficit_in_order(power_w: list[float], deficit_w: float, order: list[int]) -> None:
    closed, rest = ffi.new("int32_t[6]", [1] * 6), ffi.new("double *")
    opened = lib.dd_shed(order, 6, power_w, closed, deficit_w, rest)
    gone = [i for i in range(6) if not closed[i]]
    assert opened == len(gone)
    assert rest[0] == pytest.approx(max(0.0, deficit_w - sum(power_w[i] for i in gone)), abs=1e-6)
    if rest[0] > 0.0:
        assert all(power_w[i] == 0.0 for i in range(6) if closed[i])
    shed = [i for i in order if i in gone]
    if shed:
        before_last = sum(power_w[i] for i in shed[:-1])
        assert before_last < deficit_w or before_last == pytest.approx(deficit_w)


def test_the_electrical_ledger_closes_over_an_orbit() -> None:
    """Terminal powers of every step of an orbit, with night, part shadow and a weak cell: bar 1e-5, aim 1e-8.

    Bus: array less converter losses plus regulators equals loads. Packs: what is stored changes by terminal
    power and heat. Both are integrated here from the recorded rows; below 1e-9 of what went through.
    """
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    plant.inject("section_part_shadow", section=3)
    plant.inject("cell_short", pack=2, short_ohm=1.0)
    run(plant, cap_w=3000.0, steps=10)
    stored_j = np.array(plant.truth("storage")[STORAGE.slice("pack_stored_j")])
    rows = np.concatenate(
        [np.frombuffer(plant.run(1000, 0.1, "ledger", 0)).reshape(1000, -1)[:, 1:] for _ in range(58)]
    )

    def energy_j(name: str) -> np.ndarray:
        return np.asarray(rows[:, LEDGER.slice(name)].sum(axis=0) * 0.1)

    through_j = energy_j("array_power_w").sum()
    bus_j = energy_j("array_power_w") - energy_j("converter_loss_w") + energy_j("regulator_output_w")
    bus_j = bus_j - energy_j("switch_power_w").sum() - energy_j("housekeeping_power_w")
    gone_j = energy_j("pack_terminal_power_w") + energy_j("pack_heat_w") - energy_j("pack_reversible_w")
    change_j = np.array(plant.truth("storage")[STORAGE.slice("pack_stored_j")]) - stored_j
    terminal_j = energy_j("regulator_output_w") + energy_j("regulator_loss_w")
    assert min(plant.truth("storage")[STORAGE.slice("pack_charge_frac")]) < 0.84
    assert abs(bus_j.sum()) <= 1e-9 * through_j
    assert np.abs(change_j + gone_j).max() <= 1e-9 * through_j
    assert abs(terminal_j.sum() - energy_j("pack_terminal_power_w").sum()) <= 1e-9 * through_j


def test_switches_and_bus_voltage_equal_their_twin_in_every_step() -> None:
    """Twin: droop by the regulators' power, i2t heat that cools in 10 s, trip above three ratings squared."""
    params = PlantParams(name="twin", bus=BusParams(switch_rating_a=20.0, switch_trip_s=1.0))
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    dark(plant)
    heat, closed = [0.0] * 26, [1.0] * 26
    run(plant, cap_w=3300.0, steps=0)
    trips = 0
    for _ in range(1300):
        plant.step()
        bus, ledger = plant.truth("bus"), plant.truth("ledger")
        volts = bus[0]
        assert volts == pytest.approx(160.0 - 0.01 * ledger[LEDGER.slice("regulator_output_w")][0] / 160.0)
        powers = ledger[LEDGER.slice("switch_power_w")]
        for index, power_w in enumerate(powers):
            amperes = power_w / volts
            excess = amperes * amperes - 400.0
            heat[index] = max(
                0.0, heat[index] + 0.1 * (excess if excess > 0.0 else -3.0 * 400.0 * 1.0 / 10.0)
            )
            if heat[index] > 3.0 * 400.0:
                heat[index], closed[index], trips = 0.0, 0.0, trips + 1
            assert bus[BUS.slice("switch_current_a")][index] == pytest.approx(amperes, rel=1e-10)
        assert bus[BUS.slice("switch_closed")] == closed
    assert trips > 0


def test_light_on_a_section_follows_the_cosine_and_the_shadow() -> None:
    """Basilisk's simpleSolarPanel: 1 at normal incidence, half at 60 degrees, nothing at 90 and at night."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    currents = []
    for angle in (0.0, pi / 3.0, pi / 2.0):
        for wing in range(2):
            plant.set_wing(wing, angle)
        for section in range(24):
            plant.set_section(section, SectionMode.FIXED, voltage_v=1.0)
        for _ in range(200):
            plant.step(1.0)
        array = plant.truth("array")
        warm = 1.0 + 5e-4 * (array[48] - 301.15)
        currents.append(array[24] / warm)
    assert currents[1] / currents[0] == pytest.approx(0.5, rel=2e-3)
    assert currents[2] == pytest.approx(0.0, abs=0.02)
    for _ in range(1800):
        plant.step(1.0)
    assert plant.truth("world")[0] == 0.0
    assert plant.truth("array")[24:48] == [0.0] * 24


@pytest.mark.parametrize("lit", [True, False])
def test_the_charge_stops_at_its_ends(lit: bool) -> None:
    """Basilisk's simpleBattery clamps at capacity and zero; here the regulators stop at cell limits."""
    battery = BatteryParams(pack_count=1, charge_initial_frac=0.88 if lit else 0.1)
    plant = Plant(replace(odc100_mid_inclination(), battery=battery), seed=1, epoch_tai_ns=EPOCH_NS)
    if not lit:
        dark(plant)
    for _ in range(1500):
        plant.step(1.0)
        cells = plant.truth("battery")
        assert 0.0 < plant.truth("storage")[0] < 1.0
        assert cells[BATTERY.slice("cell_voltage_max_v")][0] <= 4.15
    current = cells[BATTERY.slice("pack_current_a")][0]
    assert abs(current) < 10.0


RESTING_W = {NodeState.OFF: 0.0, NodeState.BMC: 900.0, NodeState.SLEEP: 5600.0}
"""Loads of fixed powers, so that the bus alone is compared; what a working node draws has its own twin."""
EQUAL_CELLS = {
    "group_capacity_sigma_frac": 0.0,
    "group_resistance_sigma_frac": 0.0,
    "group_charge_sigma_frac": 0.0,
}


@cache
def started(charge_frac: float) -> tuple[Plant, bytes, Bus]:
    """A plant a few seconds after its start, with trackers settled and packs no longer at rest; its twin."""
    basis = odc100_mid_inclination()
    params = replace(
        basis,
        battery=BatteryParams(pack_count=4, charge_initial_frac=charge_frac, **EQUAL_CELLS),
        bus=BusParams(switch_rating_a=25.0, switch_trip_s=0.2),
        compute=replace(basis.compute, bmc_power_w=900.0, sleep_power_w=5600.0),
    )
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    pack = Pack(capacity_ah=105.0, parallel_count=21.0, charge_frac=charge_frac)
    bus = Bus(params=params, regulators=[Regulator(params=params, pack=deepcopy(pack)) for _ in range(4)])
    nodes = [NodeState.BMC] * 18
    for number in range(30):
        ask(plant, nodes)
        both_step(plant, bus, demand(plant, nodes, [TerminalMode.STOW] * 4, 0.0, first=number == 0), 0.5)
    return plant, plant.snapshot(), bus


def ask(plant: Plant, nodes: list[NodeState]) -> None:
    for index, state in enumerate(nodes):
        plant.set_node(index, state, cap_w=9000.0, lease_until_ns=2 * EPOCH_NS, fallback_w=9000.0)


def demand(
    plant: Plant,
    nodes: list[NodeState],
    terminals: list[TerminalMode],
    heater_w: float,
    *,
    first: bool = False,
) -> list[float]:
    """Power that each switch is asked for: nodes behind 95 %, pumps by the cube of the speed they have."""
    speeds = [1.0, 1.0] if first else plant.truth("loops")[LOOPS.slice("pump_speed_frac")]
    modes = {
        mode: 0.2 * IDLE_W if mode == TerminalMode.STOW else 100.0 if mode >= TerminalMode.ACQUIRE else IDLE_W
        for mode in TerminalMode
    }
    return [
        *(RESTING_W[state] / 0.95 for state in nodes),
        *(modes[mode] for mode in terminals),
        4.0 * heater_w,
        *(600.0 * speed**3 for speed in speeds),
        0.0,
    ]


def offered_w(plant: Plant, dt_s: float) -> float:
    """What the array offers in this step: what it gives while an overload takes all; the plant stays."""
    image = plant.snapshot()
    plant.inject("bus_overload", bus=0, power_w=5e5)
    plant.step(dt_s)
    output_w = plant.truth("ledger")[LEDGER.slice("converter_output_w")][0]
    plant.restore(image)
    return output_w


def both_step(plant: Plant, bus: Bus, loads_w: list[float], dt_s: float) -> None:
    """Advance both. A tray of a pair of nodes draws while a switch leaves one of them on."""
    array_w = offered_w(plant, dt_s)
    pack_k = plant.truth("battery")[BATTERY.slice("pack_temperature_k")][:4]
    on = [loads_w[i] > 0.0 and bus.closed[i] for i in range(18)]
    trays_w = 400.0 * sum(on[i] or on[i + 1] for i in range(0, 18, 2))
    plant.step(dt_s)
    bus.step([*loads_w[:SWITCH_TRAYS], trays_w], array_w, pack_k, dt_s)


def same(plant: Plant, bus: Bus) -> None:
    """All readings of the bus are the twin's, 1e-10 relative; differences of 1e5 W to 1e-8 W."""
    got, ledger, battery = (plant.truth(name) for name in ("bus", "ledger", "battery"))
    readings = {
        "bus_voltage_v": [bus.bus_v],
        "array_power_w": [bus.array_w],
        "battery_power_w": [bus.battery_w],
        "compute_power_w": [sum(bus.drawn_w[:18]) + bus.drawn_w[25]],
        "optical_power_w": [sum(bus.drawn_w[18:22])],
        "thermal_power_w": [sum(bus.drawn_w[22:25])],
        "housekeeping_power_w": [bus.housekeeping_w],
        "shed_count": [bus.shed_count],
        "switch_closed": bus.closed,
        "lockout_active": [bus.is_locked_out],
        "switch_current_a": bus.current_a,
    }
    pairs = [(name, got[BUS.slice(name)], expected) for name, expected in readings.items()]
    pairs.append(("unserved", ledger[LEDGER.slice("unserved_power_w")], [bus.unserved_w]))
    amperes = [own.current_a for own in bus.regulators]
    pairs.append(("packs", battery[BATTERY.slice("pack_current_a")][:4], amperes))
    rounding = {"battery_power_w": 1e-8, "array_power_w": 1e-8, "unserved": 1e-8, "packs": 1e-9}
    apart = [
        (name, index, a, b)
        for name, found, expected in pairs
        for index, (a, b) in enumerate(zip(found, expected, strict=True))
        if abs(a - b) > 1e-10 * abs(b) + rounding.get(name, 1e-12)
    ]
    assert not apart, apart[:4]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the satellite is told before a few steps."""

    nodes: list[NodeState]
    terminals: list[TerminalMode]
    packs: list[tuple[bool, float, float, float]]
    lit_count: int
    heater_w: float
    overload_w: float
    limit_v: float
    opened: list[int]
    reclosed: list[int]
    is_tripped: bool
    is_reset: bool
    steps_s: list[float]


cases = st.builds(
    Case,
    nodes=st.lists(st.sampled_from(list(RESTING_W)), min_size=3, max_size=3).map(lambda few: 6 * few),
    terminals=st.lists(
        st.sampled_from([TerminalMode.STOW, TerminalMode.POINT, TerminalMode.ACQUIRE]), min_size=4, max_size=4
    ),
    packs=st.lists(
        st.tuples(st.booleans(), st.floats(100.0, 170.0), st.floats(0.0, 210.0), st.floats(0.0, 210.0)),
        min_size=4,
        max_size=4,
    ),
    lit_count=st.integers(0, 24),
    heater_w=st.floats(0.0, 300.0),
    overload_w=st.just(0.0) | st.floats(0.0, 1e5),
    limit_v=st.floats(160.0, 172.0),
    opened=st.lists(st.integers(0, 25), max_size=3),
    reclosed=st.lists(st.integers(18, 24), max_size=3),
    is_tripped=st.integers(0, 3).map(lambda draw: draw == 3),
    is_reset=st.booleans(),
    steps_s=st.lists(st.floats(0.001, 1.0), min_size=1, max_size=4),
)


def tell(plant: Plant, bus: Bus, case: Case) -> None:
    """Give the case's setpoints and faults to plant and twin."""
    ask(plant, case.nodes)
    for index, mode in enumerate(case.terminals):
        plant.set_terminal(index, mode, azimuth_rad=0.0, elevation_rad=0.0)
    for index, (enabled, most_v, charge_a, discharge_a) in enumerate(case.packs):
        plant.set_pack(
            index,
            enabled=enabled,
            charge_voltage_max_v=most_v,
            charge_current_max_a=charge_a,
            discharge_current_max_a=discharge_a,
        )
        plant.set_pack_heater(index, case.heater_w)
        own = bus.regulators[index]
        own.is_enabled, own.charge_voltage_max_v = enabled, most_v
        own.charge_max_a, own.discharge_max_a = charge_a, discharge_a
    for section in range(case.lit_count, 24):
        plant.inject("section_open", section=section)
    for index in case.opened:
        plant.set_switch(index, closed=False)
        bus.closed[index] = False
    plant.inject("bus_overload", bus=0, power_w=case.overload_w)
    if case.is_tripped:
        plant.inject("undervoltage_trip", bus=0)
    bus.is_comparator_stuck = case.is_tripped
    plant.set_bus_limit(case.limit_v)
    bus.overload_w, bus.limit_v = case.overload_w, case.limit_v


@TWIN_CASES
@given(st.sampled_from([0.06, 0.5, 0.97]), cases)
def test_bus_equals_its_twin(charge_frac: float, case: Case) -> None:
    """Balance, droop, shed, limit, battery converters and trips, from dark to full light, all four packs."""
    plant, image, start = started(charge_frac)
    plant.restore(image)
    bus = deepcopy(start)
    tell(plant, bus, case)
    modes = case.terminals
    for number, dt_s in enumerate(case.steps_s):
        if number == 2:
            plant.clear("undervoltage_trip", bus=0)
            bus.is_comparator_stuck = False
        if number and case.is_reset:
            plant.reset_lockout()
            bus.reset()
        for index in case.reclosed if number else []:
            plant.set_switch(index, closed=True)
            bus.close(index)
        both_step(plant, bus, demand(plant, case.nodes, modes, case.heater_w), dt_s)
        same(plant, bus)
        reached = plant.truth("terminals")[TERMINALS.slice("terminal_mode")]
        modes = [TerminalMode(int(mode)) for mode in reached]
