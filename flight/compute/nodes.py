"""Health of one node: in service, silent, power-cycled, quarantined.

A node that is powered must move its heartbeat; one that stands still for the time-out is switched off,
started again, and taken out of service after the third failure within an hour.

Source: node silence and reset ladder as practised for accelerator clusters (Slurm node states; GPUd escalates
after two reboots for one cause).
"""

from enum import IntEnum
from typing import NamedTuple

from flight.dictionary.compute import NodeState

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
START_MAX_S = 150.0
"""A start takes 90 s; later the node counts as silent again."""
UNHEARD = frozenset({NodeState.OFF, NodeState.BMC, NodeState.BOOT})
"""States without a heartbeat: the guard may have sent a node there, and waking from sleep passes through
BOOT."""
FAILURE_WINDOW_S = 3600.0
FAILURE_COUNT_MAX = 3


class NodePhase(IntEnum):
    """Where a node stands in the supervision."""

    DISABLED = 0
    STARTING = 1
    SERVICE = 2
    CYCLING = 3
    QUARANTINED = 4


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
    """

    phase: NodePhase = NodePhase.STARTING
    elapsed_s: float = 0.0
    silent_s: float = 0.0
    heartbeat_count: int = 0
    failure_count: int = 0
    failure_age_s: float = 0.0


class NodeReport(NamedTuple):
    """What is read of one node; ``valid`` False when its agent's report is missing."""

    state: NodeState
    heartbeat_count: int
    valid: bool


class HealthLimits(NamedTuple):
    """Time-out of the heartbeat in seconds."""

    hang_timeout_s: float


def advance(health: NodeHealth, report: NodeReport, limits: HealthLimits, dt_s: float) -> NodeHealth:
    """Advance the supervision of one node by one reading."""
    elapsed_s = health.elapsed_s + dt_s
    failure_age_s = health.failure_age_s + dt_s
    failure_count = health.failure_count if failure_age_s < FAILURE_WINDOW_S else 0
    # A report with a missing temperature is still a report: only the heartbeat tells that the agent lives.
    moved = report.heartbeat_count not in {0, health.heartbeat_count}
    heartbeat_count = report.heartbeat_count if moved else health.heartbeat_count
    silent_s = 0.0 if moved else health.silent_s + dt_s
    phase = health.phase
    match phase:
        case NodePhase.STARTING:
            if moved and report.state in {NodeState.IDLE, NodeState.RUN, NodeState.SLEEP}:
                phase, elapsed_s = NodePhase.SERVICE, 0.0
            elif elapsed_s > START_MAX_S:
                return _failed(heartbeat_count, failure_count, silent_s)
        case NodePhase.SERVICE:
            booting = report.valid and report.state in UNHEARD
            if silent_s >= (START_MAX_S if booting else limits.hang_timeout_s):
                return _failed(heartbeat_count, failure_count, silent_s)
        case NodePhase.CYCLING:
            if elapsed_s >= OFF_S:
                phase, elapsed_s = NodePhase.STARTING, 0.0
        case NodePhase.DISABLED | NodePhase.QUARANTINED:
            pass
    return NodeHealth(phase, elapsed_s, silent_s, heartbeat_count, failure_count, failure_age_s)


def _failed(heartbeat_count: int, failure_count: int, silent_s: float) -> NodeHealth:
    """Return the health after one more failure: off for a while, or out of service at the third."""
    count = failure_count + 1
    phase = NodePhase.QUARANTINED if count >= FAILURE_COUNT_MAX else NodePhase.CYCLING
    return NodeHealth(phase, 0.0, silent_s, heartbeat_count, count, 0.0)


def allowed(health: NodeHealth, *, enabled: bool) -> NodeHealth:
    """Return the node taken out of or put back into service by the ground; enabling ends a quarantine."""
    if not enabled:
        return NodeHealth(NodePhase.DISABLED, 0.0, 0.0, health.heartbeat_count)
    if health.phase in {NodePhase.DISABLED, NodePhase.QUARANTINED}:
        return NodeHealth(NodePhase.STARTING, 0.0, 0.0, health.heartbeat_count)
    return health


def cycled(health: NodeHealth) -> NodeHealth:
    """Return the node at the start of an ordered power cycle; it does not count as a failure."""
    return NodeHealth(
        NodePhase.CYCLING, 0.0, 0.0, health.heartbeat_count, health.failure_count, health.failure_age_s
    )


def ordered_state(health: NodeHealth, *, active: bool, busy: bool) -> NodeState:
    """Return the state to order: sleep for a node that the power budget leaves out."""
    match health.phase:
        case NodePhase.DISABLED | NodePhase.CYCLING | NodePhase.QUARANTINED:
            return NodeState.OFF
        case NodePhase.STARTING:
            return NodeState.IDLE
        case NodePhase.SERVICE:
            if not active:
                return NodeState.SLEEP
            return NodeState.RUN if busy else NodeState.IDLE
