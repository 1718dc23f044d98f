"""The picture of a life without flight software: a panel per quantity, limits, eclipses and passes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from hil.plant.arrays import Array
from hil.plant.life import Samples
from hil.plant.params import PlantParams
from hil.runner.plots import MARKS, SHADES, Mark, Shade, time_axis

__all__ = ["FIELDS", "Picture", "draw_picture"]

_COLOURS = ("#1f6fb4", "#d9730d", "#2a9a4b", "#b83280")
_LIMIT = "#c22f2f"
_KELVIN = 273.15
_KILO = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a picture says beside the curves."""

    title: str
    epoch_utc: str
    shades: Sequence[Shade] = ()
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One curve, or the band between the least and the greatest of its values."""

    label: str
    quantity: str
    scale: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """One panel; limits are in the panel's unit."""

    title: str
    unit: str
    lines: tuple[_Line, ...]
    limits: dict[str, float] = field(default_factory=dict)


def _panels(params: PlantParams) -> tuple[_Panel, ...]:
    """Return the panels; the limits are the satellite's own."""
    cell, bus = params.battery, params.bus
    return (
        _Panel(
            title="Power",
            unit="kW",
            lines=(
                _Line(label="array", quantity="ledger.array_power_w", scale=_KILO),
                _Line(label="computing", quantity="ledger.compute_power_w", scale=_KILO),
                _Line(label="battery to bus", quantity="ledger.regulator_output_w", scale=_KILO),
            ),
        ),
        _Panel(
            title="State of charge",
            unit="%",
            lines=(_Line(label="packs", quantity="storage.pack_charge_frac", scale=100.0),),
        ),
        _Panel(
            title="Bus voltage",
            unit="V",
            lines=(_Line(label="bus", quantity="bus.bus_voltage_v"),),
            limits={"converters hold back": bus.bus_limit_v, "shed": bus.bus_shed_v},
        ),
        _Panel(
            title="Cell voltage",
            unit="V",
            lines=(
                _Line(label="highest cell", quantity="battery.cell_voltage_max_v"),
                _Line(label="lowest cell", quantity="battery.cell_voltage_min_v"),
            ),
            limits={"charge limit": cell.cell_voltage_max_v, "cut-off": cell.cell_voltage_min_v},
        ),
        _Panel(
            title="Coolant and dies",
            unit="°C",
            lines=(
                _Line(label="dies", quantity="accelerators.die_temperature_k", offset=-_KELVIN),
                _Line(label="return", quantity="loops.return_temperature_k", offset=-_KELVIN),
                _Line(label="supply", quantity="loops.supply_temperature_k", offset=-_KELVIN),
                _Line(label="panels", quantity="radiator.panel_temperature_k", offset=-_KELVIN),
            ),
            limits={"die throttles": params.compute.throttle_k - _KELVIN},
        ),
        _Panel(
            title="Array and battery temperature",
            unit="°C",
            lines=(
                _Line(label="sections", quantity="array.section_temperature_k", offset=-_KELVIN),
                _Line(label="packs", quantity="battery.pack_temperature_k", offset=-_KELVIN),
            ),
        ),
    )


FIELDS: tuple[str, ...] = (
    "ledger.array_power_w",
    "ledger.compute_power_w",
    "ledger.regulator_output_w",
    "storage.pack_charge_frac",
    "bus.bus_voltage_v",
    "battery.cell_voltage_max_v",
    "battery.cell_voltage_min_v",
    "accelerators.die_temperature_k",
    "loops.return_temperature_k",
    "loops.supply_temperature_k",
    "radiator.panel_temperature_k",
    "array.section_temperature_k",
    "battery.pack_temperature_k",
    "world.illumination_frac",
)
"""What is kept of the satellite's life: all that the panels show, and the light."""


