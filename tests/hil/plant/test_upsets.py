"""Upsets: how often against Poisson's law, where, by which stream, and what each of them does."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant import racks as twin
from reference.plant.cases import TWIN_CASES

from hil.plant._cplant import ffi, lib
from hil.plant.actuators import NodeState
from hil.plant.channels import ACCELERATORS, NODES, UPSETS, WORLD
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.params import ComputeParams, PlantParams, odc100_dawn_dusk, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
RATES = ("correctable", "uncorrectable", "hang", "functional", "silent", "latchup")
QUIET = {f"{name}_per_s": 0.0 for name in RATES}
DEFAULT = ComputeParams()


def make(base: PlantParams, seed: int = 4, **compute: float) -> Plant:
    params = replace(base, compute=ComputeParams(**(QUIET | {"start_s": 0.0, "wake_s": 0.0} | compute)))
    plant = Plant(params, seed=seed, epoch_tai_ns=EPOCH_NS)
    for node in range(18):
        plant.set_node(node, NodeState.RUN, cap_w=2500.0, lease_until_ns=2**62, fallback_w=250.0)
        plant.set_job_load(node, 1.0)
    return plant


def node_values(plant: Plant, name: str) -> list[float]:
    return plant.truth("nodes")[NODES.slice(name)]


def counts(plant: Plant) -> list[float]:
    return plant.truth("upsets")[UPSETS.slice("upset_count")]


def run(plant: Plant, step_count: int, dt_s: float = 0.1) -> None:
    for _ in range(step_count):
        plant.step(dt_s)


@TWIN_CASES
@given(st.floats(-1.6, 1.6), st.booleans(), st.floats(0.0, 1e3), st.floats(0.0, 20.0), st.floats(0.0, 20.0))
def test_rate_by_place_equals_its_twin(
    latitude: float, anomaly: bool, solar: float, inside: float, polar: float
) -> None:
    compute = ComputeParams(south_atlantic_upset_ratio=inside, polar_upset_ratio=polar)
    p = ffi.new("dd_params *")
    for item in fields(compute):
        lib.dd_param_set(p, lib.dd_param_index(item.name.encode()), getattr(compute, item.name))
    places = twin.Places(
        south_atlantic=inside,
        polar=polar,
        elsewhere=compute.elsewhere_upset_ratio,
        cutoff_rad=compute.polar_latitude_rad,
    )
    expected = twin.upset_ratio(places, latitude, in_anomaly=anomaly, solar=solar)
    assert lib.dd_upset_ratio(p, latitude, anomaly, solar) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", [1, 2**64 - 1])
def test_times_and_kinds_are_those_of_the_twin(seed: int) -> None:
    """In a place of constant rate the twin, from the same streams, names every upset of every accelerator."""
    rates = (0.01, 0.004, 0.0, 0.0, 0.002, 0.0)
    named = {f"{name}_per_s": rate for name, rate in zip(RATES, rates, strict=True)}
    flat = {"south_atlantic_upset_ratio": 2.0, "polar_upset_ratio": 0.5, "elsewhere_upset_ratio": 0.5}
    plant = make(odc100_mid_inclination(), seed, **named, **flat)
    run(plant, 1000)
    assert plant.truth("upsets")[UPSETS.slice("upset_ratio")] == [0.5]
    expected = np.zeros(6)
    per_node = np.zeros(18)
    for accelerator in range(72):
        for _, kind in twin.thinned(seed, 18432 + accelerator, rates, 0.5, 2.0, 100.0):
            expected[kind] += 1
            per_node[accelerator // 4] += kind == 0
    assert counts(plant) == list(expected)
    assert node_values(plant, "correctable_count") == list(per_node)


@pytest.mark.parametrize(
    ("base", "zones"), [(odc100_dawn_dusk(), [1, 2]), (odc100_mid_inclination(), [0, 2])], ids=["A", "B"]
)
def test_counts_over_two_orbits_are_poisson_with_the_integrated_rate(
    base: PlantParams, zones: list[int]
) -> None:
    """|N - E| <= 4 sqrt(E) in each zone (1 in 16,000 by chance; the seed is fixed), E the rate's integral.

    Zones: South Atlantic, polar, elsewhere; those that two orbits from the equinox's afternoon reach. Between
    nodes the variance is the mean: the dispersion of 18 counts, chi-squared with 17 degrees of freedom, lies
    within its 0.1 % and 99.9 % points, 4.4 and 40.8.
    """
    rate_per_s = 2e-3
    plant = make(base, 5, correctable_per_s=rate_per_s)
    seen, expected = np.zeros(3), np.zeros(3)
    before = 0.0
    for _ in range(11_600):
        plant.step(1.0)
        world, ratio = plant.truth("world"), plant.truth("upsets")[0]
        zone = 0 if world[WORLD.slice("south_atlantic")][0] else 1 if ratio == 0.7 else 2
        seen[zone] += counts(plant)[0] - before
        expected[zone] += 72 * rate_per_s * ratio
        before = counts(plant)[0]
    assert [zone for zone in range(3) if expected[zone] > 50.0] == zones
    assert np.all(np.abs(seen - expected) <= 4.0 * np.sqrt(expected))
    per_node = np.array(node_values(plant, "correctable_count"))
    assert per_node.sum() == before
    assert 4.4 < ((per_node - per_node.mean()) ** 2).sum() / per_node.mean() < 40.8


def test_kinds_come_in_the_proportion_of_their_rates() -> None:
    """Each count within 4 sqrt(E); silent ones strike working accelerators alone, none a dark one."""
    plant = make(
        odc100_mid_inclination(), correctable_per_s=0.02, uncorrectable_per_s=0.01, silent_per_s=0.005
    )
    for node in range(9):
        plant.set_node(node, NodeState.OFF, cap_w=0.0, lease_until_ns=2**62, fallback_w=0.0)
    for node in range(9, 12):
        plant.set_node(node, NodeState.IDLE, cap_w=2500.0, lease_until_ns=2**62, fallback_w=250.0)
    run(plant, 2000, 1.0)
    per_rate = 2000.0 * 4.0 * plant.truth("upsets")[0]
    for kind, node_count in ((0, 9 * 0.02), (1, 9 * 0.01), (4, 6 * 0.005)):
        assert counts(plant)[kind] == pytest.approx(
            per_rate * node_count, abs=4.0 * (per_rate * node_count) ** 0.5
        )
    assert node_values(plant, "correctable_count")[:9] == [0.0] * 9


def test_solar_event_raises_the_rate_above_the_cutoff_while_it_lasts() -> None:
    plant = make(odc100_dawn_dusk(), correctable_per_s=1e-4)
    plant.inject("solar_event", upset_ratio=50.0)
    seen: dict[float, float] = {}
    steps: dict[float, int] = {}
    before = 0.0
    for _ in range(5800):
        plant.step(1.0)
        ratio = plant.truth("upsets")[0]
        seen[ratio] = seen.get(ratio, 0.0) + counts(plant)[0] - before
        steps[ratio] = steps.get(ratio, 0) + 1
        before = counts(plant)[0]
    assert set(steps) >= {0.25, 50.7}
    for ratio, seconds in steps.items():
        expected = 72e-4 * ratio * seconds
        assert seen[ratio] == pytest.approx(expected, abs=4.0 * expected**0.5 + 1.0)
    plant.clear("solar_event")
    plant.step()
    assert plant.truth("upsets")[UPSETS.slice("solar_ratio")] == [0.0]
    assert plant.truth("upsets")[0] <= 10.0


def test_lost_accelerator_stops_the_job_until_it_has_been_without_power() -> None:
    plant = make(odc100_mid_inclination())
    run(plant, 20)
    plant.inject("accelerator_lost", accelerator=5)
    run(plant, 300)
    assert node_values(plant, "lost_mask")[:3] == [0.0, 2.0, 0.0]
    assert node_values(plant, "node_throughput_frac")[1] == 0.0
    assert plant.truth("accelerators")[ACCELERATORS.slice("accelerator_power_w")][5] < 200.0
    plant.set_node(1, NodeState.SLEEP, cap_w=2500.0, lease_until_ns=2**62, fallback_w=250.0)
    run(plant, 2)
    plant.set_node(1, NodeState.RUN, cap_w=2500.0, lease_until_ns=2**62, fallback_w=250.0)
    run(plant, 10)
    assert node_values(plant, "lost_mask")[1] == 0.0
    assert node_values(plant, "node_throughput_frac")[1] > 0.0
    plant.inject("accelerator_lost", accelerator=5)
    plant.clear("accelerator_lost", accelerator=5)
    run(plant, 1)
    assert node_values(plant, "lost_mask")[1] == 0.0


def test_latch_up_is_off_within_100_ms_and_the_node_starts_again() -> None:
    plant = make(odc100_mid_inclination())
    run(plant, 20)
    plant.inject("accelerator_latchup", accelerator=8)
    plant.step()
    assert node_values(plant, "lost_mask")[2] == 0.0
    assert node_values(plant, "node_throughput_frac")[2] == 0.0
    assert node_values(plant, "node_power_w")[2] > 1300.0
    plant.step()
    assert node_values(plant, "node_state")[2] == NodeState.OFF
    assert node_values(plant, "node_power_w")[2] == 0.0
    assert node_values(plant, "trip_count")[1:4] == [0.0, 1.0, 0.0]
    run(plant, 15)
    assert node_values(plant, "node_state")[2] == NodeState.OFF
    run(plant, 10)
    assert node_values(plant, "node_state")[2] == NodeState.RUN
    assert node_values(plant, "lost_mask")[2] == 0.0
    assert node_values(plant, "trip_count")[2] == 1.0


def test_hang_and_silent_corruption_by_name() -> None:
    plant = make(odc100_mid_inclination())
    run(plant, 20)
    plant.inject("accelerator_hang", accelerator=0)
    plant.inject("silent_corruption", accelerator=71)
    plant.inject("memory_correctable", accelerator=70)
    plant.step()
    assert node_values(plant, "node_state")[0] == NodeState.HUNG
    assert counts(plant) == [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    assert node_values(plant, "uncorrectable_count") == [0.0] * 18
    assert node_values(plant, "correctable_count")[17] == 1.0
    with pytest.raises(PlantError, match="fault must fit"):
        plant.inject("accelerator_hang", accelerator=72)


def test_the_core_refuses_kinds_that_do_not_exist() -> None:
    state = ffi.new("dd_plant *")
    assert lib.dd_fault_unit(state, 14, 0, 6.0) == 0


supply_w = st.floats(0.0, 1e4)


@given(st.floats(0.0, 5.0), supply_w, supply_w, st.floats(1e-3, 1.0))
def test_guard_trips_on_current_that_nothing_explains(
    left_s: float, measured_w: float, expected_w: float, dt_s: float
) -> None:
    supply: Any = ffi.new("dd_supply *")
    supply.measured_w, supply.expected_w, supply.margin_w, supply.off_s = measured_w, expected_w, 80.0, 2.0
    off_s = lib.dd_guard_trip(left_s, supply, dt_s)
    if measured_w - expected_w > 80.0:
        assert off_s == 2.0
    else:
        assert off_s == max(0.0, left_s - dt_s)


def test_default_rates_are_low() -> None:
    """Two dozen corrected bits an orbit in 72 accelerators, everything else one in days or weeks."""
    orbit_s = 72 * 5801.0
    assert DEFAULT.correctable_per_s * orbit_s == pytest.approx(24.2, abs=0.1)
    others = [getattr(DEFAULT, f"{name}_per_s") for name in RATES[1:]]
    assert sum(others) * orbit_s < 0.11
