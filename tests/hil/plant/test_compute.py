"""Nodes: states, caps, throttle and the guard."""

from copy import deepcopy
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant import racks as twin
from reference.plant.cases import TWIN_CASES
from reference.plant.node import HANG, LATCHUP, Node, Order

from hil.plant._cplant import ffi, lib
from hil.plant.actuators import NodeState
from hil.plant.channels import ACCELERATORS, BUS, NODES, UPSETS
from hil.plant.core import Plant
from hil.plant.params import ComputeParams, PlantParams, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
FAR_NS = EPOCH_NS + 10**13


def make(**compute: float) -> Plant:
    """Return a plant whose jobs write no checkpoint meanwhile, unless it is asked for."""
    compute = {"checkpoint_interval_s": 1e5} | compute
    params = PlantParams(
        name="compute", battery=odc100_mid_inclination().battery, compute=ComputeParams(**compute)
    )
    return Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)


def order(plant: Plant, state: NodeState, *, cap_w: float = 6500.0, util_frac: float = 1.0) -> None:
    plant.set_node(0, state, cap_w=cap_w, lease_until_ns=FAR_NS, fallback_w=250.0)
    plant.set_job_load(0, util_frac)


def node_power_w(plant: Plant) -> float:
    return plant.truth("nodes")[NODES.slice("node_power_w")][0]


@pytest.mark.parametrize(
    ("state", "power_w"),
    [(NodeState.OFF, 0.0), (NodeState.BMC, 60.0), (NodeState.SLEEP, 250.0), (NodeState.IDLE, 1300.0)],
)
def test_state_powers_are_those_of_the_table(state: NodeState, power_w: float) -> None:
    """IDLE is 1.3 kW at the 50 C reference of the leakage; the dies here are cooler."""
    plant = make()
    order(plant, state)
    for _ in range(100):
        plant.step()
    assert node_power_w(plant) == pytest.approx(power_w, rel=0.12)


def test_full_load_uncapped_reaches_the_rated_power() -> None:
    """900 W host + 4 x (90 + 60 x 2^((T-323)/25) + 1250) W, spread 3 % per accelerator."""
    plant = make(accelerator_spread_frac=0.0)
    order(plant, NodeState.RUN, cap_w=9000.0)
    for _ in range(600):
        plant.step()
    dies = plant.truth("accelerators")[ACCELERATORS.slice("die_temperature_k")][:4]
    expected = 900.0 + sum(90.0 + 60.0 * 2.0 ** ((t - 323.15) / 25.0) + 1250.0 for t in dies)
    assert node_power_w(plant) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("cap_w", [1500.0, 2500.0, 4000.0, 6000.0])
def test_cap_is_held_and_more_cap_gives_more_work(cap_w: float) -> None:
    plant = make()
    order(plant, NodeState.RUN, cap_w=cap_w)
    for _ in range(300):
        plant.step()
    work = plant.truth("nodes")[NODES.slice("node_throughput_frac")][0]
    assert node_power_w(plant) == pytest.approx(cap_w, abs=1.0)
    more = make()
    order(more, NodeState.RUN, cap_w=cap_w + 300.0)
    for _ in range(300):
        more.step()
    assert more.truth("nodes")[NODES.slice("node_throughput_frac")][0] > work


def test_cap_takes_effect_with_its_latency() -> None:
    """First order, 75 ms: after 100 ms 26 % of a step of the cap is left, after 500 ms 0.1 %."""
    plant = make()
    order(plant, NodeState.RUN, cap_w=5000.0)
    for _ in range(300):
        plant.step()
    order(plant, NodeState.RUN, cap_w=3000.0)
    plant.step()
    assert node_power_w(plant) == pytest.approx(3000.0 + 2000.0 * 0.2636, abs=10.0)
    for _ in range(4):
        plant.step()
    assert node_power_w(plant) == pytest.approx(3000.0, abs=5.0)


@pytest.mark.parametrize(("first", "steps"), [(NodeState.OFF, 900), (NodeState.SLEEP, 50)])
def test_start_takes_its_time(first: NodeState, steps: int) -> None:
    plant = make()
    order(plant, first)
    for _ in range(5):
        plant.step()
    order(plant, NodeState.IDLE)
    for _ in range(steps - 1):
        plant.step()
        assert plant.truth("nodes")[0] == NodeState.BOOT
    for _ in range(2):
        plant.step()
    assert plant.truth("nodes")[0] == NodeState.IDLE


