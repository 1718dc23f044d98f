"""The base of simulated devices."""

from __future__ import annotations

from pathlib import Path

import pytest

from flight.bus.application import Config, Inbox, Now
from flight.dictionary.types import App
from hil.devices.bench import Bench
from hil.devices.device import Device
from hil.devices.motion import Motion
from hil.devices.truth_log import TruthLog
from hil.plant.core import Plant
from hil.plant.params import odc100_mid_inclination


def still(plant: Plant) -> Motion:
    return Motion(plant, 100, (), TruthLog(Path(), plant, (), 10**8))


def test_first_reading_is_that_of_the_first_period() -> None:
    ticks = []

    class Probe(Device):
        APP = App.ARRAY

        def read(self, now: Now) -> None:
            ticks.append(now.tick)

    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=0)
    probe = Probe(
        Config(app=App.ARRAY), Bench(plant=plant, motion=still(plant), pack_count=8, pack_current_max_a=1.0)
    )
    for tick in (0, 10, 20):
        probe.step(Now(tick, 0, tick / 10.0, 1.0), Inbox([], lambda _: None))
    assert ticks == [10, 20]


def test_device_that_reads_nothing_is_a_mistake() -> None:
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=0)
    bare = type("Bare", (Device,), {"APP": App.ARRAY})
    device = bare(
        Config(app=App.ARRAY), Bench(plant=plant, motion=still(plant), pack_count=8, pack_current_max_a=1.0)
    )
    with pytest.raises(NotImplementedError):
        device.step(Now(10, 0, 1.0, 1.0), Inbox([], lambda _: None))
