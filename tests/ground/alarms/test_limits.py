"""Limits that make no sense are refused; 0 is a limit like any other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.alarms.limits import AlarmLimit

ITEM = "POWER PowerStatus charge_frac"


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "a limit or a stale time"),
        ({"low": 2.0, "high": 1.0}, "room for the dead-band"),
        ({"low": 0.0, "high": 1.0, "value_dead_band": 0.6}, "room for the dead-band"),
        ({"low": 0.0, "value_dead_band": -0.1}, "must be >= 0"),
        ({"low": 0.0, "on_delay_s": -1.0}, "must be >= 0"),
        ({"low": float("nan")}, "low must be finite"),
        ({"stale_s": float("inf")}, "stale_s must be finite"),
        ({"low": 0.0, "persistence_count": 0}, "persistence_count must be >= 1"),
    ],
)
def test_limit_that_makes_no_sense_is_refused(values: dict[str, float], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        AlarmLimit(item=ITEM, **values)


def test_zero_is_a_limit() -> None:
    """A client known for it drops a limit of exactly 0 by testing truthiness."""
    low, high = AlarmLimit(item=ITEM, low=0.0), AlarmLimit(item=ITEM, high=0.0)
    assert (low.side(-1e-9), low.side(0.0), low.side(5.0)) == (-1, 0, 0)
    assert (high.side(1e-9), high.side(0.0), high.side(-5.0)) == (1, 0, 0)


@given(st.floats(-10, 10), st.floats(0, 10), st.floats(0, 3), st.floats(-20, 30))
def test_well_inside_is_inside_and_never_outside(low: float, width: float, band: float, value: float) -> None:
    high = low + width
    if low + band > high - band:
        return
    limit = AlarmLimit(item=ITEM, low=low, high=high, value_dead_band=band)
    if limit.is_well_inside(value):
        assert limit.side(value) == 0
        assert low + band <= value <= high - band
