"""Cutting fields out of a reading."""

from __future__ import annotations

from math import nan

from hil.devices.bench import Pick, mask_of
from hil.plant.channels import BUS


def test_missing_values_become_zero_on_the_bus_and_stay_missing_for_the_mask() -> None:
    reading = [float(i) for i in range(BUS.width)]
    field = BUS.field("switch_current_a")
    reading[field.offset + 3] = nan
    pick = Pick(BUS, "switch_current_a")
    assert pick.finite(reading)[2:5] == (field.offset + 2.0, 0.0, field.offset + 4.0)
    assert pick.whole(reading)[2:5] == (field.offset + 2, 0, field.offset + 4)
    assert pick.raw(reading)[3] != pick.raw(reading)[3]


def test_mask_has_one_bit_per_true_flag() -> None:
    assert mask_of([True, False, 1, 0, 2.5]) == 0b10101
    assert mask_of([]) == 0
