"""Plots: thinning keeps extremes, missing channels are said."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

from hil.runner.errors import RunDataError
from hil.runner.plots import Mark, Shade, _thinned, can_shade, draw, time_axis
from hil.runner.scenario import Plot

PLOT = Plot(
    title="Power", unit="kW", lines={"array": "B.array_w", "ghost": "G.x_w"}, scale=1e-3, limits={"top": 5.0}
)


def test_missing_line_is_named_in_the_title(evidence) -> None:
    made = evidence.with_channel("B.array_w", np.full(100, 3000.0))
    text = draw(PLOT, made, [], [], 100.0)
    assert "Power; not recorded: ghost" in text
    assert text.startswith("<svg")


def test_plot_without_any_line_is_refused(evidence) -> None:
    with pytest.raises(RunDataError, match="plot Power must have a recorded quantity"):
        draw(PLOT, evidence, [], [], 100.0)


def test_single_spike_of_a_long_series_is_drawn(evidence) -> None:
    values = np.zeros(60_000)
    flat = draw(PLOT, evidence.with_channel("B.array_w", values, step_s=0.1), [], [], 6000.0)
    values[31_234] = 1e6
    spiked = draw(PLOT, evidence.with_channel("B.array_w", values, step_s=0.1), [], [], 6000.0)
    assert ">1000<" in spiked
    assert ">1000<" not in flat
    assert len(spiked) < 200_000


def test_large_numbers_are_written_out_so_that_nothing_covers_the_title(evidence) -> None:
    text = draw(PLOT, evidence.with_channel("B.array_w", np.linspace(0.0, 3e9, 50)), [], [], 50.0)
    assert "3000000" in text
    assert "1e6" not in text


def test_same_data_give_the_same_plot(evidence) -> None:
    made = evidence.with_channel("B.array_w", np.linspace(0.0, 9.0, 50))
    shades = [Shade(from_s=10.0, until_s=20.0, kind="eclipse")]
    marks = [Mark(time_s=5.0, text="killed", kind="fault")]
    assert draw(PLOT, made, shades, marks, 50.0) == draw(PLOT, made, shades, marks, 50.0)


def test_reports_before_the_first_reading_do_not_stretch_the_scale(evidence) -> None:
    values = np.full(100, 3000.0)
    settled = draw(PLOT, evidence.with_channel("B.array_w", values), [], [], 100.0)
    values[0] = -1e9
    assert draw(PLOT, evidence.with_channel("B.array_w", values), [], [], 100.0) == settled


def test_axes_keep_their_place_whatever_layout_others_ask_for(
    evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = evidence.with_channel("B.array_w", np.full(100, 3000.0))
    plain = draw(PLOT, made, [], [], 100.0)
    monkeypatch.setitem(mpl.rcParams, "figure.autolayout", value=True)
    assert draw(PLOT, made, [], [], 100.0) == plain


@pytest.mark.parametrize(
    ("duration_s", "unit"), [(100.0, "s"), (5801.0, "min"), (90000.0, "h"), (2.6e6, "days")]
)
def test_time_axis_has_a_unit_that_reads_well(duration_s: float, unit: str) -> None:
    assert time_axis(duration_s)[0] == unit


def test_least_and_greatest_of_every_stretch_are_drawn(evidence) -> None:
    values = np.sin(np.arange(100_003) * 0.7)
    values[77_777], values[100_002] = 5.0, -4.0
    thin = _thinned(evidence.with_channel("B.a_w", values).channel("B", "a_w"), 2.0, 1.0)
    assert len(thin.time_s) == len(thin.low) == len(thin.high) <= 601
    assert (np.diff(thin.time_s) > 0.0).all()
    assert (thin.high.max(), thin.low.min()) == (11.0, -7.0)


def test_few_elements_have_names_and_many_are_a_band(evidence) -> None:
    made = evidence.with_channel("B.two_w", np.ones((50, 2))).with_channel("B.many_w", np.ones((50, 14)))
    plot = Plot(title="x", unit="W", lines={"few": "B.two_w", "many": "B.many_w"})
    text = draw(plot, made, [], [], 50.0)
    for label in ("few 0", "few 1", "many (all 14)"):
        assert f">{label}</text>" in text or f"<!-- {label} -->" in text


def test_a_month_of_eclipses_is_too_fine_to_shade_and_a_day_is_not() -> None:
    for days, seen in ((1.0, True), (10.0, True), (30.0, False)):
        orbits = [5801.0 * k for k in range(int(days * 86400.0 / 5801.0))]
        shades = [Shade(from_s=at_s, until_s=at_s + 2130.0, kind="eclipse") for at_s in orbits]
        assert can_shade(shades, days * 86400.0) is seen
    assert can_shade([], 1e6)


def test_the_time_of_a_fault_that_passes_is_tinted(evidence) -> None:
    made = evidence.with_channel("B.array_w", np.full(100, 3000.0))
    once = draw(PLOT, made, [], [Mark(time_s=5.0, text="stuck", kind="fault")], 100.0)
    passing = draw(PLOT, made, [], [Mark(time_s=5.0, text="stuck", kind="fault", until_s=50.0)], 100.0)
    assert "opacity: 0.08" in passing
    assert "opacity: 0.08" not in once


def test_a_curve_that_swings_faster_than_the_plot_shows_is_a_band(evidence) -> None:
    time_s = np.arange(40_000.0)
    plot = Plot(title="x", unit="W", lines={"a": "B.a_w"})
    swinging = draw(plot, evidence.with_channel("B.a_w", np.sin(time_s)), [], [], 40_000.0)
    slow = draw(plot, evidence.with_channel("B.a_w", np.sin(time_s / 9000.0)), [], [], 40_000.0)
    assert "FillBetweenPolyCollection" in swinging
    assert "FillBetweenPolyCollection" not in slow
