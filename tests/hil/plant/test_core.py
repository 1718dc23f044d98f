"""The facade: shape, determinism, snapshots, inputs, and one lived orbit."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from math import inf, isfinite, isnan, nan
from struct import iter_unpack
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant import core
from hil.plant._cplant import ffi, lib
from hil.plant.actuators import NodeState, SectionMode, TerminalMode
from hil.plant.channels import (
    ACCELERATORS,
    BATTERY,
    BUS,
    GROUPS,
    HEAT,
    LEDGER,
    LOOPS,
    NODES,
    STORAGE,
    each_field,
)
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.params import BatteryParams, odc100_dawn_dusk, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000


def make(seed: int = 1) -> Plant:
    return Plant(odc100_mid_inclination(), seed=seed, epoch_tai_ns=EPOCH_NS)


def everything(plant: Plant) -> list[list[float]]:
    return [plant.sense(group.name) for group in GROUPS if group.sensed]


def test_python_and_c_list_the_same_fields_in_the_same_order() -> None:
    listed = [(group.name, field.name, field.count, group.sensed) for group, field in each_field()]
    compiled = [
        (
            lib_text(lib.dd_field_group(i)),
            lib_text(lib.dd_field_name(i)),
            lib.dd_field_width(i),
            bool(lib.dd_field_sensed(i)),
        )
        for i in range(lib.dd_field_count())
    ]
    assert listed == compiled
    for group in GROUPS:
        first = lib.dd_field_offset(lib.dd_field_find(group.name.encode(), group.fields[0].name.encode()))
        offsets = [
            lib.dd_field_offset(lib.dd_field_find(group.name.encode(), f.name.encode())) - first
            for f in group.fields
        ]
        assert offsets == [f.offset for f in group.fields]


def lib_text(pointer: Any) -> str:
    return str(ffi.string(pointer).decode())


def test_names_that_the_core_does_not_know_have_no_place() -> None:
    assert lib.dd_param_index(b"earth_mu_m3_per_s2") >= 0
    assert lib.dd_param_index(b"earth_mu") == -1
    assert lib.dd_field_find(b"bus", b"bus_voltage_v") >= 0
    assert lib.dd_field_find(b"bus", b"section_voltage_v") == -1


def test_state_fits_in_64_kib() -> None:
    assert lib.dd_plant_size() <= 65536
    assert len(make().snapshot()) == lib.dd_plant_size()


def test_importing_the_core_does_not_import_numpy() -> None:
    code = "import sys, hil.plant.core; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_same_seed_gives_the_same_readings_and_another_seed_does_not() -> None:
    first, second, other = make(5), make(5), make(6)
    for _ in range(50):
        for plant in (first, second, other):
            plant.step()
        second.sense("array")
    assert everything(first) == everything(second)
    assert everything(first) != everything(other)
    assert first.snapshot() == second.snapshot()


def test_a_restored_plant_goes_on_as_the_first() -> None:
    first, second = make(), make(9)
    for _ in range(20):
        first.step()
    second.restore(first.snapshot())
    for plant in (first, second):
        for _ in range(30):
            plant.step()
    assert first.snapshot() == second.snapshot()


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_a_snapshot_of_another_size_is_refused(cut: int) -> None:
    plant = make()
    image = plant.snapshot()
    with pytest.raises(PlantError, match="size"):
        plant.restore(image[:cut] if cut >= 0 else image + b"x")
    assert plant.snapshot() == image


@pytest.mark.parametrize(("at", "what"), [(0, "mark"), (4, "version"), (5000, "checksum")])
def test_a_damaged_snapshot_is_refused(at: int, what: str) -> None:
    plant = make()
    image = bytearray(plant.snapshot())
    image[at] ^= 1
    with pytest.raises(PlantError, match=what):
        plant.restore(bytes(image))


@pytest.mark.parametrize("dt_s", [0.0, -0.1, 5.0, nan, inf])
def test_an_impossible_step_is_counted_and_changes_nothing(dt_s: float) -> None:
    plant = make()
    before = everything(plant)
    plant.step(dt_s)
    assert plant.input_rejects_count == 1
    assert plant.time_ns == EPOCH_NS
    assert everything(plant) == before


def test_steps_in_one_call_give_the_truth_of_single_steps() -> None:
    """Only the array's maximum power is worked out once, for the last row."""
    single, together = make(), make()
    together.truth("ledger")
    rows = list(iter_unpack(f"{1 + LEDGER.width}d", together.run(5, 0.2, "ledger", 40)))
    maximum = 1 + LEDGER.slice("array_maximum_power_w").start
    assert [row[0] for row in rows] == [40.0, 41.0, 42.0, 43.0, 44.0]
    for row in rows:
        single.step(0.2)
        expected = (row[0], *single.truth("ledger"))
        assert row[:maximum] == expected[:maximum]
        assert row[maximum + 1 :] == expected[maximum + 1 :]
    assert rows[-1][maximum] == expected[maximum]
    assert len({row[maximum] for row in rows[:-1]}) == 1
    assert together.time_ns == single.time_ns == EPOCH_NS + 1_000_000_000
    assert everything(together) == everything(single)


