"""Faults of a scenario."""

from __future__ import annotations

import pytest

from hil.plant.core import Plant
from hil.plant.faults import SENSOR_FAULTS, UNIT_FAULTS
from hil.plant.params import odc100_mid_inclination
from hil.runner.faults import BitErrors, Direction, Fault, Outage, PlantFault


def test_fault_ends_after_its_duration_or_never() -> None:
    assert Outage(at_s=10.0, for_s=5.0).until_s == 15.0
    assert Outage(at_s=10.0).until_s == float("inf")


def test_label_beats_the_made_title() -> None:
    assert Outage(at_s=10.0).title == "outage at 10 s"
    assert Outage(at_s=10.0, label="rain").title == "rain"


@pytest.mark.parametrize(("at_s", "for_s"), [(-1.0, None), (0.0, 0.0), (0.0, -2.0)])
def test_times_must_make_sense(at_s: float, for_s: float | None) -> None:
    with pytest.raises(ValueError, match="must be"):
        Outage(at_s=at_s, for_s=for_s)


def test_bit_error_ratio_is_bounded() -> None:
    with pytest.raises(ValueError, match=r"bit_error_ratio must be 0 to 0\.5, got 0\.6"):
        BitErrors(at_s=0.0, direction=Direction.UP, bit_error_ratio=0.6)


def test_every_kind_is_a_fault() -> None:
    assert all(issubclass(cls, Fault) for cls in Fault.KINDS.values())


@pytest.mark.parametrize("name", [*SENSOR_FAULTS, *UNIT_FAULTS])
def test_every_fault_of_the_plant_can_stand_in_a_scenario_by_its_name(name: str) -> None:
    unit = UNIT_FAULTS.get(name)
    given: dict[str, object] = (
        {"channel": "bus.bus_voltage_v"} if unit is None else {unit.index: 0.0} if unit.index else {}
    )
    fault = PlantFault(at_s=1.0, fault=name, parameters=given)
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=0)
    plant.inject(fault.fault, **fault.parameters)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    [
        ("pump_stops", {"pump": 1}, "fault must be one of sensor_stuck, .*, got pump_stops"),
        ("pump_stop", {"loop": 1}, r"parameters of pump_stop must be pump of pump, got \['loop'\]"),
        ("sensor_bias", {"value": 1.0}, "must be channel of channel, value"),
    ],
)
def test_unknown_names_and_parameters_are_refused_when_the_scenario_is_read(
    name: str, parameters: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        PlantFault(at_s=1.0, fault=name, parameters=parameters)
