"""Scenario files: the shipped ones are sound, wrong ones are refused in words that help."""

from __future__ import annotations

from pathlib import Path

import pytest

from flight.dictionary.fields import field_specs
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App, Repeated
from hil.devices.errors import ConfigurationError
from hil.runner.expect_series import InRange
from hil.runner.faults import Kill
from hil.runner.quantity import Quantity, parse_quantity
from hil.runner.scenario import load_scenario

SCENARIOS = sorted((Path(__file__).parents[3] / "hil" / "scenarios").glob("*.toml"))
HEAD = 'title = "t"\nepoch = "2027-01-01T00:00:00Z"\nduration_s = 10.0\n'


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_shipped_scenario_is_sound(path: Path) -> None:
    scenario = load_scenario(path.read_text(encoding="utf-8"), path.name)
    assert scenario.expect
    assert len({item.name for item in scenario.expect}) == len(scenario.expect)
    labels = {fault.title for fault in scenario.faults}
    assert {getattr(item, "fault", "") for item in scenario.expect} <= {"", *labels}
    assert len({plot.title for plot in scenario.plots}) == len(scenario.plots)
    recorded = set(scenario.record)
    for plot in scenario.plots:
        for text in (*plot.lines.values(), *plot.truth.values()):
            quantity = parse_quantity(text)
            if not quantity.is_truth:
                assert quantity.owner in recorded
                assert (quantity.stop or 1) <= _width(quantity)


def _width(quantity: Quantity) -> int:
    """Return the number of elements of a message's field."""
    (shape,) = (
        spec.shape for spec in field_specs(DICTIONARY.by_name(quantity.owner)) if spec.name == quantity.field
    )
    return shape.count if isinstance(shape, Repeated) else 1


def test_faults_and_expectations_are_read_by_kind() -> None:
    text = (
        HEAD + '[[faults]]\nkind = "kill"\nat_s = 3\napplication = "power"\n'
        '[[expect]]\nkind = "range"\nname = "bus"\n'
        'quantity = "BusReading.bus_voltage_v"\nlow = 137\nhigh = 173\n'
    )
    scenario = load_scenario(text, "x.toml")
    assert scenario.faults == (Kill(at_s=3.0, application=App.POWER),)
    assert isinstance(scenario.expect[0], InRange)
    assert scenario.faults[0].title == "kill at 3 s"


def test_times_become_ticks() -> None:
    scenario = load_scenario(HEAD + "tick_ms = 50\n", "x.toml")
    assert scenario.tick_count == 200
    assert scenario.tick_of(0.1) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "x.toml: file must be TOML"),
        pytest.param("title = " + "[" * 9999, "x.toml: file must be TOML", id="nested too deep"),
        (HEAD + "duratoin_s = 1\n", "x.toml: key must be one of title, epoch, .*got duratoin_s"),
        (HEAD.replace("10.0", "0.0"), "duration_s must be > 0"),
        (HEAD + "tick_ms = 30\n", "tick_ms must be a divisor of 100, got 30 ms"),
        (HEAD + 'record = ["PowerStatsu"]\n', "nearest: power.PowerStatus"),
        (HEAD + "[options.POWR]\nx = 1\n", "options must be of one of .*, got POWR"),
        (
            HEAD + '[[faults]]\nkind = "kill"\nat_s = 1\napplication = "world"\n',
            "application must be one that flies",
        ),
        (
            HEAD + '[[faults]]\nkind = "kil"\nat_s = 1\n',
            r"faults\[0\]: kind must be one of kill, hang, partition, sensor",
        ),
        (
            HEAD + '[[faults]]\nkind = "partition"\nat_s = 1\napplication = "power"\nmessage = "Grnt"\n',
            "message must be one of the bus, such as grants.Grant, .*got Grnt",
        ),
        (
            HEAD + '[[faults]]\nkind = "kill"\nat_s = -1\napplication = "power"\n',
            "at_s must be >= 0, got -1 s",
        ),
        (
            HEAD + '[[plots]]\ntitle = "p"\nunit = "V"\nlines = { a = "x" }\n',
            "quantity must be Message.field",
        ),
        (
            HEAD + '[[stations]]\nname = "s"\nlatitude_deg = 91\nlongitude_deg = 0\n',
            "latitude_deg must be -90 to 90",
        ),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load_scenario(text, "x.toml")
