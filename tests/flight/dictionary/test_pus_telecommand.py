import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flight.dictionary.application import NoOperation, ReportParameters, ResetCounters, SetParameter
from flight.dictionary.compute import CycleNode, SetPowerCeiling
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.layout import pack
from flight.dictionary.pus import (
    AckFlags,
    PusReason,
    PusReject,
    Telecommand,
    build_telecommand,
    parse_telecommand,
)
from flight.dictionary.pus_packet import pack_telecommand
from flight.dictionary.pus_telecommand import FUNCTION, SERVICES
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App, Hazard

CEILING = SetPowerCeiling(power_ceiling_w=90_000.0)


@pytest.mark.parametrize("cls", DICTIONARY.commands(), ids=lambda cls: cls.__name__)
def test_every_command_comes_back_from_its_packet(cls, messages_of):
    hazardous = cls.SPEC.hazard is Hazard.HAZARDOUS

    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    @given(messages_of(cls), st.integers(0, 2**14 - 1), st.integers(0, 2**32 - 1))
    def round_trip(command, sequence, number):
        app = cls.SPEC.destination or App.THERMAL
        token = number if hazardous else None
        packet = build_telecommand(command, app, sequence, token=token, source=3, ack=AckFlags.COMPLETION)
        found = parse_telecommand(packet)
        assert isinstance(found, Telecommand)
        assert (found.command, found.application, found.sequence) == (command, app, sequence)
        assert (found.token, found.source, found.ack) == (token, 3, AckFlags.COMPLETION)
        assert found.request == int.from_bytes(packet[:4])

    round_trip()


@pytest.mark.parametrize(
    ("command", "service", "data"),
    [
        (NoOperation(), (17, 1), b""),
        (ReportParameters(), (20, 1), b""),
        (SetParameter(parameter_id=0x0102, value=1.0), (20, 3), b"\x01\x01\x02\x3f\xf0" + bytes(6)),
        (ResetCounters(), (8, 1), b"\x40\x02"),
    ],
)
def test_commands_have_their_services(command, service, data):
    packet = build_telecommand(command, App.POWER, 1)
    assert (packet[7], packet[8]) == service
    assert packet[11:-2] == data


def test_a_hazardous_command_carries_its_token_behind_its_id():
    packet = build_telecommand(CycleNode(node_index=4), App.COMPUTE, 1, token=0xDEADBEEF)
    assert packet[11:-2] == CycleNode.SPEC.id.to_bytes(2) + b"\xde\xad\xbe\xef\x04"


@pytest.mark.parametrize(
    ("command", "app", "token", "reason"),
    [
        (CEILING, App.POWER, None, BusReject.UNKNOWN_DESTINATION),
        (CEILING, App.COMPUTE, 5, BusReject.OUT_OF_RANGE),
        (CycleNode(node_index=1), App.COMPUTE, None, BusReject.OUT_OF_RANGE),
        (SetPowerCeiling(power_ceiling_w=1e39), App.COMPUTE, None, BusReject.OUT_OF_RANGE),
    ],
)
def test_what_must_not_be_sent_is_not_built(command, app, token, reason):
    with pytest.raises(BodyError) as caught:
        build_telecommand(command, app, 1, token=token)
    assert caught.value.reason is reason


def raw(service, data, app=App.COMPUTE):
    return pack_telecommand(app, 1, *service, data, ack=AckFlags.ALL, source=0)


CEILING_ID = SetPowerCeiling.SPEC.id.to_bytes(2)


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (raw((8, 2), b""), PusReason.UNKNOWN_SERVICE),
        (raw((99, 1), b""), PusReason.UNKNOWN_SERVICE),
        (raw(FUNCTION, b"\x41"), PusReason.UNKNOWN_CONTENT),
        (raw(FUNCTION, b"\x40\x00"), PusReason.UNKNOWN_CONTENT),
        (raw(FUNCTION, NoOperation.SPEC.id.to_bytes(2)), PusReason.UNKNOWN_CONTENT),
        (raw((20, 3), b"\x02" + bytes(20)), PusReason.UNKNOWN_CONTENT),
        (raw(FUNCTION, CEILING_ID + pack(CEILING), App.POWER), PusReason.WRONG_APPLICATION),
        (raw(FUNCTION, CEILING_ID + pack(CEILING) + b"\0"), PusReason.BAD_ARGUMENTS),
        (raw(FUNCTION, CEILING_ID + b"\x7f\xc0\0\0"), PusReason.BAD_ARGUMENTS),
        (raw((17, 1), b"\0"), PusReason.BAD_ARGUMENTS),
        (raw(FUNCTION, CycleNode.SPEC.id.to_bytes(2) + b"\x01"), PusReason.NOT_ARMED),
    ],
)
def test_a_wrong_content_is_refused_by_its_reason_and_can_be_reported(packet, reason):
    found = parse_telecommand(packet)
    assert isinstance(found, PusReject)
    assert (found.reason, found.request) == (reason, int.from_bytes(packet[:4]))


@given(st.sampled_from([*SERVICES.values(), FUNCTION]), st.binary(max_size=40))
def test_no_data_makes_it_raise(service, data):
    assert isinstance(parse_telecommand(raw(service, data)), Telecommand | PusReject)