def draw_picture(path: Path, kept: Samples, params: PlantParams, picture: Picture) -> None:
    """Write the picture; the file's suffix chooses its format (png, svg, pdf)."""
    panels = _panels(params)
    figure = Figure(figsize=(13.0, 10.0), layout="constrained")
    figure.suptitle(f"{picture.title}\nfrom {picture.epoch_utc}", fontsize=12, fontweight="bold")
    axes_grid = figure.subplots(3, 2, sharex=True).ravel()
    unit, second_s = time_axis(float(kept.time_s[-1]))
    for axes, panel in zip(axes_grid, panels, strict=True):
        _draw_panel(axes, panel, kept, second_s, int(params.battery.pack_count))
        _draw_background(axes, picture, second_s)
        axes.set_xlim(0.0, float(kept.time_s[-1]) / second_s)
    for mark in picture.marks:
        axes_grid[0].annotate(
            mark.text,
            (mark.time_s / second_s, 0.03),
            xycoords=("data", "axes fraction"),
            xytext=(-3, 0),
            textcoords="offset points",
            rotation=90,
            fontsize=7.5,
            color=_LIMIT,
            ha="right",
        )
    for axes in axes_grid[-2:]:
        axes.set_xlabel(f"time since start ({unit})")
    handles = [
        Patch(color=SHADES[kind][0], alpha=SHADES[kind][1], label=kind)
        for kind in SHADES
        if any(shade.kind == kind for shade in picture.shades)
    ]
    if picture.marks:
        handles.append(Line2D([], [], color=MARKS["fault"][0], label="fault"))  # type: ignore[arg-type]
    if handles:
        figure.legend(handles=handles, loc="outside lower right", ncols=len(handles), frameon=False)
    figure.savefig(path, dpi=110)


def _draw_panel(axes: Axes, panel: _Panel, kept: Samples, second_s: float, pack_count: int) -> None:
    for line, colour in zip(panel.lines, _COLOURS, strict=False):
        values = kept[line.quantity][1:]  # no power flows before the first step
        if line.quantity.startswith(("battery.", "storage.")):
            values = values[:, :pack_count]
        _draw_line(axes, line, kept.time_s[1:] / second_s, line.scale * values + line.offset, colour)
    for name, level in panel.limits.items():
        axes.axhline(level, color=_LIMIT, linewidth=0.9, linestyle=(0, (6, 3)))
        axes.annotate(
            f"{name} {level:.4g} {panel.unit}",
            (0.01, level),
            xycoords=("axes fraction", "data"),
            xytext=(0, 2),
            textcoords="offset points",
            fontsize=7.5,
            color=_LIMIT,
        )
    axes.set_title(panel.title, loc="left", fontsize=10, fontweight="bold")
    axes.set_ylabel(panel.unit)
    axes.grid(visible=True, linewidth=0.4, alpha=0.5)
    axes.margins(y=0.12)
    axes.legend(
        loc="lower right", bbox_to_anchor=(1.0, 0.99), fontsize=8, frameon=False, ncols=len(panel.lines)
    )


def _draw_line(axes: Axes, line: _Line, time: Array, values: Array, colour: str) -> None:
    """Draw one curve, or the mean in a band from least to greatest."""
    if values.shape[1] == 1:
        axes.plot(time, values[:, 0], color=colour, linewidth=1.2, label=line.label)
        return
    axes.fill_between(time, values.min(axis=1), values.max(axis=1), color=colour, alpha=0.25, linewidth=0)
    axes.plot(
        time, np.mean(values, axis=1), color=colour, linewidth=1.2, label=f"{line.label} ({values.shape[1]})"
    )


def _draw_background(axes: Axes, picture: Picture, second_s: float) -> None:
    for shade in picture.shades:
        colour, alpha = SHADES[shade.kind]
        first, last = shade.from_s / second_s, shade.until_s / second_s
        axes.axvspan(first, last, color=colour, alpha=alpha, linewidth=0)
    for mark in picture.marks:
        colour, style = MARKS[mark.kind]
        axes.axvline(mark.time_s / second_s, color=colour, linestyle=style, linewidth=0.9)