def test_hot_die_throttles_below_the_cap() -> None:
    """With the limit at 47 C the clock falls 5 % per K above it and the node stays below its cap."""
    plant = make(throttle_k=320.15)
    order(plant, NodeState.RUN)
    for _ in range(3000):
        plant.step()
    accelerators, nodes = plant.truth("accelerators"), plant.truth("nodes")
    clock = accelerators[ACCELERATORS.slice("clock_frac")][0]
    die = accelerators[ACCELERATORS.slice("die_temperature_k")][0]
    assert nodes[NODES.slice("throttled_count")][0] == 4.0
    assert clock == pytest.approx(1.0 - 0.05 * (die - 320.15), abs=0.02)
    assert node_power_w(plant) < 6400.0


def test_progress_is_the_integral_of_throughput() -> None:
    plant = make()
    order(plant, NodeState.RUN, cap_w=4000.0, util_frac=0.8)
    done = 0.0
    for _ in range(200):
        plant.step()
        done += 0.1 * plant.truth("nodes")[NODES.slice("node_throughput_frac")][0]
    assert plant.truth("nodes")[NODES.slice("job_progress_s")][0] == pytest.approx(done, rel=1e-9)
    assert done > 1.0


fraction = st.floats(0.0, 1.0)
least_clock = st.floats(0.05, 0.6)


@TWIN_CASES
@given(st.floats(0.0, 500.0), st.floats(1.0, 3000.0), fraction, st.floats(0.05, 1.2), fraction)
def test_accelerator_power_equals_its_twin(
    static_w: float, dynamic_w: float, duty: float, clock: float, floor: float
) -> None:
    assert lib.dd_accelerator_power_w(static_w, dynamic_w, duty, clock, floor) == pytest.approx(
        twin.accelerator_w(static_w, dynamic_w, duty, clock, floor), rel=1e-10
    )


@TWIN_CASES
@given(st.floats(0.0, 200.0), st.floats(150.0, 500.0), st.floats(280.0, 350.0), st.floats(5.0, 100.0))
def test_leakage_equals_its_twin(leak_w: float, die_k: float, reference_k: float, doubling_k: float) -> None:
    assert lib.dd_leak_power_w(leak_w, die_k, reference_k, doubling_k) == pytest.approx(
        twin.leakage_w(leak_w, die_k, reference_k, doubling_k), rel=1e-10
    )


@TWIN_CASES
@given(st.floats(-1.0, 3.0), st.floats(1.0, 1.2), least_clock, st.floats(0.1, 1.0), st.floats(0.05, 1.2))
def test_clock_under_a_cap_equals_its_twin(
    allowed: float, top: float, least: float, floor: float, guess: float
) -> None:
    clock = lib.dd_clock_frac(allowed, top, least, floor, guess)
    assert clock == pytest.approx(twin.clock_within(allowed, top, least, floor), rel=1e-10)
    duty = lib.dd_duty_frac(allowed, least, floor)
    if clock > least:
        assert duty == 1.0
    elif allowed > 0.0:
        drawn = twin.accelerator_w(0.0, 1.0, duty, clock, floor)
        assert drawn == pytest.approx(
            min(allowed, twin.accelerator_w(0.0, 1.0, 1.0, least, floor)), rel=1e-10
        )


@TWIN_CASES
@given(st.floats(0.1, 1.2), st.floats(330.0, 390.0), st.floats(0.01, 0.2), least_clock)
def test_throttle_equals_its_twin(clock: float, die_k: float, slope_per_k: float, least: float) -> None:
    expected = twin.throttled(clock, die_k, 360.15, slope_per_k, 368.15, least)
    assert lib.dd_throttled_clock(clock, die_k, 360.15, slope_per_k, 368.15, least) == pytest.approx(
        expected, rel=1e-10
    )


