"""Rows of the plant's benchmark for laser terminals: sampled tracking at 20 kHz, and the jitter it leaves."""

from collections.abc import Iterator
from statistics import median
from time import process_time

import numpy as np
from bench.row import Row, alone
from reference.plant.pointing import Pointing

from hil.plant import PlantParams, run_mirror_loop
from hil.plant.actuators import TERMINAL_COUNT
from hil.plant.params_optical import MirrorParams, OpticalParams, good_mirror

REAL_TIME_MUST = 20.0
ROUNDS = 5
STRETCH_S = 4.0
STEP_S = 0.1
REACH = {"azimuth_limit_rad": 3.2, "elevation_min_rad": -1.57}
"""Gimbals without stops, so that all four partners can be tracked at once."""


def _linked(fidelity_count: float) -> Pointing:
    pointing = Pointing(
        PlantParams(name="bench", optical=OpticalParams(fidelity_count=fidelity_count, **REACH))
    ).linked()
    locks = [pointing.truth("frame_lock", index) for index in range(TERMINAL_COUNT)]
    if locks != [1.0] * TERMINAL_COUNT:
        raise RuntimeError(f"all terminals must be locked, got {locks} (plant bench)")
    return pointing


def _factor(pointing: Pointing, duration_s: float) -> float:
    """Return how much faster than real time the plant steps; no new setpoints: the locks hold."""
    start = process_time()
    for _ in range(round(duration_s / STEP_S)):
        pointing.plant.step(STEP_S)
    return duration_s / (process_time() - start)


def optics_rows() -> Iterator[Row]:
    """Yield the real-time factor of sampled optics, the cost of statistical links, and residual jitter."""
    sampled, statistical = _linked(1.0), _linked(0.0)
    factor = median(_factor(sampled, STRETCH_S) for _ in range(ROUNDS))
    yield alone(
        "real-time factor of the plant, four terminals sampled at 20 kHz",
        factor,
        "x",
        at_least=REAL_TIME_MUST,
        note=f"median of {ROUNDS} stretches of {STRETCH_S:g} s, processor time, all models on",
    )
    plain = median(_factor(statistical, 40.0 * STRETCH_S) for _ in range(ROUNDS))
    yield alone(
        "step with four statistical links",
        STEP_S / plain * 1e6,
        "us",
        note="no bar of its own: beside the step of the plant without links",
    )
    for name, mirror, most_urad in (("2 kHz", MirrorParams(), 1.0), ("5 kHz", good_mirror(), 0.7)):
        run = run_mirror_loop(mirror, 20.0, seed=1)
        yield alone(
            f"residual jitter per axis, mirror of {name}, lines on",
            float(np.sqrt(np.mean(run.error_rad[2000:] ** 2)) * 1e6),
            "urad RMS",
            at_most=most_urad,
            note="20 s sampled at 20 kHz",
        )
