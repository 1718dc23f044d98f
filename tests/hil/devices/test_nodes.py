"""The compute nodes device, and the orders that reach the nodes."""

from __future__ import annotations

import pytest

from flight.dictionary.compute import NODE_COUNT, NodeReading, NodeSetpoint, NodeState
from flight.dictionary.types import App

EPOCH_NS = 2_152_709_197_000_000_000


def setpoint(state: NodeState, cap_w: float, until_s: float) -> NodeSetpoint:
    return NodeSetpoint(
        node_state=(int(state),) * NODE_COUNT,
        node_cap_w=(cap_w,) * NODE_COUNT,
        job_utilization_frac=(1.0,) * NODE_COUNT,
        valid_until_ns=EPOCH_NS + int(until_s * 1e9),
        fallback_power_w=400.0,
    )


def test_nodes_run_at_their_cap_and_fall_back_when_the_lease_ends(devices) -> None:
    script = {App.COMPUTE: {5: [setpoint(NodeState.RUN, 3000.0, 20.0)]}}
    loop = devices(App.NODES, script=script)
    loop.run(301)
    readings = dict(loop.said(NodeReading))
    assert set(readings[10].node_state) == {NodeState.BOOT}
    assert set(readings[150].node_state) == {NodeState.RUN}
    assert readings[150].node_power_w == pytest.approx((3000.0,) * NODE_COUNT, rel=0.05)
    assert readings[150].node_cap_w == (3000.0,) * NODE_COUNT
    assert readings[300].node_cap_w == (400.0,) * NODE_COUNT
    assert max(readings[300].node_power_w) < 1500.0
    assert readings[300].valid_mask == (1 << NODE_COUNT) - 1


def test_upsets_show_in_the_counters_of_their_node(devices) -> None:
    faults = [
        {"onset_tick": 100, "name": "memory_correctable", "parameters": {"accelerator": 0}},
        {"onset_tick": 100, "name": "memory_uncorrectable", "parameters": {"accelerator": 4}},
        {"onset_tick": 100, "name": "accelerator_lost", "parameters": {"accelerator": 10}},
        {"onset_tick": 100, "name": "accelerator_latchup", "parameters": {"accelerator": 12}},
    ]
    script = {App.COMPUTE: {5: [setpoint(NodeState.RUN, 3000.0, 60.0)]}}
    loop = devices(App.NODES, options={App.WORLD: {"faults": faults}}, script=script)
    loop.run(121)
    reading = dict(loop.said(NodeReading))[120]
    assert reading.correctable_count[0] == 1
    assert reading.uncorrectable_count[:3] == (0, 1, 0)
    assert reading.lost_mask[:4] == (0, 0, 4, 0)
    assert reading.trip_count[:4] == (0, 0, 0, 1)
    assert reading.node_state[3] == NodeState.OFF


def test_hung_node_shows_by_its_heartbeat_alone(devices) -> None:
    fault = {"onset_tick": 95, "name": "node_hang", "parameters": {"node": 4}}
    script = {App.COMPUTE: {5: [setpoint(NodeState.RUN, 3000.0, 60.0)]}}
    loop = devices(App.NODES, options={App.WORLD: {"faults": [fault]}}, script=script)
    loop.run(141)
    readings = dict(loop.said(NodeReading))
    assert readings[140].node_state[4] == NodeState.RUN
    assert readings[140].heartbeat_count[4] == readings[100].heartbeat_count[4]
    assert readings[140].heartbeat_count[5] > readings[100].heartbeat_count[5]
