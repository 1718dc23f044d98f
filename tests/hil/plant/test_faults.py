"""Faults by name: each one does what its row says, and ends when it is cleared."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from math import asin, inf, isnan, pi
from pathlib import Path

import pytest
from reference.plant.pointing import Pointing

from hil.plant._cplant import ffi, lib
from hil.plant.actuators import NodeState, TerminalMode
from hil.plant.channel_types import Field, Group
from hil.plant.channels import BATTERY, BUS, GROUPS, LEDGER, LOOPS, NODES, STORAGE
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.faults import INSTRUMENT_FAULTS, SENSOR_FAULTS, UNIT_FAULTS
from hil.plant.params import odc100_mid_inclination
from hil.plant.standing import StandingControl

EPOCH_NS = 2_152_709_197_000_000_000


def make() -> Plant:
    return Plant(odc100_mid_inclination(), seed=2, epoch_tai_ns=EPOCH_NS)


def run(plant: Plant, steps: int) -> None:
    for _ in range(steps):
        plant.step()


def test_stuck_sensor_holds_its_last_reading() -> None:
    plant = make()
    run(plant, 5)
    before = plant.sense("loops")[0]
    plant.inject("sensor_stuck", channel="loops.supply_temperature_k[0]")
    run(plant, 50)
    assert plant.sense("loops")[0] == pytest.approx(before, abs=0.021)
    plant.clear("sensor_stuck", channel="loops.supply_temperature_k[0]")
    assert abs(plant.sense("loops")[0] - plant.truth("loops")[0]) < 2.0


@pytest.mark.parametrize(
    ("fault", "value", "expected"),
    [
        ("sensor_stuck", 300.0, None),
        ("sensor_bias", 5.0, 5.0),
        ("sensor_drift", 0.5, 5.0),
        ("sensor_scale", 0.1, 29.0),
    ],
)
def test_sensor_fault_adds_what_it_says(fault: str, value: float, expected: float | None) -> None:
    healthy, faulty = make(), make()
    faulty.inject(fault, channel="battery.pack_temperature_k[3]", value=value)
    run(healthy, 100)
    run(faulty, 100)
    index = BATTERY.slice("pack_temperature_k").start + 3
    reading = faulty.sense("battery")[index]
    if expected is None:
        assert reading == pytest.approx(value, abs=0.011)
    else:
        assert reading - healthy.sense("battery")[index] == pytest.approx(expected, abs=0.5)
    assert faulty.sense("battery")[index - 1] == healthy.sense("battery")[index - 1]


def test_a_temperature_sensor_fails_as_basilisks() -> None:
    """V6, tempMeasurement: stuck shows the reading before the fault or the value given, a bias adds itself.

    A spike there doubles one reading of ten by chance, here it adds its value to one of twenty.
    """
    names = [f"loops.supply_temperature_k[{loop}]" for loop in range(2)]
    healthy, stuck, held, biased, spiking = (make() for _ in range(5))
    for plant in (healthy, stuck, held, biased, spiking):
        run(plant, 50)
    before = healthy.sense("loops")
    for name in names:
        stuck.inject("sensor_stuck", channel=name)
        held.inject("sensor_stuck", channel=name, value=10.0)
        biased.inject("sensor_bias", channel=name, value=1.0)
        spiking.inject("sensor_spike", channel=name, value=300.0)
    spikes = 0
    for _ in range(400):
        run(spiking, 1)
        spikes += sum(one > 500.0 for one in spiking.sense("loops")[:2])
    assert 20 <= spikes <= 64  # 40 of 800, four standard deviations
    for plant in (healthy, stuck, held, biased):
        run(plant, 400)
    after = healthy.sense("loops")
    assert min(abs(after[loop] - before[loop]) for loop in range(2)) > 0.2
    assert stuck.sense("loops")[:2] == before[:2]
    assert list(held.sense("loops")[:2]) == [10.0, 10.0]
    for loop in range(2):
        assert biased.sense("loops")[loop] - after[loop] == pytest.approx(1.0, abs=0.011)


def test_spikes_and_noise_come_and_go() -> None:
    plant = make()
    plant.inject("sensor_spike", channel="bus.bus_voltage_v", value=50.0)
    plant.inject("sensor_noise", channel="bus.array_power_w", value=1000.0)
    spikes, powers = 0, []
    for _ in range(600):
        plant.step()
        reading, truth = plant.sense("bus"), plant.truth("bus")
        spikes += reading[0] - truth[0] > 25.0
        powers.append(reading[1] - truth[1])
    assert 10 <= spikes <= 60
    assert max(powers) > 1500.0
    assert min(powers) < -1500.0


def test_delayed_sensor_shows_the_past() -> None:
    plant = make()
    plant.inject("sensor_delay", channel="navigation.position_eci_m[1]", value=20.0)
    positions = []
    for _ in range(60):
        plant.step()
        positions.append(plant.truth("navigation")[1])
    assert plant.sense("navigation")[1] == pytest.approx(positions[-21], abs=15.0)


def test_every_unit_fault_changes_the_satellite_and_clears() -> None:
    for name, row in UNIT_FAULTS.items():
        plant = make()
        plant.inject(name, **{row.index: 0})
        healthy = make()
        run(plant, 3)
        run(healthy, 3)
        assert plant.snapshot() != healthy.snapshot(), name
        plant.clear(name, **{row.index: 0})


def test_open_section_gives_nothing_until_cleared() -> None:
    plant = make()
    plant.inject("section_open", section=5)
    run(plant, 20)
    assert plant.truth("array")[24 + 5] == 0.0
    plant.clear("section_open", section=5)
    run(plant, 20)
    assert plant.truth("array")[24 + 5] > 1.0


def test_hung_node_stops_its_heart_until_it_is_cycled() -> None:
    plant = make()
    until_ns = EPOCH_NS + 10**12
    plant.set_node(2, NodeState.RUN, cap_w=4000.0, lease_until_ns=until_ns, fallback_w=250.0)
    run(plant, 100)
    plant.inject("node_hang", node=2)
    run(plant, 2)
    beats = plant.truth("nodes")[NODES.slice("heartbeat_count")][2]
    run(plant, 50)
    assert plant.truth("nodes")[NODES.slice("heartbeat_count")][2] == beats
    assert plant.truth("nodes")[2] == NodeState.HUNG
    plant.set_node(2, NodeState.OFF, cap_w=4000.0, lease_until_ns=until_ns, fallback_w=250.0)
    run(plant, 5)
    plant.set_node(2, NodeState.RUN, cap_w=4000.0, lease_until_ns=until_ns, fallback_w=250.0)
    run(plant, 910)
    assert plant.truth("nodes")[2] == NodeState.RUN


def test_stopped_pump_stops_the_flow_and_the_spare_brings_it_back() -> None:
    plant = make()
    plant.inject("pump_stop", pump=0)
    run(plant, 100)
    assert plant.truth("loops")[LOOPS.slice("flow_kg_per_s")][0] == 0.0
    plant.set_pump(0, 1.0, unit=1)
    run(plant, 60)
    assert plant.truth("loops")[LOOPS.slice("flow_kg_per_s")][0] == pytest.approx(1.8)


def test_dropout_with_chance_loses_some_samples() -> None:
    plant = make()
    plant.inject("sensor_dropout", channel="bus.bus_voltage_v[0]", value=0.5)
    lost = 0
    for _ in range(200):
        plant.step()
        lost += isnan(plant.sense("bus")[0])
    assert 60 < lost < 140


def test_all_sensor_faults_at_once_fill_the_slots_and_the_next_is_refused() -> None:
    plant = make()
    for index in range(16):
        plant.inject("sensor_bias", channel=f"array.section_voltage_v[{index}]", value=1.0)
    with pytest.raises(PlantError, match="fault must fit"):
        plant.inject("sensor_bias", channel="array.section_voltage_v[16]", value=1.0)


@pytest.mark.parametrize(
    ("fault", "params"),
    [
        ("section_opened", {"section": 1}),
        ("section_open", {}),
        ("section_open", {"section": 24}),
        ("sensor_bias", {"channel": "array.section_voltage_v[24]"}),
        ("sensor_bias", {"channel": "ledger.array_power_w"}),
        ("sensor_bias", {}),
    ],
)
def test_faults_that_do_not_exist_are_refused(fault: str, params: dict[str, float | str]) -> None:
    with pytest.raises(PlantError, match=r"must (be|fit)"):
        make().inject(fault, **params)


@pytest.mark.parametrize(("channel", "kind"), [(-1, 1), (100_000, 1), (0, 0), (0, 99)])
def test_the_core_refuses_sensor_faults_it_does_not_know(channel: int, kind: int) -> None:
    plant, fresh = ffi.new("dd_plant *"), ffi.new("dd_plant *")
    assert lib.dd_fault_sensor(plant, channel, kind, 1.0) == 0
    assert lib.dd_fault_sensor_clear(plant, channel) == 0
    size = lib.dd_plant_size()
    assert bytes(ffi.buffer(plant, size)) == bytes(ffi.buffer(fresh, size))


def test_names_do_not_collide() -> None:
    assert not set(SENSOR_FAULTS) & set(UNIT_FAULTS)


def test_a_shorted_cell_drains_its_group_and_nothing_else() -> None:
    """0.01 ohm across 3.9 V of 105 Ah: 390 A, 3.7 times the capacity an hour; 1 % in about 10 s."""
    plant, healthy = make(), make()
    plant.inject("cell_short", pack=2, short_ohm=0.01)
    run(plant, 600)
    run(healthy, 600)
    low, fine = (p.truth("battery")[BATTERY.slice("cell_voltage_min_v")] for p in (plant, healthy))
    assert low[2] < fine[2] - 0.02
    assert low[3] == pytest.approx(fine[3], abs=2e-3)
    lost = healthy.truth("storage")[STORAGE.slice("cell_charge_min_frac")][2]
    lost -= plant.truth("storage")[STORAGE.slice("cell_charge_min_frac")][2]
    assert lost == pytest.approx(3.95 / 0.01 * 60.0 / 3600.0 / 105.0, abs=0.02)  # the groups' own spread
    ledger = plant.truth("ledger")[LEDGER.slice("pack_heat_w")]
    assert ledger[2] - ledger[3] == pytest.approx(3.95**2 / 0.01, rel=0.1)
    plant.clear("cell_short", pack=2)
    run(plant, 10)
    assert plant.truth("ledger")[LEDGER.slice("pack_heat_w")][2] < 500.0


def test_open_cells_and_high_resistance_are_seen_in_the_weakest_group() -> None:
    """A group of half its cells, or of ten times the resistance, falls behind while the pack discharges."""
    for fault, value in (("cell_open", {"cell_count": 10.0}), ("cell_resistance", {"ratio": 10.0})):
        plant, healthy = make(), make()
        plant.inject(fault, pack=1, **value)
        for satellite in (plant, healthy):
            for section in range(24):
                satellite.inject("section_open", section=section)
            run(satellite, 300)
        column = BATTERY.slice("cell_voltage_min_v")
        low, fine = (p.truth("battery")[column][1] for p in (plant, healthy))
        amperes = plant.truth("battery")[BATTERY.slice("pack_current_a")][1]
        assert amperes > 5.0
        assert low < fine - 0.3 * amperes / 21.0 * 0.030, fault


def test_every_fault_of_a_pack_keeps_the_ledger_closed() -> None:
    """After the onset the stored energy falls by what leaves the terminals and what becomes heat."""
    plant = make()
    for fault in ("cell_short", "cell_open", "cell_resistance"):
        plant.inject(fault, pack=0)
    stored = plant.truth("storage")[STORAGE.slice("pack_stored_j")][0]
    start, out = stored, 0.0
    for _ in range(3000):
        plant.step()
        ledger = plant.truth("ledger")
        out += 0.1 * ledger[LEDGER.slice("pack_terminal_power_w")][0]
        out += 0.1 * ledger[LEDGER.slice("pack_heat_w")][0]
        out -= 0.1 * ledger[LEDGER.slice("pack_reversible_w")][0]
    stored = plant.truth("storage")[STORAGE.slice("pack_stored_j")][0]
    assert start - stored == pytest.approx(out, rel=1e-9)


def test_an_overloaded_bus_sheds_and_recovers() -> None:
    plant = make()
    for section in range(24):
        plant.inject("section_open", section=section)
    for node in range(18):
        plant.set_node(node, NodeState.IDLE, cap_w=3000.0, lease_until_ns=2**62, fallback_w=250.0)
    run(plant, 1200)
    plant.inject("bus_overload", bus=0, power_w=300_000.0)
    run(plant, 2)
    assert plant.truth("bus")[BUS.slice("shed_count")][0] > 0.0
    assert plant.truth("bus")[0] < 137.0
    plant.clear("bus_overload", bus=0)
    run(plant, 2)
    assert plant.truth("bus")[0] > 150.0


@pytest.mark.parametrize(("fault", "index"), [(52, 8), (55, 1), (56, 0), (48, 24)])
def test_power_faults_beyond_the_equipment_are_refused(fault: int, index: int) -> None:
    plant = ffi.new("dd_plant *")
    assert lib.dd_fault_unit(plant, fault, index, 1.0) == 0
    assert lib.dd_fault_unit(plant, 48, 0, float("nan")) == 0


@pytest.mark.parametrize(
    ("fault", "index"), [(64, 1), (65, 3), (66, 4), (67, 14), (68, -1), (69, 1), (70, 0)]
)
def test_faults_beyond_shadow_body_mirrors_and_panels_are_refused(fault: int, index: int) -> None:
    plant = ffi.new("dd_plant *")
    assert lib.dd_fault_unit(plant, fault, index, 1.0) == 0
    assert lib.dd_fault_unit(plant, 64, 0, float("inf")) == 0


def test_an_ideal_attitude_cannot_be_made_to_tumble() -> None:
    params = odc100_mid_inclination()
    ideal = replace(params, attitude=replace(params.attitude, attitude_coupled_count=0.0))
    plant = Plant(ideal, seed=1, epoch_tai_ns=EPOCH_NS)
    with pytest.raises(PlantError, match="fault must fit the plant, got tumble"):
        plant.inject("tumble", axis=1)


def test_a_wider_shadow_lengthens_the_eclipse_by_its_chord() -> None:
    """Beta 0, cylinders of R and of R + 300 km: asin(R2/r) less asin(R1/r), twice, of a turn of 2 pi."""
    dark_s = []
    for wider_m in (0.0, 300e3):
        plant = make()
        plant.inject("shadow_wider", radius_m=wider_m)
        dark = 0
        for _ in range(5800):
            plant.step(1.0)
            dark += plant.truth("world")[0] < 0.5
        dark_s.append(dark)
    orbit_m, earth_m = 6378137.0 + 600e3, 6378136.6
    longer_s = (asin((earth_m + 300e3) / orbit_m) - asin(earth_m / orbit_m)) / pi * 5801.0
    assert dark_s[1] - dark_s[0] == pytest.approx(longer_s, abs=3.0)


README = Path(__file__).parents[3] / "hil" / "plant" / "README.md"
ONSET_STEP, LIFE_STEPS = 100, 700
UNITS: dict[str, dict[str, float]] = {
    "panel_valve_stuck": {"panel": 3},
    "panel_leak": {"panel": 4, "leak_kg_per_s": 0.1},
    "coolant_leak": {"loop": 1, "leak_kg_per_s": 0.1},
    "bus_overload": {"bus": 0, "power_w": 5e5},
    "cell_open": {"pack": 1, "cell_count": 15.0},
    "shadow_wider": {"radius_m": 2e6},
    "tumble": {"axis": 2, "rate_rad_per_s": 0.001},
}
"""What the defaults of a fault leave too small to see within a minute, and units that the life moves."""
VALUES = {
    "sensor_bias": 5.0,
    "sensor_drift": 1.0,
    "sensor_spike": 50.0,
    "sensor_noise": 5.0,
    "sensor_scale": 0.5,
}
LINKS = {"partner_lost", "link_fade", "gimbal_stuck", "mirror_stuck", "mirror_saturated"}


def table() -> list[tuple[str, list[str]]]:
    """Return each fault that the README's table names, with the channels where it says to look."""
    rows = [line.split("|") for line in README.read_text().splitlines() if line.count("|") == 4]
    named = [(re.findall("`([a-z_]+)`", row[2]), re.findall(r"`([a-z_]+\.[a-z_]+)`", row[3])) for row in rows]
    return [(fault, channels) for faults, channels in named for fault in faults if channels]


