"""One second of payload supervision, pure: readings, leases and memory in, memory and decisions out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

from flight.compute import jobs, law, nodes
from flight.compute.memory import Memory
from flight.compute.modes import TRANSITIONS, Conditions
from flight.compute.nodes import HealthLimits, NodeHealth, NodePhase, NodeReport
from flight.dictionary.compute import NODE_COUNT, ComputeParameters, NodeReading, NodeState
from flight.dictionary.transitions import next_mode

__all__ = ["Decision", "Inputs", "advance", "enforced_w", "with_cycle", "with_enabled"]

DIE_VALID_MIN_K = 200.0
"""A die colder than this is a sensor that says nothing; the guard then holds what it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that one step reads.

    Parameters
    ----------
    granted_w : float
        The smaller lease or its fallback, at the bus.
    held : tuple of bool
        Whether the electrical and the thermal lease are in force.
    uniform, exponential : callable
        Deterministic draws for the job model.
    """

    dt_s: float
    safe_ordered: bool
    granted_w: float
    held: tuple[bool, bool]
    reading: NodeReading | None
    arrivals: jobs.Arrivals
    uniform: Callable[[], float]
    exponential: Callable[[float], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one step found and wants."""

    node_state: tuple[NodeState, ...]
    utilization_frac: tuple[float, ...]
    fallback_node_w: float
    active_count: int
    service_count: int
    demand_w: float
    power_w: float
    die_temperature_max_k: float
    throughput_frac: float
    correctable_count: int
    uncorrectable_count: int


def advance(memory: Memory, inputs: Inputs, limits: ComputeParameters) -> tuple[Memory, Decision]:
    """Estimate, follow the modes, apply the laws.

    Parameters
    ----------
    memory : Memory
        What the last step left.
    inputs : Inputs
        Readings, leases and draws of this step.
    limits : ComputeParameters
        Present parameters.
    """
    reading = inputs.reading
    health = _health(memory, inputs, limits)
    table = _worked(memory, inputs, health)
    service = tuple([one.phase == NodePhase.SERVICE for one in health])
    granted_w = min(inputs.granted_w, limits.fallback_power_w) if inputs.safe_ordered else inputs.granted_w
    wanted_w = law.effective_cap_w(
        granted_w=granted_w,
        ceiling_w=max(memory.ceiling_w, limits.fallback_power_w),
        reserve_frac=limits.reserve_frac,
        fallback_w=limits.fallback_power_w,
    )
    total_w = law.ramped_w(memory.total_w, wanted_w, ramp_up_w_per_s=limits.ramp_up_w_per_s, dt_s=inputs.dt_s)
    fleet = law.Fleet(
        service=service,
        starting=tuple([one.phase in {NodePhase.STARTING, NodePhase.RESETTING} for one in health]),
        busy=tuple([job is not None for job in table.running]),
    )
    active = law.chosen(total_w, fleet, limits.node_power_idle_w)
    table = _placed(table, active, reading)
    guard_frac = _guard(memory, inputs, limits)
    caps_w = law.split_caps(
        total_w,
        law.base_w(total_w, fleet, limits.node_power_idle_w),
        active,
        _limits_w(table, guard_frac, limits),
    )
    conditions = Conditions(
        granted=all(inputs.held),
        active_count=sum(active),
        service_count=sum(service),
        safe_ordered=inputs.safe_ordered,
    )
    made = replace(
        memory,
        mode=next_mode(TRANSITIONS, memory.mode, conditions),
        nodes=health,
        jobs=table,
        guard_frac=guard_frac,
        cap_w=caps_w,
        total_w=total_w,
        progress_s=memory.progress_s if reading is None else reading.job_progress_s,
        held=inputs.held,
    )
    return made, _decision(made, reading, active, service, limits)


def enforced_w(memory: Memory, reading: NodeReading | None) -> float:
    """Return the most that the nodes can draw at the bus: the larger of confirmed and ordered caps.

    Without a reading nothing is confirmed, and no lease can be acknowledged.
    """
    if reading is None:
        return inf
    return law.bus_w(max(sum(reading.node_cap_w), sum(memory.cap_w)))


def with_enabled(memory: Memory, index: int, *, enabled: bool) -> Memory:
    """Return the memory with a node taken out of or put back into service; its job is saved first."""
    health = _with(memory.nodes, index, nodes.allowed(memory.nodes[index], enabled=enabled))
    table = memory.jobs if enabled else jobs.preempted(memory.jobs, index)
    return replace(memory, nodes=health, jobs=table)


def with_cycle(memory: Memory, index: int) -> Memory:
    """Return the memory with a node at the start of a power cycle; its job goes back to its checkpoint."""
    health = _with(memory.nodes, index, nodes.cycled(memory.nodes[index]))
    return replace(memory, nodes=health, jobs=jobs.requeued(memory.jobs, index))


def _with(health: tuple[NodeHealth, ...], index: int, changed: NodeHealth) -> tuple[NodeHealth, ...]:
    return (*health[:index], changed, *health[index + 1 :])


