"""The power application: inbox, estimate, modes, law, outbox."""

from collections.abc import Mapping
from dataclasses import replace
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
from flight.dictionary.grants import GrantAcknowledge, GrantLoop, GrantRequest
from flight.dictionary.leases import LeaseBook
from flight.dictionary.navigation import NavigationReading
from flight.dictionary.power import (
    ArrayReading,
    BatteryReading,
    BusReading,
    PowerParameters,
    SetLoadTier,
    SetSectionEnabled,
)
from flight.dictionary.types import App
from flight.power import law, manager, memory, report
from flight.power.parameters import conflict

__all__ = ["PowerApplication", "build"]

_Image = tuple[tuple[object, ...], tuple[object, ...], tuple[tuple[int, float], ...], bool]


class PowerApplication(Application):
    """Keeps the battery, plans the energy of the orbit and grants electrical watts."""

    APP = App.POWER
    PERIOD_MS = 1000
    OFFSET_MS = 100
    PARAMETERS = PowerParameters
    SUBSCRIPTIONS = (
        Subscription(message=ArrayReading, depth=1),
        Subscription(message=BatteryReading, depth=1),
        Subscription(message=BusReading, depth=1),
        Subscription(message=NavigationReading, depth=1),
        Subscription(message=SystemModeOrder, depth=1),
        Subscription(message=GrantRequest, depth=4, policy=Policy.KEEP_NEWEST),
        Subscription(message=GrantAcknowledge, depth=16, policy=Policy.DROP_OLDEST),
    )
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {
        SetLoadTier: "set_load_tier",
        SetSectionEnabled: "set_section_enabled",
    }

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._memory = memory.Memory()
        self._book = LeaseBook(GrantLoop.ELECTRICAL, law.BOOKINGS)
        self._request_w = dict(law.FIRST_REQUEST_W)
        self._safe_ordered = False

    @property
    def mode(self) -> int:
        """Mode number for housekeeping."""
        return self._memory.mode

    def check_parameters(self, parameters: Parameters) -> str | None:
        """Return why a set of parameters contradicts itself, or None."""
        return conflict(cast("PowerParameters", parameters))

    def step(self, now: Now, inbox: Inbox) -> None:
        """Do one second of power management."""
        self._hear(inbox)
        limits = cast("PowerParameters", self.parameters)
        before = self._memory
        inputs = manager.Inputs(
            time_ns=now.time_ns,
            dt_s=now.dt_s,
            safe_ordered=self._safe_ordered,
            compute_request_w=self._request_w[App.COMPUTE],
            optical_request_w=self._request_w[App.OPTICAL],
            array=inbox.latest(ArrayReading),
            battery=inbox.latest(BatteryReading),
            bus=inbox.latest(BusReading),
            navigation=inbox.latest(NavigationReading),
        )
        self._memory, decision = manager.advance(before, inputs, limits)
        sizes = decision.grants
        targets_w = {App.COMPUTE: sizes.compute_w, App.OPTICAL: sizes.optical_w}
        for grant in self._book.offer(now.time_ns, targets_w, decision.lease_supply_w, sizes.reason):
            self.publish(grant, destination=App(grant.holder))
        self.publish(report.bus_setpoint(self._memory, decision))
        self.publish(report.array_setpoint(self._memory))
        granted_w = self._book.believed_max_w(now.time_ns)
        floor_frac = limits.charge_floor_frac
        self.publish(
            report.status(
                self._memory, decision, time_ns=now.time_ns, granted_w=granted_w, floor_frac=floor_frac
            )
        )
        for event in report.events(before, self._memory, decision):
            self.emit(event)

    def set_load_tier(self, _now: Now, command: SetLoadTier) -> Outcome:
        """Shed loads down to the ordered tier from the next step on."""
        self._memory = replace(self._memory, ordered_tier=command.tier)
        return COMPLETED

    def set_section_enabled(self, _now: Now, command: SetSectionEnabled) -> Outcome:
        """Switch one section's converter from the next step on."""
        mask = law.switched(self._memory.enabled_mask, command.section_index, on=bool(command.enabled))
        self._memory = replace(self._memory, enabled_mask=mask)
        return COMPLETED

    def snapshot(self) -> tuple[object, ...]:
        """Return memory and lease book."""
        requests = tuple((int(holder), power_w) for holder, power_w in self._request_w.items())
        return (memory.packed(self._memory), self._book.snapshot(), requests, self._safe_ordered)

    def restore(self, state: tuple[object, ...]) -> None:
        """Take memory and lease book from a snapshot."""
        image, book, requests, safe_ordered = cast("_Image", state)
        self._memory = memory.unpacked(image)
        self._book.restore(book)
        self._request_w = {App(holder): power_w for holder, power_w in requests}
        self._safe_ordered = safe_ordered

    def _hear(self, inbox: Inbox) -> None:
        """Take orders, requests and acknowledgements."""
        for acknowledgement in inbox.messages(GrantAcknowledge):
            self._book.acknowledge(acknowledgement)
        for request in inbox.messages(GrantRequest):
            if request.loop == GrantLoop.ELECTRICAL and request.holder in self._request_w:
                self._request_w[App(request.holder)] = request.power_w
        order = inbox.latest(SystemModeOrder)
        if order is not None:
            self._safe_ordered = order.mode == SystemMode.SAFE


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Return the applications of this part."""
    return [PowerApplication(configs[App.POWER])]
