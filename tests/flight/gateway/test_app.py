from dataclasses import replace
from typing import ClassVar

import pytest
from reference.link.ends import PLAIN_OPTIONS

from flight.bus.application import Application, Config, Failed, Now, SendResult, Started
from flight.bus.mail import COMPLETED
from flight.bus.settings import Fault, Injection
from flight.dictionary.application import NoOperation, ReportParameters
from flight.dictionary.compute import ComputeParameters, CycleNode, SetNodeEnabled, SetPowerCeiling
from flight.dictionary.gateway import ArmCommand, GatewayStatus, SetTransmitter, UplinkRefused
from flight.dictionary.layout import pack
from flight.dictionary.parameters import parameter_items
from flight.dictionary.pus import (
    PusReason,
    Telemetry,
    TelemetryKind,
    Verification,
    VerificationStage,
    build_telecommand,
    parse_telemetry,
)
from flight.dictionary.radio import RadioReceived, RadioSetpoint, RadioStatus, RadioTransmit
from flight.dictionary.services import EventReport, HousekeepingReport, WatchCleared
from flight.dictionary.types import App, Severity
from flight.gateway.app import GatewayApplication, build
from flight.gateway.downlink import Channel
from flight.link.events import PacketReceived
from flight.link.profile import load_builtin
from flight.link.receiver import TelemetryReceiver
from flight.link.telecommand import TelecommandSender

V = VerificationStage


class Compute(Application):
    """Executes commands as a compute application would."""

    APP = App.COMPUTE
    PARAMETERS = ComputeParameters
    COMMANDS: ClassVar = {SetPowerCeiling: "_done", SetNodeEnabled: "_failed", CycleNode: "_started"}

    def _done(self, _now, _command):
        return COMPLETED

    def _failed(self, _now, _command):
        return Failed(code=300)

    def _started(self, now, _command):
        self.wake_at(now.tick + 3)
        self._request = self.request
        return Started(timeout_s=10.0)

    def woken(self, _now):
        self.progress(self._request, 1)
        self.complete(self._request)


def status(tick: int, *, on: int = 1, octets_per_tick: int = 25_000, locked: int = 1) -> RadioStatus:
    return RadioStatus(
        time_ns=NOW_NS + tick * 100_000_000,
        transmitter_on=on,
        receiver_locked=locked,
        octets_per_tick=octets_per_tick,
        transmitted_octets=0,
        received_octets=0,
    )


NOW_NS = 2_272_147_237_000_000_000


class PlainGateway(GatewayApplication):
    """The gateway without security or sequence control."""

    def __init__(self, config: Config) -> None:
        super().__init__(replace(config, options=PLAIN_OPTIONS))


def units(*packets: bytes) -> RadioReceived:
    sender = TelecommandSender(load_builtin("plain_telecommand"))
    return RadioReceived(time_ns=NOW_NS, octets=b"".join(sender.send(0, 0, packet) for packet in packets))


@pytest.fixture
def fly(make_actor, make_loop):
    """Run a script of the radio with gateway and compute; return the radio."""

    def run(script, *, ticks=40):
        full = {tick: [] for tick in range(ticks)}
        for tick in range(0, ticks, 10):
            full[tick].append(status(tick))
        for tick, messages in script.items():
            full[tick] += messages
        hears = (RadioTransmit, RadioSetpoint, GatewayStatus, UplinkRefused)
        radio = make_actor(App.RADIO, full, hears)
        loop = make_loop(PlainGateway, Compute, radio)
        loop.run(ticks)
        return loop[App.RADIO]

    return run


def telemetry(radio) -> list[Telemetry]:
    receiver = TelemetryReceiver(load_builtin("plain_telemetry"), first_count=0)
    found = [event for message in radio.of(RadioTransmit) for event in receiver.receive(message.octets)]
    parsed = [parse_telemetry(event.packet) for event in found if isinstance(event, PacketReceived)]
    assert all(isinstance(one, Telemetry) for one in parsed)
    return parsed


