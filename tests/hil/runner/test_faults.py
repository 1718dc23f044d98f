"""Faults of a scenario."""

from __future__ import annotations

import pytest

from hil.runner.faults import BitErrors, Direction, Fault, Outage


def test_fault_ends_after_its_duration_or_never() -> None:
    assert Outage(at_s=10.0, for_s=5.0).until_s == 15.0
    assert Outage(at_s=10.0).until_s == float("inf")


def test_label_beats_the_made_title() -> None:
    assert Outage(at_s=10.0).title == "outage at 10 s"
    assert Outage(at_s=10.0, label="rain").title == "rain"


@pytest.mark.parametrize(("at_s", "for_s"), [(-1.0, None), (0.0, 0.0), (0.0, -2.0)])
def test_times_must_make_sense(at_s: float, for_s: float | None) -> None:
    with pytest.raises(ValueError, match="must be"):
        Outage(at_s=at_s, for_s=for_s)


def test_bit_error_ratio_is_bounded() -> None:
    with pytest.raises(ValueError, match=r"bit_error_ratio must be 0 to 0\.5, got 0\.6"):
        BitErrors(at_s=0.0, direction=Direction.UP, bit_error_ratio=0.6)


def test_every_kind_is_a_fault() -> None:
    assert all(issubclass(cls, Fault) for cls in Fault.KINDS.values())
