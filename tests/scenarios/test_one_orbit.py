"""One orbit, end to end: every expectation holds, and fails when the one thing it guards is broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flight.executive.executive import Clock
from hil.runner.compare import compare
from hil.runner.evidence import BusAccount, CommandRecord, EventRecord, LaserAccount, LinkAccount, LinkHealth
from hil.runner.expectation import judge
from hil.runner.quantity import Series
from hil.runner.run_folder import RunFolder
from hil.runner.scenario import Scenario, load_scenario
from hil.runner.verdict import Outcome

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SCENARIO = Path(__file__).parents[2] / "hil" / "scenarios" / "one_orbit.toml"
NAMES = [item.name for item in load_scenario(SCENARIO.read_text(encoding="utf-8"), "x").expect]


@dataclass(kw_only=True)
class Broken:
    """The evidence of a sound run with one thing changed."""

    run: RunFolder
    channels: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = field(default_factory=dict)
    change: Callable[[Any], Any] | None = None
    of: str = ""

    def channel(self, owner: str, name: str) -> Series:
        series = self.run.channel(owner, name)
        change = self.channels.get(f"{owner}.{name}")
        if change is None:
            return series
        return Series(time_s=series.time_s, values=change(series.time_s.copy(), series.values.copy()))

    def pieces(self, owner: str, name: str) -> Iterator[Series]:
        yield self.channel(owner, name)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.run, name)
        return self.change(value) if self.change is not None and name == self.of else value


def where(condition: Callable[[np.ndarray], np.ndarray], value: float) -> Callable[..., np.ndarray]:
    """Return a change that sets samples at some times to a value."""

    def change(time_s: np.ndarray, values: np.ndarray) -> np.ndarray:
        values[condition(time_s)] = value
        return values

    return change


def frozen(from_s: float) -> Callable[..., np.ndarray]:
    """Return a change that holds a channel from a time on."""

    def change(time_s: np.ndarray, values: np.ndarray) -> np.ndarray:
        late = time_s >= from_s
        values[late] = values[late][0]
        return values

    return change


def scaled(factor: float) -> Callable[..., np.ndarray]:
    """Return a change that multiplies a channel."""
    return lambda _, values: values * factor


def without(name: str) -> Callable[[Sequence[EventRecord]], list[EventRecord]]:
    """Return a change that takes all events of a name out."""
    return lambda events: [item for item in events if item.name != name]


def late(commands: Sequence[CommandRecord]) -> list[CommandRecord]:
    """Return commands of which one was accepted too late."""
    first, *rest = commands
    stages = {**first.stages, "accepted": first.stages["radiated"] + 2.1}
    return [replace(first, stages=stages), *rest]


def one_more_lost(bus: BusAccount) -> BusAccount:
    return replace(bus, handled_count=bus.handled_count - 1)


def one_packet_dropped(link: LinkAccount) -> LinkAccount:
    return replace(link, archived_count=link.archived_count - 1)


def one_bulk_packet_dropped(laser: LaserAccount) -> LaserAccount:
    return replace(laser, packets=one_packet_dropped(laser.packets))


def one_replay_seen(health: LinkHealth) -> LinkHealth:
    return replace(health, up={**health.up, "security_replayed": 1})


def at(moment_s: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda time_s: np.abs(time_s - moment_s) < 0.6


def between(from_s: float, until_s: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda time_s: (time_s > from_s) & (time_s < until_s)


def channels(**changes: Callable[..., np.ndarray]) -> dict[str, Any]:
    return {"channels": {name.replace("__", "."): change for name, change in changes.items()}}


SABOTAGE: dict[str, dict[str, Any]] = {
    "bus voltage": channels(truth__bus__bus_voltage_v=where(at(3000.0), 136.0)),
    "lowest cell voltage": channels(truth__battery__cell_voltage_min_v=where(at(3900.0), 2.79)),
    "highest cell voltage": channels(truth__battery__cell_voltage_max_v=where(at(5700.0), 4.16)),
    "charge at the end": channels(truth__storage__pack_charge_frac=where(at(5801.0), 0.75)),
    "charge estimate": channels(PowerStatus__charge_frac=frozen(2000.0)),
    "die temperature": channels(truth__accelerators__die_temperature_k=where(at(1500.0), 361.0)),
    "supply temperature": channels(truth__loops__supply_temperature_k=where(at(2500.0), 299.0)),
    "delivered computing": channels(truth__nodes__node_power_w=scaled(0.6)),
    "energy ledger": channels(truth__ledger__switch_power_w=scaled(0.99)),
    "bus messages": {"of": "bus", "change": one_more_lost},
    "telemetry packets": {"of": "link", "change": one_packet_dropped},
    "radio link repaired": {"of": "health", "change": one_replay_seen},
    "bulk telemetry by laser": {"of": "laser", "change": one_bulk_packet_dropped},
    "commands through the link": {"of": "commands", "change": late},
    "operator's procedure": {"of": "procedure", "change": lambda _: "failed CHECK"},
    "power application back": channels(
        PowerStatus__charge_frac=lambda t, v: np.where((t > 2600.0)[:, None], 0.5, v)
    ),
    "section loss named": {"of": "events", "change": without("SectionLost")},
    "optical links": channels(TerminalReading__frame_lock_mask=where(between(2000.0, 2400.0), 0.0)),
    "events": {"of": "events", "change": lambda events: list(events) * 20},
    "array faces the Sun": channels(truth__motion__sun_error_rad=where(at(1500.0), 0.0011)),
}


@pytest.fixture(scope="module")
def run(orbit: Path) -> RunFolder:
    return RunFolder(orbit)


def verdict(scenario: Scenario, evidence: Any, name: str) -> Outcome:
    (found,) = judge([item for item in scenario.expect if item.name == name], evidence)
    return found.outcome


def test_every_expectation_holds(orbit: Path) -> None:
    summary = json.loads((orbit / "summary.json").read_text(encoding="utf-8"))
    failed = [item for item in summary["expectations"] if item["outcome"] != "PASS"]
    assert not failed
    assert summary["verdict"] == "PASS"
    assert summary["simulated_s"] == pytest.approx(5801.0)


def test_there_is_a_sabotage_for_every_expectation() -> None:
    assert list(SABOTAGE) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_broken_satellite_is_found(run: RunFolder, name: str) -> None:
    assert verdict(run.scenario, Broken(run=run), name) is Outcome.PASS
    assert verdict(run.scenario, Broken(run=run, **SABOTAGE[name]), name) is Outcome.FAIL


def test_eclipse_and_pass_are_those_of_the_orbit(run: RunFolder) -> None:
    light = run.channel("truth.world", "illumination_frac")
    dark_s = light.time_s[light.values[:, 0] < 0.5]
    assert dark_s[-1] - dark_s[0] == pytest.approx(35.5 * 60.0, abs=30.0)
    view = run.channel("StationStatus", "in_view")
    seen_s = view.time_s[view.values[:, 0] > 0.5]
    assert 600.0 < seen_s[-1] - seen_s[0] < 700.0


def test_files_are_as_small_as_promised(orbit: Path) -> None:
    assert (orbit / "bus.mcap").stat().st_size <= 60e6
    assert (orbit / "report.html").stat().st_size <= 5e6


HANG = '[[faults]]\nkind = "hang"\nlabel = "thermal hung"\napplication = "THERMAL"\nat_s = 600.0\n\n'
GATEWAY = '[[faults]]\nkind = "kill"\nlabel = "gateway killed"\napplication = "GATEWAY"\nat_s = 800.3\n\n'
KILL = '[[faults]]\nkind = "kill"'


def test_clocks_agree_with_pass_procedure_kill_and_hang(fly) -> None:
    """The procedure commands in the pass, two applications are killed meanwhile and one hung before."""
    changes = {
        "duration_s = 5801.0": "duration_s = 900.0",
        "at_s = 2600.0": "at_s = 780.0",
        KILL: HANG + GATEWAY + KILL,
    }
    clocks = (Clock.INPROCESS, Clock.LOCKSTEP)
    runs = [RunFolder(fly("one_orbit", changes=changes, clock=clock)) for clock in clocks]
    assert compare(*runs).trace_equal
    assert {"ApplicationDied", "ApplicationHung"} <= {item.name for item in runs[0].events}
    assert any("completed" in item.stages for item in runs[0].commands)
