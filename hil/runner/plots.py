"""Plots of a report as SVG: limits, truth beside estimate, eclipse and passes shaded, faults marked."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hil.runner.errors import RunDataError
from hil.runner.quantity import Series, SeriesSource, read_series
from hil.runner.scenario import Plot

__all__ = ["MARKS", "SHADES", "Mark", "Shade", "draw"]

_POINTS_MAX = 1200
_FROM_S = 2.0  # before that, applications report what they have not measured yet
_COLOURS = ("#1f6fb4", "#d9730d", "#2a9a4b", "#b83280", "#7a5cc4", "#8a6d3b")
_SIZE_INCH = (7.6, 2.9)
_AXES_FRAC = (0.085, 0.16, 0.665, 0.74)  # fixed: finding a layout takes three quarters of the time of a plot

mpl.use("Agg")
mpl.rcParams["svg.hashsalt"] = "dawndusk"
mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["path.simplify_threshold"] = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shade:
    """An interval that is shaded in every plot."""

    from_s: float
    until_s: float
    kind: str
    """``eclipse`` or ``pass``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """An instant that is marked in every plot: a fault or a command."""

    time_s: float
    text: str
    kind: str
    """``fault`` or ``command``."""


SHADES = {"eclipse": ("#44506a", 0.16), "pass": ("#e0b020", 0.22)}
MARKS = {"fault": ("#c22f2f", "-"), "command": ("#555555", ":")}


def draw(
    plot: Plot, source: SeriesSource, shades: Sequence[Shade], marks: Sequence[Mark], duration_s: float
) -> str:
    """Return one plot as SVG text without a prolog.

    Raises
    ------
    RunDataError
        None of its quantities was recorded.
    """
    figure = Figure(figsize=_SIZE_INCH)
    figure.set_layout_engine("none")  # a library imported before may have asked for another
    axes = figure.add_axes(_AXES_FRAC)
    missing = _draw_lines(axes, plot, source)
    for name, level in plot.limits.items():
        axes.axhline(level, color="#c22f2f", linewidth=0.9, linestyle=(0, (6, 3)), label=f"{name} {level:g}")
    _draw_shades(axes, shades)
    _draw_marks(axes, marks)
    axes.set_xlim(0.0, duration_s / 60.0)
    axes.set_xlabel("simulated time (min)")
    axes.set_ylabel(plot.unit)
    axes.grid(visible=True, linewidth=0.4, alpha=0.5)
    axes.margins(y=0.08)
    note = f"; not recorded: {', '.join(missing)}" if missing else ""
    axes.set_title(plot.title + note, loc="left", fontsize=10, fontweight="bold")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=7.5, frameon=False)
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]


def _draw_lines(axes: Axes, plot: Plot, source: SeriesSource) -> list[str]:
    """Draw estimates solid and truth dashed; return the labels of what was not recorded."""
    missing = []
    colour = 0
    for quantities, style in ((plot.lines, "-"), (plot.truth, (0, (4, 2)))):
        for label, quantity in quantities.items():
            try:
                series = read_series(source, quantity).window(_FROM_S, None)
            except RunDataError:
                missing.append(label)
                continue
            time_min, shown = _shown(series, plot)
            for element in range(shown.shape[1]):
                name = _element_label(label, shown.shape[1]) if element == 0 else None
                axes.plot(
                    time_min,
                    shown[:, element],
                    linestyle=style,
                    linewidth=1.1,
                    label=name,
                    color=_COLOURS[colour % len(_COLOURS)],
                    alpha=1.0 if shown.shape[1] == 1 else 0.45,
                )
            colour += 1
    if colour == 0:
        raise RunDataError(f"plot {plot.title} must have a recorded quantity, got none")
    return missing


def _element_label(label: str, count: int) -> str:
    return label if count == 1 else f"{label} ({count})"


def _shown(series: Series, plot: Plot) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return minutes and shown values, thinned so that extremes survive."""
    values = plot.scale * series.values + plot.offset
    count = len(series.time_s)
    step = 2 * count // _POINTS_MAX
    if step < 2:
        return series.time_s / 60.0, values
    whole = count - count % step
    blocks = values[:whole].reshape(-1, step, values.shape[1])
    thinned = np.stack([blocks.min(axis=1), blocks.max(axis=1)], axis=1).reshape(-1, values.shape[1])
    times = series.time_s[:whole].reshape(-1, step)
    time_s = np.stack([times[:, 0], times[:, step // 2]], axis=1).reshape(-1)
    return time_s / 60.0, thinned


def _draw_shades(axes: Axes, shades: Sequence[Shade]) -> None:
    named = set()
    for shade in shades:
        colour, alpha = SHADES[shade.kind]
        label = None if shade.kind in named else shade.kind
        axes.axvspan(
            shade.from_s / 60.0, shade.until_s / 60.0, color=colour, alpha=alpha, linewidth=0, label=label
        )
        named.add(shade.kind)


def _draw_marks(axes: Axes, marks: Sequence[Mark]) -> None:
    named = set()
    for mark in marks:
        colour, style = MARKS[mark.kind]
        label = None if mark.kind in named else mark.kind
        axes.axvline(mark.time_s / 60.0, color=colour, linestyle=style, linewidth=0.9, label=label)
        named.add(mark.kind)
        if mark.kind == "fault":
            axes.annotate(mark.text, (mark.time_s / 60.0, 1.0), xycoords=("data", "axes fraction"),
            rotation=90,
                          fontsize=6.5, color=colour, ha="right", va="top", xytext=(-1, -3),
                          textcoords="offset points")  # fmt: skip