def verifications(radio) -> list[tuple[VerificationStage, int]]:
    reports = [one.content for one in telemetry(radio) if isinstance(one.content, Verification)]
    return [(report.stage, report.code) for report in reports]


@pytest.mark.requirement("GTW-001")
@pytest.mark.requirement("GTW-003")
def test_a_command_is_executed_and_its_life_goes_down_within_a_second(fly):
    packet = build_telecommand(SetPowerCeiling(power_ceiling_w=9e4), App.COMPUTE, 17)
    radio = fly({3: [units(packet)]})
    assert verifications(radio) == [(V.ACCEPTED, 0), (V.STARTED, 0), (V.COMPLETED, 0)]
    report = next(one for one in telemetry(radio) if one.kind is TelemetryKind.VERIFICATION)
    assert report.application is App.COMPUTE
    assert report.content.request == int.from_bytes(packet[:4])
    sent_tick = next(tick for tick, one in radio.heard if isinstance(one.message, RadioTransmit))
    assert sent_tick - 3 <= 10


def test_progress_and_failures_go_down_with_step_and_code(fly):
    arm = ArmCommand(application=App.COMPUTE, command_id=CycleNode.SPEC.id, token=4)
    script = {
        3: [units(build_telecommand(arm, App.GATEWAY, 1))],
        6: [units(build_telecommand(CycleNode(node_index=2), App.COMPUTE, 2, token=4))],
        20: [units(build_telecommand(SetNodeEnabled(node_index=1, enabled=1), App.COMPUTE, 3))],
    }
    found = verifications(fly(script))
    life = [(V.ACCEPTED, 0), (V.STARTED, 0)]
    assert found == [
        *life,
        (V.COMPLETED, 0),
        *life,
        (V.PROGRESS, 0),
        (V.COMPLETED, 0),
        *life,
        (V.FAILED, 300),
    ]


@pytest.mark.requirement("GTW-005")
def test_a_hazardous_command_without_arming_is_refused_and_reported(fly):
    packet = build_telecommand(CycleNode(node_index=2), App.COMPUTE, 2, token=4)
    radio = fly({3: [units(packet)]})
    assert verifications(radio) == [(V.REJECTED, PusReason.NOT_ARMED)]
    assert [event.reason for event in radio.of(UplinkRefused)] == ["not_armed"]
    assert radio.of(GatewayStatus)[-1].command_refused_count == 1


def test_no_operation_is_answered_with_its_own_report(fly):
    found = telemetry(fly({3: [units(build_telecommand(NoOperation(), App.COMPUTE, 1))]}))
    assert [one.kind for one in found].count(TelemetryKind.ALIVE) == 1


def test_parameters_go_down_as_parameter_reports(fly):
    found = telemetry(fly({3: [units(build_telecommand(ReportParameters(), App.COMPUTE, 1))]}))
    values = {one.content.parameter_id: one.content.value for one in found if one.service == 20}
    assert values == {item.id: item.default for item in parameter_items(ComputeParameters)}


def test_a_command_to_an_application_that_is_not_there_is_lost_by_the_bus_not_executed(fly):
    radio = fly({3: [units(build_telecommand(NoOperation(), App.POWER, 1))]})
    assert verifications(radio) == []


@pytest.mark.requirement("GTW-002")
def test_octets_with_errors_are_counted_by_layer(fly):
    good = units(build_telecommand(NoOperation(), App.COMPUTE, 1)).octets
    broken = bytearray(good)
    broken[12:18] = bytes(6)
    radio = fly(
        {
            3: [RadioReceived(time_ns=NOW_NS, octets=bytes(broken) + bytes(8))],
            5: [RadioReceived(time_ns=NOW_NS, octets=good)],
        }
    )
    last = radio.of(GatewayStatus)[-1]
    refused = last.cltu_rejected_count + last.frame_rejected_count + last.packet_rejected_count
    assert refused >= 1
    assert last.command_received_count == 1