@pytest.mark.parametrize(
    ("step_count", "group", "what"),
    [(0, "ledger", "1 to 1000"), (1001, "ledger", "1 to 1000"), (5, "bus", "truth only")],
)
def test_steps_in_one_call_are_bounded_and_of_truth_alone(step_count: int, group: str, what: str) -> None:
    plant = make()
    with pytest.raises(PlantError, match=what):
        plant.run(step_count, 0.1, group, 0)
    assert plant.time_ns == EPOCH_NS


anything = st.one_of(st.floats(), st.sampled_from([nan, inf, -inf, 1e308, -1e308]))
indices = st.integers(-2, 80)


@given(st.lists(st.tuples(indices, indices, anything, anything, anything), max_size=8))
def test_no_setpoint_poisons_the_state(rows: list[tuple[int, int, float, float, float]]) -> None:
    plant = make()
    for index, mode, x, y, z in rows:
        plant.set_section(index, mode, voltage_v=x, current_max_a=y)  # type: ignore[arg-type]
        plant.set_bus_limit(x)
        plant.set_wing(index, x)
        plant.set_pack(
            index, enabled=mode > 0, charge_voltage_max_v=x, charge_current_max_a=y, discharge_current_max_a=z
        )
        plant.set_pack_heater(index, x)
        plant.set_switch(index, closed=mode > 3)
        plant.reset_lockout()
        plant.set_panel_valve(index, is_open=mode > 1)
        plant.set_pump(index, x, unit=mode)
        plant.set_bypass(index, x)
        plant.set_node(index, mode, cap_w=x, lease_until_ns=EPOCH_NS * 2, fallback_w=y)  # type: ignore[arg-type]
        plant.set_job_load(index, z)
        plant.set_terminal(
            index, mode, azimuth_rad=x, elevation_rad=y, azimuth_rate_rad_per_s=z, partner=index
        )  # type: ignore[arg-type]
        plant.step()
    for _ in range(5):
        plant.step(1.0)
    for group in GROUPS:
        assert all(isfinite(value) for value in plant.truth(group.name))


def test_out_of_range_setpoints_are_saturated_and_counted() -> None:
    plant = make()
    plant.set_bypass(0, 7.0)
    plant.set_bypass(0, nan)
    plant.set_bypass(5, 0.5)
    assert plant.input_rejects_count == 3
    for _ in range(30):
        plant.step(1.0)
    assert plant.truth("loops")[LOOPS.slice("bypass_frac")][0] == 1.0


@pytest.mark.parametrize(("seed", "epoch"), [(-1, 0), (2**64, 0), (0, -1), (0, 2**62)])
def test_seed_and_epoch_are_checked(seed: int, epoch: int) -> None:
    with pytest.raises(PlantError, match="must be 0 to"):
        Plant(odc100_dawn_dusk(), seed=seed, epoch_tai_ns=epoch)


def test_unknown_and_secret_groups_are_refused() -> None:
    with pytest.raises(PlantError, match="group must be one of"):
        make().sense("weather")
    with pytest.raises(PlantError, match="truth only"):
        make().sense("ledger")


def test_section_off_and_fixed_do_what_they_say() -> None:
    """At half charge the packs take everything, so no section is held back."""
    params = replace(odc100_mid_inclination(), battery=BatteryParams(pack_count=8, charge_initial_frac=0.5))
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    plant.set_section(0, SectionMode.OFF)
    plant.set_section(1, SectionMode.FIXED, voltage_v=100.0)
    for _ in range(20):
        plant.step()
    array = plant.truth("array")
    assert array[24] == 0.0
    assert array[0] > array[2]
    assert array[1] == pytest.approx(100.0, abs=1e-6)