def test_the_table_of_faults_names_each_one_once() -> None:
    names = [fault for fault, _ in table()]
    assert sorted(names) == sorted([*SENSOR_FAULTS, *INSTRUMENT_FAULTS, *UNIT_FAULTS])


def field_of(channel: str) -> tuple[Group, Field]:
    name, item = channel.split(".")
    group = next(one for one in GROUPS if one.name == name)
    return group, next(one for one in group.fields if one.name == item)


def look(plant: Plant, channel: str) -> list[float]:
    group, item = field_of(channel)
    values = plant.sense(group.name) if group.sensed else plant.truth(group.name)
    return values[group.slice(item.name)]


def least(channel: str) -> float:
    """Return what noise and quantum of a channel hide: six sigma and a step."""
    group, item = field_of(channel)
    return 6.0 * item.noise + item.quantum if group.sensed else 0.0


def life(
    channels: Sequence[str], *, linked: bool, pushed: bool, fault: str = "", **params: float | str
) -> dict[str, list[list[float]]]:
    """Return what each channel reads after each step of a life of full load, healthy without a fault.

    Soon after the onset a wing, valves and a panel's valve are moved, and the body may be pushed.
    """
    pointing = Pointing(seed=2)
    if linked:
        pointing.linked()
    plant, seen = pointing.plant, {channel: list[list[float]]() for channel in channels}
    control = StandingControl(plant, cap_w=6500.0)
    for step in range(LIFE_STEPS):
        if step % 10 == 0:
            control.act(0.1 * step)
        if step == ONSET_STEP and fault:
            plant.inject(fault, **params)
        if step == ONSET_STEP + 1:
            plant.set_wing(0, 0.5)
            plant.set_panel_valve(3, is_open=False)
            if pushed:
                plant.inject("tumble", axis=0, rate_rad_per_s=0.001)
        if step > ONSET_STEP:
            plant.set_bypass(0, 0.9)
        pointing.step(TerminalMode.LINK)
        for channel, rows in seen.items():
            rows.append(look(plant, channel))
    return seen


