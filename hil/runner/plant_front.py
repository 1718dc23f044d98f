"""What the commands of `hil plant` do: the satellite's numbers, events, life without flight software."""

import csv
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from math import degrees, radians
from pathlib import Path
from typing import assert_never

from rich.console import Console
from rich.table import Table

from hil.plant.core import Plant
from hil.plant.events import Eclipse, Pass, Site, Station, Window, orbit_events
from hil.plant.life import Samples, simulate
from hil.plant.params import PlantParams, parameter_rows
from hil.plant.standing import StandingControl
from hil.runner.assemble import plant_faults
from hil.runner.epoch import utc_text
from hil.runner.errors import RunnerError
from hil.runner.faults import PlantFault, SectionLoss, SensorFault
from hil.runner.machine import StopWatch, interruptible
from hil.runner.places import find_file, read_text
from hil.runner.plant_plot import FIELDS, Picture, draw_picture
from hil.runner.plots import SHADES, Mark, Shade, can_shade
from hil.runner.progress import RunProgress
from hil.runner.scenario import Scenario, load_scenario
from hil.runner.scenario import Station as GroundStation

__all__ = ["Event", "LifeRequest", "find_events", "live", "show_events", "show_parameters"]

_DURATION_MAX_S = 40.0 * 86400.0
_ORBIT_S = 6000.0
_ROWS_MAX = 20_000
_ROWS_MIN = 3
_PICTURES = (".png", ".svg", ".pdf")
_ON_PLANT = (PlantFault, SectionLoss, SensorFault)
_KINDS = {"eclipse": "magenta", "penumbra": "blue", "pass": "green", "partner": "cyan"}