def test_checkpoint_takes_its_time_and_then_holds_the_work() -> None:
    """Due after 100 s of work; 5 s without work or dynamic power; an upset then costs what came after it."""
    plant = make(checkpoint_interval_s=1800.0, start_s=0.0)
    order(plant, NodeState.RUN, cap_w=9000.0)
    work = []
    for _ in range(1300):
        plant.step()
        work.append(plant.truth("nodes")[NODES.slice("node_throughput_frac")][0])
    idle = [step for step, done in enumerate(work) if done == 0.0]
    assert len(idle) == pytest.approx(50 + 50, abs=3)  # waking, then writing
    assert sum(work[: idle[-1]]) * 0.1 == pytest.approx(100.0, abs=0.3)
    progress_s = plant.truth("nodes")[NODES.slice("job_progress_s")][0]
    plant.inject("memory_uncorrectable", accelerator=3)
    plant.step()
    nodes, upsets = plant.truth("nodes"), plant.truth("upsets")
    assert nodes[NODES.slice("job_progress_s")][0] == pytest.approx(100.0, abs=0.3)
    assert nodes[NODES.slice("uncorrectable_count")][:2] == [1.0, 0.0]
    assert upsets[UPSETS.slice("lost_work_s")][0] == pytest.approx(progress_s - 100.0, abs=0.3)
    for _ in range(100):
        plant.step()
    assert plant.truth("nodes")[NODES.slice("node_throughput_frac")][0] == 0.0
    for _ in range(110):
        plant.step()
    assert plant.truth("nodes")[NODES.slice("node_throughput_frac")][0] == pytest.approx(1.0)


watts = st.floats(0.0, 8000.0)


@given(watts, watts, st.integers(-5, 5), st.sampled_from([0, 1, 3, 4, 5, 7]))
def test_guard_never_gives_more_than_the_lease(
    cap_w: float, fallback_w: float, late: int, state: int
) -> None:
    lease = ffi.new("dd_lease *")
    lease.cap_w, lease.fallback_w, lease.until_ns, lease.state = cap_w, fallback_w, 100, state
    levels = ffi.new("dd_guard_levels *")
    levels.idle_w, levels.sleep_w = 1170.0, 250.0
    given_order = lib.dd_guard_decide(lease, levels, 100 + late)
    allowed = min(cap_w, fallback_w) if late > 0 else cap_w
    assert given_order.cap_w == allowed
    assert given_order.state <= state
    if given_order.state >= NodeState.IDLE:
        assert allowed >= 1170.0
    elif given_order.state == NodeState.SLEEP:
        assert allowed >= 250.0


BUSY = ComputeParams(
    correctable_per_s=0.0,
    uncorrectable_per_s=0.0,
    hang_per_s=0.0,
    functional_per_s=0.0,
    silent_per_s=0.0,
    latchup_per_s=0.0,
    throttle_k=311.0,
    memory_limit_k=320.0,
    start_s=2.0,
    wake_s=0.6,
    checkpoint_interval_s=2.0,
    checkpoint_write_s=1.3,
    job_restart_s=1.5,
)
"""A node that starts, writes, throttles and restarts within seconds; upsets come by injection alone."""

UPSET_NAMES = (
    "memory_correctable",
    "memory_uncorrectable",
    "accelerator_hang",
    "accelerator_lost",
    "silent_corruption",
    "accelerator_latchup",
)
STATES = (NodeState.OFF, NodeState.BMC, NodeState.SLEEP, NodeState.IDLE, NodeState.RUN, NodeState.BOOST)


def measured_spreads() -> list[float]:
    """Dynamic power of each accelerator at full clock and load over the rated one, before any throttle."""
    plant = make(cap_latency_s=0.001)
    for node in range(18):
        plant.set_node(node, NodeState.RUN, cap_w=9000.0, lease_until_ns=FAR_NS, fallback_w=250.0)
        plant.set_job_load(node, 1.0)
    for _ in range(60):
        dies_k = plant.truth("accelerators")[:72]
        plant.step()
    powers_w = plant.truth("accelerators")[ACCELERATORS.slice("accelerator_power_w")]
    leaks_w = [twin.leakage_w(60.0, die_k, 323.15, 25.0) for die_k in dies_k]
    return [(power_w - 90.0 - leak_w) / 1250.0 for power_w, leak_w in zip(powers_w, leaks_w, strict=True)]


def told(plant: Plant, index: int, given_order: Order) -> None:
    """Give a node its order; an expired lease ended before the plant began."""
    plant.set_node(
        index,
        given_order.state,
        cap_w=given_order.cap_w,
        lease_until_ns=EPOCH_NS - 1 if given_order.expired else FAR_NS,
        fallback_w=given_order.fallback_w,
    )
    plant.set_job_load(index, given_order.util_frac)


def both_step(plant: Plant, racks: list[Node], orders: list[Order], cut: list[int], dt_s: float) -> None:
    """Advance both; dies are taken from the plant before the step, and what the bus cut, after it."""
    dies_k = plant.truth("accelerators")[:72]
    plant.step(dt_s)
    left = plant.truth("bus")[BUS.slice("switch_closed")]
    for index, node in enumerate(racks):
        node.step(orders[index], dies_k[4 * index : 4 * index + 4], dt_s, closed=index not in cut)
        if left[index] < 0.5:
            node.darken()


