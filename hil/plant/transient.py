"""Unit bench of the bus at 10 kHz: a source is lost or a load steps, and the firmware sheds."""

from dataclasses import dataclass, fields
from math import ceil

import numpy as np
from numpy.typing import NDArray

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array, physical
from hil.plant.errors import PlantError
from hil.plant.quantity import unit_of

__all__ = ["BusBench", "BusTransient", "bus_transient"]

STEP_S = 1e-4
LOAD_COUNT_MAX = 32
STEP_COUNT_MAX = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BusBench:
    """A bus with its capacitors, regulator, loads and undervoltage controller; defaults are those of ODC-100.

    Parameters
    ----------
    load_w : tuple of float
        Power of the switched loads, at most 32, in the order in which they are shed.
    base_w, base_after_w : float
        Power of loads without a switch, before and from the onset on, W.
    array_w, array_after_w : float
        What the array's converters give, before and from the onset on, W.
    current_max_a, current_after_a : float
        Current limit of the battery regulator at the bus, before and from the onset on, A.
    onset_s : float
        When source or load change, s.
    phase_s : float
        First sample of the controller, s; the others follow every ``sample_s``.
    reference_v, voltage_gain_a_per_v, integral_gain_a_per_v_s, current_lag_s
        The regulator: proportional-integral voltage loop over a current loop of first order.
    threshold_v, margin_w, sample_s, open_delay_s
        The controller: undervoltage flag, power shed beyond what is missing, sampling, and time until a
        switch that was ordered to open is open.

    Raises
    ------
    PlantError
        If a number is not physical or there are too many loads.
    """

    load_w: tuple[float, ...] = (6842.0,) * 18
    base_w: float = 10_000.0
    base_after_w: float = 10_000.0
    array_w: float = 130_000.0
    array_after_w: float = 0.0
    current_max_a: float = 400.0
    current_after_a: float = 400.0
    onset_s: float = 0.05
    phase_s: float = 0.0
    reference_v: float = 160.0
    capacitance_f: float = 0.5
    voltage_gain_a_per_v: float = 200.0
    integral_gain_a_per_v_s: float = 4000.0
    current_lag_s: float = 5e-4
    dropout_v: float = 100.0
    threshold_v: float = 148.0
    margin_w: float = 1000.0
    sample_s: float = 1e-3
    open_delay_s: float = 1e-3

    def __post_init__(self) -> None:
        if not 1 <= len(self.load_w) <= LOAD_COUNT_MAX:
            raise PlantError(f"loads must be 1 to {LOAD_COUNT_MAX}, got {len(self.load_w)} (BusBench)")
        for item in fields(self):
            physical(
                item.name,
                getattr(self, item.name),
                unit_of(item.name),
                low=0.0,
                positive=item.name in _POSITIVE,
            )


_POSITIVE = {"reference_v", "capacitance_f", "current_lag_s", "dropout_v", "threshold_v", "sample_s"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BusTransient:
    """What the bench recorded, 10,000 samples a second.

    Parameters
    ----------
    time_s, voltage_v, regulator_a : ndarray of float64, shape (n,)
        Time, bus voltage and regulator current.
    closed_count : ndarray of uint8, shape (n, loads)
        1 where a load's switch was closed.
    flag_s : float or None
        When the voltage first passed the threshold.
    shed_s : float or None
        When the first switch was open.
    shed_w : float
        Power that was shed.
    """

    time_s: Array
    voltage_v: Array
    regulator_a: Array
    closed_count: NDArray[np.uint8]
    flag_s: float | None
    shed_s: float | None
    shed_w: float


def bus_transient(bench: BusBench, *, duration_s: float = 0.4) -> BusTransient:
    """Run the bench from its steady state.

    Parameters
    ----------
    bench : BusBench
        Bus, loads and event.
    duration_s : float
        Simulated time, 0.0001 to 100 s.

    Raises
    ------
    PlantError
        If the duration is out of range.

    Notes
    -----
    Source: capacitor balance C dV/dt = sum of currents with constant-power loads; Erickson and Maksimovic,
    Fundamentals of Power Electronics, 3rd ed., chapter 18 (averaged converter under current control).
    """
    count = round(duration_s / STEP_S) if 0.0 < duration_s <= STEP_COUNT_MAX * STEP_S else 0
    if count < 1:
        raise PlantError(f"duration_s must be 0.0001 to 100, got {duration_s} s (bus_transient)")
    row, report = _c_bench(bench), ffi.new("dd_transient_report *")
    voltage_v, current_a = np.empty(count), np.empty(count)
    mask = np.empty(count, np.uint32)
    lib.dd_transient_run(
        row,
        count,
        ffi.from_buffer("double[]", voltage_v),
        ffi.from_buffer("double[]", current_a),
        ffi.from_buffer("uint32_t[]", mask),
        report,
    )
    bits = np.arange(len(bench.load_w), dtype=np.uint32)
    return BusTransient(
        time_s=np.asarray(STEP_S * np.arange(1, count + 1), dtype=np.float64),
        voltage_v=voltage_v,
        regulator_a=current_a,
        closed_count=(mask[:, None] >> bits & 1).astype(np.uint8),
        flag_s=report.flag_s if report.flag_s >= 0.0 else None,
        shed_s=report.shed_s if report.shed_s >= 0.0 else None,
        shed_w=report.shed_w,
    )


def _c_bench(bench: BusBench) -> object:
    row = ffi.new("dd_transient *")
    for item in fields(bench):
        if item.name not in {"load_w", "threshold_v", "margin_w", "sample_s"}:
            setattr(row, item.name, getattr(bench, item.name))
    row.step_s, row.start_v, row.load_count = STEP_S, bench.reference_v, len(bench.load_w)
    for index, power_w in enumerate(bench.load_w):
        row.load_w[index], row.order[index] = power_w, index
    control = row.controller
    control.threshold_v, control.margin_w, control.sample_s = (
        bench.threshold_v,
        bench.margin_w,
        bench.sample_s,
    )
    control.capacitance_f = bench.capacitance_f
    control.settle_count = ceil(bench.open_delay_s / bench.sample_s) + 1
    return row
