"""Expectations on series: each holds on sound data and fails on data with one fault planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hil.runner.errors import RunDataError
from hil.runner.expect_series import Follows, InRange, MeanInRange, Returns
from hil.runner.verdict import Outcome


def test_one_sample_outside_its_range_fails_and_is_located(evidence) -> None:
    expectation = InRange(name="bus", quantity="BusReading.bus_voltage_v", low=137.0, high=173.0)
    values = np.full(100, 160.0)
    assert (
        expectation.judge(evidence.with_channel("BusReading.bus_voltage_v", values)).outcome is Outcome.PASS
    )
    values[42] = 136.9
    verdict = expectation.judge(evidence.with_channel("BusReading.bus_voltage_v", values))
    assert verdict.outcome is Outcome.FAIL
    assert verdict.at_s == 42.0
    assert verdict.measured == "136.9 to 160 V"
    assert verdict.margin_ratio == pytest.approx(-0.1 / 18.0)


def test_missing_number_fails_a_range(evidence) -> None:
    values = np.full(10, 160.0)
    values[3] = np.nan
    made = evidence.with_channel("BusReading.bus_voltage_v", values)
    verdict = InRange(name="bus", quantity="BusReading.bus_voltage_v", low=0.0, high=200.0).judge(made)
    assert verdict.outcome is Outcome.FAIL
    assert verdict.at_s == 3.0


def test_every_element_is_judged(evidence) -> None:
    values = np.full((50, 4), 3.9)
    values[10, 2] = 4.16
    made = evidence.with_channel("BatteryReading.cell_voltage_max_v", values)
    verdict = InRange(name="cell", quantity="BatteryReading.cell_voltage_max_v", low=2.8, high=4.15).judge(
        made
    )
    assert verdict.outcome is Outcome.FAIL


def test_window_leaves_the_start_out(evidence) -> None:
    values = np.where(np.arange(100) < 30, 500.0, 300.0)
    made = evidence.with_channel("LoopReading.supply_temperature_k", values)
    late = InRange(name="x", quantity="LoopReading.supply_temperature_k", high=310.0, from_s=30.0)
    early = InRange(name="x", quantity="LoopReading.supply_temperature_k", high=310.0)
    assert late.judge(made).outcome is Outcome.PASS
    assert early.judge(made).outcome is Outcome.FAIL


def test_empty_window_cannot_be_judged(evidence) -> None:
    made = evidence.with_channel("BusReading.bus_voltage_v", np.full(10, 160.0))
    late = InRange(name="x", quantity="BusReading.bus_voltage_v", low=1.0, from_s=50.0)
    with pytest.raises(RunDataError, match="must exist from 50 s on, got none"):
        late.judge(made)
    with pytest.raises(RunDataError, match="run ended at 9 s, needs 50 s"):
        late.judge(replace(made, duration_s=9.0))


def test_mean_weighs_by_time(evidence) -> None:
    made = replace(evidence, asked_s=1.0).with_channel("ComputeStatus.power_w", [0.0, 100.0])
    assert (
        MeanInRange(name="x", quantity="ComputeStatus.power_w", low=49.9, high=50.1).judge(made).outcome
        is Outcome.PASS
    )
    assert (
        MeanInRange(name="x", quantity="ComputeStatus.power_w", low=50.1).judge(made).outcome is Outcome.FAIL
    )


@pytest.mark.parametrize(
    ("end", "outcome"), [(0.81, Outcome.PASS), (0.83, Outcome.FAIL), (0.77, Outcome.FAIL)]
)
def test_charge_must_return(evidence, end: float, outcome: Outcome) -> None:
    values = np.concatenate([np.linspace(0.8, 0.5, 50), np.linspace(0.5, end, 51)])
    made = evidence.with_channel("PowerStatus.charge_frac", values)
    assert (
        Returns(name="x", quantity="PowerStatus.charge_frac", tolerance=0.02).judge(made).outcome is outcome
    )


def test_run_that_was_cut_short_cannot_tell_whether_charge_returns(evidence) -> None:
    made = evidence.with_channel("PowerStatus.charge_frac", np.full(50, 0.8))
    with pytest.raises(RunDataError, match="must reach 100 s, got 49 s"):
        Returns(name="x", quantity="PowerStatus.charge_frac", tolerance=0.02).judge(made)


def test_frozen_estimate_is_found(evidence) -> None:
    truth = np.linspace(0.9, 0.6, 101)
    expectation = Follows(
        name="estimate",
        quantity="PowerStatus.charge_frac",
        reference="truth.storage.charge_frac",
        tolerance=0.03,
    )
    sound = evidence.with_channel("truth.storage.charge_frac", truth)
    assert (
        expectation.judge(sound.with_channel("PowerStatus.charge_frac", truth + 0.01)).outcome is Outcome.PASS
    )
    frozen = truth.copy()
    frozen[50:] = frozen[50]
    verdict = expectation.judge(sound.with_channel("PowerStatus.charge_frac", frozen))
    assert verdict.outcome is Outcome.FAIL
    assert verdict.at_s == 100.0


def test_reference_is_taken_at_the_times_of_the_quantity(evidence) -> None:
    made = evidence.with_channel("truth.x.a_v", np.arange(0.0, 100.0, 0.1), step_s=0.1)
    made = made.with_channel("P.b_v", np.arange(0.0, 99.0, 3.3), step_s=3.3)
    assert (
        Follows(name="x", quantity="P.b_v", reference="truth.x.a_v", tolerance=1e-9).judge(made).outcome
        is Outcome.PASS
    )


def test_reference_of_another_width_cannot_be_compared(evidence) -> None:
    made = evidence.with_channel("A.x_v", np.ones((9, 3))).with_channel("B.x_v", np.ones((9, 2)))
    with pytest.raises(RunDataError, match="must have 1 or 3 elements, got 2"):
        Follows(name="x", quantity="A.x_v", reference="B.x_v", tolerance=1.0).judge(made)


def test_limits_must_rise() -> None:
    with pytest.raises(ValueError, match=r"limits of A\.x_v must rise, got 2 and 1"):
        InRange(name="x", quantity="A.x_v", low=2.0, high=1.0)


def test_a_mean_over_more_than_the_run_has_cannot_be_judged(evidence) -> None:
    made = evidence.with_channel("ComputeStatus.power_w", np.full(50, 50.0))
    with pytest.raises(RunDataError, match="run ended at 100 s, needs 5000 s"):
        MeanInRange(name="x", quantity="ComputeStatus.power_w", low=1.0, until_s=5000.0).judge(made)
    with pytest.raises(RunDataError, match="run ended at 49 s, needs 100 s"):
        MeanInRange(name="x", quantity="ComputeStatus.power_w", low=1.0).judge(replace(made, duration_s=49.0))
