"""The battery monitor over a real serial line: a pseudo-terminal, pyserial, and a unit in its own process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hil.devices.battery import PackRow, SimulatedBattery
from hil.devices.bench import Bench
from hil.devices.motion import Motion
from hil.devices.serial_battery import EmulatedUnit, SerialBattery
from hil.devices.truth_log import TruthLog
from hil.plant.core import Plant
from hil.plant.params import odc100_mid_inclination


def still(plant: Plant) -> Motion:
    return Motion(plant, 100, (), TruthLog(Path(), plant, (), 10**8))


EPOCH_NS = 2_152_709_197_000_000_000
POLLS_MAX = 2000


@pytest.fixture
def source() -> SimulatedBattery:
    plant = Plant(odc100_mid_inclination(), seed=7, epoch_tai_ns=EPOCH_NS)
    for _ in range(20):
        plant.step(0.1)
    return SimulatedBattery(
        bench=Bench(plant=plant, motion=still(plant), pack_count=8, pack_current_max_a=210.0)
    )


@pytest.fixture
def line(source: SimulatedBattery) -> Iterator[SerialBattery]:
    unit = EmulatedUnit(source)
    made = SerialBattery(unit.port, baud_rate_per_s=115_200, unit=unit)
    yield made
    made.close()


def answered(line: SerialBattery, tick: int) -> list[PackRow | None]:
    """Poll once and look until the answer is there; each look waits for octets, not for time."""
    before_count = line.answer_count
    line.poll(tick)
    for _ in range(POLLS_MAX):
        rows = list(line.read(tick))
        if line.answer_count > before_count:
            return rows
        line.wait_for_octets(0.05)
    raise AssertionError("unit must answer, got silence")


def test_measurements_cross_the_line_within_its_resolution(
    line: SerialBattery, source: SimulatedBattery
) -> None:
    rows = answered(line, 0)
    for row, direct in zip(rows, source.read(0), strict=True):
        assert row is not None
        assert direct is not None
        assert row == pytest.approx(direct, abs=0.006)


def test_silent_unit_makes_every_pack_invalid_after_three_polls(source: SimulatedBattery) -> None:
    master, slave = os.openpty()
    line = SerialBattery(os.ttyname(slave), baud_rate_per_s=115_200)
    try:
        line.poll(0)
        os.read(master, 100)
        assert list(line.read(0)) == []
    finally:
        line.close()
        os.close(master)
        os.close(slave)


def test_line_without_answers_goes_stale(line: SerialBattery) -> None:
    assert all(answered(line, 0))
    line.end_unit()
    for tick in range(3):
        line.poll(tick)
    assert list(line.read(3)) == [None] * 8
    assert line.line_error_count > 0


def test_late_answer_to_an_older_poll_does_not_count(source: SimulatedBattery) -> None:
    from hil.devices.battery_line import FrameKind, build_frame, pack_rows  # noqa: PLC0415

    master, slave = os.openpty()
    line = SerialBattery(os.ttyname(slave), baud_rate_per_s=115_200)
    try:
        line.poll(0)
        line.poll(1)
        os.write(master, build_frame(FrameKind.READING, 1, pack_rows([(160.0, 1.0, 290.0, 4.0, 4.0)])))
        line.wait_for_octets(1.0)
        line.read(1)
        assert line.answer_count == 0
        os.write(master, build_frame(FrameKind.READING, 2, pack_rows([(160.0, 1.0, 290.0, 4.0, 4.0)])))
        line.wait_for_octets(1.0)
        assert list(line.read(1)) == [(160.0, 1.0, 290.0, 4.0, 4.0)]
    finally:
        line.close()
        os.close(master)
        os.close(slave)
