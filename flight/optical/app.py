"""The optical application: inbox, estimate, modes, law, outbox."""

from collections.abc import Mapping
from typing import ClassVar, cast

from flight.bus.application import (
    COMPLETED,
    Application,
    Config,
    Failed,
    Inbox,
    Now,
    Outcome,
    Policy,
    Subscription,
)
from flight.dictionary.declare import Command, Parameters
from flight.dictionary.executive import SystemMode, SystemModeOrder
from flight.dictionary.grants import Grant, GrantLoop
from flight.dictionary.lease_holder import LeaseHolder
from flight.dictionary.navigation import NavigationReading
from flight.dictionary.optical import (
    EnableLaser,
    OpticalParameters,
    PartnerEphemeris,
    PlanLink,
    TerminalReading,
)
from flight.dictionary.types import App
from flight.optical import law, manager, memory, report
from flight.optical.options import links_of
from flight.optical.parameters import conflict
from flight.optical.windows import Window, WindowRefusal

__all__ = ["OpticalApplication", "build"]

_Image = tuple[tuple[object, ...], tuple[object, ...], bool]


class OpticalApplication(Application):
    """Points four laser terminals at their partners, window after window."""

    APP = App.OPTICAL
    PERIOD_MS = 1000
    OFFSET_MS = 100
    PARAMETERS = OpticalParameters
    SUBSCRIPTIONS = (
        Subscription(message=TerminalReading, depth=1),
        Subscription(message=NavigationReading, depth=1),
        Subscription(message=PartnerEphemeris, depth=32, policy=Policy.DROP_OLDEST),
        Subscription(message=SystemModeOrder, depth=1),
        Subscription(message=Grant, depth=8, policy=Policy.DROP_OLDEST),
    )
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {PlanLink: "plan_link", EnableLaser: "enable_laser"}

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._memory = memory.Memory(plan=links_of(config.options, config.epoch_ns))
        self._lease = LeaseHolder(App.OPTICAL, (GrantLoop.ELECTRICAL,), law.FALLBACK_W)
        self._safe_ordered = False

    @property
    def mode(self) -> int:
        """Mode number for housekeeping."""
        return self._memory.mode

    def check_parameters(self, parameters: Parameters) -> str | None:
        """Return why a set of parameters contradicts itself, or None."""
        return conflict(cast("OpticalParameters", parameters))

    def step(self, now: Now, inbox: Inbox) -> None:
        """Do one second of pointing."""
        before = self._memory
        # A lease is acknowledged one step after it was taken: enforced, and known to a snapshot.
        for acknowledgement in self._lease.acknowledgements(manager.enforced_w(before)):
            self.publish(acknowledgement)
        self._hear(now, inbox)
        reading = inbox.latest(TerminalReading)
        inputs = manager.Inputs(
            time_ns=now.time_ns,
            dt_s=now.dt_s,
            safe_ordered=self._safe_ordered,
            granted_w=self._lease.cap_w(now.time_ns),
            terminals=reading,
            navigation=inbox.latest(NavigationReading),
            ephemerides=inbox.messages(PartnerEphemeris),
        )
        self._memory, decision = manager.advance(before, inputs, cast("OpticalParameters", self.parameters))
        self.publish(report.terminal_setpoint(self._memory, decision))
        self.publish(report.request(decision))
        self.publish(report.status(self._memory, decision, reading, now.time_ns))
        for interval in report.darks(before, self._memory):
            self.publish(interval)
        for event in report.events(before, self._memory, now.time_ns):
            self.emit(event)

    def plan_link(self, now: Now, command: PlanLink) -> Outcome:
        """Take one more window into the plan; the code of a failure says why not."""
        if command.until_ns <= command.from_ns:
            return Failed(code=law.REFUSAL_CODES["order"])
        window = Window(
            from_ns=command.from_ns,
            until_ns=command.until_ns,
            terminal_index=command.terminal_index,
            partner_index=command.partner_index,
        )
        result = manager.with_window(self._memory, window, now.time_ns)
        if isinstance(result, WindowRefusal):
            return Failed(code=law.REFUSAL_CODES[result.reason])
        self._memory = result
        return COMPLETED

    def enable_laser(self, _now: Now, command: EnableLaser) -> Outcome:
        """Allow or forbid emission of one terminal, from the next step on."""
        enabled = bool(command.enabled)
        self._memory = manager.with_laser(self._memory, command.terminal_index, enabled=enabled)
        return COMPLETED

    def snapshot(self) -> tuple[object, ...]:
        """Return memory and lease."""
        return (memory.packed(self._memory), self._lease.snapshot(), self._safe_ordered)

    def restore(self, state: tuple[object, ...]) -> None:
        """Take memory and lease from a snapshot."""
        image, lease, safe_ordered = cast("_Image", state)
        self._memory = memory.unpacked(image)
        self._lease.restore(lease)
        self._safe_ordered = safe_ordered

    def _hear(self, now: Now, inbox: Inbox) -> None:
        """Take orders and leases."""
        for grant in inbox.messages(Grant):
            self._lease.accept(grant, now.time_ns)
        order = inbox.latest(SystemModeOrder)
        if order is not None:
            self._safe_ordered = order.mode == SystemMode.SAFE


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Return the applications of this part."""
    return [OpticalApplication(configs[App.OPTICAL])]