def show_parameters(name: str, console: Console, *, as_json: bool) -> None:
    """Print every parameter of a scenario's satellite with unit and source.

    Raises
    ------
    RunnerError, ConfigurationError
        The scenario cannot be found, read or used.
    """
    scenario = _load(name)
    rows = list(parameter_rows(scenario.plant_params))
    changed = scenario.satellite.numbers(scenario.epoch_ns)
    if as_json:
        table = [asdict(row) | {"changed": f"{row.section}.{row.name}" in changed} for row in rows]
        console.print_json(json.dumps(table))
        return
    shown = Table(title=f"{scenario.plant_params.name}, {scenario.title}", title_justify="left", box=None)
    for head, justify in (("parameter", "left"), ("value", "right"), ("unit", "left"), ("source", "left")):
        shown.add_column(head, justify=justify, overflow="fold", no_wrap=head != "source")  # type: ignore[arg-type]
    for row in rows:
        key = f"{row.section}.{row.name}"
        source = "[yellow]set by the scenario[/]" if key in changed else row.source
        shown.add_row(key, f"{row.value:.10g}", row.unit, source)
    console.print(shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of the orbit.

    Parameters
    ----------
    kind : str
        ``eclipse`` (umbra), ``penumbra``, ``pass`` or ``partner``.
    start_s, end_s : float
        Seconds after the epoch; cut by the ends of the span.
    start_utc, end_utc : str
        The same in UTC, to the second.
    detail : str
        Station, partner, highest elevation.
    """

    kind: str
    start_s: float
    end_s: float
    start_utc: str
    end_utc: str
    detail: str


def find_events(
    scenario: Scenario, duration_s: float, each: Callable[[float], None] = lambda _: None
) -> list[Event]:
    """Return eclipses, penumbras, passes and partner windows of a scenario in order of time.

    Parameters
    ----------
    each : callable
        Called with every time, s, that the search has come to. When it raises ``KeyboardInterrupt``, or the
        person does, the search ends: what has ended until then is returned.
    """
    sites = [_site(station) for station in scenario.stations]
    search = orbit_events(
        scenario.plant_params, scenario.epoch_ns, duration_s, sites=sites, partners=range(4)
    )
    found: list[Event] = []
    with suppress(KeyboardInterrupt):
        for time_s, number, item in search:
            each(time_s)
            if item is not None:
                found += _told(scenario, duration_s, number, item)
    return sorted(found, key=lambda event: (event.start_s, event.kind, event.detail))


def _site(site: GroundStation) -> Site:
    station = Station(
        latitude_rad=radians(site.latitude_deg),
        longitude_rad=radians(site.longitude_deg),
        altitude_m=site.altitude_m,
    )
    return Site(station, site.elevation_min_rad)


def _told(scenario: Scenario, duration_s: float, number: int, item: Eclipse | Pass | Window) -> list[Event]:
    """Return what people are told of an event."""

    def event(kind: str, start_s: float | None, end_s: float | None, detail: str = "") -> Event:
        first = 0.0 if start_s is None else start_s
        last = duration_s if end_s is None else end_s
        start, end = (utc_text(scenario.epoch_ns + round(time_s * 1e9)) for time_s in (first, last))
        return Event(kind=kind, start_s=first, end_s=last, start_utc=start, end_utc=end, detail=detail)

    match item:
        case Eclipse(has_umbra=False):
            return [event("penumbra", item.penumbra_entry_s, item.penumbra_exit_s, "no umbra")]
        case Eclipse():
            return [
                event("penumbra", item.penumbra_entry_s, item.penumbra_exit_s),
                event("eclipse", item.umbra_entry_s, item.umbra_exit_s),
            ]
        case Pass():
            highest = f"{scenario.stations[number].name}, {degrees(item.elevation_max_rad):.1f} deg"
            return [event("pass", item.rise_s, item.set_s, highest)]
        case Window():
            return [event("partner", item.start_s, item.end_s, f"partner {number}")]
        case _ as never:
            assert_never(never)


def show_events(name: str, duration_s: float | None, console: Console, *, as_json: bool) -> None:
    """Print the events of a scenario's orbit.

    Raises
    ------
    RunnerError, ConfigurationError
        The scenario cannot be found, read or used, or the search was interrupted, after printing.
    """
    scenario = _load(name)
    span_s = scenario.duration_s if duration_s is None else duration_s
    reached_s = 0.0
    watch = StopWatch()
    shown = Console(stderr=True)
    progress = RunProgress(shown, scenario.title, span_s, scenario.tick_s, lambda: watch.wall_s)
    with progress as bar, interruptible(lambda: None) as came:

        def each(time_s: float) -> None:
            nonlocal reached_s
            bar.show(round(time_s / scenario.tick_s))
            if came:
                raise KeyboardInterrupt
            reached_s = time_s

        found = find_events(scenario, span_s, each)
        bar.finish(reached_s)
    if as_json:
        console.print_json(json.dumps([asdict(event) for event in found]))
    else:
        console.print(_event_table(found))
    if reached_s < span_s:
        raise RunnerError(
            f"search must come to {span_s:g} s, got an interrupt at {reached_s:g} s: what had ended is above"
        )


def _event_table(found: Sequence[Event]) -> Table:
    table = Table(box=None, pad_edge=False)
    for head, justify in (("event", "left"), ("from (UTC)", "left"), ("to (UTC)", "left")):
        table.add_column(head, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for head in ("start (s)", "end (s)", "length (s)"):
        table.add_column(head, justify="right")
    table.add_column("what")
    for event in found:
        length_s = event.end_s - event.start_s
        times = [f"{value:.3f}" for value in (event.start_s, event.end_s, length_s)]
        colour = _KINDS[event.kind]
        table.add_row(f"[{colour}]{event.kind}[/]", event.start_utc, event.end_utc, *times, event.detail)
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeRequest:
    """One command line of `hil plant run`.

    Parameters
    ----------
    plot, csv : Path or None
        Files to write.
    duration_s : float or None
        Simulated length; the scenario's by default.
    node_power_w : float
        Power cap of each node.
    """

    scenario: str
    plot: Path | None = None
    csv: Path | None = None
    duration_s: float | None = None
    node_power_w: float = 2800.0


def live(request: LifeRequest, console: Console) -> None:
    """Simulate a scenario's satellite under standing setpoints, with the scenario's plant faults.

    Raises
    ------
    RunnerError, ConfigurationError
        The scenario cannot be used, or there is nothing to write.
    """
    _check_outputs(request)
    scenario = _load(request.scenario)
    duration_s = scenario.duration_s if request.duration_s is None else request.duration_s
    if duration_s > _DURATION_MAX_S:
        raise RunnerError(f"duration must be at most {_DURATION_MAX_S:g} s (40 days), got {duration_s:g} s")
    params = scenario.plant_params
    plant = Plant(params, seed=scenario.seed, epoch_tai_ns=scenario.epoch_ns)
    control = StandingControl(plant, cap_w=request.node_power_w)
    faults = _FaultPlan(scenario, plant)
    keep_count = max(1, round(duration_s / _ROWS_MAX))
    watch = StopWatch()
    progress = RunProgress(console, scenario.title, duration_s, scenario.tick_s, lambda: watch.wall_s)
    with progress as bar, interruptible(lambda: None) as came:

        def each(time_s: float) -> bool:
            faults.act(time_s)
            control.act(time_s)
            bar.show(round(time_s / scenario.tick_s))
            return bool(came)

        kept = simulate(plant, duration_s, FIELDS, keep_count=keep_count, each=each)
        reached_s = float(kept.time_s[-1])
        bar.finish(reached_s)
    if came:
        console.print(f"ended early at {reached_s:g} s of {duration_s:g} s: {came[0]}", highlight=False)
    if len(kept.time_s) < _ROWS_MIN:
        least_s = (_ROWS_MIN - 1) * keep_count
        raise RunnerError(f"a life must last at least {least_s} s to be shown, got {reached_s:g} s")
    if request.csv is not None:
        _write_csv(request.csv, kept)
        console.print(f"table: {request.csv}", highlight=False, soft_wrap=True)
    if request.plot is not None:
        draw_picture(request.plot, kept, params, _picture(request, scenario, params, faults.marks, reached_s))
        console.print(f"plot: {request.plot}", highlight=False, soft_wrap=True)


def _check_outputs(request: LifeRequest) -> None:
    """Refuse a run that would leave nothing, or nowhere."""
    if request.plot is None and request.csv is None:
        raise RunnerError("output must be --plot FILE.png or --csv FILE.csv, got neither")
    for path in (request.plot, request.csv):
        if path is not None and not path.resolve().parent.is_dir():
            raise RunnerError(f"output must lie in a folder that exists, got {path}")
    if request.plot is not None and request.plot.suffix not in _PICTURES:
        raise RunnerError(f"plot must end in {', '.join(_PICTURES)}, got {request.plot.name}")


def _picture(
    request: LifeRequest, scenario: Scenario, params: PlantParams, marks: Sequence[Mark], duration_s: float
) -> Picture:
    return Picture(
        title=f"{params.name}: {scenario.title}, {request.node_power_w:g} W per node, no flight software",
        epoch_utc=scenario.epoch,
        shades=_shades(scenario, duration_s),
        marks=[mark for mark in marks if mark.time_s < duration_s],
    )


class _FaultPlan:
    """Inject and clear the scenario's plant faults when their time has come."""

    def __init__(self, scenario: Scenario, plant: Plant) -> None:
        told = [fault for fault in scenario.faults if isinstance(fault, _ON_PLANT)]
        self.marks = [Mark(time_s=fault.at_s, text=fault.title, kind="fault") for fault in told]
        agenda: list[tuple[float, Callable[..., None], str, dict[str, float | str]]] = []
        for fault in plant_faults(scenario):
            words = {key: _parameter(value) for key, value in fault.parameters.items()}
            agenda.append((fault.onset_tick * scenario.tick_s, plant.inject, fault.name, words))
            if fault.end_tick is not None:
                agenda.append((fault.end_tick * scenario.tick_s, plant.clear, fault.name, words))
        self._agenda = sorted(agenda, key=lambda item: item[0], reverse=True)

    def act(self, time_s: float) -> None:
        """Do what is due."""
        while self._agenda and self._agenda[-1][0] <= time_s:
            _, act, name, words = self._agenda.pop()
            act(name, **words)


def _parameter(value: object) -> float | str:
    return value if isinstance(value, str) else float(str(value))


def _shades(scenario: Scenario, duration_s: float) -> list[Shade]:
    """Return what a plot shades: nothing where it could not be seen."""
    orbit_s = min(duration_s, _ORBIT_S)
    if not can_shade(_told_shades(scenario, orbit_s), duration_s):
        return []
    return _told_shades(scenario, duration_s)


def _told_shades(scenario: Scenario, duration_s: float) -> list[Shade]:
    return [
        Shade(from_s=event.start_s, until_s=event.end_s, kind=event.kind)
        for event in find_events(scenario, duration_s)
        if event.kind in SHADES
    ]


def _write_csv(path: Path, kept: Samples) -> None:
    """Write one column per value, headed ``group.field[index]``."""
    heads = [f"{name}[{index}]" for name, table in kept.values.items() for index in range(table.shape[1])]
    tables = list(kept.values.values())
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["time_s", *heads])
        for row, time_s in enumerate(kept.time_s):
            writer.writerow([f"{time_s:.9g}", *(f"{x:.9g}" for table in tables for x in table[row])])


def _load(name: str) -> Scenario:
    path = find_file(name, "scenario")
    return load_scenario(read_text(path), path.name)
