"""One second of payload supervision without a bus."""

from dataclasses import replace

import pytest

from flight.compute.jobs import Arrivals
from flight.compute.manager import Decision, Inputs, advance, enforced_w, with_cycle, with_enabled
from flight.compute.memory import Memory
from flight.compute.nodes import NodePhase
from flight.compute.report import Leases, closed_cycles, events
from flight.dictionary.compute import (
    ComputeMode,
    ComputeParameters,
    NodeFault,
    NodeReading,
    NodeState,
    NodeUpset,
)

LIMITS = ComputeParameters()


def reading(
    second: int, *, state: NodeState = NodeState.RUN, cap_w: float = 3000.0, die_k: float = 330.0
) -> NodeReading:
    return NodeReading(
        time_ns=second * 1_000_000_000,
        node_state=(state,) * 18,
        node_power_w=(cap_w,) * 18,
        die_temperature_max_k=(die_k,) * 18,
        throughput_frac=(0.5,) * 18,
        node_cap_w=(cap_w,) * 18,
        heartbeat_count=(10 * second + 10,) * 18,
        job_progress_s=(0.5 * second,) * 18,
        valid_mask=(1 << 18) - 1,
        correctable_count=(2,) * 18,
        uncorrectable_count=(0,) * 18,
        lost_mask=(0,) * 18,
        trip_count=(0,) * 18,
    )


def fly(
    memory: Memory,
    seconds: range,
    *,
    granted_w: float = 60_000.0,
    held: tuple[bool, bool] = (True, True),
    silent: bool = False,
    die_k: float = 330.0,
    safe: bool = False,
) -> tuple[Memory, Decision]:
    for second in seconds:
        inputs = Inputs(
            dt_s=1.0,
            safe_ordered=safe,
            granted_w=granted_w,
            held=held,
            reading=None if silent else reading(second, die_k=die_k),
            arrivals=Arrivals(),
            uniform=lambda: 0.5,
            exponential=lambda mean: mean,
        )
        memory, decision = advance(memory, inputs, LIMITS)
    return memory, decision


@pytest.mark.requirement("CMP-003")
def test_caps_climb_to_the_grant_and_never_beyond() -> None:
    memory = Memory()
    for second in range(20):
        memory, decision = fly(memory, range(second, second + 1))
        assert sum(memory.cap_w) / 0.95 <= 60_000.0
        assert sum(memory.cap_w) <= 10_000.0 * (second + 1) + 1e-6
    assert sum(memory.cap_w) / 0.95 == pytest.approx(60_000.0, rel=0.03)
    assert memory.mode == ComputeMode.NOMINAL
    assert decision.active_count == 18
    assert set(decision.node_state) == {NodeState.RUN}


@pytest.mark.requirement("CMP-004")
def test_a_missing_lease_is_standby_at_once() -> None:
    memory, _ = fly(Memory(), range(20))
    memory, decision = fly(memory, range(20, 21), granted_w=4800.0, held=(False, True))
    assert memory.mode == ComputeMode.STANDBY
    assert set(decision.node_state) == {NodeState.SLEEP}
    assert sum(memory.cap_w) / 0.95 <= 4800.0 + 1e-6


@pytest.mark.requirement("CMP-008")
def test_nothing_is_enforced_before_it_is_confirmed() -> None:
    memory, _ = fly(Memory(), range(20))
    assert enforced_w(memory, None) == float("inf")
    assert enforced_w(memory, reading(20, cap_w=5000.0)) == pytest.approx(18 * 5000.0 / 0.95)
    assert enforced_w(memory, reading(20, cap_w=100.0)) == pytest.approx(sum(memory.cap_w) / 0.95)


@pytest.mark.requirement("CMP-005")
def test_a_hot_die_costs_its_node_power() -> None:
    memory, _ = fly(Memory(), range(30))
    hot, _ = fly(memory, range(30, 60), die_k=LIMITS.die_temperature_max_k + 1.0)
    assert max(hot.cap_w) < max(memory.cap_w)
    assert min(hot.guard_frac) < 0.5


