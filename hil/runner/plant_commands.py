"""The commands of `hil plant`: the simulated satellite without flight software."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hil.devices.errors import ConfigurationError
from hil.plant.errors import PlantError
from hil.runner.errors import RunnerError
from hil.runner.front import SCENARIO_DEFAULT
from hil.runner.plant_front import LifeRequest, live, show_events, show_parameters

__all__ = ["plant_app"]

plant_app = typer.Typer(
    help="The simulated satellite alone: parameters, events of its orbit, life without flight software. "
    "The same as Python functions: from hil.plant import Plant, eclipse_events, shadow_fraction, ...",
    no_args_is_help=True,
)

_ScenarioName = Annotated[str, typer.Argument(help="A scenario file, or a name in hil/scenarios.")]
_Json = Annotated[bool, typer.Option("--json", help="JSON on standard output instead of a table.")]
_Duration = Annotated[
    float | None,
    typer.Option("--duration", min=1.0, help="Simulated seconds; the scenario's own by default."),
]


@plant_app.command()
def show(scenario: _ScenarioName = SCENARIO_DEFAULT, as_json: _Json = False) -> None:
    """Print every parameter of the scenario's satellite: value, unit, source.

    What the scenario changes is marked. Any of them can be set in a scenario file, in its table satellite:
    parameters = { "battery.charge_initial_frac" = 0.8 }
    """
    _do(lambda console: show_parameters(scenario, console, as_json=as_json))


@plant_app.command()
def events(
    scenario: _ScenarioName = SCENARIO_DEFAULT, duration_s: _Duration = None, as_json: _Json = False
) -> None:
    """List eclipses, penumbras, station passes and partner windows of the scenario's orbit.

    Times are found by root finding on the plant's own orbit, to 1 ms. "eclipse" is the umbra, "penumbra" the
    whole passage through shadow, "pass" is above the station's elevation mask, "partner" is a free line of
    sight (0 ahead, 1 behind, 2 and 3 in the planes beside). Ctrl-C ends the search and lists what has ended.
    """
    _do(lambda console: show_events(scenario, duration_s, console, as_json=as_json))


@plant_app.command()
def run(
    scenario: _ScenarioName = SCENARIO_DEFAULT,
    plot: Annotated[
        Path | None, typer.Option(help="Picture to write; the suffix chooses: .png, .svg, .pdf.")
    ] = None,
    table: Annotated[Path | None, typer.Option("--csv", help="Table of all plotted values to write.")] = None,
    duration_s: _Duration = None,
    node_power_w: Annotated[
        float, typer.Option("--node-power", min=0.0, max=10000.0, help="Power cap of each of 18 nodes, W.")
    ] = 2800.0,
) -> None:
    """Simulate the scenario's satellite without flight software, and draw what it does.

    Standing setpoints stand in for the applications: equal caps for all nodes, a proportional-integral valve
    per coolant loop, maximum-power tracking, terminals stowed. Faults of the plant that the scenario holds
    are injected. Power, charge, voltages and temperatures are drawn with their limits, eclipses and passes
    shaded while they are wide enough to be seen. Ctrl-C ends the life and draws what there is.
    """
    request = LifeRequest(
        scenario=scenario, plot=plot, csv=table, duration_s=duration_s, node_power_w=node_power_w
    )
    _do(lambda console: live(request, console))


def _do(action: Callable[[Console], None]) -> None:
    # A pipe has no width; eighty columns would cut the sources to shreds.
    console = Console(width=None if sys.stdout.isatty() else 160)
    try:
        action(console)
    except (RunnerError, ConfigurationError, PlantError) as error:
        Console(stderr=True).print(f"[red]hil:[/] {error}", highlight=False, soft_wrap=True)
        raise typer.Exit(2) from error
