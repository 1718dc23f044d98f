"""Side files of the world's process."""

from __future__ import annotations

from pathlib import Path
from struct import iter_unpack

import pytest

from hil.devices.columns import ColumnFolder
from hil.devices.truth_log import LineLog, TruthLog
from hil.plant.channels import GROUPS
from hil.plant.core import Plant
from hil.plant.params import odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000


def test_rows_are_the_plants_truth(tmp_path: Path) -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    log = TruthLog(tmp_path / "truth", plant, GROUPS, 100_000_000)
    for tick in (0, 2, 4):
        log.put_rows(plant.run(2, 0.1, "ledger", tick))
        log.put_second(tick)
    expected = {group.name: plant.truth(group.name) for group in GROUPS}
    log.close()
    folder = ColumnFolder(tmp_path / "truth")
    for group in GROUPS:
        values, width = folder.rows(group.name)
        numbers = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0] if group.name == "ledger" else [0.0, 2.0, 4.0]
        assert list(values[::width]) == numbers
        assert list(values[-width + 1 :]) == pytest.approx(expected[group.name], nan_ok=True)
        column = folder.fields(group.name)[group.fields[-1].name]
        assert (column.first, column.count) == (1 + group.fields[-1].offset, group.fields[-1].count)


def test_log_without_groups_leaves_no_file(tmp_path: Path) -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    log = TruthLog(tmp_path / "none", plant, (), 100_000_000)
    log.put_rows(b"")
    log.put_second(0)
    log.close()
    assert not (tmp_path / "none").exists()


def test_lines_are_kept_or_dropped(tmp_path: Path) -> None:
    kept, dropped = LineLog(tmp_path / "log"), LineLog(None)
    for log in (kept, dropped):
        log.put("a b")
        log.close()
    assert (tmp_path / "log").read_text() == "a b\n"


def test_thinned_powers_are_means_so_that_no_energy_is_lost(tmp_path: Path) -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    log = TruthLog(tmp_path / "truth", plant, GROUPS, 100_000_000, every_s=3)
    ticks = []
    for second in range(7):
        rows = plant.run(10, 0.1, "ledger", 1 + 10 * second)
        ticks += [row[1] for row in iter_unpack(f"={len(rows) // 80}d", rows)]
        log.put_rows(rows)
        log.put_second(10 * second + 10)
    log.close()
    folder = ColumnFolder(tmp_path / "truth")
    values, width = folder.rows("ledger")
    assert list(values[::width]) == [30.0, 60.0]
    assert list(values[1::width]) == pytest.approx([sum(ticks[:30]) / 30.0, sum(ticks[30:60]) / 30.0])
    world, width = folder.rows("world")
    assert list(world[::width]) == [30.0, 60.0]