@pytest.mark.requirement("CMP-001")
def test_a_silent_device_is_a_silent_payload() -> None:
    memory, _ = fly(Memory(), range(20))
    silent, _ = fly(memory, range(20, 23), silent=True)
    assert {health.phase for health in silent.nodes} == {NodePhase.CYCLING}
    leases = Leases(electrical_w=0.0, thermal_w=0.0, held=(True, True), ids=(1, 2), fallback_w=4800.0)
    named = [type(event).__name__ for event in events(memory, silent, leases)]
    assert named.count("NodeHung") == 18


def test_progress_is_credited_to_the_jobs() -> None:
    memory, _ = fly(Memory(), range(100))
    done_s = [job.done_s for job in memory.jobs.running if job is not None]
    assert len(done_s) == 18
    assert max(done_s) == pytest.approx(0.5 * 97, abs=2.0)


@pytest.mark.requirement("CMP-006")
def test_forbidding_a_node_saves_its_job_and_cycling_costs_the_rest() -> None:
    memory, _ = fly(Memory(), range(100))
    job = memory.jobs.running[5]
    assert job is not None
    forbidden = with_enabled(memory, 5, enabled=False)
    assert forbidden.jobs.queued[0].done_s == job.done_s
    cycled = with_cycle(memory, 5)
    assert cycled.jobs.queued[0].done_s == job.saved_s
    assert cycled.nodes[5].phase == NodePhase.CYCLING
    assert list(closed_cycles({7: 5}, cycled)) == []
    assert list(closed_cycles({7: 5}, memory)) == [(7, 0)]
    assert list(closed_cycles({7: 5}, forbidden)) == [(7, 256)]


@pytest.mark.requirement("CMP-007")
def test_safe_mode_leaves_only_the_fallback() -> None:
    memory, _ = fly(Memory(), range(20))
    memory, decision = fly(memory, range(20, 22), safe=True)
    assert memory.mode == ComputeMode.SAFE
    assert set(decision.node_state) == {NodeState.SLEEP}


def test_a_ceiling_binds_below_the_grant() -> None:
    memory, _ = fly(replace(Memory(), ceiling_w=30_000.0), range(20))
    assert sum(memory.cap_w) / 0.95 <= 30_000.0


def struck(memory: Memory, second: int, **changed: object) -> Memory:
    """Return the memory after a second whose reading differs as told."""
    inputs = Inputs(
        dt_s=1.0,
        safe_ordered=False,
        granted_w=60_000.0,
        held=(True, True),
        reading=replace(reading(second), **changed),  # type: ignore[arg-type]
        arrivals=Arrivals(),
        uniform=lambda: 0.5,
        exponential=lambda mean: mean,
    )
    return advance(memory, inputs, LIMITS)[0]


@pytest.mark.requirement("CMP-009")
def test_upsets_are_named_and_cost_their_node_what_it_did_since_the_checkpoint() -> None:
    before, _ = fly(Memory(), range(40))
    job = before.jobs.running[3]
    assert job is not None
    assert job.done_s > job.saved_s
    rolled = struck(
        before,
        40,
        uncorrectable_count=(0, 0, 0, 1, *(0,) * 14),
        job_progress_s=(20.0, 20.0, 20.0, 0.0, *(20.0,) * 14),
    )
    again = rolled.jobs.running[3]
    assert again is not None
    assert (again.id, again.done_s) == (job.id, job.saved_s)
    assert rolled.jobs.lost_work_s == job.done_s - job.saved_s
    held = Leases(electrical_w=0.0, thermal_w=0.0, held=(True, True), ids=(1, 2), fallback_w=4800.0)
    assert list(events(before, rolled, held)) == [
        NodeUpset(node_index=3, kind=NodeFault.MEMORY_UNCORRECTABLE)
    ]
    lost = struck(before, 40, lost_mask=(0, 0, 0, 0, 8, *(0,) * 13))
    assert lost.nodes[4].phase == NodePhase.RESETTING
    assert lost.jobs.running[4] is None or lost.jobs.running[4].id != before.jobs.running[4].id  # type: ignore[union-attr]
    assert NodeUpset(node_index=4, kind=NodeFault.ACCELERATOR_LOST) in list(events(before, lost, held))
    tripped = struck(before, 40, trip_count=(1, *(0,) * 17))
    assert tripped.nodes[0].phase == NodePhase.CYCLING
    assert NodeUpset(node_index=0, kind=NodeFault.POWER_TRIPPED) in list(events(before, tripped, held))
