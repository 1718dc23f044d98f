"""The table of expectation kinds, and the judge over all of them."""

from __future__ import annotations

import numpy as np

from hil.runner.expect_base import unit_of
from hil.runner.expect_series import InRange
from hil.runner.expectation import Expectation, judge
from hil.runner.verdict import Outcome


def test_every_kind_is_an_expectation_and_every_expectation_a_kind() -> None:
    def below(cls: type) -> set[type]:
        return {cls, *(found for child in cls.__subclasses__() for found in below(child))}

    kinds = set(Expectation.KINDS.values())
    assert {cls for cls in below(Expectation) - {Expectation} if cls.__qualname__ != "Expectation"} >= kinds
    assert len(kinds) == len(Expectation.KINDS)


def test_expectation_without_data_is_invalid_and_the_others_are_judged(evidence) -> None:
    made = evidence.with_channel("BusReading.bus_voltage_v", np.full(9, 160.0))
    verdicts = judge(
        [
            InRange(name="a", quantity="BusReading.bus_voltage_v", low=1.0),
            InRange(name="b", quantity="X.y_v", low=1.0),
        ],
        made,
    )
    assert [item.outcome for item in verdicts] == [Outcome.PASS, Outcome.INVALID]
    assert "X.y_v" in verdicts[1].measured


def test_units_come_from_names() -> None:
    assert unit_of("truth.bus.bus_voltage_v") == "V"
    assert unit_of("LoopReading.flow_kg_per_s[0:2]:mean") == "kg/s"
    assert unit_of("PowerStatus.charge_frac") == ""
    assert unit_of("truth.attitude.wheel_speed_rad_per_s") == "rad/s"
    assert unit_of("truth.world.albedo_w_per_m2[0]") == "W/m2"