def test_lease_end_puts_a_node_to_its_fallback() -> None:
    plant = make()
    plant.set_node(0, NodeState.RUN, cap_w=5000.0, lease_until_ns=EPOCH_NS + 10_000_000_000, fallback_w=250.0)
    plant.set_job_load(0, 1.0)
    powers = []
    for _ in range(130):
        plant.step()
        powers.append(plant.truth("nodes")[NODES.slice("node_power_w")][0])
    assert max(powers[:100]) == pytest.approx(5000.0, abs=20.0)
    assert powers[102:] == [pytest.approx(250.0)] * 28


def test_reading_differs_from_truth_by_its_channel_error_only() -> None:
    """Each voltage reading lies within six sigma of noise, bias and scale of the sample one step ago."""
    plant = make()
    plant.step()
    older = plant.truth("battery")
    plant.step()
    reading = plant.sense("battery")
    field = BATTERY.field("pack_voltage_v")
    for index in range(8):
        error = abs(reading[index] - older[index])
        assert (
            0.0 < error < 6.0 * (field.noise + field.bias + field.scale_frac * older[index]) + field.quantum
        )


def run_orbit(control: Any, plant: Plant, steps: int) -> dict[str, list[float]]:
    rows: dict[str, list[float]] = {k: [] for k in ("bus", "low", "high", "die", "power", "supply")}
    for step in range(steps):
        if step % 10 == 0:
            control.act()
        plant.step()
        rows["bus"].append(plant.truth("bus")[0])
        if step % 10 == 9:
            battery = plant.truth("battery")
            rows["low"].append(min(battery[BATTERY.slice("cell_voltage_min_v")]))
            rows["high"].append(max(battery[BATTERY.slice("cell_voltage_max_v")]))
            rows["die"].append(max(plant.truth("accelerators")[ACCELERATORS.slice("die_temperature_k")]))
            rows["power"].append(sum(plant.truth("nodes")[NODES.slice("node_power_w")]))
            rows["supply"].extend(plant.truth("loops")[LOOPS.slice("supply_temperature_k")])
    return rows


def test_satellite_lives_through_an_orbit_of_53_deg_with_a_35_minute_eclipse(
    simple_control: Callable[..., Any],
) -> None:
    plant = make()
    rows = run_orbit(simple_control(plant, cap_w=3000.0), plant, 58_010)
    assert 137.0 <= min(rows["bus"]) <= max(rows["bus"]) <= 173.0
    assert 2.8 <= min(rows["low"]) <= max(rows["high"]) <= 4.15
    assert max(rows["die"]) <= 273.15 + 87.0
    assert sum(rows["power"]) / len(rows["power"]) >= 40e3
    settled = rows["supply"][2 * 600 :]
    assert all(abs(value - 305.0) < 3.0 for value in settled)
    assert plant.truth("bus")[BUS.slice("shed_count")][0] == 0.0
    assert plant.input_rejects_count == 0


def test_ledgers_close_when_integrated_from_terminal_powers(simple_control: Callable[..., Any]) -> None:
    """Energy in, out and stored over 40 minutes with sunset and eclipse; bar 1e-5 of what went through."""
    plant = make()
    control = simple_control(plant, cap_w=3000.0)
    plant.step()
    stored = sum(plant.truth("storage")[STORAGE.slice("pack_stored_j")])
    heat_stored = plant.truth("heat")[HEAT.slice("loop_stored_j")][0]
    through = bus = pack = heat = 0.0
    for step in range(24_000):
        if step % 10 == 0:
            control.act()
        plant.step()
        ledger, flow = plant.truth("ledger"), plant.truth("heat")

        def total(name: str, ledger: list[float] = ledger) -> float:
            return sum(ledger[LEDGER.slice(name)]) * 0.1

        through += total("array_power_w")
        bus += total("array_power_w") - total("converter_loss_w") + total("regulator_output_w")
        bus -= total("switch_power_w") + total("housekeeping_power_w")
        pack += total("pack_terminal_power_w") + total("pack_heat_w") - total("pack_reversible_w")
        heat += 0.1 * (flow[0] + flow[1] + flow[2] + flow[4] - flow[3])
        heat += 0.1 * flow[HEAT.slice("pack_structure_w").start]
    assert abs(bus) <= 1e-9 * through
    assert abs(sum(plant.truth("storage")[STORAGE.slice("pack_stored_j")]) - stored + pack) <= 1e-9 * through
    assert abs(plant.truth("heat")[HEAT.slice("loop_stored_j")][0] - heat_stored - heat) <= 1e-9 * through


