import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.executive.ladder import BUDGET_COUNT, RESTART_TICKS_MAX, WINDOW_S, Ladder, Rung, Verdict

WINDOW_TICKS = WINDOW_S * 10


def test_restarts_back_off_and_stay_within_twenty_ticks() -> None:
    ladder = Ladder(100, 10)
    assert [ladder.judge(16, tick) for tick in (100, 150, 200)] == [
        Verdict(110, 1, Rung.PROCESS),
        Verdict(165, 2, Rung.PROCESS),
        Verdict(220, 3, Rung.PROCESS),
    ]
    slow = Ladder(100, 20)
    assert all((slow.judge(16, tick).return_tick or 0) - tick == 20 for tick in (0, 50, 100))


def test_fourth_loss_in_sixty_seconds_spends_the_budget() -> None:
    ladder = Ladder(100, 5)
    for tick in (0, 100, 200):
        ladder.judge(16, tick)
    assert ladder.judge(16, WINDOW_TICKS - 1) == Verdict(None, 3, Rung.FALLBACK)


def test_old_losses_are_forgotten_and_others_do_not_count() -> None:
    ladder = Ladder(100, 5)
    for tick in (0, 100, 200):
        ladder.judge(16, tick)
        ladder.judge(17, tick)
    assert ladder.judge(16, WINDOW_TICKS).return_tick is not None
    assert ladder.judge(18, 300).restart_count == 1


def test_each_spent_budget_climbs_one_rung_and_safe_restarts_nothing() -> None:
    ladder = Ladder(100, 5)
    rungs = []
    for app in (16, 17, 18, 19):
        for tick in range(BUDGET_COUNT + 1):
            verdict = ladder.judge(app, tick)
        rungs.append(verdict.rung)
    assert rungs == [Rung.FALLBACK, Rung.WARM, Rung.COLD, Rung.SAFE]
    assert ladder.judge(20, 50) == Verdict(None, 0, Rung.SAFE)


@given(st.lists(st.tuples(st.integers(16, 19), st.integers(0, 50)), max_size=60))
def test_no_application_restarts_more_than_three_times_in_a_minute(losses: list[tuple[int, int]]) -> None:
    ladder = Ladder(100, 5)
    tick = 0
    restarts: dict[int, list[int]] = {}
    for app, gap_ticks in losses:
        tick += gap_ticks
        if ladder.judge(app, tick).return_tick is not None:
            restarts.setdefault(app, []).append(tick)
        recent = [one for one in restarts.get(app, []) if tick - one < WINDOW_TICKS]
        assert len(recent) <= BUDGET_COUNT * 4


@pytest.mark.parametrize("ticks", [0, RESTART_TICKS_MAX + 1])
def test_restart_time_has_bounds(ticks: int) -> None:
    with pytest.raises(ValueError, match=f"got {ticks} ticks"):
        Ladder(100, ticks)
