import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flight.bus.stream import Stream
from flight.compute.jobs import (
    CHECKPOINT_S,
    QUEUE_MAX_COUNT,
    Arrivals,
    Job,
    JobTable,
    arrived,
    finished,
    placed,
    preempted,
    progressed,
    requeued,
)

COUNT = 4


def table_with(job: Job) -> JobTable:
    return JobTable(running=(job, None, None, None))


@pytest.mark.requirement("CMP-006")
def test_a_failed_node_costs_the_work_since_the_checkpoint() -> None:
    table = progressed(table_with(Job(1, 1000.0, 0.9)), [2.5 * CHECKPOINT_S, 0.0, 0.0, 0.0])
    table = requeued(table, 0)
    assert table.queued[0].done_s == 2.0 * CHECKPOINT_S
    assert table.lost_work_s == pytest.approx(0.5 * CHECKPOINT_S)
    assert table.running[0] is None


@pytest.mark.requirement("CMP-006")
def test_a_planned_stop_costs_nothing() -> None:
    table = preempted(progressed(table_with(Job(1, 1000.0, 0.9)), [450.0, 0.0, 0.0, 0.0]), 0)
    assert table.queued[0].done_s == 450.0
    assert table.lost_work_s == 0.0


def test_a_job_is_completed_when_its_work_is_done() -> None:
    table = finished(progressed(table_with(Job(1, 100.0, 0.9)), [100.0, 0.0, 0.0, 0.0]))
    assert table.completed_count == 1
    assert table.running == (None,) * COUNT


def test_equal_seeds_give_equal_jobs() -> None:
    def run(seed: int) -> JobTable:
        draws, table = Stream(seed), JobTable.empty(COUNT)
        for _ in range(500):
            table = arrived(table, Arrivals(), uniform=draws.uniform, exponential=draws.exponential, dt_s=1.0)
        return table

    assert run(5) == run(5)
    assert run(5) != run(6)


def test_a_full_queue_refuses_and_counts() -> None:
    draws, table = Stream(3), JobTable.empty(COUNT)
    for _ in range(200):
        table = arrived(
            table,
            Arrivals(interval_s=1.0),
            uniform=draws.uniform,
            exponential=draws.exponential,
            dt_s=1.0,
        )
    assert len(table.queued) == QUEUE_MAX_COUNT
    assert table.refused_count + len(table.queued) == table.next_id - 1


class Queue(RuleBasedStateMachine):
    """Jobs through arrivals, placement, work, failures and planned stops."""

    def __init__(self) -> None:
        super().__init__()
        self.draws = Stream(11)
        self.table = JobTable.empty(COUNT)

    @rule(dt_s=st.floats(0.5, 120.0))
    def jobs_arrive(self, dt_s: float) -> None:
        self.table = arrived(
            self.table, Arrivals(), uniform=self.draws.uniform, exponential=self.draws.exponential, dt_s=dt_s
        )

    @rule(free=st.lists(st.booleans(), min_size=COUNT, max_size=COUNT))
    def jobs_are_placed(self, free: list[bool]) -> None:
        self.table = placed(self.table, free)

    @rule(work_s=st.lists(st.floats(-5.0, 400.0), min_size=COUNT, max_size=COUNT))
    def nodes_work(self, work_s: list[float]) -> None:
        self.table = finished(progressed(self.table, work_s))

    @rule(node=st.integers(0, COUNT - 1), planned=st.booleans())
    def a_node_stops(self, node: int, planned: bool) -> None:
        self.table = preempted(self.table, node) if planned else requeued(self.table, node)

    @invariant()
    def no_job_is_lost_or_doubled(self) -> None:
        running = [job for job in self.table.running if job is not None]
        ids = [job.id for job in (*running, *self.table.queued)]
        assert len(ids) == len(set(ids))
        total = len(ids) + self.table.completed_count + self.table.refused_count
        assert total == self.table.next_id - 1
        assert all(0.0 <= job.saved_s <= job.done_s < job.work_s for job in (*running, *self.table.queued))


Queue.TestCase.settings = settings(max_examples=40, stateful_step_count=30)
TestQueue = Queue.TestCase
