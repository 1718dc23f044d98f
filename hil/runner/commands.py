"""The commands of `hil`: what people type, with the help that they read."""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from flight.executive.executive import Clock
from hil.devices.errors import ConfigurationError
from hil.runner.conclude import conclude
from hil.runner.errors import RunnerError
from hil.runner.front import (
    SCENARIO_DEFAULT,
    Request,
    run_scenario,
    show_comparison,
    show_conclusion,
)
from hil.runner.plant_commands import plant_app
from hil.runner.verdict import Outcome

__all__ = ["app"]

app = typer.Typer(
    help="Run the loop around the flight software: devices, channel, ground, faults, verdicts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.add_typer(plant_app, name="plant")

_ScenarioName = Annotated[str, typer.Argument(help="A scenario file, or a name in hil/scenarios.")]
_ClockName = Annotated[
    Clock | None,
    typer.Option(
        help="inprocess: one process, fastest. lockstep: a process per application, the default. "
        "realtime: wall clock. Trace hashes of the first two are equal."
    ),
]
_Seed = Annotated[
    int | None, typer.Option(min=0, help="Seed of every random stream; the scenario's by default.")
]
_Pace = Annotated[
    float,
    typer.Option(
        "--pace",
        min=0.0,
        help="Hold lockstep at this many times real time, for live operators: --pace 1. 0: free.",
    ),
]
_Duration = Annotated[
    float | None,
    typer.Option(
        "--duration",
        min=1.0,
        help="Fly only so many simulated seconds, for a quick look; expectations that need more are INVALID.",
    ),
]
_Out = Annotated[
    Path | None, typer.Option(help="A new or empty run directory; runs/<scenario>-<n> by default.")
]
_Placement = Annotated[
    str, typer.Option(help="default: eight processes. one: all in one process of their own.")
]
_Run = Annotated[Path, typer.Argument(help="A run directory.", exists=True, file_okay=False)]


@app.command()
def sil(
    scenario: _ScenarioName = SCENARIO_DEFAULT,
    clock: _ClockName = None,
    seed: _Seed = None,
    pace_ratio: _Pace = 0.0,
    out: _Out = None,
    placement: _Placement = "default",
    duration_s: _Duration = None,
) -> None:
    """Fly a scenario with everything simulated, judge it, and leave a run directory with its report.

    Without arguments: one orbit of ODC-100. Ends with 0 when every expectation holds, 1 when one fails or
    cannot be judged, 2 when the run could not be made. Ctrl-C ends the run in order and judges what there is.
    """
    _run(
        Request(
            scenario=scenario,
            rig="sil",
            clock=clock,
            seed=seed,
            pace_ratio=pace_ratio,
            out=out,
            placement=placement,
            duration_s=duration_s,
        )
    )


@app.command()
def rig(
    rig: Annotated[str, typer.Argument(help="A rig file, or a name in hil/rigs.")],
    scenario: _ScenarioName,
    seed: _Seed = None,
    out: _Out = None,
) -> None:
    """Fly a scenario on a rig: the same processes, devices by one line each in the rig file.

    Every device is simulated unless the rig file names another backend for it; real and emulated devices need
    the realtime clock, which the rig file sets.
    """
    _run(Request(scenario=scenario, rig=rig, seed=seed, out=out))


@app.command()
def compare(one: _Run, other: _Run) -> None:
    """Compare two runs: the first message that differs, and every channel with the scenario's tolerances.

    Ends with 0 when the traces are equal or every channel with a tolerance is within it.
    """
    console = Console()
    try:
        result = show_comparison(one, other, console)
    except (RunnerError, ConfigurationError) as error:
        _refuse(console, error)
    raise typer.Exit(0 if result.outcome is Outcome.PASS else 1)


@app.command()
def report(run: _Run) -> None:
    """Judge a run directory again and write its summary, JUnit and report anew."""
    console = Console()
    try:
        summary = conclude(run)
    except (RunnerError, ConfigurationError) as error:
        _refuse(console, error)
    show_conclusion(run, summary, console)
    raise typer.Exit(0 if summary.verdict is Outcome.PASS else 1)


def _run(request: Request) -> None:
    console = Console()
    try:
        folder, summary = run_scenario(request, console)
    except (RunnerError, ConfigurationError) as error:
        _refuse(console, error)
    show_conclusion(folder, summary, console)
    raise typer.Exit(0 if summary.verdict is Outcome.PASS else 1)


def _refuse(console: Console, error: Exception) -> NoReturn:
    console.print(f"[red]hil:[/] {error}", highlight=False, soft_wrap=True)
    raise typer.Exit(2)
