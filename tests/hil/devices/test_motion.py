"""The plant moves as late as nobody can tell: the same states, however the ticks are cut."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.devices.motion import Motion, TimedFault
from hil.plant.channels import LEDGER
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.params import odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
FAULTS = (
    TimedFault(onset_tick=7, end_tick=23, name="section_open", parameters={"section": 2}),
    TimedFault(onset_tick=15, name="sensor_stuck", parameters={"channel": "loops.supply_temperature_k[0]"}),
)


class Sink:
    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.ledger = b""
        self.seconds: list[tuple[int, int, tuple[float, ...]]] = []

    def put_rows(self, rows: bytes) -> None:
        self.ledger += rows

    def put_second(self, tick: int) -> None:
        self.seconds.append((tick, self.plant.time_ns - EPOCH_NS, tuple(self.plant.sense("loops"))))

    def close(self) -> None:
        self.ledger = b""


def powers(ledger: bytes) -> list[tuple[float, ...]]:
    """Return the rows without the array's maximum, which only the last row of a run has anew."""
    where = LEDGER.slice("array_maximum_power_w").start + 1
    rows = struct.iter_unpack(f"={LEDGER.width + 1}d", ledger)
    return [row[:where] + row[where + 1 :] for row in rows]


def moved(looks: list[int]) -> tuple[bytes, list[tuple[int, int, tuple[float, ...]]], bytes]:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    sink = Sink(plant)
    motion = Motion(plant, 100, FAULTS, sink)
    for tick in looks:
        motion.advance(tick)
    return sink.ledger, sink.seconds, plant.snapshot()


@settings(max_examples=15, deadline=None)
@given(st.sets(st.integers(0, 41)))
def test_states_do_not_depend_on_when_one_looks(looks: set[int]) -> None:
    one, other = moved([*sorted(looks), 41]), moved(list(range(42)))
    assert powers(one[0]) == powers(other[0])
    assert one[1:] == other[1:]


def test_every_tick_has_its_ledger_row_and_every_second_its_look() -> None:
    ledger, seconds, _ = moved([41])
    assert [row[0] for row in powers(ledger)] == list(range(1, 42))
    assert [(tick, time_ns) for tick, time_ns, _ in seconds] == [(t, t * 10**8) for t in (10, 20, 30, 40)]


def test_looking_back_changes_nothing() -> None:
    assert moved([20, 5, 20, 41])[1:] == moved([41])[1:]


@pytest.mark.parametrize(("count", "group"), [(0, "ledger"), (1001, "ledger"), (1, "bus")])
def test_a_run_that_cannot_be_is_refused(count: int, group: str) -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    with pytest.raises(PlantError):
        plant.run(count, 0.1, group, 0)
    assert plant.time_ns == EPOCH_NS
