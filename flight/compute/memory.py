"""What payload supervision carries from step to step, and its image in a snapshot."""

from dataclasses import dataclass
from typing import cast

from flight.compute.jobs import Job, JobTable
from flight.compute.nodes import NodeHealth, NodePhase
from flight.dictionary.compute import NODE_COUNT, ComputeMode

__all__ = ["CEILING_MAX_W", "Memory", "packed", "unpacked"]

CEILING_MAX_W = 160_000.0
"""No ceiling: more than any grant."""
FRESH_NODES = (NodeHealth(),) * NODE_COUNT
NO_JOBS = JobTable.empty(NODE_COUNT)
FULL = (1.0,) * NODE_COUNT
NOTHING = (0.0,) * NODE_COUNT


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Nodes, jobs and caps.

    Parameters
    ----------
    guard_frac : tuple of float
        Share of full power that the die-temperature guard leaves each node.
    cap_w : tuple of float
        Caps as last ordered.
    total_w : float
        Sum that the ramp has reached, node side.
    progress_s : tuple of float
        Useful seconds that each node's agent last reported.
    held : tuple of bool
        Whether the electrical and the thermal lease were in force in the last step.
    """

    mode: ComputeMode = ComputeMode.STANDBY
    nodes: tuple[NodeHealth, ...] = FRESH_NODES
    jobs: JobTable = NO_JOBS
    guard_frac: tuple[float, ...] = FULL
    cap_w: tuple[float, ...] = NOTHING
    total_w: float = 0.0
    progress_s: tuple[float, ...] = NOTHING
    ceiling_w: float = CEILING_MAX_W
    held: tuple[bool, bool] = (False, False)


_HealthImage = tuple[int, float, float, int, int, float, int, int, int]
_JobImage = tuple[int, float, float, float, float]
_Image = tuple[
    int,
    tuple[_HealthImage, ...],
    tuple[tuple[_JobImage | None, ...], tuple[_JobImage, ...], tuple[int, float, int, int, float]],
    tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]],
    tuple[float, float],
    tuple[bool, bool],
]


def packed(memory: Memory) -> tuple[object, ...]:
    """Return the memory as nested tuples of numbers."""
    table = memory.jobs
    counts = (
        table.next_id,
        table.until_arrival_s,
        table.completed_count,
        table.refused_count,
        table.lost_work_s,
    )
    running = tuple([None if job is None else tuple(job) for job in table.running])
    return (
        int(memory.mode),
        tuple([tuple(health) for health in memory.nodes]),
        (running, tuple([tuple(job) for job in table.queued]), counts),
        (memory.guard_frac, memory.cap_w, memory.progress_s),
        (memory.total_w, memory.ceiling_w),
        memory.held,
    )


def unpacked(image: tuple[object, ...]) -> Memory:
    """Return the memory that ``packed`` made."""
    mode, nodes, jobs, vectors, powers, held = cast("_Image", image)
    running, queued, counts = jobs
    table = JobTable(
        running=tuple([None if job is None else Job(*job) for job in running]),
        queued=tuple([Job(*job) for job in queued]),
        next_id=counts[0],
        until_arrival_s=counts[1],
        completed_count=counts[2],
        refused_count=counts[3],
        lost_work_s=counts[4],
    )
    return Memory(
        mode=ComputeMode(mode),
        nodes=tuple([NodeHealth(NodePhase(row[0]), *row[1:]) for row in nodes]),
        jobs=table,
        guard_frac=tuple(vectors[0]),
        cap_w=tuple(vectors[1]),
        progress_s=tuple(vectors[2]),
        total_w=powers[0],
        ceiling_w=powers[1],
        held=(held[0], held[1]),
    )
