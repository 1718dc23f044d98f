import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.bus.jitter import Jitter


@given(st.lists(st.floats(2e-6, 10.0), min_size=1, max_size=200), st.floats(0.01, 1.0))
def test_percentile_is_within_five_percent_of_the_sorted_list(times: list[float], frac: float) -> None:
    jitter = Jitter()
    for time_s in times:
        jitter.add(time_s)
    wanted = frac * len(times)
    rank = min(len(times), max(1, int(wanted) + (wanted > int(wanted))))
    expected = sorted(times)[rank - 1]
    assert expected / 1.06 <= jitter.percentile_s(frac) <= expected * 1.06
    assert jitter.max_s == max(times)


def test_nothing_measured_is_zero() -> None:
    assert Jitter().percentile_s(0.5) == 0.0


@pytest.mark.parametrize("time_s", [0.0, 1e-9, 1e9])
def test_extremes_fall_into_the_outer_bins(time_s: float) -> None:
    jitter = Jitter()
    jitter.add(time_s)
    assert jitter.count == 1
