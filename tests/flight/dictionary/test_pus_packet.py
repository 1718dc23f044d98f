"""The envelope against an independent implementation, `spacepackets`."""

from binascii import crc_hqx

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.pus_packet import (
    AckFlags,
    PacketOrigin,
    PusReason,
    PusReject,
    pack_telecommand,
    pack_telemetry,
    split_telecommand,
    split_telemetry,
)
from flight.dictionary.timecode import pack_time
from flight.dictionary.types import App

NOW_NS = 2_272_147_237_123_456_789
APPS = st.sampled_from(App)
U8, U14, U16 = st.integers(0, 255), st.integers(0, 2**14 - 1), st.integers(0, 2**16 - 1)
GOOD = pack_telecommand(App.POWER, 22, 17, 1, b"", ack=AckFlags.ALL, source=0)


def test_a_ping_is_the_packet_that_spacepackets_prints_in_its_manual():
    # PusTc(service=17, message_subtype=1, seq_count=22, apid=0x01), with application 1 and no data.
    assert pack_telecommand(App.EXECUTIVE, 22, 17, 1, b"", ack=AckFlags.ALL, source=0).hex(",") == (
        "18,01,c0,16,00,06,2f,11,01,00,00,ab,62"
    )


@pytest.mark.interop
@given(APPS, U14, U8, U8, st.binary(max_size=60), U16, st.integers(0, 15))
def test_telecommands_are_those_of_spacepackets_both_ways(app, sequence, service, subtype, data, source, ack):
    tc = pytest.importorskip("spacepackets.ecss.tc")
    ours = pack_telecommand(app, sequence, service, subtype, data, ack=AckFlags(ack), source=source)
    theirs = tc.PusTc(
        service=service, message_subtype=subtype, apid=int(app), seq_count=sequence, app_data=data,
        source_id=source, ack_flags=ack,
    )  # fmt: skip
    assert ours == bytes(theirs.pack())
    found = split_telecommand(bytes(theirs.pack()))
    assert (found.application, found.sequence, found.service, found.subtype) == (
        app,
        sequence,
        service,
        subtype,
    )
    assert (found.data, found.source, found.ack) == (data, source, ack)
    assert tc.PusTc.unpack(ours).app_data == data


@pytest.mark.interop
@given(APPS, U14, U8, U8, st.binary(max_size=60), U16, U16, st.integers(0, 2**32 * 10**9 - 1))
def test_telemetry_is_that_of_spacepackets_both_ways(
    app, seq, service, subtype, data, count, destination, time_ns
):
    tm = pytest.importorskip("spacepackets.ecss.tm")
    origin = PacketOrigin(
        application=app, sequence=seq, time_ns=time_ns, message_count=count, destination=destination
    )
    ours = pack_telemetry(origin, service, subtype, data)
    theirs = tm.PusTm(
        service=service, message_subtype=subtype, apid=int(app), seq_count=seq, source_data=data,
        timestamp=pack_time(time_ns), message_counter=count, destination_id=destination,
    )  # fmt: skip
    assert ours == bytes(theirs.pack())
    found = split_telemetry(bytes(theirs.pack()))
    assert (found.application, found.sequence, found.service, found.subtype) == (app, seq, service, subtype)
    assert (found.data, found.message_count, found.destination) == (data, count, destination)
    assert found.time_ns == time_ns
    assert tm.PusTm.unpack(ours, timestamp_len=8).tm_data == data


def repaired(packet: bytearray) -> bytes:
    """Give a changed packet a right checksum, so that the change itself is found."""
    return bytes(packet[:-2]) + crc_hqx(bytes(packet[:-2]), 0xFFFF).to_bytes(2)


def changed(at: int, mask: int) -> bytes:
    packet = bytearray(GOOD)
    packet[at] ^= mask
    return repaired(packet)


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (b"", PusReason.TRUNCATED),
        (GOOD[:12], PusReason.TRUNCATED),
        (GOOD + b"\0", PusReason.WRONG_LENGTH),
        (changed(0, 0x20), PusReason.WRONG_VERSION),
        (changed(0, 0x10), PusReason.WRONG_TYPE),
        (changed(0, 0x08), PusReason.WRONG_TYPE),
        (changed(1, 0xFF), PusReason.UNKNOWN_APPLICATION),
        (changed(2, 0x80), PusReason.SEGMENTED),
        (changed(5, 0x01), PusReason.WRONG_LENGTH),
        (changed(6, 0x10), PusReason.WRONG_PUS_VERSION),
        (GOOD[:-1] + bytes([GOOD[-1] ^ 1]), PusReason.CHECKSUM),
    ],
)
def test_a_wrong_envelope_is_refused_by_its_reason(packet, reason):
    found = split_telecommand(packet)
    assert isinstance(found, PusReject)
    assert found.reason is reason


def test_only_a_packet_with_a_good_checksum_has_a_request_id():
    assert split_telecommand(changed(2, 0x80)).request is not None
    assert split_telecommand(GOOD[:-1] + b"\0").request is None
    assert split_telecommand(GOOD).request == int.from_bytes(GOOD[:4])


def test_each_direction_refuses_the_other():
    origin = PacketOrigin(application=App.POWER, sequence=1, time_ns=NOW_NS)
    telemetry = pack_telemetry(origin, 17, 2, b"")
    assert split_telecommand(telemetry).reason is PusReason.WRONG_TYPE
    long = pack_telecommand(App.POWER, 1, 17, 1, bytes(20), ack=AckFlags.ALL, source=0)
    assert split_telemetry(long).reason is PusReason.WRONG_TYPE


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_no_changed_octet_passes(at, mask):
    packet = bytearray(GOOD)
    packet[at] ^= mask
    assert isinstance(split_telecommand(bytes(packet)), PusReject)


@given(st.binary(max_size=100))
def test_no_octets_make_it_raise(octets):
    split_telecommand(octets)
    split_telemetry(octets)


def test_counts_wrap_at_their_widths():
    origin = PacketOrigin(application=App.POWER, sequence=16384 + 5, time_ns=0, message_count=65536 + 7)
    found = split_telemetry(pack_telemetry(origin, 3, 25, b"ab"))
    assert (found.sequence, found.message_count) == (5, 7)
