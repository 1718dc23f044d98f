"""The life of a command, over all pairs of stages."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.command.stages import CLOSED, TRANSITIONS, CommandLife, CommandStage, Move, StageMark

S = CommandStage
WAY = [
    S.AUTHORISED,
    S.QUEUED,
    S.RELEASED,
    S.FRAMED,
    S.RADIATED,
    S.COP_ACKED,
    S.ACCEPTED,
    S.STARTED,
    S.PROGRESS,
    S.COMPLETED,
]
"""The full way, as DESIGN section 5 words it, after ``submitted``."""

TO_REACH: dict[CommandStage, list[CommandStage]] = {
    S.SUBMITTED: [],
    **{stage: WAY[: i + 1] for i, stage in enumerate(WAY)},
    S.FAILED: [S.FAILED],
    S.EXPIRED: [*WAY[:2], S.EXPIRED],
    S.CANCELLED: [*WAY[:2], S.CANCELLED],
    S.AMBIGUOUS: [*WAY[:5], S.AMBIGUOUS],
}
"""A shortest way to each stage."""


def walk(stages: list[CommandStage]) -> CommandLife:
    life = CommandLife.begin(0)
    for step, stage in enumerate(stages, 1):
        detail = "authorised: test" if stage is S.FAILED else ""
        life, move = life.advance(StageMark(stage=stage, time_ns=step, detail=detail))
        assert move is Move.MOVED
    return life


def test_words_are_those_of_the_design() -> None:
    words = (
        "submitted authorised queued released framed radiated cop_acked accepted started progress completed"
    )
    assert [str(stage) for stage in [S.SUBMITTED, *WAY]] == words.split()
    assert {str(stage) for stage in S} == {*words.split(), "failed", "expired", "cancelled", "ambiguous"}


def test_table_names_every_stage() -> None:
    assert set(TRANSITIONS) == set(S) == set(TO_REACH)
    assert {stage for stage in S if not TRANSITIONS[stage]} == CLOSED


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("stage", list(S))
def test_every_pair_moves_is_noted_late_or_is_refused(state: CommandStage, stage: CommandStage) -> None:
    life = walk(TO_REACH[state])
    after, move = life.advance(StageMark(stage=stage, time_ns=99))
    match move:
        case Move.MOVED:
            assert stage in TRANSITIONS[state]
            assert after.state is stage
            assert after.marks[-1].time_ns == 99
        case Move.LATE:
            assert after.state is state
            assert after.marks[-1].late
            assert stage in (S.ACCEPTED, S.STARTED, S.PROGRESS, S.COMPLETED)
        case Move.REFUSED:
            assert after is life


def test_completed_without_acceptance_is_completed_and_acceptance_comes_late() -> None:
    life = walk([*WAY[:5], S.COMPLETED])
    late, move = life.advance(StageMark(stage=S.ACCEPTED, time_ns=50, onboard_ns=3))
    assert move is Move.LATE
    assert late.state is S.COMPLETED
    assert late.mark(S.ACCEPTED) is not None
    again, move = late.advance(StageMark(stage=S.ACCEPTED, time_ns=51))
    assert move is Move.REFUSED
    assert again is late


def test_ambiguous_command_is_settled_by_a_late_report() -> None:
    life = walk(TO_REACH[S.AMBIGUOUS])
    assert not life.closed
    for stage in (S.ACCEPTED, S.COMPLETED):
        life, move = life.advance(StageMark(stage=stage, time_ns=99))
        assert move is Move.MOVED
    assert life.closed


def test_nothing_is_radiated_after_it_expired() -> None:
    life = walk(TO_REACH[S.EXPIRED])
    for stage in S:
        assert life.advance(StageMark(stage=stage, time_ns=99))[1] is Move.REFUSED


def test_failure_names_its_stage() -> None:
    life, move = walk(WAY[:5]).fail(S.ACCEPTED, 9, "bad_arguments", 8)
    assert move is Move.MOVED
    assert life.failed_stage is S.ACCEPTED
    assert life.marks[-1].detail == "accepted: bad_arguments"
    assert walk(WAY).failed_stage is None


@given(st.lists(st.sampled_from(list(S)), max_size=30))
def test_whatever_is_put_forward_the_order_of_the_ground_stages_holds(stages: list[CommandStage]) -> None:
    life = CommandLife.begin(0)
    for step, stage in enumerate(stages, 1):
        life, _ = life.advance(StageMark(stage=stage, time_ns=step, detail="queued: test"))
    reached = [mark.stage for mark in life.marks]
    for earlier, later in pairwise(WAY[:5]):
        assert later not in reached or earlier in reached
    assert sum(stage in CLOSED for stage in reached) <= 1
    on_ground = [stage for stage in reached if stage in WAY[:6]]
    assert len(set(on_ground)) == len(on_ground)
