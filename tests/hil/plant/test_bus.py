"""The bus: balance, limits, shed and trips."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant._cplant import ffi, lib
from hil.plant.actuators import SWITCH_TRAYS, NodeState
from hil.plant.channels import BUS, LEDGER
from hil.plant.core import Plant
from hil.plant.params import BatteryParams, BusParams, PlantParams, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000


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
