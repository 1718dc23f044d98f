"""Speed of the simulated satellite alone, at 10 Hz, over an orbit with an eclipse."""

from collections.abc import Iterator
from statistics import median
from time import process_time

from bench.row import Row

from hil.plant import Plant, odc100_mid_inclination
from hil.plant.actuators import NODE_COUNT, NodeState

EPOCH_NS = 2_152_709_197_000_000_000
ORBIT_S = 5801.0
STEP_S = 0.1
REAL_TIME_MUST = 10_000.0
ROUNDS = 5


def _working_plant() -> Plant:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    for node in range(NODE_COUNT):
        plant.set_node(node, NodeState.RUN, cap_w=3000.0, lease_until_ns=EPOCH_NS + 10**14, fallback_w=250.0)
        plant.set_job_load(node, 1.0)
    return plant


def _orbit_wall_s() -> float:
    """Return what one orbit costs, called step by step from Python."""
    plant = _working_plant()
    steps = int(ORBIT_S / STEP_S)
    start = process_time()
    for _ in range(steps):
        plant.step(STEP_S)
    return process_time() - start


def _sense_wall_s(plant: Plant, group: str, repeats: int = 2000) -> float:
    start = process_time()
    for _ in range(repeats):
        plant.sense(group)
    return (process_time() - start) / repeats


def run() -> Iterator[Row]:
    """Yield real-time factor, step time and the cost of a reading."""
    wall_s = median(_orbit_wall_s() for _ in range(ROUNDS))
    factor = ORBIT_S / wall_s
    yield Row(
        name="real-time factor of the plant, 10 Hz",
        value=factor,
        unit="x",
        bar=f"value >= {REAL_TIME_MUST:g}",
        holds=factor >= REAL_TIME_MUST,
        note=f"median of {ROUNDS} orbits, processor time; ideal attitude, statistical optics",
    )
    yield Row(
        name="step called from Python",
        value=wall_s / (ORBIT_S / STEP_S) * 1e6,
        unit="us",
        note="no bar of its own: the reciprocal of the line above",
    )
    plant = _working_plant()
    plant.step()
    for group in ("battery", "array", "nodes"):
        cost = median(_sense_wall_s(plant, group) for _ in range(ROUNDS))
        yield Row(name=f"reading of group {group}", value=cost * 1e6, unit="us", note="no bar: for budgets")
