"""Ticks that one application runs alone, in one frame, leave the same trace as ticks in which all are asked."""

from typing import ClassVar

import pytest

from flight.bus.application import Application, Config, Inbox, Now, Policy, Subscription
from flight.bus.coordinator import Coordinator
from flight.bus.group import Group, Unit
from flight.bus.inprocess import InProcess
from flight.bus.manifest import rights_of
from flight.bus.settings import Fault, Injection, Settings
from flight.dictionary.power import BusReading, LoadShed
from flight.dictionary.types import App


class Counting(Application):
    """Steps each tick, hears of a shed, speaks at every 37th step, so that spans of all lengths occur."""

    APP = App.DISTRIBUTION
    PERIOD_MS = 100
    SUBSCRIPTIONS = (Subscription(message=LoadShed, depth=4, policy=Policy.DROP_OLDEST),)
    steps: ClassVar[list[tuple[int, int]]] = []

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._count = 0

    def step(self, now: Now, inbox: Inbox) -> None:
        self._count += 1
        self.steps.append((now.tick, len(inbox.received)))
        if self._count % 37 == 0:
            self.publish(_reading(self._count / 8.0))

    def snapshot(self) -> tuple[object, ...]:
        return (self._count,)

    def restore(self, state: tuple[object, ...]) -> None:
        (self._count,) = state  # type: ignore[assignment]


class Shedding(Application):
    """Steps each second and answers each reading with an event."""

    APP = App.POWER
    OFFSET_MS = 300
    SUBSCRIPTIONS = (Subscription(message=BusReading, depth=4, policy=Policy.DROP_OLDEST),)

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002
        for reading in inbox.messages(BusReading):
            self.emit(LoadShed(tier=1, charge_frac=0.5, bus_voltage_v=reading.bus_voltage_v))


def _reading(voltage_v: float) -> BusReading:
    return BusReading(
        time_ns=0,
        bus_voltage_v=voltage_v,
        array_power_w=0.0,
        battery_power_w=0.0,
        compute_power_w=0.0,
        optical_power_w=0.0,
        thermal_power_w=0.0,
        housekeeping_power_w=0.0,
        shed_count=0,
        switch_mask=0,
        valid_mask=0,
    )


def _run(ticks: int, injections: tuple[Injection, ...], spans: list[int]) -> tuple[object, ...]:
    Counting.steps.clear()
    classes = (Counting, Shedding)
    units = [
        Unit(lambda given, cls=cls: [cls(given[cls.APP])], {cls.APP: Config(app=cls.APP)}) for cls in classes
    ]
    group = Group(units)
    rights = {int(cls.APP): rights_of(cls.APP, sends_commands=False) for cls in classes}
    coordinator = Coordinator(group.declared(), rights, settings=Settings(), injections=injections)
    asked = coordinator.quiet_until

    def counted(tick, opened, last):
        until = asked(tick, opened, last)
        spans.append(until - tick)
        return until

    coordinator.quiet_until = counted  # type: ignore[method-assign]
    driver = InProcess(coordinator, group)
    driver.begin()
    driver.run(ticks)
    assert coordinator.unaccounted_count == 0
    return coordinator.trace.hexdigest(), tuple(coordinator.trace.digests), tuple(Counting.steps), driver.tick


@pytest.mark.parametrize(
    "injections",
    [(), (Injection(tick=157, app=App.DISTRIBUTION, fault=Fault.KILL),)],
    ids=["undisturbed", "killed"],
)
def test_a_span_leaves_the_trace_of_single_ticks(monkeypatch, injections):
    spans: list[int] = []
    together = _run(512, injections, spans)
    assert max(spans) >= 5
    monkeypatch.setattr(Coordinator, "quiet_until", lambda self, tick, opened, last: tick)
    assert _run(512, injections, []) == together
    assert together[-1] == 512