REPORTS = {
    4: [
        EventReport(
            time_ns=NOW_NS,
            event_id=WatchCleared.SPEC.id,
            source=App.MONITORING,
            severity=Severity.INFO,
            data=pack(WatchCleared(watch_id=3, value=2.0)),
        )
    ]
}


def housekeeping(channel: int) -> HousekeepingReport:
    return HousekeepingReport(
        time_ns=NOW_NS,
        structure_id=RadioSetpoint.SPEC.id,
        source=App.GATEWAY,
        channel=channel,
        data=pack(RadioSetpoint(transmitter_mode=1)),
    )


@pytest.mark.requirement("GTW-004")
def test_events_and_housekeeping_go_down_when_the_transmitter_is_on(make_actor, make_loop):
    radio = make_actor(App.RADIO, {t: [status(t)] for t in range(0, 40, 10)}, (RadioTransmit,))
    events = make_actor(App.EVENTS, REPORTS, ())
    keeper = make_actor(App.HOUSEKEEPING, {4: [housekeeping(0), housekeeping(2)]}, ())
    loop = make_loop(PlainGateway, radio, events, keeper)
    loop.run(20)
    found = telemetry(loop[App.RADIO])
    assert [one.kind for one in found] == [
        TelemetryKind.EVENT,
        TelemetryKind.HOUSEKEEPING,
        TelemetryKind.HOUSEKEEPING,
    ]
    assert found[0].content == WatchCleared(watch_id=3, value=2.0)
    assert (found[0].application, found[0].time_ns) == (App.MONITORING, NOW_NS)


@pytest.mark.requirement("GTW-006")
def test_while_the_transmitter_is_off_live_is_dropped_and_the_rest_is_kept(make_actor, make_loop):
    script = {t: [status(t, on=int(t >= 20))] for t in range(0, 60, 10)}
    radio = make_actor(App.RADIO, script, (RadioTransmit, GatewayStatus))
    events = make_actor(App.EVENTS, REPORTS, ())
    keeper = make_actor(App.HOUSEKEEPING, {4: [housekeeping(0), housekeeping(2)]}, ())
    loop = make_loop(PlainGateway, radio, events, keeper)
    loop.run(16)
    assert loop[App.RADIO].of(RadioTransmit) == []
    last = loop[App.RADIO].of(GatewayStatus)[-1]
    assert (last.packet_made_count, last.packet_dropped_count, last.transmitter_on) == (3, 1, 0)
    loop.run(20)
    assert [one.kind for one in telemetry(loop[App.RADIO])] == [
        TelemetryKind.EVENT,
        TelemetryKind.HOUSEKEEPING,
    ]
    last = loop[App.RADIO].of(GatewayStatus)[-1]
    assert (last.packet_radiated_count, last.queue_octets, last.transmitter_on) == (2, 0, 1)


def test_a_silent_radio_counts_as_off(make_actor, make_loop):
    radio = make_actor(App.RADIO, {0: [status(0)]}, (RadioTransmit, GatewayStatus))
    keeper = make_actor(App.HOUSEKEEPING, {45: [housekeeping(2)]}, ())
    loop = make_loop(PlainGateway, radio, keeper)
    loop.run(60)
    assert loop[App.RADIO].of(RadioTransmit) == []
    assert [one.transmitter_on for one in loop[App.RADIO].of(GatewayStatus)][-1] == 0


@pytest.mark.requirement("GTW-007")
def test_no_more_octets_are_handed_over_in_a_tick_than_the_radio_takes(make_actor, make_loop):
    rate = 3 * load_builtin("plain_telemetry").cadu_octets
    radio = make_actor(
        App.RADIO, {t: [status(t, octets_per_tick=rate)] for t in range(0, 60, 10)}, (RadioTransmit,)
    )
    keeper = make_actor(App.HOUSEKEEPING, {4: [housekeeping(2) for _ in range(500)]}, ())
    loop = make_loop(PlainGateway, radio, keeper)
    loop.run(60)
    per_tick = {}
    for tick, one in loop[App.RADIO].heard:
        per_tick[tick] = per_tick.get(tick, 0) + len(one.message.octets)
    assert max(per_tick.values()) <= rate
    assert len(telemetry(loop[App.RADIO])) == 500


