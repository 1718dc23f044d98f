"""A sound example of an application, and one variant for each fault that the conformance suite must see."""

from collections.abc import Mapping
from itertools import count
from typing import ClassVar

from reference.bus import conformance
from reference.bus.conformance import Check
from reference.bus.samples import sample

from flight.bus.application import (
    COMPLETED,
    Application,
    Config,
    Inbox,
    Now,
    Outcome,
    Received,
    Started,
    Subscription,
)
from flight.bus.desk import CommandDesk
from flight.dictionary.application import CommandReport
from flight.dictionary.declare import Command
from flight.dictionary.power import (
    BatteryReading,
    BusReading,
    PowerParameters,
    SetLoadTier,
    SetSectionEnabled,
)
from flight.dictionary.thermal import ThermalStatus
from flight.dictionary.types import App, Stage


class Sound(Application):
    """Adds up bus voltages; conforms in everything."""

    APP = App.POWER
    PERIOD_MS = 500
    HOUSEKEEPING_PERIOD_S = 5
    SUBSCRIPTIONS = (Subscription(message=BusReading), Subscription(message=BatteryReading, wake=True))
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {
        SetLoadTier: "set_tier",
        SetSectionEnabled: "set_section",
    }
    PARAMETERS = PowerParameters

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.total_v = 0.0
        self.tier = 0
        self.requests: list[int] = []

    @property
    def mode(self) -> int:
        return self.tier

    def step(self, _now: Now, inbox: Inbox) -> None:
        self.total_v += sum(reading.bus_voltage_v for reading in inbox.messages(BusReading))
        while self.requests:
            self.complete(self.requests.pop())

    def set_tier(self, _now: Now, command: SetLoadTier) -> Outcome:
        self.tier = command.tier
        return COMPLETED

    def set_section(self, _now: Now, _command: SetSectionEnabled) -> Outcome:
        self.requests.append(self.request)
        return Started(timeout_s=4.0)

    def snapshot(self) -> tuple[object, ...]:
        return (self.total_v, self.tier)

    def restore(self, state: tuple[object, ...]) -> None:
        self.total_v, self.tier = state  # type: ignore[assignment]


class ForgetsHandler(Sound):
    """Names a handler that does not exist."""

    COMMANDS: ClassVar[Mapping[type[Command], str]] = {
        SetLoadTier: "set_tier",
        SetSectionEnabled: "set_sektion",
    }


class EndsTwice(Sound):
    """Reports the end of a command itself, beside the base class."""

    def set_tier(self, _now: Now, _command: SetLoadTier) -> Outcome:
        self.publish(CommandReport(request=self.request, stage=Stage.COMPLETED, code=0, step=0))
        return COMPLETED


class ForgetsState(Sound):
    """Does not restore what it saved."""

    def restore(self, state: tuple[object, ...]) -> None:
        assert state


class KeepsObjects(Sound):
    """Has something in its state that cannot be stored."""

    def snapshot(self) -> tuple[object, ...]:
        return (self.total_v, self.config)


class TripsOnGaps(Sound):
    """Takes a late step for a fault."""

    last_tick = 0

    def step(self, now: Now, _inbox: Inbox) -> None:
        if now.tick - self.last_tick > 50:
            raise RuntimeError("late")
        self.last_tick = now.tick


class IsSilent(Sound):
    """Switches its housekeeping off."""

    HOUSEKEEPING_PERIOD_S = 0


class LiesAboutMode(Sound):
    """Its mode for housekeeping is not a mode."""

    @property
    def mode(self) -> int:
        raise RuntimeError("no mode")


_CALLS = count()


class Differs(Sound):
    """Depends on how often the process has called it before."""

    def step(self, _now: Now, _inbox: Inbox) -> None:
        self.stream("draw").count += next(_CALLS)
        if self.stream("draw").uniform() < 0.5:
            self.publish(CommandReport(request=0, stage=Stage.PROGRESS, code=0, step=0))


class SpeaksForOthers(Sound):
    """Publishes a message of another application."""

    def step(self, _now: Now, _inbox: Inbox) -> None:
        self.publish(sample(ThermalStatus, 1))


class DividesByZero(Sound):
    """Cannot live with an impossible reading."""

    def step(self, _now: Now, inbox: Inbox) -> None:
        reading = inbox.latest(BusReading)
        if reading is not None and reading.compute_power_w < 0.0:
            raise ZeroDivisionError("planted")


class ResetsTooMuch(Sound):
    """Takes zeroed counters for a new start, and forgets its parameters."""

    def step(self, now: Now, _inbox: Inbox) -> None:
        if now.tick > 20 and self.counters.accepted == 0:
            self.desk.parameters = PowerParameters()


class _DeafDesk(CommandDesk):
    def take(self, now: Now, received: Received) -> None:
        pass


class SwallowsNoOperation(Sound):
    """Takes commands away from the base class."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.desk = _DeafDesk(self)  # type: ignore[misc]


class HasNoParameters(Sound):
    """Does not declare its parameters."""

    PARAMETERS = None


PLANTED: dict[str, tuple[type[Application], Check]] = {
    "handler missing": (ForgetsHandler, conformance.check_declarations),
    "no-op swallowed": (SwallowsNoOperation, conformance.check_no_operation),
    "reset of more than counters": (ResetsTooMuch, conformance.check_counters),
    "parameters not declared": (HasNoParameters, conformance.check_parameters),
    "state not restored": (ForgetsState, conformance.check_snapshot),
    "state not plain": (KeepsObjects, conformance.check_snapshot),
    "late step fails": (TripsOnGaps, conformance.check_overrun),
    "housekeeping off": (IsSilent, conformance.check_housekeeping),
    "housekeeping fails": (LiesAboutMode, conformance.check_housekeeping),
    "two ends of a command": (EndsTwice, conformance.check_reports),
    "step fails on a reading": (DividesByZero, conformance.check_robustness),
    "message of another": (SpeaksForOthers, conformance.check_robustness),
    "hidden input": (Differs, conformance.check_repeat),
}
