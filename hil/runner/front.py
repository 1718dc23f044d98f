"""What the commands of `hil` do, as functions: find files, run, conclude, tell."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from flight.executive.executive import Clock
from hil.runner.compare import Comparison, compare
from hil.runner.conclude import conclude
from hil.runner.errors import RunnerError
from hil.runner.loop import FlightPlan, fly
from hil.runner.machine import StopWatch
from hil.runner.places import find_file, find_procedure, keep_text, make_run_folder, read_text
from hil.runner.rig import load_rig
from hil.runner.run_folder import RunFolder
from hil.runner.scenario import load_scenario
from hil.runner.summary import Summary, to_json
from hil.runner.verdict import Outcome

__all__ = ["PLACEMENTS", "SCENARIO_DEFAULT", "Request", "run_scenario", "show_comparison", "show_conclusion"]

SCENARIO_DEFAULT = "one_orbit"
PLACEMENTS = ("default", "one")
_COLOURS = {Outcome.PASS: "green", Outcome.FAIL: "red", Outcome.INVALID: "yellow", Outcome.ABORTED: "magenta"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One command line of `hil sil` or `hil rig`; None: what scenario or rig say.

    Parameters
    ----------
    scenario, rig : str
        A file, or the name of one in ``hil/scenarios`` and ``hil/rigs``.
    pace_ratio : float
        Simulated seconds per second at most; 0: as fast as possible.
    duration_s : float
        Simulated length instead of the scenario's; what it cannot tell is judged INVALID.
    """

    scenario: str
    rig: str | None = None
    clock: Clock | None = None
    seed: int | None = None
    pace_ratio: float = 0.0
    out: Path | None = None
    placement: str = "default"
    duration_s: float | None = None


def run_scenario(request: Request, console: Console) -> tuple[Path, Summary]:
    """Run a scenario, judge it and leave its run directory.

    Raises
    ------
    RunnerError, ConfigurationError
        Something in the request, the scenario or the rig cannot be used.
    """
    setup = StopWatch()
    scenario_path, scenario_text = _read(request.scenario, "scenario")
    whole_text = scenario_text
    if request.duration_s is not None:
        scenario_text = _with_duration(whole_text, request.duration_s)
    scenario = load_scenario(scenario_text, scenario_path.name)
    rig_path, rig_text = _read(request.rig or scenario.rig, "rig")
    rig = load_rig(rig_text, rig_path.name)
    clock = request.clock or rig.clock or scenario.clock
    if rig.needs_realtime and clock is not Clock.REALTIME:
        raise RunnerError(f"clock must be realtime for the devices of {rig_path.name}, got {clock.value}")
    if request.placement not in PLACEMENTS:
        raise RunnerError(f"placement must be one of {', '.join(PLACEMENTS)}, got {request.placement}")
    if request.seed is not None:
        scenario = replace(scenario, seed=request.seed)
    procedure = find_procedure(scenario.procedure, scenario_path)
    folder = make_run_folder(request.out, scenario_path.stem)
    keep_text(folder / "scenario.toml", scenario_text)
    keep_text(folder / "rig.toml", rig_text)
    plan = FlightPlan(
        name=scenario_path.stem,
        rig_name=rig_path.stem,
        scenario=scenario,
        rig=rig,
        folder=folder,
        procedure=procedure,
        clock=clock,
        pace_ratio=request.pace_ratio,
        placement=request.placement,
        setup=setup,
        planned_s=load_scenario(whole_text, scenario_path.name).duration_s,
    )
    keep_text(folder / "figures.json", to_json(fly(plan, console)))
    return folder, conclude(folder)


def _with_duration(text: str, duration_s: float) -> str:
    """Return a scenario's text with another duration, so that the run directory tells what was flown."""
    changed, count = re.subn(r"(?m)^duration_s\s*=.*$", f"duration_s = {duration_s!r}", text, count=1)
    if not count:
        raise RunnerError("duration_s must stand on a line of its own in the scenario, got none")
    return changed


def _read(name: str, kind: str) -> tuple[Path, str]:
    """Return the path and the text of a scenario or a rig."""
    path = find_file(name, kind)
    return path, read_text(path)


def show_conclusion(folder: Path, summary: Summary, console: Console) -> None:
    """Print verdicts and figures."""
    table = Table(box=None, pad_edge=False)
    for head in ("verdict", "expectation", "measured", "required"):
        table.add_column(head, overflow="fold")
    for item in summary.expectations:
        colour = _COLOURS[item.outcome]
        table.add_row(f"[{colour}]{item.outcome.value}[/]", item.name, item.measured, item.required)
    console.print(table)
    colour = _COLOURS[summary.verdict]
    console.print(
        f"[bold {colour}]{summary.verdict.value}[/]  {summary.simulated_s:.0f} s simulated at "
        f"{summary.speed_ratio:.0f}x, {summary.processes} processes, {summary.rss_peak_mb:.0f} MB, "
        f"trace {summary.trace_hash[:16]}",
        highlight=False,
    )
    if summary.ended_by:
        console.print(f"ended early: {summary.ended_by}", highlight=False)
    console.print(f"report: {folder / 'report.html'}", highlight=False, soft_wrap=True)


def show_comparison(one: Path, other: Path, console: Console) -> Comparison:
    """Compare two run directories and print what differs.

    Raises
    ------
    RunDataError
        One of them is no run directory.
    """
    runs = RunFolder(one), RunFolder(other)
    result = compare(*runs)
    verdicts = [run.summary.verdict.value for run in runs]
    console.print(f"verdicts of the runs: {verdicts[0]} and {verdicts[1]}", highlight=False)
    if result.trace_equal:
        console.print("traces are equal: the same messages in the same ticks")
    elif result.trace is not None:
        found = result.trace
        console.print(
            f"traces differ first in tick {found.tick}: {found.message} of {found.source} ({found.what})",
            highlight=False,
        )
    table = Table(box=None, pad_edge=False)
    for head in ("verdict", "channel", "difference", "tolerance", "lag (ticks)", "at (s)"):
        table.add_column(head)
    for item in result.channels:
        tolerance = "none given" if item.tolerance is None else f"{item.tolerance:g}"
        word = "" if item.tolerance is None else item.outcome.value
        table.add_row(
            word, item.channel, f"{item.value_apart:.6g}", tolerance, str(item.lag_ticks), f"{item.at_s:.1f}"
        )
    if result.channels:
        console.print(table)
    console.print(f"[bold {_COLOURS[result.outcome]}]{result.outcome.value}[/]")
    return result
