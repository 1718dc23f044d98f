"""What the commands of `hil` do, as functions: find files, run, conclude, tell."""

from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copyfile

from rich.console import Console
from rich.table import Table

from flight.executive.executive import Clock
from hil.runner.compare import Comparison, compare
from hil.runner.conclude import Conclusion, conclude, keep_figures
from hil.runner.errors import RunnerError
from hil.runner.loop import FlightPlan, fly
from hil.runner.machine import StopWatch
from hil.runner.rig import load_rig
from hil.runner.run_folder import RunFolder
from hil.runner.scenario import load_scenario
from hil.runner.verdict import Outcome

__all__ = ["PLACEMENTS", "SCENARIO_DEFAULT", "Request", "run_scenario", "show_comparison", "show_conclusion"]

_ROOT = Path(__file__).resolve().parents[2]
_SCENARIOS = _ROOT / "hil" / "scenarios"
_RIGS = _ROOT / "hil" / "rigs"
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
    pace : float
        Simulated seconds per second at most; 0: as fast as possible.
    """

    scenario: str
    rig: str | None = None
    clock: Clock | None = None
    seed: int | None = None
    pace: float = 0.0
    out: Path | None = None
    placement: str = "default"


def run_scenario(request: Request, console: Console) -> tuple[Path, Conclusion]:
    """Run a scenario, judge it and leave its run directory.

    Raises
    ------
    RunnerError, ConfigurationError
        Something in the request, the scenario or the rig cannot be used.
    """
    setup = StopWatch()
    scenario_path = _find(request.scenario, _SCENARIOS, "scenario")
    scenario = load_scenario(scenario_path.read_text(encoding="utf-8"), scenario_path.name)
    rig_path = _find(request.rig or scenario.rig, _RIGS, "rig")
    rig = load_rig(rig_path.read_text(encoding="utf-8"), rig_path.name)
    clock = request.clock or rig.clock or scenario.clock
    if rig.needs_realtime and clock is not Clock.REALTIME:
        raise RunnerError(f"clock must be realtime for the devices of {rig_path.name}, got {clock.value}")
    if request.placement not in PLACEMENTS:
        raise RunnerError(f"placement must be one of {', '.join(PLACEMENTS)}, got {request.placement}")
    if request.seed is not None:
        scenario = replace(scenario, seed=request.seed)
    folder = _make_folder(request.out, scenario_path.stem)
    copyfile(scenario_path, folder / "scenario.toml")
    copyfile(rig_path, folder / "rig.toml")
    plan = FlightPlan(
        name=scenario_path.stem,
        rig_name=rig_path.stem,
        scenario=scenario,
        rig=rig,
        folder=folder,
        procedure=_procedure(scenario.procedure, scenario_path),
        clock=clock,
        pace=request.pace,
        placement=request.placement,
        setup=setup,
    )
    keep_figures(folder, fly(plan, console))
    return folder, conclude(folder)


def show_conclusion(folder: Path, conclusion: Conclusion, console: Console) -> None:
    """Print verdicts and figures."""
    table = Table(box=None, pad_edge=False)
    for head in ("verdict", "expectation", "measured", "required"):
        table.add_column(head, overflow="fold")
    for item in conclusion.verdicts:
        colour = _COLOURS[item.outcome]
        table.add_row(f"[{colour}]{item.outcome.value}[/]", item.name, item.measured, item.required)
    console.print(table)
    summary = conclusion.summary
    colour = _COLOURS[conclusion.outcome]
    console.print(
        f"[bold {colour}]{conclusion.outcome.value}[/]  {summary['simulated_s']:.0f} s simulated at "
        f"{summary['speed_x']:.0f}x, {summary['processes']} processes, {summary['rss_peak_mb']:.0f} MB, "
        f"trace {str(summary['trace_hash'])[:16]}",
        highlight=False,
    )
    if summary["ended_by"]:
        console.print(f"ended early: {summary['ended_by']}", highlight=False)
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
    verdicts = [str(run.summary["verdict"]) for run in runs]
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
            word, item.channel, f"{item.difference:.6g}", tolerance, str(item.lag_ticks), f"{item.at_s:.1f}"
        )
    if result.channels:
        console.print(table)
    console.print(f"[bold {_COLOURS[result.outcome]}]{result.outcome.value}[/]")
    return result


def _find(name: str, folder: Path, what: str) -> Path:
    """Return a file by its path or by its name in the folder of its kind."""
    for path in (Path(name), folder / name, folder / f"{name}.toml"):
        if path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in folder.glob("*.toml")))
    raise RunnerError(f"{what} must be a file or one of {known}, got {name}")


def _procedure(name: str, scenario: Path) -> Path | None:
    """Return the procedure's file: relative to the scenario's folder or to the project."""
    if not name:
        return None
    for path in (scenario.parent / name, _ROOT / name):
        if path.is_file():
            return path.resolve()
    raise RunnerError(f"procedure must be a file, got {name} ({scenario.name})")


def _make_folder(out: Path | None, stem: str) -> Path:
    """Make a run directory: the one asked for, or the next free number under ``runs``."""
    if out is not None:
        try:
            out.mkdir(parents=True)
        except FileExistsError:
            if not out.is_dir() or any(out.iterdir()):
                raise RunnerError(f"out must be a new or empty folder, got {out}") from None
        return out.resolve()
    for number in range(1, 100_000):
        folder = Path("runs") / f"{stem}-{number}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder.resolve()
    raise RunnerError("runs must have a free number, got none below 100000")
