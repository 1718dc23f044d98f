"""The energy ledger against a case that can be integrated by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hil.runner.errors import RunDataError
from hil.runner.ledger import balance

NAMES = (
    "array_power_w",
    "converter_loss_w",
    "regulator_loss_w",
    "pack_heat_w",
    "pack_reversible_w",
    "switch_power_w",
    "housekeeping_power_w",
    "pack_terminal_power_w",
)


def test_means_over_steps_are_summed_between_the_ends_of_the_store(evidence) -> None:
    """Powers are logged ten times as often as the store, and from before its first sample."""
    time_s = np.arange(0.0, 3600.1, 0.1)
    for name in NAMES:
        evidence = evidence.with_channel(f"truth.ledger.{name}", np.zeros(len(time_s)), step_s=0.1)
    mean_w = 2.0 * time_s - 0.1  # of a ramp of 2 W/s over each step
    evidence = evidence.with_channel("truth.ledger.array_power_w", mean_w, step_s=0.1)
    loads_w = np.stack([mean_w / 4, mean_w / 4], axis=1)
    evidence = evidence.with_channel("truth.ledger.switch_power_w", loads_w, step_s=0.1)
    stored_j = np.arange(0.0, 3601.0) ** 2 / 2.0
    evidence = evidence.with_channel("truth.storage.pack_stored_j", stored_j)
    result = balance(evidence)
    lines = {line.name: line.energy_wh for line in result.lines}
    assert lines["array"] == pytest.approx(3600.0)  # integral of 2 t over an hour, in Wh
    assert lines["switch power"] == pytest.approx(-1800.0)
    assert lines["pack stored gain"] == pytest.approx(-1800.0)
    assert result.residual_wh == pytest.approx(0.0, abs=1e-6)
    assert result.throughput_wh == pytest.approx(3600.0)


def test_discharge_counts_as_throughput(evidence) -> None:
    for name in NAMES:
        evidence = evidence.with_channel(f"truth.ledger.{name}", np.zeros(3601))
    evidence = evidence.with_channel("truth.ledger.pack_terminal_power_w", np.full(3601, 500.0))
    evidence = evidence.with_channel("truth.ledger.switch_power_w", np.full(3601, 500.0))
    evidence = evidence.with_channel("truth.storage.pack_stored_j", 1e6 - 500.0 * np.arange(3601.0))
    result = balance(evidence)
    assert result.throughput_wh == pytest.approx(500.0)
    assert result.closure_frac == pytest.approx(0.0, abs=1e-12)


def test_missing_terminal_is_named(evidence) -> None:
    made = evidence.with_channel("truth.storage.pack_stored_j", np.zeros(10))
    with pytest.raises(RunDataError, match=r"truth\.ledger\.array_power_w"):
        balance(made)
