"""Plots: thinning keeps extremes, missing channels are said."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest

from hil.runner.errors import RunDataError
from hil.runner.plots import Mark, Shade, draw
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
