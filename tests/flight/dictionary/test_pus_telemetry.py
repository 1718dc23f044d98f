"""Reports, and the verification reports against `spacepackets`."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flight.dictionary.application import CommandCode, NoOperation, ParameterValue
from flight.dictionary.layout import pack
from flight.dictionary.pus import (
    PacketOrigin,
    PusReason,
    PusReject,
    Telemetry,
    TelemetryKind,
    Verification,
    VerificationStage,
    build_alive,
    build_event,
    build_housekeeping,
    build_parameter_values,
    build_telecommand,
    build_verification,
    parse_telemetry,
)
from flight.dictionary.pus_packet import pack_telemetry
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App

V = VerificationStage
ORIGIN = PacketOrigin(application=App.POWER, sequence=9, time_ns=2_272_147_237_123_456_789, message_count=4)
REQUEST = 0x1810C016
LIFE = [
    Verification(request=REQUEST, stage=V.ACCEPTED),
    Verification(request=REQUEST, stage=V.STARTED),
    Verification(request=REQUEST, stage=V.PROGRESS, step=7),
    Verification(request=REQUEST, stage=V.COMPLETED),
    Verification(request=REQUEST, stage=V.REJECTED, code=0x8003),
    Verification(request=REQUEST, stage=V.START_FAILED, code=300),
    Verification(request=REQUEST, stage=V.FAILED, code=1),
]


@pytest.mark.parametrize("cls", [*DICTIONARY.messages(), *DICTIONARY.events()], ids=lambda cls: cls.__name__)
def test_every_message_and_event_comes_back_from_its_packet(cls, messages_of):
    severity = cls.SPEC.severity

    @settings(max_examples=5, suppress_health_check=list(HealthCheck))
    @given(messages_of(cls))
    def round_trip(message):
        data = pack(message)
        if severity is None:
            packet = build_housekeeping(ORIGIN, cls.SPEC.id, data)
        else:
            packet = build_event(ORIGIN, cls.SPEC.id, severity, data)
        found = parse_telemetry(packet)
        assert isinstance(found, Telemetry)
        assert found.content == message
        assert found.kind is (TelemetryKind.HOUSEKEEPING if severity is None else TelemetryKind.EVENT)
        assert (found.application, found.sequence, found.time_ns) == (App.POWER, 9, ORIGIN.time_ns)
        assert found.subtype == (25 if severity is None else severity)

    round_trip()


@pytest.mark.parametrize("report", LIFE, ids=lambda report: report.stage.name)
def test_every_verification_comes_back(report):
    found = parse_telemetry(build_verification(ORIGIN, report))
    assert found.content == report
    assert (found.content.application, found.content.sequence) == (App.POWER, 0x16)


@pytest.mark.interop
@pytest.mark.parametrize("report", LIFE, ids=lambda report: report.stage.name)
def test_spacepackets_reads_our_verification_reports(report):
    v = pytest.importorskip("spacepackets.ecss.pus_1_verification")
    managed, params = v.ManagedParams(timestamp_len=8), v.ManagedParamsVerification(bytes_err_code=2)
    read = v.Service1Tm.unpack(build_verification(ORIGIN, report), managed, params)
    assert read.tc_req_id.as_u32() == REQUEST
    assert read.message_subtype == report.stage
    if report.stage.is_failure:
        assert read.error_code.val == report.code
    if report.stage is V.PROGRESS:
        assert read.step_id.val == report.step


@pytest.mark.interop
def test_the_verificator_of_spacepackets_follows_a_whole_life():
    v = pytest.importorskip("spacepackets.ecss.pus_1_verification")
    verificator = pytest.importorskip("spacepackets.ecss.pus_verificator")
    tc = pytest.importorskip("spacepackets.ecss.tc")
    packet = build_telecommand(NoOperation(), App.POWER, 0x16)
    tracker = verificator.PusVerificator()
    tracker.add_tc(tc.PusTc.unpack(packet))
    request = int.from_bytes(packet[:4])
    managed, params = v.ManagedParams(timestamp_len=8), v.ManagedParamsVerification(bytes_err_code=2)
    for stage in (V.ACCEPTED, V.STARTED, V.PROGRESS, V.COMPLETED):
        report = build_verification(ORIGIN, Verification(request=request, stage=stage, step=1))
        result = tracker.add_tm(v.Service1Tm.unpack(report, managed, params))
    status = result.status
    assert (status.accepted, status.started, status.completed) == (verificator.StatusField.SUCCESS,) * 3
    assert result.completed


def test_parameters_and_alive_come_back():
    found = parse_telemetry(build_parameter_values(ORIGIN, 7, 2.5))
    assert found.content == ParameterValue(application=App.POWER, parameter_id=7, value=2.5)
    found = parse_telemetry(build_alive(ORIGIN))
    assert (found.kind, found.content) == (TelemetryKind.ALIVE, None)


def test_codes_have_names():
    names = [Verification(request=0, stage=V.FAILED, code=code).code_name for code in (4, 0x800D, 300)]
    assert names == [CommandCode.VALUE_REFUSED.name.lower(), PusReason.NOT_ARMED.name.lower(), "code 300"]


@pytest.mark.parametrize(
    ("service", "subtype", "data", "reason"),
    [
        (1, 6, bytes(7), PusReason.UNKNOWN_SERVICE),
        (1, 1, bytes(5), PusReason.WRONG_LENGTH),
        (1, 2, bytes(4), PusReason.WRONG_LENGTH),
        (1, 5, bytes(4), PusReason.WRONG_LENGTH),
        (3, 25, b"\x11", PusReason.TRUNCATED),
        (3, 25, b"\x00\x01", PusReason.UNKNOWN_CONTENT),
        (3, 25, b"\x81\x00" + bytes(9), PusReason.UNKNOWN_CONTENT),
        (3, 25, b"\x11\x00", PusReason.BAD_ARGUMENTS),
        (5, 1, b"\x81\x00" + bytes(9), PusReason.UNKNOWN_CONTENT),
        (5, 3, b"\x81\x00" + bytes(8), PusReason.BAD_ARGUMENTS),
        (17, 2, b"\0", PusReason.WRONG_LENGTH),
        (20, 2, b"\x02" + bytes(10), PusReason.WRONG_LENGTH),
        (20, 2, b"\x01" + bytes(2) + b"\x7f\xf8" + bytes(6), PusReason.BAD_ARGUMENTS),
        (9, 1, b"", PusReason.UNKNOWN_SERVICE),
    ],
)
def test_a_wrong_report_is_refused_by_its_reason(service, subtype, data, reason):
    found = parse_telemetry(pack_telemetry(ORIGIN, service, subtype, data))
    assert isinstance(found, PusReject)
    assert found.reason is reason


@given(st.sampled_from([(1, 1), (1, 5), (3, 25), (5, 3), (17, 2), (20, 2)]), st.binary(max_size=200))
def test_no_data_makes_it_raise(service, data):
    assert isinstance(parse_telemetry(pack_telemetry(ORIGIN, *service, data)), Telemetry | PusReject)