def _health(memory: Memory, inputs: Inputs, limits: ComputeParameters) -> tuple[NodeHealth, ...]:
    reading = inputs.reading
    bounds = HealthLimits(limits.hang_timeout_s)
    if reading is None:
        silent = NodeReport(NodeState.OFF, 0, valid=False)
        return tuple([nodes.advance(health, silent, bounds, inputs.dt_s) for health in memory.nodes])
    mask = reading.valid_mask
    return tuple([
        nodes.advance(
            health,
            _report(reading, k, is_valid=bool(mask >> k & 1)),
            bounds,
            inputs.dt_s,
        )
        for k, health in enumerate(memory.nodes)
    ])  # fmt: skip


def _report(reading: NodeReading, index: int, *, is_valid: bool) -> NodeReport:
    """Return a node's report; a state that no node has makes it invalid."""
    state = _NODE_STATES.get(reading.node_state[index])
    return NodeReport(
        state or NodeState.OFF,
        reading.heartbeat_count[index],
        valid=is_valid and state is not None,
        lost=reading.lost_mask[index] != 0,
        trip_count=reading.trip_count[index],
        uncorrectable_count=reading.uncorrectable_count[index],
    )


_NODE_STATES = {state.value: state for state in NodeState}


def _worked(memory: Memory, inputs: Inputs, health: tuple[NodeHealth, ...]) -> jobs.JobTable:
    """Return the jobs after this second's work, failures and arrivals."""
    table = memory.jobs
    if inputs.reading is not None:
        mask = inputs.reading.valid_mask
        rows = enumerate(zip(inputs.reading.job_progress_s, memory.progress_s, strict=True))
        table = jobs.progressed(table, [new - old if mask >> k & 1 else 0.0 for k, (new, old) in rows])
        table = jobs.finished(table)
    for index, one in enumerate(health):
        if one.phase != NodePhase.SERVICE and table.running[index] is not None:
            table = jobs.requeued(table, index)
    return jobs.arrived(
        table, inputs.arrivals, uniform=inputs.uniform, exponential=inputs.exponential, dt_s=inputs.dt_s
    )


def _placed(table: jobs.JobTable, active: tuple[bool, ...], reading: NodeReading | None) -> jobs.JobTable:
    """Return the jobs after planned stops and new placements."""
    for index, on in enumerate(active):
        if not on and table.running[index] is not None:
            table = jobs.preempted(table, index)
    if reading is None:
        return table
    return jobs.placed(table, [on and reading.node_state[k] >= NodeState.IDLE for k, on in enumerate(active)])


def _guard(memory: Memory, inputs: Inputs, limits: ComputeParameters) -> tuple[float, ...]:
    reading = inputs.reading
    if reading is None:
        return memory.guard_frac
    limit_k, dt_s = limits.die_temperature_max_k, inputs.dt_s
    return tuple([
        law.guarded_frac(frac, die_k=die_k, limit_k=limit_k, dt_s=dt_s)
        if reading.valid_mask >> k & 1 and die_k > DIE_VALID_MIN_K else frac
        for k, (frac, die_k) in enumerate(zip(memory.guard_frac, reading.die_temperature_max_k, strict=True))
    ])  # fmt: skip


def _limits_w(table: jobs.JobTable, guard_frac: tuple[float, ...], limits: ComputeParameters) -> list[float]:
    """Return the highest cap of each node: guarded full power with a job, idle power without."""
    idle_w, full_w = limits.node_power_idle_w, limits.node_power_max_w
    return [
        idle_w if job is None else max(idle_w, frac * full_w)
        for job, frac in zip(table.running, guard_frac, strict=True)
    ]


def _decision(
    made: Memory,
    reading: NodeReading | None,
    active: tuple[bool, ...],
    service: tuple[bool, ...],
    limits: ComputeParameters,
) -> Decision:
    running = made.jobs.running
    busy = [job is not None for job in running]
    return Decision(
        node_state=tuple(
            [
                nodes.ordered_state(health, active=on, busy=work)
                for health, on, work in zip(made.nodes, active, busy, strict=True)
            ]
        ),
        utilization_frac=tuple([0.0 if job is None else job.utilization_frac for job in running]),
        fallback_node_w=law.fallback_per_node_w(limits.fallback_power_w, NODE_COUNT),
        active_count=sum(active),
        service_count=sum(service),
        demand_w=law.demand_w(
            sum(service),
            sum(busy) + len(made.jobs.queued),
            node_max_w=limits.node_power_max_w,
            node_idle_w=limits.node_power_idle_w,
        ),
        power_w=0.0 if reading is None else sum(reading.node_power_w),
        die_temperature_max_k=0.0 if reading is None else max(reading.die_temperature_max_k),
        throughput_frac=0.0 if reading is None else sum(reading.throughput_frac) / NODE_COUNT,
        correctable_count=0 if reading is None else sum(reading.correctable_count),
        uncorrectable_count=0 if reading is None else sum(reading.uncorrectable_count),
    )
