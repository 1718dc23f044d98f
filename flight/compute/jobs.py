"""The modelled job queue: arrivals, placement on nodes, progress, checkpoints, requeue after a failure.

A job is a number of useful seconds of one node at full throughput. It saves its progress after each
checkpoint interval; a node that fails loses what was done since, and the job goes back to the head of the
queue.

Source: optimal interval sqrt(2 d M) for save time d and mean time between failures M (J. T. Daly 2006, Future
Generation Computer Systems 22); 60 s of save and 46 days between failures of one of 72 accelerators give 5 h
for a node, and 600 s is the longest that a power cut may cost here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

__all__ = [
    "Arrivals",
    "Job",
    "JobTable",
    "arrived",
    "finished",
    "placed",
    "preempted",
    "progressed",
    "requeued",
]

QUEUE_MAX_COUNT = 64
CHECKPOINT_S = 300.0


class Job(NamedTuple):
    """One job.

    Parameters
    ----------
    id : int
        Running number.
    work_s : float
        Useful seconds it needs.
    done_s : float
        Useful seconds done.
    saved_s : float
        Useful seconds that a checkpoint holds.
    utilization_frac : float
        Load that it puts on a node's accelerators.
    """

    id: int
    work_s: float
    utilization_frac: float
    done_s: float = 0.0
    saved_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTable:
    """Queue and placement; ``running[k]`` is the job on node k."""

    running: tuple[Job | None, ...]
    queued: tuple[Job, ...] = ()
    next_id: int = 1
    until_arrival_s: float = 0.0
    completed_count: int = 0
    refused_count: int = 0
    lost_work_s: float = 0.0

    @staticmethod
    def empty(node_count: int) -> "JobTable":
        """Return a table without jobs."""
        return JobTable(running=(None,) * node_count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Job stream: mean time between arrivals, mean work, and jobs waiting at the start."""

    interval_s: float = 40.0
    work_s: float = 600.0
    backlog_count: int = 36


def arrived(
    table: JobTable,
    arrivals: Arrivals,
    *,
    uniform: Callable[[], float],
    exponential: Callable[[float], float],
    dt_s: float,
) -> JobTable:
    """Return the table with the jobs that arrived in ``dt_s``; a full queue refuses and counts.

    Parameters
    ----------
    uniform : callable
        Deterministic draw in [0, 1).
    exponential : callable
        Deterministic exponential draw of a given mean.
    """
    if table.next_id == 1:
        backlog = tuple([_job(index + 1, arrivals, uniform()) for index in range(arrivals.backlog_count)])
        table = replace(
            table, queued=backlog, next_id=len(backlog) + 1, until_arrival_s=exponential(arrivals.interval_s)
        )
    until_s = table.until_arrival_s - dt_s
    if until_s > 0.0:
        return replace(table, until_arrival_s=until_s)
    queued, next_id, refused = table.queued, table.next_id, table.refused_count
    while until_s <= 0.0:
        job = _job(next_id, arrivals, uniform())
        if len(queued) < QUEUE_MAX_COUNT:
            queued = (*queued, job)
        else:
            refused += 1
        next_id += 1
        until_s += max(exponential(arrivals.interval_s), 0.1 * dt_s)
    return replace(table, queued=queued, next_id=next_id, until_arrival_s=until_s, refused_count=refused)


def placed(table: JobTable, free: Sequence[bool]) -> JobTable:
    """Return the table with queued jobs put on free nodes, first come first served, lowest node first."""
    if not table.queued or not any(
        open_ and job is None for open_, job in zip(free, table.running, strict=True)
    ):
        return table
    running = list(table.running)
    waiting = list(table.queued)
    for index, open_ in enumerate(free):
        if open_ and running[index] is None and waiting:
            running[index] = waiting.pop(0)
    return replace(table, running=tuple(running), queued=tuple(waiting))


def progressed(table: JobTable, work_s: Sequence[float]) -> JobTable:
    """Return the table after each node did ``work_s`` useful seconds; whole intervals are saved.

    A node whose work goes backwards has restarted its job after an upset: the job is back at its checkpoint.
    """
    running, lost_work_s = [], table.lost_work_s
    for job, done_s in zip(table.running, work_s, strict=True):
        if job is None or done_s == 0.0:
            running.append(job)
            continue
        if done_s < 0.0:
            lost_work_s += job.done_s - job.saved_s
            running.append(job._replace(done_s=job.saved_s))
            continue
        total_s = job.done_s + done_s
        saved_s = CHECKPOINT_S * int(total_s / CHECKPOINT_S)
        running.append(Job(job.id, job.work_s, job.utilization_frac, total_s, max(job.saved_s, saved_s)))
    return replace(table, running=tuple(running), lost_work_s=lost_work_s)


def finished(table: JobTable) -> JobTable:
    """Return the table without the jobs that have done their work."""
    over = [job is not None and job.done_s >= job.work_s for job in table.running]
    if not any(over):
        return table
    running = tuple([None if done else job for job, done in zip(table.running, over, strict=True)])
    return replace(table, running=running, completed_count=table.completed_count + sum(over))


def requeued(table: JobTable, node_index: int) -> JobTable:
    """Return the table after a node failed: its job goes back to its checkpoint, first in the queue."""
    job = table.running[node_index]
    if job is None:
        return table
    running = list(table.running)
    running[node_index] = None
    again = Job(job.id, job.work_s, job.utilization_frac, job.saved_s, job.saved_s)
    lost_s = job.done_s - job.saved_s
    return replace(
        table, running=tuple(running), queued=(again, *table.queued), lost_work_s=table.lost_work_s + lost_s
    )


def preempted(table: JobTable, node_index: int) -> JobTable:
    """Return the table after a planned stop: the job saves first, so that nothing is lost."""
    job = table.running[node_index]
    if job is None:
        return table
    running = list(table.running)
    running[node_index] = None
    again = Job(job.id, job.work_s, job.utilization_frac, job.done_s, job.done_s)
    return replace(table, running=tuple(running), queued=(again, *table.queued))


def _job(number: int, arrivals: Arrivals, draw: float) -> Job:
    """Return a job of 0.5 to 1.5 times the mean work and 85 to 100 % load."""
    return Job(number, arrivals.work_s * (0.5 + draw), 0.85 + 0.15 * ((draw * 7919.0) % 1.0))
