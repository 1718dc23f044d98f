"""Health of one node: in service, silent, power-cycled, quarantined.

A node that is powered must move its heartbeat; one that stands still for the time-out is switched off,
started again, and taken out of service after the third failure within an hour. A lost accelerator is first
reset by sleep, which takes its power off for seconds; if that does not hold, the ladder goes on. A node whose
guard has cut a latch-up stays off as long as one that hung.

Source: node silence and reset ladder as practised for accelerator clusters (Slurm node states; GPUd escalates
after two reboots for one cause).
"""

from enum import IntEnum
from typing import NamedTuple

from flight.dictionary.compute import NodeFault, NodeState

__all__ = [
    "HealthLimits",
    "NodeHealth",
    "NodePhase",
    "NodeReport",
    "advance",
    "allowed",
    "cycled",
    "ordered_state",
]

OFF_S = 10.0
"""Time without power that empties a node's converters."""
RESET_S = 3.0
"""Time asleep, with the two ticks until an order acts, after which an accelerator has been without power."""
START_MAX_S = 150.0
"""A start takes 90 s; later the node counts as silent again."""
UNHEARD = frozenset({NodeState.OFF, NodeState.BMC, NodeState.BOOT})
"""States without a heartbeat: the guard may have sent a node there, and waking from sleep passes through
BOOT."""
ANSWERING = frozenset({NodeState.IDLE, NodeState.RUN, NodeState.SLEEP})
"""States in which a started node may move its heartbeat."""
FAILURE_WINDOW_S = 3600.0
FAILURE_COUNT_MAX = 3


class NodePhase(IntEnum):
    """Where a node stands in the supervision."""

    DISABLED = 0
    STARTING = 1
    SERVICE = 2
    CYCLING = 3
    QUARANTINED = 4
    RESETTING = 5


class NodeHealth(NamedTuple):
    """Supervision of one node.

    Parameters
    ----------
    elapsed_s : float
        Time in the phase.
    silent_s : float
        Time since the heartbeat last moved.
    heartbeat_count : int
        Last heartbeat seen.
    failure_count : int
        Failures within the window.
    failure_age_s : float
        Time since the last failure.
    trip_count, uncorrectable_count : int
        Cuts by the node's guard and memory errors as last reported; -1 before the first report.
    cause : int
        NodeFault of the last failure.
    """

    phase: NodePhase = NodePhase.STARTING
    elapsed_s: float = 0.0
    silent_s: float = 0.0
    heartbeat_count: int = 0
    failure_count: int = 0
    failure_age_s: float = 0.0
    trip_count: int = -1
    uncorrectable_count: int = -1
    cause: int = NodeFault.SILENT


class NodeReport(NamedTuple):
    """What is read of one node; ``valid`` False, or a count of -1, when its agent's report is missing."""

    state: NodeState
    heartbeat_count: int
    valid: bool
    lost: bool = False
    trip_count: int = -1
    uncorrectable_count: int = -1


class HealthLimits(NamedTuple):
    """Time-out of the heartbeat in seconds."""

    hang_timeout_s: float


def advance(health: NodeHealth, report: NodeReport, limits: HealthLimits, dt_s: float) -> NodeHealth:
    """Advance the supervision of one node by one reading."""
    failure_age_s = health.failure_age_s + dt_s
    # A report with a missing temperature is still a report: only the heartbeat tells that the agent lives.
    moved = report.heartbeat_count not in {0, health.heartbeat_count}
    aged = NodeHealth(
        health.phase,
        health.elapsed_s + dt_s,
        0.0 if moved else health.silent_s + dt_s,
        report.heartbeat_count if moved else health.heartbeat_count,
        health.failure_count if failure_age_s < FAILURE_WINDOW_S else 0,
        failure_age_s,
        health.trip_count if report.trip_count < 0 else report.trip_count,
        health.uncorrectable_count if report.uncorrectable_count < 0 else report.uncorrectable_count,
        health.cause,
    )
    match aged.phase:
        case NodePhase.STARTING | NodePhase.SERVICE:
            cause = _fault(aged, report, limits, is_tripped=0 <= health.trip_count < aged.trip_count)
            if cause is not None:
                return _failed(aged, cause)
            if aged.phase == NodePhase.STARTING and moved and report.state in ANSWERING:
                return aged._replace(phase=NodePhase.SERVICE, elapsed_s=0.0)
        case NodePhase.CYCLING | NodePhase.RESETTING:
            if aged.elapsed_s >= (OFF_S if aged.phase == NodePhase.CYCLING else RESET_S):
                return aged._replace(phase=NodePhase.STARTING, elapsed_s=0.0)
        case NodePhase.DISABLED | NodePhase.QUARANTINED:
            pass
    return aged


def _fault(
    health: NodeHealth, report: NodeReport, limits: HealthLimits, *, is_tripped: bool
) -> NodeFault | None:
    """Return why a node that starts or serves fails now, or None."""
    if is_tripped:
        return NodeFault.POWER_TRIPPED
    if health.phase == NodePhase.STARTING:
        answers = health.silent_s == 0.0 and report.state in ANSWERING
        return NodeFault.SILENT if health.elapsed_s > START_MAX_S and not answers else None
    booting = report.valid and report.state in UNHEARD
    if health.silent_s >= (START_MAX_S if booting else limits.hang_timeout_s):
        return NodeFault.SILENT
    return NodeFault.ACCELERATOR_LOST if report.lost else None


def _failed(health: NodeHealth, cause: NodeFault) -> NodeHealth:
    """Return the health after one more failure: reset or off for a while, or out of service at the third."""
    count = health.failure_count + 1
    phase = NodePhase.QUARANTINED if count >= FAILURE_COUNT_MAX else NodePhase.CYCLING
    if cause == NodeFault.ACCELERATOR_LOST and count == 1:
        phase = NodePhase.RESETTING
    return health._replace(
        phase=phase, elapsed_s=0.0, failure_count=count, failure_age_s=0.0, cause=int(cause)
    )


def allowed(health: NodeHealth, *, enabled: bool) -> NodeHealth:
    """Return the node taken out of or put back into service by the ground; enabling ends a quarantine."""
    fresh = health._replace(elapsed_s=0.0, silent_s=0.0, failure_count=0, failure_age_s=0.0)
    if not enabled:
        return fresh._replace(phase=NodePhase.DISABLED)
    if health.phase in {NodePhase.DISABLED, NodePhase.QUARANTINED}:
        return fresh._replace(phase=NodePhase.STARTING)
    return health


def cycled(health: NodeHealth) -> NodeHealth:
    """Return the node at the start of an ordered power cycle; it does not count as a failure."""
    return health._replace(phase=NodePhase.CYCLING, elapsed_s=0.0, silent_s=0.0)


def ordered_state(health: NodeHealth, *, active: bool, busy: bool) -> NodeState:
    """Return the state to order: sleep for a node that the power budget leaves out."""
    match health.phase:
        case NodePhase.DISABLED | NodePhase.CYCLING | NodePhase.QUARANTINED:
            return NodeState.OFF
        case NodePhase.RESETTING:
            return NodeState.SLEEP
        case NodePhase.STARTING:
            return NodeState.IDLE
        case NodePhase.SERVICE:
            if not active:
                return NodeState.SLEEP
            return NodeState.RUN if busy else NodeState.IDLE