@cache
def healthy_life(*, linked: bool, pushed: bool) -> dict[str, list[list[float]]]:
    channels = {channel for _, names in table() for channel in names}
    return life(sorted(channels), linked=linked, pushed=pushed)


def given(fault: str) -> dict[str, float | str]:
    if fault in SENSOR_FAULTS:
        value = {"value": VALUES[fault]} if fault in VALUES else {}
        return {"channel": "battery.pack_current_a[1]", **value}
    index = UNIT_FAULTS[fault].index if fault in UNIT_FAULTS else ""
    return {**({index: 1 if index == "accelerator" else 0} if index else {}), **UNITS.get(fault, {})}


@pytest.mark.parametrize(
    ("fault", "channels"), table(), ids=lambda part: part if isinstance(part, str) else ""
)
def test_every_fault_is_seen_where_the_table_says(fault: str, channels: list[str]) -> None:
    """From its onset on, and not before, a channel differs from the healthy life's by more than noise."""
    kind = {"linked": fault in LINKS, "pushed": fault.startswith("wheel")}
    healthy, faulty = healthy_life(**kind), life(channels, **kind, fault=fault, **given(fault))
    effect = False
    for channel in channels:
        rows = list(zip(healthy[channel], faulty[channel], strict=True))
        assert all(repr(a) == repr(b) for a, b in rows[:ONSET_STEP])
        apart = (
            abs(b - a) if not isnan(b) else inf
            for row in rows[ONSET_STEP:]
            for a, b in zip(*row, strict=True)
        )
        effect = effect or max(apart) > least(channel)
    assert effect
