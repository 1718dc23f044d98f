"""What the compute application says: setpoint, request, status and events made from a decision."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flight.compute.manager import Decision
from flight.compute.memory import Memory
from flight.compute.nodes import NodePhase
from flight.dictionary.compute import (
    ComputeModeChanged,
    ComputeStatus,
    GrantLost,
    NodeFault,
    NodeHung,
    NodeRecovered,
    NodeSetpoint,
    NodeUpset,
)
from flight.dictionary.declare import Event
from flight.dictionary.grants import GrantLoop, GrantRequest
from flight.dictionary.lease_holder import LeaseHolder
from flight.dictionary.types import App

__all__ = ["LOOPS", "Leases", "closed_cycles", "events", "node_setpoint", "request", "status"]

FAILED = frozenset({NodePhase.CYCLING, NodePhase.RESETTING, NodePhase.QUARANTINED})
PRIORITY = 1
"""Below the terminals': compute takes what is left."""
LOOPS = (GrantLoop.ELECTRICAL, GrantLoop.THERMAL)
NODE_OUT_OF_SERVICE = 256
"""Failure code of a power cycle whose node was taken out of service meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """What the status and the events say about the leases.

    Parameters
    ----------
    electrical_w, thermal_w : float
        Lease or fallback of each.
    held : tuple of bool
        Which of them are in force.
    ids : tuple of int
        Ids of the newest of each.
    fallback_w : float
        What is left when a lease is lost.
    """

    electrical_w: float
    thermal_w: float
    held: tuple[bool, bool]
    ids: tuple[int, int]
    fallback_w: float

    @staticmethod
    def of(holder: LeaseHolder, now_ns: int) -> "Leases":
        """Return what a holder holds now."""
        electrical, thermal = LOOPS
        return Leases(
            electrical_w=holder.loop_cap_w(electrical, now_ns),
            thermal_w=holder.loop_cap_w(thermal, now_ns),
            held=(holder.is_held(electrical, now_ns), holder.is_held(thermal, now_ns)),
            ids=(holder.held_id(electrical), holder.held_id(thermal)),
            fallback_w=holder.fallback_power_w,
        )


def closed_cycles(cycling: Mapping[int, int], memory: Memory) -> Iterator[tuple[int, int]]:
    """Yield the cycle commands whose node serves again (code 0), or never will (its failure code)."""
    for request_id, index in cycling.items():
        phase = memory.nodes[index].phase
        if phase == NodePhase.SERVICE:
            yield request_id, 0
        elif phase in {NodePhase.DISABLED, NodePhase.QUARANTINED}:
            yield request_id, NODE_OUT_OF_SERVICE


def node_setpoint(memory: Memory, decision: Decision, valid_until_ns: int) -> NodeSetpoint:
    """Return states, caps and loads, and the fallback that the node guards take when the lease ends."""
    return NodeSetpoint(
        node_state=decision.node_state,
        node_cap_w=memory.cap_w,
        job_utilization_frac=decision.utilization_frac,
        valid_until_ns=valid_until_ns,
        fallback_power_w=decision.fallback_node_w,
    )


def request(decision: Decision) -> GrantRequest:
    """Return what the payload could use."""
    return GrantRequest(
        holder=App.COMPUTE, loop=GrantLoop.ELECTRICAL, power_w=decision.demand_w, priority=PRIORITY
    )


def status(memory: Memory, decision: Decision, leases: Leases, time_ns: int) -> ComputeStatus:
    """Return the status message."""
    busy_count = sum([job is not None for job in memory.jobs.running])
    return ComputeStatus(
        time_ns=time_ns,
        mode=memory.mode,
        power_w=decision.power_w,
        cap_total_w=sum(memory.cap_w),
        grant_electrical_w=leases.electrical_w,
        grant_thermal_w=leases.thermal_w,
        node_running_count=busy_count,
        node_idle_count=decision.active_count - busy_count,
        node_fault_count=sum([health.phase in FAILED for health in memory.nodes]),
        die_temperature_max_k=decision.die_temperature_max_k,
        throughput_frac=decision.throughput_frac,
        job_completed_count=memory.jobs.completed_count,
        job_queued_count=len(memory.jobs.queued),
        correctable_count=decision.correctable_count,
        uncorrectable_count=decision.uncorrectable_count,
        lost_work_s=memory.jobs.lost_work_s,
    )


def events(before: Memory, after: Memory, leases: Leases) -> Iterator[Event]:
    """Yield what changed in this step and deserves an operator's eye."""
    for index, (old, new) in enumerate(zip(before.nodes, after.nodes, strict=True)):
        if new.failure_count > old.failure_count and new.cause == NodeFault.SILENT:
            yield NodeHung(node_index=index, silent_s=new.silent_s)
        elif new.failure_count > old.failure_count:
            yield NodeUpset(node_index=index, kind=NodeFault(new.cause))
        if 0 <= old.uncorrectable_count < new.uncorrectable_count:
            yield NodeUpset(node_index=index, kind=NodeFault.MEMORY_UNCORRECTABLE)
        if new.phase == NodePhase.SERVICE and old.phase == NodePhase.STARTING and new.failure_count:
            yield NodeRecovered(node_index=index)
    for loop, lease_id, old_held, new_held in zip(LOOPS, leases.ids, before.held, after.held, strict=True):
        if old_held and not new_held:
            yield GrantLost(grant_id=lease_id, loop=loop, fallback_power_w=leases.fallback_w)
    if after.mode != before.mode:
        yield ComputeModeChanged(mode_from=before.mode, mode_to=after.mode)
