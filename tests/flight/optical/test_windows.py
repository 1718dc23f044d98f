import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.optical.windows import WINDOW_MAX_COUNT, Window, WindowRefusal, active, added, pruned, upcoming

SECOND_NS = 1_000_000_000


def window(from_s: int, until_s: int, terminal: int = 0) -> Window:
    return Window(
        from_ns=from_s * SECOND_NS, until_ns=until_s * SECOND_NS, terminal_index=terminal, partner_index=1
    )


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 100), st.integers(0, 3)), max_size=40))
def test_the_plan_never_has_two_windows_of_a_terminal_at_once(rows: list[tuple[int, int, int]]) -> None:
    plan: tuple[Window, ...] = ()
    for from_s, length_s, terminal in rows:
        result = added(plan, window(from_s, from_s + length_s, terminal), 0)
        if not isinstance(result, WindowRefusal):
            plan = result
    assert list(plan) == sorted(plan)
    for time_s in range(0, 600, 7):
        for terminal in range(4):
            open_now = [
                one for one in plan
                if one.terminal_index == terminal and one.from_ns <= time_s * SECOND_NS < one.until_ns
            ]  # fmt: skip
            assert len(open_now) <= 1
            assert active(plan, terminal, time_s * SECOND_NS) == (open_now[0] if open_now else None)


@pytest.mark.requirement("OPT-006")
def test_refusals_name_their_reason() -> None:
    plan = (window(100, 200),)
    assert added(plan, window(150, 160), 0) == WindowRefusal("overlap")
    assert added(plan, window(10, 20), 30 * SECOND_NS) == WindowRefusal("past")
    full = tuple(window(index * 10, index * 10 + 5) for index in range(WINDOW_MAX_COUNT))
    assert added(full, window(1000, 1100), 0) == WindowRefusal("full")
    assert not isinstance(added(full, window(1000, 1100, 1), 0), WindowRefusal)


def test_the_lead_time_brings_the_next_window_near() -> None:
    plan = (window(100, 200),)
    assert upcoming(plan, 0, 50 * SECOND_NS, 40.0) is None
    assert upcoming(plan, 0, 60 * SECOND_NS, 40.0) == plan[0]
    assert upcoming(plan, 1, 60 * SECOND_NS, 40.0) is None
    assert upcoming(plan, 0, 200 * SECOND_NS, 40.0) is None


def test_windows_that_are_over_are_forgotten() -> None:
    plan = (window(0, 10), window(20, 30))
    assert pruned(plan, 10 * SECOND_NS) == (plan[1],)


def test_a_window_must_end_after_it_begins() -> None:
    with pytest.raises(ValueError, match="until_ns must be after from_ns"):
        window(10, 10)
