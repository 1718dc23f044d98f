"""The compute application: inbox, estimate, modes, law, outbox."""

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
    Started,
    Subscription,
)
from flight.compute import manager, memory, report
from flight.compute.options import arrivals_of
from flight.compute.parameters import conflict
from flight.dictionary.compute import (
    ComputeParameters,
    CycleNode,
    NodeReading,
    SetNodeEnabled,
    SetPowerCeiling,
)
from flight.dictionary.declare import Command, Parameters
from flight.dictionary.executive import SystemMode, SystemModeOrder
from flight.dictionary.grants import Grant
from flight.dictionary.lease_holder import LeaseHolder
from flight.dictionary.types import App

__all__ = ["ComputeApplication", "build"]

_Image = tuple[tuple[object, ...], tuple[object, ...], bool]


class ComputeApplication(Application):
    """Supervises 18 nodes: who runs what, under which cap, within the smaller grant."""

    APP = App.COMPUTE
    PERIOD_MS = 1000
    OFFSET_MS = 200
    PARAMETERS = ComputeParameters
    SUBSCRIPTIONS = (
        Subscription(message=NodeReading, depth=1),
        Subscription(message=SystemModeOrder, depth=1),
        Subscription(message=Grant, depth=8, policy=Policy.DROP_OLDEST),
    )
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {
        SetNodeEnabled: "set_node_enabled",
        CycleNode: "cycle_node",
        SetPowerCeiling: "set_power_ceiling",
    }

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._memory = memory.Memory()
        fallback_w = cast("ComputeParameters", self.parameters).fallback_power_w
        self._leases = LeaseHolder(App.COMPUTE, report.LOOPS, fallback_w)
        self._arrivals = arrivals_of(config.options)
        self._draws = self.stream("jobs")
        self._cycling: dict[int, int] = {}
        self._safe_ordered = False

    @property
    def mode(self) -> int:
        """Mode number for housekeeping."""
        return self._memory.mode

    def check_parameters(self, parameters: Parameters) -> str | None:
        """Return why a set of parameters contradicts itself, or None."""
        return conflict(cast("ComputeParameters", parameters))

    def step(self, now: Now, inbox: Inbox) -> None:
        """Do one second of payload supervision."""
        before, reading = self._memory, inbox.latest(NodeReading)
        # A lease is acknowledged one step after it was taken: enforced, confirmed, and known to a snapshot.
        for acknowledgement in self._leases.acknowledgements(manager.enforced_w(before, reading)):
            self.publish(acknowledgement)
        self._hear(now, inbox)
        leases = report.Leases.of(self._leases, now.time_ns)
        inputs = manager.Inputs(
            dt_s=now.dt_s,
            safe_ordered=self._safe_ordered,
            granted_w=self._leases.cap_w(now.time_ns),
            held=leases.held,
            reading=reading,
            arrivals=self._arrivals,
            uniform=self._draws.uniform,
            exponential=self._draws.exponential,
        )
        self._memory, decision = manager.advance(before, inputs, cast("ComputeParameters", self.parameters))
        self.publish(report.node_setpoint(self._memory, decision, self._leases.valid_until_ns()))
        self.publish(report.request(decision))
        self.publish(report.status(self._memory, decision, leases, now.time_ns))
        for event in report.events(before, self._memory, leases):
            self.emit(event)
        self._close_cycles()

    def set_node_enabled(self, _now: Now, command: SetNodeEnabled) -> Outcome:
        """Allow or forbid a node to run, from the next step on."""
        enabled = bool(command.enabled)
        self._memory = manager.with_enabled(self._memory, command.node_index, enabled=enabled)
        return COMPLETED

    def cycle_node(self, _now: Now, command: CycleNode) -> Outcome:
        """Power-cycle a node; the command completes when the node is back in service."""
        self._memory = manager.with_cycle(self._memory, command.node_index)
        self._cycling[self.request] = command.node_index
        return Started(timeout_s=CycleNode.SPEC.timeout_s)

    def set_power_ceiling(self, _now: Now, command: SetPowerCeiling) -> Outcome:
        """Limit the payload below its grants, from the next step on."""
        self._memory = replace(self._memory, ceiling_w=command.power_ceiling_w)
        return COMPLETED

    def snapshot(self) -> tuple[object, ...]:
        """Return memory and leases; a cycle that a crash interrupts is failed by the base class."""
        return (memory.packed(self._memory), self._leases.snapshot(), self._safe_ordered)

    def restore(self, state: tuple[object, ...]) -> None:
        """Take memory and leases from a snapshot."""
        image, leases, safe_ordered = cast("_Image", state)
        self._memory = memory.unpacked(image)
        self._leases.restore(leases)
        self._safe_ordered = safe_ordered

    def _hear(self, now: Now, inbox: Inbox) -> None:
        """Take orders and leases."""
        for grant in inbox.messages(Grant):
            self._leases.accept(grant, now.time_ns)
        order = inbox.latest(SystemModeOrder)
        if order is not None:
            self._safe_ordered = order.mode == SystemMode.SAFE

    def _close_cycles(self) -> None:
        """Close the cycle commands whose node serves again, or never will."""
        for request, code in tuple(report.closed_cycles(self._cycling, self._memory)):
            del self._cycling[request]
            if code:
                self.fail(request, code)
            else:
                self.complete(request)


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Return the applications of this part."""
    return [ComputeApplication(configs[App.COMPUTE])]
