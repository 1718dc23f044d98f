"""Evidence made by hand: what a judge sees, with every number under the test's control."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import ArrayLike
from rich.console import Console

from flight.executive.executive import Clock
from hil.runner.errors import RunDataError
from hil.runner.evidence import (
    BusAccount,
    CommandRecord,
    EventRecord,
    LaserAccount,
    LinkAccount,
    LinkHealth,
    LinkWindow,
)
from hil.runner.faults import Fault
from hil.runner.front import Request, run_scenario
from hil.runner.quantity import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class HandMade:
    """Evidence with nothing in it but what a test put there."""

    channels: Mapping[str, Series] = field(default_factory=dict)
    events: Sequence[EventRecord] = ()
    commands: Sequence[CommandRecord] = ()
    faults: Sequence[Fault] = ()
    windows: Sequence[LinkWindow] = ()
    bus: BusAccount | None = None
    link: LinkAccount | None = None
    health: LinkHealth | None = None
    laser: LaserAccount | None = None
    procedure: str = ""
    duration_s: float = 100.0
    asked_s: float = 100.0
    planned_s: float = 100.0
    tick_s: float = 0.1

    def channel(self, owner: str, field: str) -> Series:
        name = f"{owner}.{field}"
        if name not in self.channels:
            raise RunDataError(f"channel must be recorded, got none for {name}")
        return self.channels[name]

    def pieces(self, owner: str, field: str) -> Iterator[Series]:
        """Yield the channel in three unequal pieces."""
        whole = self.channel(owner, field)
        for part in np.split(np.arange(len(whole.time_s)), [len(whole.time_s) // 3, len(whole.time_s) // 2]):
            yield Series(time_s=whole.time_s[part], values=whole.values[part])

    def with_channel(self, name: str, values: ArrayLike, *, step_s: float = 1.0) -> HandMade:
        """Return the same evidence with one more channel, sampled from 0 s on."""
        table = np.asarray(values, dtype=np.float64)
        table = table.reshape(len(table), -1)
        series = Series(time_s=np.arange(len(table)) * step_s, values=table)
        return replace(self, channels={**self.channels, name: series})


@pytest.fixture
def evidence() -> HandMade:
    return HandMade()


@pytest.fixture
def event() -> Callable[..., EventRecord]:
    def make(name: str, time_s: float, source: str = "POWER", **values: object) -> EventRecord:
        return EventRecord(
            tick=round(time_s * 10),
            time_s=time_s,
            source=source,
            name=name,
            severity="INFO",
            text=name,
            values=values,
        )

    return make


SHORT = """
title = "forty seconds under a station"
epoch = "2026-03-20T14:46:00Z"
duration_s = 40.0
seed = 5
record = [
  "PowerStatus", "BusReading", "BatteryReading", "StationStatus", "RadioStatus", "GatewayStatus",
  "LinkCounts",
]

[[stations]]
name = "below"
latitude_deg = 0.1
longitude_deg = -39.3

[[faults]]
kind = "section"
label = "section 3 lost"
section_index = 3
at_s = 12.0

[[faults]]
kind = "kill"
label = "thermal killed"
application = "THERMAL"
at_s = 20.0

[[expect]]
kind = "range"
name = "bus voltage"
quantity = "truth.bus.bus_voltage_v"
low = 137.0
high = 173.0

[[expect]]
kind = "accounting"
name = "bus messages"

[[expect]]
kind = "ledger"
name = "energy ledger"
tolerance_frac = 0.001

[[plots]]
title = "Bus voltage"
unit = "V"
lines = { "measured" = "BusReading.bus_voltage_v" }
truth = { "truth" = "truth.bus.bus_voltage_v" }
limits = { "low" = 137.0 }

[[compare]]
quantity = "BusReading.bus_voltage_v"
tolerance = 0.5
"""


@pytest.fixture
def fly(tmp_path: Path) -> Callable[..., Path]:
    """Return what flies a scenario and leaves its run directory; the short one by default."""

    def run(
        text: str = SHORT, *, name: str = "run", clock: Clock = Clock.INPROCESS, **options: object
    ) -> Path:
        path = tmp_path / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        request = Request(scenario=str(path), clock=clock, out=tmp_path / name, **options)  # type: ignore[arg-type]
        folder, _ = run_scenario(request, Console(file=io.StringIO()))
        return folder

    return run


@pytest.fixture(scope="session")
def flown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one run directory for tests that only look."""
    home = tmp_path_factory.mktemp("flown")
    path = home / "short.toml"
    path.write_text(SHORT, encoding="utf-8")
    request = Request(scenario=str(path), clock=Clock.INPROCESS, out=home / "run")
    return run_scenario(request, Console(file=io.StringIO()))[0]


@pytest.fixture
def short() -> str:
    """Return the text of the short scenario."""
    return SHORT
