"""Speed of the simulated satellite: alone, many at once, and beside Basilisk in one paired run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from statistics import median
from time import process_time
from types import ModuleType

from bench.plant_optics import optics_rows
from bench.row import Row, against, alone, skipped

from hil.plant import Fleet, Plant, odc100_mid_inclination
from hil.plant.actuators import NODE_COUNT, NodeState

EPOCH_NS = 2_152_709_197_000_000_000
ORBIT_S = 5801.0
STEP_S = 0.1
CHUNK_STEPS = 1000
ROUNDS = 5
FLEET_COUNT = 16
REAL_TIME_MUST = 10_000.0
BASILISK_MUST = 8.0
LEASE_NS = 10**15


def _work(plant: Plant) -> None:
    """Load every node; the lease outlives the benchmark."""
    for node in range(NODE_COUNT):
        plant.set_node(
            node, NodeState.RUN, cap_w=3000.0, lease_until_ns=EPOCH_NS + LEASE_NS, fallback_w=250.0
        )
        plant.set_job_load(node, 1.0)


def _working_plant() -> Plant:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    _work(plant)
    return plant


def _cost_s(action: Callable[[], object]) -> float:
    start = process_time()
    action()
    return process_time() - start


def _run(plant: Plant, calls: int, steps: int) -> None:
    """Step on and let go of the rows at once, as the loop does that writes them to its record."""
    for _ in range(calls):
        plant.run(steps, STEP_S, "ledger", 0)


def _orbit_s(plant: Plant) -> float:
    """Return the processor time of an orbit, 1,000 steps a call as the loop takes ten."""
    chunks = round(ORBIT_S / STEP_S) // CHUNK_STEPS
    return _cost_s(lambda: _run(plant, chunks, CHUNK_STEPS))


def _alone() -> Iterator[Row]:
    costs = [_orbit_s(_working_plant()) for _ in range(ROUNDS)]
    orbit_s = round(ORBIT_S / STEP_S) // CHUNK_STEPS * CHUNK_STEPS * STEP_S
    yield alone(
        "real-time factor of the plant, 10 Hz",
        orbit_s / median(costs),
        "x",
        at_least=REAL_TIME_MUST,
        note=f"median of {ROUNDS} orbits with eclipse, processor time; full content, all on by default",
    )
    yield alone(
        "step",
        median(costs) / (orbit_s / STEP_S) * 1e6,
        "us",
        note="no bar of its own: the reciprocal of the line above",
    )
    plant = _working_plant()
    steps = 20_000
    cost_s = median(_cost_s(lambda: [plant.step(STEP_S) for _ in range(steps)]) for _ in range(ROUNDS))
    yield alone("step called from Python", cost_s / steps * 1e6, "us", note="no bar: for budgets")
    for group in ("battery", "array", "nodes"):
        cost_s = median(
            _cost_s(lambda name=group: [plant.sense(name) for _ in range(2000)]) for _ in range(ROUNDS)
        )
        yield alone(f"reading of group {group}", cost_s / 2000 * 1e6, "us", note="no bar: for budgets")


def _many() -> Iterator[Row]:
    """Step a fleet and its satellites one by one from Python, in turn."""
    params = [odc100_mid_inclination()] * FLEET_COUNT
    fleet = Fleet(params, seeds=range(FLEET_COUNT), epoch_tai_ns=EPOCH_NS)
    singles = [Plant(params[0], seed=seed, epoch_tai_ns=EPOCH_NS) for seed in range(FLEET_COUNT)]
    for index, plant in enumerate(singles):
        _work(plant)
        _work(fleet[index])
    pairs = []
    for _ in range(2 * ROUNDS):
        together_s = _cost_s(lambda: fleet.step(STEP_S, CHUNK_STEPS))
        apart_s = _cost_s(lambda: [plant.step(STEP_S) for _ in range(CHUNK_STEPS) for plant in singles])
        pairs.append((together_s, apart_s))
    per_s = FLEET_COUNT * CHUNK_STEPS
    together_s, apart_s = (median(column) for column in zip(*pairs, strict=True))
    yield against(
        f"satellite steps a second, {FLEET_COUNT} in one call",
        per_s / together_s,
        "steps/s",
        "one by one from Python",
        per_s / apart_s,
        at_least=1.0,
        note="the lock of the interpreter is free meanwhile",
    )


def _basilisk() -> Iterator[Row]:
    """Step the plant and Basilisk in turn, a tenth of an orbit each, for one orbit."""
    name, bar = "real-time factor beside Basilisk, 10 Hz", f"ratio >= {BASILISK_MUST:g}"
    try:
        basilisk = import_module("bench.basilisk")
    except ImportError as error:
        yield skipped(name, "x", reason=f"no bsk here ({error}): .venv/bin/pip install bsk", bar=bar)
        return
    yield _paired(name, basilisk)


def _paired(name: str, basilisk: ModuleType) -> Row:
    chunk_s = 580.0
    peer, plant = basilisk.Satellite(STEP_S), _working_plant()
    peer.advance(STEP_S)
    pairs = []
    for _ in range(10):
        ours_s = _cost_s(lambda: _run(plant, 58, 100))
        pairs.append((ours_s, _cost_s(lambda: peer.advance(chunk_s))))
    ratio = median(theirs / ours for ours, theirs in pairs)
    theirs_s = median(theirs for _, theirs in pairs)
    return Row(
        name=name,
        value=ratio * chunk_s / theirs_s,
        unit="x",
        reference=f"Basilisk {basilisk.VERSION}",
        reference_value=chunk_s / theirs_s,
        ratio=ratio,
        bar=f"ratio >= {BASILISK_MUST:g}",
        holds=ratio >= BASILISK_MUST,
        note="median ratio of 10 pairs over an orbit; ours with all its content, theirs: "
        "J2, eclipse, panel, 8 sinks, battery, 30 thermal nodes, 3 wheels with MRP feedback",
    )


def run() -> Iterator[Row]:
    """Yield the speed alone, of many at once, with sampled optics, and beside Basilisk."""
    yield from _alone()
    yield from _many()
    yield from optics_rows()
    yield from _basilisk()