def test_the_transmitter_is_keyed_by_command(fly):
    radio = fly({3: [units(build_telecommand(SetTransmitter(mode=0), App.GATEWAY, 1))]})
    modes = [one.transmitter_mode for one in radio.of(RadioSetpoint)]
    assert modes[0] == 1  # the step before the command
    assert set(modes[1:]) == {0}


def test_a_unit_cut_by_the_loss_of_the_carrier_is_still_taken(make_actor, make_loop):
    octets = units(build_telecommand(SetPowerCeiling(power_ceiling_w=9e4), App.COMPUTE, 1)).octets
    cut = RadioReceived(time_ns=NOW_NS, octets=octets[:-8])
    script = {0: [status(0)], 3: [cut], 5: [status(5, locked=0)], 10: [status(10)], 20: [status(20)]}
    radio = make_actor(App.RADIO, script, (RadioTransmit,))
    loop = make_loop(PlainGateway, Compute, radio)
    loop.run(40)
    assert verifications(loop[App.RADIO])[-1] == (V.COMPLETED, 0)


def test_a_command_that_the_bus_does_not_take_is_reported(make_loop, monkeypatch):
    loop = make_loop(PlainGateway)
    gateway = loop[App.GATEWAY]
    monkeypatch.setattr(gateway, "publish", lambda *_, **__: SendResult.BUNDLE_FULL)
    octets = units(build_telecommand(SetPowerCeiling(power_ceiling_w=9e4), App.COMPUTE, 1)).octets
    gateway._take_uplink(Now(1, NOW_NS, 0.1, 0.1), gateway._uplink.receive(octets, NOW_NS))
    (waiting,) = gateway._downlink._queues[Channel.REPORTS]
    assert waiting.content.subtype == V.REJECTED
    assert int.from_bytes(waiting.content.data[4:]) == PusReason.NOT_TAKEN


def test_a_killed_gateway_comes_back_and_goes_on(make_actor, make_loop):
    kill = Injection(tick=25, app=App.GATEWAY, fault=Fault.KILL)
    packet = build_telecommand(SetPowerCeiling(power_ceiling_w=9e4), App.COMPUTE, 7)
    script = {t: [status(t)] for t in range(0, 80, 10)}
    script[33] = [units(packet)]
    radio = make_actor(App.RADIO, script, (RadioTransmit, GatewayStatus))
    keeper = make_actor(App.HOUSEKEEPING, {t: [housekeeping(2)] for t in (4, 24, 44)}, ())
    loop = make_loop(PlainGateway, Compute, radio, keeper, injections=[kill])
    loop.run(80)
    found = telemetry(loop[App.RADIO])
    assert [one.kind for one in found].count(TelemetryKind.HOUSEKEEPING) >= 2
    assert verifications(loop[App.RADIO]) == [(V.ACCEPTED, 0), (V.STARTED, 0), (V.COMPLETED, 0)]
    last = loop[App.RADIO].of(GatewayStatus)[-1]
    assert last.packet_made_count == last.packet_radiated_count + last.packet_dropped_count


def test_a_snapshot_brings_everything_back(make_actor, make_loop):
    keeper = make_actor(App.HOUSEKEEPING, {4: [housekeeping(2) for _ in range(50)]}, ())
    loop = make_loop(PlainGateway, keeper)
    loop.run(20)
    gateway = loop[App.GATEWAY]
    (again,) = build({App.GATEWAY: gateway.config})
    again.restore(gateway.snapshot())
    assert again.snapshot() == gateway.snapshot()
