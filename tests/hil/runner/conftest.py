"""Evidence made by hand: what a judge sees, with every number under the test's control."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import ArrayLike

from hil.runner.errors import RunDataError
from hil.runner.evidence import BusAccount, CommandRecord, EventRecord, LinkAccount, LinkWindow
from hil.runner.faults import Fault
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
    procedure: str = ""
    duration_s: float = 100.0
    tick_s: float = 0.1

    def channel(self, owner: str, field: str) -> Series:
        name = f"{owner}.{field}"
        if name not in self.channels:
            raise RunDataError(f"channel must be recorded, got none for {name}")
        return self.channels[name]

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