def test_tracking_takes_99_percent_of_what_the_array_could_give(simple_control: Callable[..., Any]) -> None:
    """Charging hard, so that no section is held back; the first 5 s after sunrise do not count."""
    plant = make()
    control = simple_control(plant, cap_w=5000.0)
    taken = possible = 0.0
    for step in range(6000):
        if step % 10 == 0:
            control.act()
        plant.step()
        ledger = plant.truth("ledger")
        if step > 1500 and max(plant.truth("array")[72:96]) == SectionMode.TRACK:
            taken += ledger[0]
            possible += ledger[1]
    assert possible > 0.0
    assert 0.99 <= taken / possible <= 1.0


def test_terminal_acquires_tracks_and_links_from_detector_readings() -> None:
    plant = make()
    plant.step()
    mode, seen = TerminalMode.ACQUIRE, []
    last = plant.truth("optics")[8]
    for step in range(1200):
        truth = plant.truth("optics")
        azimuth, elevation = truth[8], truth[12]
        rate = (azimuth - last) / 0.1 if abs(azimuth - last) < 1.0 and step else 0.0
        last = azimuth
        order = TerminalMode.POINT if step < 450 else mode
        plant.set_terminal(
            0, order, azimuth_rad=azimuth, elevation_rad=elevation, azimuth_rate_rad_per_s=rate
        )
        plant.step()
        reading = plant.sense("terminals")
        if step > 450 and reading[12] > 1e-10 and mode < TerminalMode.LINK:
            mode = TerminalMode(mode + 1)
        seen.append((mode, reading[20], reading[32]))
    assert seen[-1][0] == TerminalMode.LINK
    assert seen[-1][1] > 1e-7
    assert seen[-1][2] == 1.0


def test_dropout_is_the_only_source_of_nan() -> None:
    plant = make()
    plant.inject("sensor_dropout", channel="loops.supply_temperature_k[1]")
    plant.step()
    readings = everything(plant)
    missing = [value for group in readings for value in group if isnan(value)]
    assert len(missing) == 1
    assert isnan(plant.sense("loops")[1])


def test_many_steps_tell_how_many_satellites_took_them() -> None:
    plant = make()
    assert lib.dd_plant_step_many(plant._state, 1, 0.1, 3) == 1
    assert lib.dd_plant_step_many(plant._state, 1, 5.0, 3) == 0
    assert plant.input_rejects_count == 3
    assert plant.time_ns == EPOCH_NS + 300_000_000


def test_a_delayed_field_shows_the_sample_of_so_many_steps_ago() -> None:
    plant = make()
    past = []
    for _ in range(12):
        past.append(plant.truth("partners")[0])
        shown = plant.sense("partners")[0]
        assert abs(shown - past[max(0, len(past) - 4)]) < 100.0  # noise and bias; a step is 700 m
        plant.step()


@pytest.mark.parametrize(("delay_count", "starts"), [(-2, 1), (1, 1), (2, 0), (9, 0)])
def test_delays_beyond_what_the_state_keeps_do_not_start(delay_count: int, starts: int) -> None:
    state = ffi.new("dd_plant *")
    lib.dd_plant_begin(state, core._c_params(odc100_mid_inclination()), 1, EPOCH_NS)
    for index in range(lib.dd_field_count()):
        lib.dd_field_spec(state, index, 0.0, 0.0, 0.0, 0.0, delay_count, 0, 0)
    assert lib.dd_plant_start(state) == starts


def test_a_plant_whose_channels_ask_for_too_much_delay_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = [replace(group, fields=tuple(replace(f, delay_count=3) for f in group.fields)) for group in GROUPS]
    monkeypatch.setattr(core, "GROUPS", slow)
    with pytest.raises(PlantError, match="delays of all fields"):
        make()
