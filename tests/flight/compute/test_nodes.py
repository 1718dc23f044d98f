import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight.compute.nodes import (
    HealthLimits,
    NodeHealth,
    NodePhase,
    NodeReport,
    advance,
    allowed,
    cycled,
    ordered_state,
)
from flight.dictionary.compute import NodeFault, NodeState

LIMITS = HealthLimits(2.0)


def serve(health: NodeHealth, seconds: int, *, moving: bool, state: NodeState = NodeState.RUN) -> NodeHealth:
    for _ in range(seconds):
        count = health.heartbeat_count + 10 if moving else health.heartbeat_count
        health = advance(health, NodeReport(state, count, valid=True), LIMITS, 1.0)
    return health


@pytest.mark.requirement("CMP-001")
def test_a_standing_heartbeat_is_a_hang_within_two_reports() -> None:
    health = serve(NodeHealth(), 5, moving=True)
    assert health.phase == NodePhase.SERVICE
    health = serve(health, 2, moving=False)
    assert health.phase == NodePhase.CYCLING
    assert health.failure_count == 1
    assert ordered_state(health, active=True, busy=True) == NodeState.OFF


@pytest.mark.requirement("CMP-001")
def test_a_missing_report_counts_as_silence() -> None:
    health = serve(NodeHealth(), 3, moving=True)
    for _ in range(2):
        health = advance(health, NodeReport(NodeState.RUN, 0, valid=False), LIMITS, 1.0)
    assert health.phase == NodePhase.CYCLING


def test_a_booting_node_is_not_hung() -> None:
    health = serve(NodeHealth(), 3, moving=True)
    health = serve(health, 100, moving=False, state=NodeState.BOOT)
    assert health.phase == NodePhase.SERVICE
    assert serve(health, 55, moving=False, state=NodeState.BOOT).phase == NodePhase.CYCLING


@pytest.mark.requirement("CMP-002")
def test_a_cycled_node_is_off_for_ten_seconds_and_back_within_two_minutes() -> None:
    health = serve(serve(NodeHealth(), 3, moving=True), 2, moving=False)
    health = serve(health, 10, moving=False, state=NodeState.OFF)
    assert health.phase == NodePhase.STARTING
    assert ordered_state(health, active=False, busy=False) == NodeState.IDLE
    health = serve(health, 90, moving=False, state=NodeState.BOOT)
    health = serve(health, 1, moving=True, state=NodeState.IDLE)
    assert health.phase == NodePhase.SERVICE


@pytest.mark.requirement("CMP-002")
def test_the_third_failure_in_an_hour_is_quarantine_and_only_the_ground_ends_it() -> None:
    health = serve(NodeHealth(), 3, moving=True)
    for _ in range(3):
        health = serve(health, 2, moving=False)
        if health.phase == NodePhase.CYCLING:
            health = serve(serve(health, 10, moving=False), 2, moving=True)
    assert health.phase == NodePhase.QUARANTINED
    assert serve(health, 4000, moving=True).phase == NodePhase.QUARANTINED
    assert allowed(health, enabled=True).phase == NodePhase.STARTING


def report(
    health: NodeHealth, *, lost: bool = False, trip_count: int = 0, state: NodeState = NodeState.RUN
) -> NodeReport:
    return NodeReport(
        state,
        health.heartbeat_count + 10,
        valid=True,
        lost=lost,
        trip_count=trip_count,
        uncorrectable_count=0,
    )


@pytest.mark.requirement("CMP-009")
def test_a_lost_accelerator_is_reset_by_sleep_then_cycled_then_quarantined() -> None:
    health = serve(NodeHealth(), 3, moving=True)
    for phase, order, back_s in (
        (NodePhase.RESETTING, NodeState.SLEEP, 3),
        (NodePhase.CYCLING, NodeState.OFF, 10),
    ):
        health = advance(health, report(health, lost=True), LIMITS, 1.0)
        assert health.phase == phase
        assert health.cause == NodeFault.ACCELERATOR_LOST
        assert ordered_state(health, active=True, busy=True) == order
        for _ in range(back_s):
            health = advance(health, report(health, state=order), LIMITS, 1.0)
        assert health.phase == NodePhase.STARTING
        health = advance(health, report(health), LIMITS, 1.0)
        assert health.phase == NodePhase.SERVICE
    health = advance(health, report(health, lost=True), LIMITS, 1.0)
    assert health.phase == NodePhase.QUARANTINED


@pytest.mark.requirement("CMP-009")
def test_a_cut_latch_up_is_a_power_cycle_and_the_first_count_is_only_remembered() -> None:
    health = advance(NodeHealth(), report(NodeHealth(), trip_count=7), LIMITS, 1.0)
    assert health.phase == NodePhase.SERVICE
    assert health.trip_count == 7
    health = advance(health, NodeReport(NodeState.OFF, 0, valid=False), LIMITS, 1.0)
    assert health.trip_count == 7
    health = advance(health, report(health, trip_count=8, state=NodeState.OFF), LIMITS, 1.0)
    assert health.phase == NodePhase.CYCLING
    assert health.cause == NodeFault.POWER_TRIPPED


def test_failures_are_forgotten_after_an_hour() -> None:
    health = serve(serve(NodeHealth(), 3, moving=True), 2, moving=False)
    health = serve(serve(health, 10, moving=False), 3700, moving=True)
    assert health.failure_count == 0


def test_a_forbidden_node_is_off_and_an_ordered_cycle_is_no_failure() -> None:
    health = serve(NodeHealth(), 3, moving=True)
    assert ordered_state(allowed(health, enabled=False), active=True, busy=True) == NodeState.OFF
    assert allowed(health, enabled=True) == health
    assert cycled(health).phase == NodePhase.CYCLING
    assert cycled(health).failure_count == 0


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(NodeState), st.integers(0, 5), st.booleans()), max_size=60))
def test_the_supervision_never_leaves_its_states_and_counts(rows: list[tuple[NodeState, int, bool]]) -> None:
    health = NodeHealth()
    for state, heartbeat, valid in rows:
        health = advance(health, NodeReport(state, heartbeat, valid), LIMITS, 1.0)
        assert 0 <= health.failure_count <= 3
        assert health.silent_s >= 0.0
        ordered = ordered_state(health, active=True, busy=True)
        assert ordered in {NodeState.OFF, NodeState.IDLE, NodeState.RUN}
        assert (ordered == NodeState.RUN) == (health.phase == NodePhase.SERVICE)
