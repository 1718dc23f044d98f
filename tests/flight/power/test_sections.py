import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.power.sections import (
    SectionWatch,
    Verdict,
    collapsed,
    expected_power_w,
    section_powers_w,
    watch,
)

COUNT = 24
ALL = (True,) * COUNT


NONE = (False,) * COUNT


def run(
    powers_w: list[float],
    seconds: int,
    *,
    state: SectionWatch | None = None,
    sunlit: float = 1.0,
    dark: tuple[bool, ...] | None = None,
) -> tuple[SectionWatch, list[tuple[int, Verdict]]]:
    """Let the watch see the same powers for a while; ``dark``: held back, with these sections collapsed."""
    state = state or SectionWatch.fresh(COUNT)
    found = []
    for second in range(seconds):
        state, verdicts = watch(
            state,
            powers_w,
            ALL,
            dark or NONE,
            sunlit_frac=sunlit,
            held_back=dark is not None,
            lost_ratio=0.7,
            persistence_s=8.0,
            dt_s=1.0,
        )
        found += [(second, verdict) for verdict in verdicts]
    return state, found


@pytest.mark.requirement("POW-004")
@pytest.mark.parametrize("left_frac", [0.0, 0.5])
def test_a_lost_section_is_named_within_ten_seconds(left_frac: float) -> None:
    powers_w = [5400.0 + 10.0 * index for index in range(COUNT)]
    powers_w[7] *= left_frac
    state, found = run(powers_w, 30)
    assert [(verdict.section_index, verdict.lost) for _, verdict in found] == [(7, True)]
    assert found[0][0] <= 10
    assert state.lost_mask == 1 << 7


@pytest.mark.requirement("POW-004")
@pytest.mark.parametrize("scale", [0.9, 0.3, 0.05, 0.0])
def test_shadow_and_penumbra_lose_no_section(scale: float) -> None:
    _, found = run([5400.0 * scale] * COUNT, 60, sunlit=scale)
    assert found == []


@pytest.mark.requirement("POW-004")
def test_held_back_converters_only_show_sections_without_voltage() -> None:
    powers_w = [3000.0 + 40.0 * index for index in range(COUNT)]
    powers_w[3] = 0.1 * 3400.0
    voltages_v = [150.0] * COUNT
    powers_w[9] = voltages_v[9] = 0.0
    state, found = run(powers_w, 30, dark=collapsed(voltages_v, ALL))
    assert [verdict.section_index for _, verdict in found] == [9]
    # Its voltage alone does not bring it back; its power does, when the others show what they can.
    _, found = run([3400.0] * COUNT, 30, state=state, dark=NONE)
    assert found == []
    _, found = run([5400.0] * COUNT, 30, state=state)
    assert [(verdict.section_index, verdict.lost) for _, verdict in found] == [(9, False)]


def test_a_section_that_comes_back_is_named_once() -> None:
    powers_w = [5400.0] * COUNT
    powers_w[2] = 100.0
    state, _ = run(powers_w, 20)
    powers_w[2] = 5300.0
    state, found = run(powers_w, 30, state=state)
    assert [(verdict.section_index, verdict.lost) for _, verdict in found] == [(2, False)]
    assert state.lost_mask == 0


def test_a_short_dip_is_no_loss() -> None:
    state, found = run([0.0] + [5400.0] * (COUNT - 1), 7)
    _, again = run([5400.0] * COUNT, 10, state=state)
    assert found == []
    assert again == []


def test_a_section_without_reading_is_not_judged() -> None:
    judged = tuple(index != 5 for index in range(COUNT))
    powers_w = [5400.0] * COUNT
    powers_w[5] = 0.0
    state = SectionWatch.fresh(COUNT)
    for _ in range(30):
        state, verdicts = watch(
            state,
            powers_w,
            judged,
            NONE,
            sunlit_frac=1.0,
            held_back=False,
            lost_ratio=0.7,
            persistence_s=8.0,
            dt_s=1.0,
        )
        assert verdicts == ()


@given(st.lists(st.floats(0.0, 7000.0), min_size=COUNT, max_size=COUNT))
def test_the_expectation_lies_between_the_extremes(powers_w: list[float]) -> None:
    assert min(powers_w) <= expected_power_w(powers_w, ALL) <= max(powers_w)


def test_power_is_voltage_times_current() -> None:
    assert section_powers_w([130.0, 0.0], [40.0, 3.0]) == (5200.0, 0.0)