@cache
def warmed() -> tuple[Plant, bytes, list[Node]]:
    """Nodes of all states, dies below, within and above the throttle; the twins went along from the start."""
    params = PlantParams(name="twin", battery=odc100_mid_inclination().battery, compute=BUSY)
    plant = Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)
    spreads = measured_spreads()
    racks = [
        Node(params=BUSY, spread_ratio=spreads[4 * i : 4 * i + 4], due_s=2.0 * (i + 1) / 18.0)
        for i in range(18)
    ]
    busy = [
        Order(state=NodeState.BOOST, cap_w=9000.0 - 400.0 * i, util_frac=1.0 - 0.03 * i) for i in range(18)
    ]
    last = [replace(own, state=STATES[i % 6]) for i, own in enumerate(busy)]
    for orders, steps in ((busy, 120), (last, 3)):
        for index, own in enumerate(orders):
            told(plant, index, own)
        for _ in range(steps):
            both_step(plant, racks, orders, [], 0.37)
    return plant, plant.snapshot(), racks


def same(plant: Plant, racks: list[Node]) -> None:
    """Every reading of nodes and accelerators is the twin's, 1e-10 relative."""
    nodes, chips = plant.truth("nodes"), plant.truth("accelerators")
    readings = {
        "node_state": [node.state for node in racks],
        "node_power_w": [node.power_w for node in racks],
        "node_cap_w": [node.cap_w for node in racks],
        "throttled_count": [node.throttled_count for node in racks],
        "node_throughput_frac": [node.work_frac for node in racks],
        "heartbeat_count": [node.heartbeat_count for node in racks],
        "job_progress_s": [node.progress_s for node in racks],
        "trip_count": [node.trip_count for node in racks],
    }
    pairs = [(name, nodes[NODES.slice(name)], expected) for name, expected in readings.items()]
    powers_w = [power_w for node in racks for power_w in node.powers_w]
    pairs.append(("powers", chips[ACCELERATORS.slice("accelerator_power_w")], powers_w))
    clocks = [clock for node in racks for clock in node.clocks]
    pairs.append(("clocks", chips[ACCELERATORS.slice("clock_frac")], clocks))
    apart = [
        (name, index, a, b)
        for name, got, expected in pairs
        for index, (a, b) in enumerate(zip(got, expected, strict=True))
        if abs(a - b) > 1e-10 * abs(b) + 1e-12
    ]
    assert not apart, apart[:4]


any_order = st.builds(
    Order,
    state=st.sampled_from(STATES),
    cap_w=st.floats(0.0, 9000.0),
    fallback_w=st.floats(0.0, 9000.0),
    expired=st.booleans(),
    util_frac=fraction,
)
strikes = st.lists(st.tuples(st.integers(0, 71), st.integers(HANG - 1, LATCHUP)), max_size=4)


@TWIN_CASES
@given(
    st.lists(any_order, min_size=3, max_size=3),
    st.integers(0, 17),
    strikes,
    st.lists(st.integers(0, 17), max_size=2),
    st.lists(st.floats(0.001, 1.0), min_size=1, max_size=3),
)
def test_whole_node_equals_its_twin(
    orders: list[Order], turn: int, struck: list[tuple[int, int]], cut: list[int], steps_s: list[float]
) -> None:
    """States, guard, cap latency, clock and duty, throttle, power, checkpoints and upsets of 18 nodes."""
    plant, image, start = warmed()
    plant.restore(image)
    racks = deepcopy(start)
    spread_orders = [orders[(index + turn) // 6 % 3] for index in range(18)]
    for index, own in enumerate(spread_orders):
        told(plant, index, own)
    for accelerator, kind in struck:
        plant.inject(UPSET_NAMES[kind], accelerator=accelerator)
        racks[accelerator // 4].strike(accelerator % 4, kind)
    for index in cut:
        plant.set_switch(index, closed=False)
    for dt_s in steps_s:
        both_step(plant, racks, spread_orders, cut, dt_s)
        same(plant, racks)


def test_the_twins_start_covers_what_a_node_can_be() -> None:
    """Else the comparison above would pass over it."""
    _, _, racks = warmed()
    assert {node.state for node in racks} >= set(STATES)
    assert any(node.stall_s > 0.0 for node in racks)
    assert any(node.throttled_count for node in racks)
    assert any(0.3 < clock < 1.0 for node in racks for clock in node.clocks)
