"""The README teaches by examples; here they run."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flight.bus.application import Application
from flight.dictionary.fields import field_specs
from flight.dictionary.power import BusReading, LoadShed
from flight.dictionary.types import App
from hil.runner.commands import app as hil

ROOT = Path(__file__).resolve().parents[2]


def example(heading: str, language: str) -> str:
    """Return the first block of a language under a heading of the README."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found is not None, (heading, language)
    return found.group(1)


def load(source: str, name: str) -> dict[str, object]:
    scope: dict[str, object] = {"__name__": name}
    exec(compile(source, f"README.md ({name})", "exec"), scope)
    return scope


def reading(bus_voltage_v: float) -> BusReading:
    values = {spec.name: 0 if spec.python is int else 0.0 for spec in field_specs(BusReading)}
    return BusReading(**(values | {"bus_voltage_v": bus_voltage_v}))


def test_the_application_of_the_readme_speaks_when_the_bus_sags(make_loop, make_actor):
    guard = load(example("Write an application", "python"), "application")["VoltageGuard"]
    assert isinstance(guard, type)
    assert issubclass(guard, Application)
    unit = make_actor(App.DISTRIBUTION, {1: [reading(160.0)], 11: [reading(139.0)]}, ())
    listener = make_actor(App.GATEWAY, {}, (LoadShed,))
    loop = make_loop(guard, unit, listener)
    loop.run(40)
    assert [round(one.bus_voltage_v) for one in loop[App.GATEWAY].of(LoadShed)] == [139]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_scenario_and_the_script_of_the_readme_pass(tmp_path):
    (tmp_path / "first_pass.py").write_text(example("Write an operator script", "python"), encoding="utf-8")
    scenario = tmp_path / "first_pass.toml"
    scenario.write_text(example("Write a scenario", "toml"), encoding="utf-8")
    out = tmp_path / "run"
    result = CliRunner().invoke(hil, ["sil", str(scenario), "--clock", "inprocess", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert json.loads((out / "summary.json").read_text(encoding="utf-8"))["verdict"] == "PASS"
