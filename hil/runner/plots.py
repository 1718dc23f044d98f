"""Plots of a report as SVG: limits, truth beside estimate, eclipse and passes shaded, faults marked."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hil.runner.errors import RunDataError
from hil.runner.quantity import Series, SeriesSource, read_series
from hil.runner.scenario import Plot

__all__ = ["MARKS", "SHADES", "Mark", "Shade", "can_shade", "draw", "time_axis"]

_POINTS_MAX = 1200
_LINES_MAX = 4
"""More elements than that are drawn as one band from the least to the greatest."""
_BAND_MIN_FRAC = 0.25
"""Mean width of the stretches over the whole range, above which a curve would be a solid block."""
_SHADE_MIN_FRAC = 0.002
"""Share of the axis below which a shaded interval would be a hair."""
_FROM_S = 2.0  # before that, applications report what they have not measured yet
_COLOURS = ("#1f6fb4", "#d9730d", "#2a9a4b", "#b83280", "#7a5cc4", "#8a6d3b")
_SIZE_INCH = (7.6, 2.9)
_AXES_FRAC = (0.085, 0.16, 0.665, 0.74)  # fixed: finding a layout takes three quarters of the time of a plot

_Style = str | tuple[int, tuple[int, int]]
"""Line style: a name, or offset and lengths of dashes."""

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
    """An instant that is marked in every plot: a fault or a command.

    Parameters
    ----------
    kind : str
        ``fault`` or ``command``.
    until_s : float or None
        End of a fault that passes; the time between is tinted.
    """

    time_s: float
    text: str
    kind: str
    until_s: float | None = None


SHADES = {"eclipse": ("#44506a", 0.16), "pass": ("#e0b020", 0.22)}
MARKS = {"fault": ("#c22f2f", "-"), "command": ("#555555", ":")}


def time_axis(duration_s: float) -> tuple[str, float]:
    """Return a unit of time that reads well on an axis of this length, and its seconds."""
    for unit, second_s in (("days", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if duration_s > 4.0 * second_s and not (unit == "h" and duration_s < 6 * 3600.0):
            return unit, second_s
    return "s", 1.0


def can_shade(shades: Sequence[Shade], duration_s: float) -> bool:
    """Return whether shaded intervals are wide enough, on the whole, to be seen in a plot of this length."""
    lengths_s = [shade.until_s - shade.from_s for shade in shades]
    return not lengths_s or float(np.median(lengths_s)) >= _SHADE_MIN_FRAC * duration_s


def draw(
    plot: Plot, source: SeriesSource, shades: Sequence[Shade], marks: Sequence[Mark], duration_s: float
) -> str:
    """Return one plot as SVG text without a prolog.

    Long series are drawn as least and greatest values of short stretches, so that no extreme is lost.

    Raises
    ------
    RunDataError
        None of its quantities was recorded.
    """
    figure = Figure(figsize=_SIZE_INCH)
    figure.set_layout_engine("none")  # a library imported before may have asked for another
    axes = figure.add_axes(_AXES_FRAC)
    unit, second_s = time_axis(duration_s)
    missing = _draw_lines(axes, plot, source, second_s)
    for name, level in plot.limits.items():
        label = f"{name} {level:g} {plot.unit}"
        axes.axhline(level, color="#c22f2f", linewidth=0.9, linestyle=(0, (6, 3)), label=label)
    _draw_shades(axes, shades, second_s)
    _draw_marks(axes, marks, second_s)
    axes.set_xlim(0.0, duration_s / second_s)
    axes.set_xlabel(f"simulated time ({unit})")
    axes.set_ylabel(plot.unit)
    axes.ticklabel_format(axis="y", style="plain", useOffset=False)  # a power of ten would cover the title
    axes.grid(visible=True, linewidth=0.4, alpha=0.5)
    axes.margins(y=0.08)
    note = f"; not recorded: {', '.join(missing)}" if missing else ""
    axes.set_title(plot.title + note, loc="left", fontsize=10, fontweight="bold")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=7.5, frameon=False)
    stream = io.StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue()
    return text[text.index("<svg") :]


def _draw_lines(axes: Axes, plot: Plot, source: SeriesSource, second_s: float) -> list[str]:
    """Draw estimates solid and truth dashed; return the labels of what was not recorded."""
    missing = []
    colours = cycle(_COLOURS)
    drawn = False
    styled: tuple[tuple[Mapping[str, str], _Style], ...] = ((plot.lines, "-"), (plot.truth, (0, (4, 2))))
    for quantities, style in styled:
        for label, quantity in quantities.items():
            try:
                series = read_series(source, quantity).window(_FROM_S, None)
            except RunDataError:
                missing.append(label)
                continue
            drawn = True
            thin = _thinned(series, plot.scale, plot.offset)
            _draw_line(axes, label, thin, second_s, style, colours)
    if not drawn:
        raise RunDataError(f"plot {plot.title} must have a recorded quantity, got none")
    return missing


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thin:
    """A series in stretches of time, with the least and greatest values of each, shape (n, k)."""

    time_s: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def element(self, index: int) -> "_Thin":
        """Return one element."""
        part = slice(index, index + 1)
        low = self.low[:, part]
        return _Thin(time_s=self.time_s, low=low, high=low if self.low is self.high else self.high[:, part])

    @property
    def whole(self) -> "_Thin":
        """All elements as one."""
        low, high = self.low.min(axis=1, keepdims=True), self.high.max(axis=1, keepdims=True)
        return _Thin(time_s=self.time_s, low=low, high=high)

    @property
    def is_dense(self) -> bool:
        """True where a curve through all extremes would be a solid block."""
        if not len(self.time_s):
            return False
        return float(np.mean(self.high - self.low)) > _BAND_MIN_FRAC * float(self.high.max() - self.low.min())

    @property
    def curve(self) -> Series:
        """A curve through all extremes."""
        if self.low is self.high:
            return Series(time_s=self.time_s, values=self.low)
        both = np.concatenate([self.low, self.high], axis=1).reshape(-1, 1)
        return Series(time_s=np.repeat(self.time_s, 2), values=both)


def _thinned(series: Series, scale: float, offset: float) -> _Thin:
    """Return the series as it is shown, in stretches that are as long as the plot's resolution asks."""
    values = scale * series.values + offset
    count = len(series.time_s)
    step = -(-2 * count // _POINTS_MAX)
    if step <= 2:
        return _Thin(time_s=series.time_s, low=values, high=values)
    firsts = np.arange(0, count, step)
    return _Thin(
        time_s=series.time_s[firsts],
        low=np.minimum.reduceat(values, firsts, axis=0),
        high=np.maximum.reduceat(values, firsts, axis=0),
    )


def _draw_line(
    axes: Axes, label: str, thin: _Thin, second_s: float, style: _Style, colours: Iterator[str]
) -> None:
    """Draw each element as a curve of its own, or many as one band."""
    count = thin.low.shape[1]
    if count > _LINES_MAX:
        _draw_band(axes, f"{label} (all {count})", thin.whole, second_s, next(colours))
        return
    for index in range(count):
        name = label if count == 1 else f"{label} {index}"
        one = thin.element(index)
        if one.is_dense:
            _draw_band(axes, name, one, second_s, next(colours))
            continue
        curve = one.curve
        axes.plot(
            curve.time_s / second_s,
            curve.values[:, 0],
            linestyle=style,
            linewidth=1.1,
            label=name,
            color=next(colours),
        )


def _draw_band(axes: Axes, name: str, thin: _Thin, second_s: float, colour: str) -> None:
    """Fill the range in which a quantity moves to and fro faster than the plot can show."""
    low, high = thin.low[:, 0], thin.high[:, 0]
    abscissa = thin.time_s / second_s
    axes.fill_between(abscissa, low, high, facecolor=colour, alpha=0.3, linewidth=0, label=name)
    for edge in (low, high):
        axes.plot(abscissa, edge, color=colour, linewidth=0.7)


def _draw_shades(axes: Axes, shades: Sequence[Shade], second_s: float) -> None:
    """Shade each kind as one collection: a month has a thousand intervals."""
    for kind, (colour, alpha) in SHADES.items():
        spans = [
            (shade.from_s / second_s, (shade.until_s - shade.from_s) / second_s)
            for shade in shades
            if shade.kind == kind
        ]
        if spans:
            whole = axes.get_xaxis_transform()
            axes.broken_barh(
                spans, (0.0, 1.0), transform=whole, color=colour, alpha=alpha, linewidth=0, label=kind
            )


def _draw_marks(axes: Axes, marks: Sequence[Mark], second_s: float) -> None:
    named = set()
    for mark in marks:
        colour, style = MARKS[mark.kind]
        label = None if mark.kind in named else mark.kind
        named.add(mark.kind)
        at = mark.time_s / second_s
        axes.axvline(at, color=colour, linestyle=style, linewidth=0.9, label=label)
        if mark.until_s is not None:
            axes.axvspan(at, mark.until_s / second_s, color=colour, alpha=0.08, linewidth=0)
        if mark.kind == "fault":
            axes.annotate(
                mark.text,
                (at, 1.0),
                xycoords=("data", "axes fraction"),
                rotation=90,
                fontsize=6.5,
                color=colour,
                ha="right",
                va="top",
                xytext=(-2, -3),
                textcoords="offset points",
                bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.6},
            )
