"""The thermal application against the simulated satellite: load steps, a stuck sensor, a new set point."""

import pytest
from closed_loop import Flight

from flight.dictionary.compute import SetPowerCeiling
from flight.dictionary.grants import Grant, GrantLoop
from flight.dictionary.thermal import LoopSensorRejected, SetSupplyTemperature, SupplyOutOfBand, ThermalStatus
from flight.dictionary.types import App, Stage

pytestmark = pytest.mark.slow
SUPPLY = "loops.supply_temperature_k"
MORNING = {"orbit.anomaly_rad": 4.6, "battery.charge_initial_frac": 0.6}
"""Half an hour of sunlight ahead."""


@pytest.fixture(scope="module")
def flight() -> Flight:
    """Payload at 30 kW until 400 s, then all it is granted; supply sensor of loop 0 stuck warm from 650 s."""
    return Flight(
        numbers=MORNING,
        faults=[
            {
                "name": "sensor_bias",
                "onset_tick": 6500,
                "parameters": {"channel": "loops.supply_temperature_k[0]", "value": 12.0},
            }
        ],
        orders={
            10: [(App.COMPUTE, SetPowerCeiling(power_ceiling_w=30_000.0))],
            4000: [(App.COMPUTE, SetPowerCeiling(power_ceiling_w=160_000.0))],
            8000: [(App.THERMAL, SetSupplyTemperature(loop_index=1, supply_set_k=306.15))],
        },
    ).run(1000, SUPPLY, "accelerators.die_temperature_k", "nodes.node_power_w")


@pytest.mark.requirement("THM-001")
def test_the_supply_holds_its_set_point_through_a_load_step(flight: Flight) -> None:
    power_w = [sum(row) for row in flight.truth("nodes.node_power_w")]
    assert power_w[390] < 30_000.0
    assert power_w[450] > 55_000.0
    for supplies in flight.truth(SUPPLY, 300.0)[:340]:
        assert supplies == pytest.approx([303.15, 303.15], abs=1.5)


@pytest.mark.requirement("THM-007")
def test_a_wrong_sensor_is_refused_and_the_supply_stays_near_its_set_point(flight: Flight) -> None:
    refused = [
        (time_s, event.loop_index)
        for time_s, event in flight.events()
        if isinstance(event, LoopSensorRejected)
    ]
    assert [loop for _, loop in refused] == [0]
    assert refused[0][0] - 650.0 <= 30.0
    for supplies in flight.truth(SUPPLY, 700.0):
        assert supplies[0] == pytest.approx(303.15, abs=4.0)


@pytest.mark.requirement("THM-009")
def test_a_new_set_point_is_reached_by_its_loop_alone(flight: Flight) -> None:
    assert flight.operator.stages.count(Stage.COMPLETED) == 3
    assert flight.said(ThermalStatus, 999.0)[-1].supply_set_k == pytest.approx((303.15, 306.15), abs=1e-3)
    for supplies in flight.truth(SUPPLY, 950.0):
        assert supplies[1] == pytest.approx(306.15, abs=1.0)


@pytest.mark.requirement("THM-006")
def test_the_payload_gets_no_more_heat_than_the_radiators_reject(flight: Flight) -> None:
    statuses = flight.said(ThermalStatus, 20.0)
    assert all(0.0 < one.granted_heat_w < one.capacity_w for one in statuses)
    grants = [one for one in flight.said(Grant, 500.0) if one.loop == GrantLoop.THERMAL]
    assert all(45_000.0 < one.power_max_w < 85_000.0 for one in grants)
    hottest_k = max(max(row) for row in flight.truth("accelerators.die_temperature_k"))
    assert hottest_k <= 360.15


def test_no_loop_was_out_of_its_band(flight: Flight) -> None:
    early = [
        event for time_s, event in flight.events() if isinstance(event, SupplyOutOfBand) and time_s < 650.0
    ]
    assert early == []
