"""The gateway: telecommands become commands on the bus, reports on the bus become telemetry."""

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
    Received,
    SendResult,
    Subscription,
)
from flight.dictionary.application import CommandReport, NoOperation, ParameterValue
from flight.dictionary.declare import Command
from flight.dictionary.gateway import (
    ArmCommand,
    GatewayStatus,
    NumbersRefused,
    SetTransmitter,
    UplinkRefused,
)
from flight.dictionary.pus import (
    PusReason,
    PusReject,
    Telecommand,
    Verification,
    VerificationStage,
    alive_content,
    event_content,
    housekeeping_content,
    parameter_content,
    verification_content,
)
from flight.dictionary.radio import (
    FRAMES_OCTETS_MAX,
    RadioReceived,
    RadioSetpoint,
    RadioStatus,
    RadioTransmit,
)
from flight.dictionary.services import EventReport, HousekeepingReport
from flight.dictionary.types import App, Stage
from flight.gateway.counts import LinkTally
from flight.gateway.downlink import Channel, Downlink
from flight.gateway.refusals import RefusalCounts
from flight.gateway.requests import OpenRequest, RequestDesk
from flight.gateway.uplink import Refusal, Uplink
from flight.link.ends import read_ends
from flight.link.errors import is_decade

__all__ = ["GatewayApplication", "build"]

IN_PASSES = 1
"""Transmitter mode after start: on while a station is in view."""

