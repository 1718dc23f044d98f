"""The thermal application: inbox, estimate, modes, law, outbox."""

from collections.abc import Mapping
from typing import ClassVar, cast

from flight.bus.application import (
    COMPLETED,
    Application,
    Config,
    Inbox,
    Now,
    Outcome,
    Policy,
    Subscription,
)
from flight.dictionary.declare import Command, Parameters
from flight.dictionary.executive import SystemMode, SystemModeOrder
from flight.dictionary.grants import GrantAcknowledge, GrantLoop, GrantReason
from flight.dictionary.leases import LeaseBook
from flight.dictionary.power import BusReading
from flight.dictionary.thermal import LoopReading, SetSupplyTemperature, ThermalParameters
from flight.dictionary.types import App
from flight.thermal import law, manager, memory, report
from flight.thermal.parameters import conflict

__all__ = ["ThermalApplication", "build"]

_Image = tuple[tuple[object, ...], tuple[object, ...], bool]


class ThermalApplication(Application):
    """Holds the supply temperatures of both loops and grants thermal watts."""

    APP = App.THERMAL
    PERIOD_MS = 1000
    OFFSET_MS = 100
    PARAMETERS = ThermalParameters
    SUBSCRIPTIONS = (
        Subscription(message=LoopReading, depth=1),
        Subscription(message=BusReading, depth=1),
        Subscription(message=SystemModeOrder, depth=1),
        Subscription(message=GrantAcknowledge, depth=16, policy=Policy.DROP_OLDEST),
    )
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {SetSupplyTemperature: "set_supply_temperature"}

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._memory = memory.Memory()
        self._book = LeaseBook(GrantLoop.THERMAL, law.BOOKINGS)
        self._safe_ordered = False

    @property
    def mode(self) -> int:
        """Mode number for housekeeping."""
        return self._memory.mode

    def check_parameters(self, parameters: Parameters) -> str | None:
        """Return why a set of parameters contradicts itself, or None."""
        return conflict(cast("ThermalParameters", parameters))

    def step(self, now: Now, inbox: Inbox) -> None:
        """Do one second of thermal control."""
        self._hear(inbox)
        before = self._memory
        inputs = manager.Inputs(
            time_ns=now.time_ns,
            dt_s=now.dt_s,
            safe_ordered=self._safe_ordered,
            loops=inbox.latest(LoopReading),
            bus=inbox.latest(BusReading),
        )
        self._memory, decision = manager.advance(before, inputs, cast("ThermalParameters", self.parameters))
        targets_w = {App.COMPUTE: decision.grant_w}
        for grant in self._book.offer(now.time_ns, targets_w, decision.lease_supply_w, GrantReason.CAPACITY):
            self.publish(grant, destination=App(grant.holder))
        self.publish(report.loop_setpoint(self._memory, decision))
        granted_w = self._book.granted_w(now.time_ns, App.COMPUTE)
        self.publish(report.status(self._memory, decision, time_ns=now.time_ns, granted_w=granted_w))
        for event in report.events(before, self._memory, decision):
            self.emit(event)

    def set_supply_temperature(self, _now: Now, command: SetSupplyTemperature) -> Outcome:
        """Set the supply temperature of one loop, or of both, from the next step on."""
        self._memory = manager.with_set_point(self._memory, command.loop_index, command.supply_set_k)
        return COMPLETED

    def snapshot(self) -> tuple[object, ...]:
        """Return memory and lease book."""
        return (memory.packed(self._memory), self._book.snapshot(), self._safe_ordered)

    def restore(self, state: tuple[object, ...]) -> None:
        """Take memory and lease book from a snapshot."""
        image, book, safe_ordered = cast("_Image", state)
        self._memory = memory.unpacked(image)
        self._book.restore(book)
        self._safe_ordered = safe_ordered

    def _hear(self, inbox: Inbox) -> None:
        """Take orders and acknowledgements."""
        for acknowledgement in inbox.messages(GrantAcknowledge):
            self._book.acknowledge(acknowledgement)
        order = inbox.latest(SystemModeOrder)
        if order is not None:
            self._safe_ordered = order.mode == SystemMode.SAFE


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Return the applications of this part."""
    return [ThermalApplication(configs[App.THERMAL])]
