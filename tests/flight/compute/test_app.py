"""The compute application against the simulated satellite: leases, a hung node, an ordered power cycle."""

import pytest
from closed_loop import Flight

from flight.dictionary.compute import (
    ComputeMode,
    ComputeStatus,
    CycleNode,
    GrantLost,
    NodeHung,
    NodeReading,
    NodeRecovered,
    NodeSetpoint,
    NodeState,
    SetNodeEnabled,
)
from flight.dictionary.executive import SystemMode, SystemModeOrder
from flight.dictionary.grants import Grant, GrantAcknowledge
from flight.dictionary.types import App, Stage

pytestmark = pytest.mark.slow
MORNING = {"orbit.anomaly_rad": 4.6, "battery.charge_initial_frac": 0.6}
POWER = "nodes.node_power_w"


@pytest.fixture(scope="module")
def flight() -> Flight:
    """Node 4 hangs at 60 s, node 6 is cycled at 80 s, node 2 forbidden at 100 s, safe mode from 260 s."""
    return Flight(
        numbers=MORNING,
        faults=[{"name": "node_hang", "onset_tick": 600, "parameters": {"node": 4}}],
        orders={
            800: [(App.COMPUTE, CycleNode(node_index=6))],
            1000: [(App.COMPUTE, SetNodeEnabled(node_index=2, enabled=0))],
        },
        modes={2600: SystemModeOrder(time_ns=0, mode=SystemMode.SAFE)},
    ).run(300, POWER)


@pytest.mark.requirement("CMP-003")
def test_the_payload_never_draws_more_than_its_smaller_lease(flight: Flight) -> None:
    caps_w: dict[int, list[float]] = {}
    for grant in flight.said(Grant):
        if grant.holder == App.COMPUTE:
            for second in range(3):
                start = (grant.valid_from_ns - 2_152_709_197_000_000_000) // 1_000_000_000 + second
                caps_w.setdefault(int(start), []).append(grant.power_max_w)
    for second, nodes_w in enumerate(flight.truth(POWER)[:250]):
        if second > 10:
            assert sum(nodes_w) / 0.95 <= max(caps_w[second]) * 1.001


@pytest.mark.requirement("CMP-008")
def test_a_lease_is_enforced_before_it_is_acknowledged(flight: Flight) -> None:
    acknowledged = flight.said(GrantAcknowledge, 10.0)
    assert len(acknowledged) > 300
    setpoints = flight.said(NodeSetpoint, 10.0)
    assert max(sum(one.node_cap_w) for one in setpoints) / 0.95 <= max(
        one.power_max_w for one in acknowledged
    )


@pytest.mark.requirement("CMP-001")
def test_a_hung_node_is_found_within_four_seconds_and_cycled(flight: Flight) -> None:
    hung = [(time_s, event.node_index) for time_s, event in flight.events() if isinstance(event, NodeHung)]
    assert [node for _, node in hung] == [4]
    assert hung[0][0] - 60.0 <= 4.0


@pytest.mark.requirement("CMP-002")
def test_a_cycled_node_is_back_within_two_minutes(flight: Flight) -> None:
    back = [
        (time_s, event.node_index) for time_s, event in flight.events() if isinstance(event, NodeRecovered)
    ]
    assert [node for _, node in back] == [4]
    assert back[0][0] - 60.0 <= 120.0
    readings = flight.said(NodeReading, 80.0, 95.0)
    assert any(one.node_state[6] == NodeState.OFF for one in readings)
    assert flight.said(NodeReading, 200.0, 250.0)[-1].node_state[6] == NodeState.RUN


def test_commands_complete_when_their_work_is_done(flight: Flight) -> None:
    assert flight.operator.stages.count(Stage.COMPLETED) == 2
    assert flight.operator.stages.count(Stage.ACCEPTED) == 2
    assert flight.said(NodeReading, 120.0, 130.0)[-1].node_state[2] == NodeState.OFF


@pytest.mark.requirement("CMP-006")
def test_jobs_are_worked_off(flight: Flight) -> None:
    statuses = flight.said(ComputeStatus, 40.0, 250.0)
    assert statuses[-1].throughput_frac > 0.4
    assert statuses[-1].node_running_count >= 15
    assert max(one.die_temperature_max_k for one in statuses) <= 360.15


@pytest.mark.requirement("CMP-007")
def test_safe_mode_puts_every_node_to_sleep(flight: Flight) -> None:
    assert flight.said(ComputeStatus, 290.0)[-1].mode == ComputeMode.SAFE
    assert sum(flight.truth(POWER)[-1]) <= 18 * 250.0


@pytest.mark.requirement("CMP-004")
def test_without_a_granter_every_node_stays_at_its_fallback() -> None:
    alone = Flight(numbers=MORNING, without=(App.POWER, App.THERMAL)).run(40, POWER)
    assert all(sum(row) / 0.95 <= 4800.0 for row in alone.truth(POWER))
    assert alone.said(ComputeStatus)[-1].mode == ComputeMode.STANDBY


@pytest.mark.requirement("CMP-004")
def test_a_lost_lease_is_named_and_the_nodes_fall_to_their_fallback() -> None:
    # Power dies twice, so that no renewal comes for longer than a lease lasts.
    flight = Flight(numbers=MORNING, kills=[(App.POWER, 400), (App.POWER, 421)], restart_ticks=20)
    flight.run(60, POWER)
    lost = [(time_s, event) for time_s, event in flight.events() if isinstance(event, GrantLost)]
    assert len(lost) == 1
    assert 42.0 <= lost[0][0] <= 43.5
    second = int(lost[0][0]) + 1
    assert sum(flight.truth(POWER)[second]) / 0.95 <= 4800.0
    assert sum(flight.truth(POWER)[30]) > 30_000.0