RADIO_SILENT_NS = 3_000_000_000
"""A radio that has not reported for so long gets no frames."""


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Return the gateway."""
    return [GatewayApplication(config) for config in configs.values()]


class GatewayApplication(Application):
    """Bridge between bus and radio; see the README for what it does with each message."""

    APP = App.GATEWAY
    PERIOD_MS = 1000
    OFFSET_MS = 400
    SNAPSHOT_VERSION = 3
    SUBSCRIPTIONS = (
        Subscription(message=RadioReceived, depth=32, policy=Policy.REJECT_NEW, wake=True),
        Subscription(message=RadioStatus, depth=1, wake=True),
        Subscription(message=CommandReport, depth=256, policy=Policy.REJECT_NEW, wake=True),
        Subscription(message=ParameterValue, depth=512, policy=Policy.REJECT_NEW),
        Subscription(message=EventReport, depth=512, policy=Policy.DROP_OLDEST),
        Subscription(message=HousekeepingReport, depth=512, policy=Policy.DROP_OLDEST),
    )
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {SetTransmitter: "_set_transmitter", ArmCommand: "_arm"}

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        ends = read_ends(config.options, config.disk, "options of GATEWAY")
        self._uplink = Uplink(ends)
        self._downlink = Downlink(ends)
        self._requests = RequestDesk()
        self._radio: RadioStatus | None = None
        self._transmitter_mode = IN_PASSES
        self._sent_tick = -1
        self._sent_octets = 0
        self._refusals = RefusalCounts()
        self._command_count = 0
        self._tally = LinkTally()

    def receive(self, now: Now, message: Received) -> None:
        """Take what must not wait: octets from the ground, the radio's state, reports on commands."""
        match message.message:
            case RadioReceived(octets=octets):
                self._take_uplink(now, self._uplink.receive(octets, now.time_ns))
            case RadioStatus() as status:
                self._take_radio(now, status)
            case CommandReport() as report:
                self._take_report(report, self._made_ns(now, message))
            case _:  # a body that the bus refused and counted
                return
        self.wake_at(now.tick)

    def woken(self, now: Now) -> None:
        """Send what the mail of this tick made."""
        self._transmit(now)

    def step(self, now: Now, inbox: Inbox) -> None:
        """Queue the reports of the services, send, and report."""
        for received in inbox.received:
            self._take_service(now, received)
        self._transmit(now)
        self.publish(RadioSetpoint(transmitter_mode=self._transmitter_mode))
        self.publish(self._status(now))
        self._publish_counts(now)

    def snapshot(self) -> tuple[object, ...]:
        """Return everything but open armings and what the radio says."""
        return (
            self._transmitter_mode,
            self._command_count,
            self._refusals.snapshot(),
            self._uplink.snapshot(),
            self._requests.snapshot(),
            self._downlink.snapshot(),
        )

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot."""
        mode, command_count, refusals, uplink, requests, downlink = cast("_State", state)
        self._downlink.restore(downlink)
        self._requests.restore(requests)
        self._uplink.restore(uplink)
        self._refusals.restore(refusals)
        self._transmitter_mode, self._command_count = mode, command_count

    def _set_transmitter(self, _now: Now, command: SetTransmitter) -> Outcome:
        self._transmitter_mode = command.mode
        self.publish(RadioSetpoint(transmitter_mode=command.mode))
        return COMPLETED

    def _arm(self, _now: Now, _command: ArmCommand) -> Outcome:
        """Report: the uplink armed when the telecommand came, so that a fire right behind it passes."""
        return COMPLETED

    def _take_uplink(self, now: Now, found: list[Telecommand | Refusal]) -> None:
        for one in found:
            if isinstance(one, Telecommand):
                self._take_command(now, one)
            else:
                self._refuse(now, one)

    def _take_command(self, now: Now, telecommand: Telecommand) -> None:
        """Publish a command to its application and remember whose it is."""
        self._command_count += 1
        sent = self.publish(telecommand.command, destination=telecommand.application)
        if sent is not SendResult.SENT:
            reject = PusReject(
                reason=PusReason.NOT_TAKEN, request=telecommand.request, application=telecommand.application
            )
            self._refuse(now, Refusal(name=sent.name.lower(), layer="command", reject=reject))
            return
        self._requests.open(
            int(self.app) << 32 | self.outbox.sequence,
            OpenRequest(
                request=telecommand.request,
                application=telecommand.application,
                ack=telecommand.ack,
                asks_alive=isinstance(telecommand.command, NoOperation),
            ),
        )

    def _refuse(self, now: Now, refusal: Refusal) -> None:
        """Count, announce the 1st, 10th, 100th... of each reason, and report the packet if it has a name."""
        count = self._refusals.add(refusal)
        if count:
            self.emit(UplinkRefused(count=count, reason=refusal.name[:40]))
        reject = refusal.reject
        if reject is not None and reject.request is not None:
            known = reject.application in App._value2member_map_
            report = Verification(
                request=reject.request, stage=VerificationStage.REJECTED, code=int(reject.reason)
            )
            application = App(reject.application) if known else self.app
            self._downlink.put(Channel.REPORTS, application, now.time_ns, verification_content(report))

    def _take_radio(self, now: Now, status: RadioStatus) -> None:
        before = self._radio
        self._radio = status
        if before is not None and before.receiver_locked and not status.receiver_locked:
            self._take_uplink(now, self._uplink.carrier_lost(now.time_ns))
        if not status.transmitter_on:
            self._downlink.drop_live()

    def _take_report(self, report: CommandReport, made_ns: int) -> None:
        found = self._requests.take(report)
        if found is None:
            return
        request, verification = found
        if request.asks_alive and report.stage is Stage.COMPLETED:
            self._downlink.put(Channel.REPORTS, request.application, made_ns, alive_content())
        if verification is not None:
            content = verification_content(verification)
            self._downlink.put(Channel.REPORTS, request.application, made_ns, content)

    def _take_service(self, now: Now, received: Received) -> None:
        match received.message:
            case EventReport() as event:
                content = event_content(event.event_id, event.severity, event.data)
                self._downlink.put(Channel.REPORTS, App(event.source), event.time_ns, content)
            case HousekeepingReport() as report:
                content = housekeeping_content(report.structure_id, report.data)
                self._downlink.put(Channel(report.channel), App(report.source), report.time_ns, content)
                if report.channel == Channel.LIVE and not self._is_on(now):
                    self._downlink.drop_live()
            case ParameterValue() as value:
                content = parameter_content(value.parameter_id, value.value)
                made_ns = self._made_ns(now, received)
                self._downlink.put(Channel.REPORTS, App(value.application), made_ns, content)
            case _:
                return

    def _transmit(self, now: Now) -> None:
        """Hand frames to the radio, as many as it takes in this tick."""
        radio = self._radio
        if radio is None or not self._is_on(now):
            return
        if now.tick != self._sent_tick:
            self._sent_tick, self._sent_octets = now.tick, 0
        octets_max = min(radio.octets_per_tick, FRAMES_OCTETS_MAX) - self._sent_octets
        withheld_count = self._downlink.withheld_count
        octets = self._downlink.frames(octets_max, self._uplink.control_word)
        if self._downlink.withheld_count != withheld_count and is_decade(withheld_count + 1):
            self.emit(NumbersRefused(count=withheld_count + 1))
        if octets:
            self._sent_octets += len(octets)
            self.publish(RadioTransmit(octets=octets))
        if self._downlink.queued_octets:
            self.wake_at(now.tick + 1)

    def _is_on(self, now: Now) -> bool:
        radio = self._radio
        return (
            radio is not None and radio.transmitter_on == 1 and now.time_ns - radio.time_ns <= RADIO_SILENT_NS
        )

    def _made_ns(self, now: Now, received: Received) -> int:
        """Return the time of the tick in which a message was sent."""
        return now.time_ns - (now.tick - received.tick) * self.config.tick_ms * 1_000_000

    def _status(self, now: Now) -> GatewayStatus:
        downlink = self._downlink
        return GatewayStatus(
            time_ns=now.time_ns,
            packet_made_count=downlink.made_count,
            packet_radiated_count=downlink.radiated_count,
            packet_dropped_count=downlink.dropped_count,
            frame_radiated_count=downlink.frame_count,
            command_received_count=self._command_count,
            command_refused_count=self._refusals.layer_count("command"),
            cltu_rejected_count=self._refusals.layer_count("cltu"),
            frame_rejected_count=self._refusals.layer_count("frame"),
            security_rejected_count=self._refusals.layer_count("security"),
            packet_rejected_count=self._refusals.layer_count("packet"),
            queue_octets=downlink.queued_octets,
            transmitter_on=int(self._is_on(now)),
        )

    def _publish_counts(self, now: Now) -> None:
        """Report the counts of the link when they are due."""
        uplink, downlink = self._uplink, self._downlink
        second = now.tick * self.config.tick_ms // 1000
        disk = (downlink.withheld_count, uplink.fault_count + downlink.fault_count)
        counts = self._tally.take(now.time_ns, second, uplink.counts, self._refusals, disk)
        if counts is not None:
            self.publish(counts)


_State = tuple[
    int,
    int,
    tuple[object, ...],
    tuple[object, ...],
    tuple[object, ...],
    tuple[object, ...],
]
