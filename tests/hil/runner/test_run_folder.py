"""A run directory, as judges and reports read it."""

from __future__ import annotations

import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from hil.devices.columns import ColumnFolder
from hil.runner.errors import RunDataError
from hil.runner.quantity import read_series
from hil.runner.run_folder import RunFolder


def test_channels_are_read_with_their_times(flown: Path) -> None:
    run = RunFolder(flown)
    series = run.channel("BatteryReading", "pack_voltage_v")
    assert series.values.shape == (40, 8)
    assert series.time_s.tolist() == list(np.arange(1.0, 41.0))
    truth = run.channel("truth.ledger", "array_power_w")
    assert len(truth.time_s) == 400
    assert truth.time_s[0] == pytest.approx(0.1)


def test_events_and_faults_are_read(flown: Path) -> None:
    run = RunFolder(flown)
    assert {"ApplicationStarted", "ApplicationDied", "ApplicationRestarted"} <= {
        item.name for item in run.events
    }
    died = next(item for item in run.events if item.name == "ApplicationDied")
    assert died.time_s == pytest.approx(20.0, abs=0.2)
    assert died.text.startswith("application THERMAL died")
    assert [fault.title for fault in run.faults] == ["section 3 lost", "thermal killed"]


def test_accounts_are_read(flown: Path) -> None:
    run = RunFolder(flown)
    assert run.bus.unaccounted_count == 0
    assert run.link.unaccounted_count == 0
    assert run.link.archived_count > 100
    assert run.commands == []
    assert run.procedure == "none"
    assert not run.interactive


def test_counts_of_the_radio_link_are_read_at_both_ends(flown: Path) -> None:
    health = RunFolder(flown).health
    assert health.down["frames_received"] > 50
    assert health.up["units_received"] > 0
    assert (health.flipped_down_count, health.flipped_up_count) == (0, 0)
    assert health.rejected == {}
    assert set(health.rejected_by_security.values()) == {0}
    assert {"down security_replayed", "up security_tag"} <= set(health.rejected_by_security)


@pytest.mark.parametrize(
    ("owner", "field", "message"),
    [
        ("NodeReading", "node_power_w", "none for NodeReading"),
        ("truth.heat", "radiated_w", "none for truth.heat"),
        ("BusReading", "bus_v", "field of BusReading must be one of time_ns"),
    ],
)
def test_what_was_not_recorded_is_named(flown: Path, owner: str, field: str, message: str) -> None:
    with pytest.raises(RunDataError, match=message):
        RunFolder(flown).channel(owner, field)


def test_other_folders_are_no_runs(tmp_path: Path) -> None:
    with pytest.raises(RunDataError, match=r"run must be a directory with scenario\.toml"):
        RunFolder(tmp_path)


@pytest.mark.parametrize("name", ["figures.json", "ground.sqlite", "channels", "truth"])
def test_missing_part_is_named(flown: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(flown, copy, ignore=shutil.ignore_patterns(name))
    run = RunFolder(copy)
    with pytest.raises(RunDataError, match=f"{name} must be in the run directory, got none"):
        (
            run.duration_s,
            run.commands,
            run.channel("BusReading", "shed_count"),
            run.channel("truth.bus", "x_v"),
        )


def test_torn_last_row_is_left_out(flown: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(flown, copy)
    path = copy / "channels" / "BusReading.f64"
    path.write_bytes(path.read_bytes()[:-5])
    assert len(RunFolder(copy).channel("BusReading", "bus_voltage_v").time_s) == 39


def test_a_channel_of_a_long_run_is_read_without_holding_the_whole_of_it(flown: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(flown, copy)
    folder = ColumnFolder(copy / "truth")
    first = folder.fields("ledger")["switch_power_w"].first
    rows = np.zeros((100_000, folder.width("ledger")))
    rows[:, 0] = rows[:, first] = np.arange(100_000)
    rows[:, first + 4] = 7.0
    rows.tofile(folder.path("ledger"))
    size = rows.nbytes
    assert size > 30e6
    del rows
    run = RunFolder(copy)
    tracemalloc.start()
    series = read_series(run, "truth.ledger.switch_power_w:max")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.array_equal(series.values[:, 0], np.maximum(np.arange(100_000), 7.0))
    assert np.array_equal(series.time_s, 0.1 * np.arange(100_000))
    assert peak < 0.5 * size
