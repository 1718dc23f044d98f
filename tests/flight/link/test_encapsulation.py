"""Encapsulation packets: all forms of the header against the figure, limits, and among space packets."""

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link import packets as plain

from flight.link import encapsulation
from flight.link.decode import decode
from flight.link.encapsulation import (
    PROTOCOL_EXTENDED,
    PROTOCOL_IDLE,
    EncapsulationHeader,
    build_encapsulation,
    parse_encapsulation,
)
from flight.link.encode import encode
from flight.link.errors import LinkError, LocalLinkError, RemoteLinkError
from flight.link.events import PacketReceived, Rejected
from flight.link.packet import WITH_ENCAPSULATION, build_packet, is_idle, require_packet, split_packets
from flight.link.profile import Profile, load_builtin
from flight.link.receiver import TelemetryReceiver
from flight.link.sender import TelemetrySender
from flight.link.telecommand import TelecommandReceiver, TelecommandSender

SPACE = build_packet(apid=7, is_command=False, sequence_count=3, data=b"space packet")


def allowing(name: str) -> Profile:
    profile = load_builtin(name)
    return replace(profile, frame=replace(profile.frame, encapsulation=True))


def test_protocols_have_the_numbers_of_the_registry() -> None:
    """SANA registry "Encapsulation Protocol Identifiers": the numbers of 133.1-B-3 4.1.2.3."""
    names = {0: "IDLE", 1: "LTP", 2: "IP_EXTENSION", 3: "CFDP", 4: "BUNDLE", 6: "EXTENDED", 7: "MISSION"}
    for number, name in names.items():
        assert getattr(encapsulation, f"PROTOCOL_{name}") == number


def test_fields_of_the_longest_header_are_read_where_the_figure_has_them() -> None:
    header = parse_encapsulation(bytes.fromhex("fba5c3960000000a") + b"xy")  # 133.1-B-3 figure 4-2
    assert (header.protocol_id, header.length_of_length, header.packet_octets) == (6, 3, 10)
    assert (header.user_field, header.protocol_extension, header.ccsds_field) == (0xA, 0x5, 0xC396)


# nasa/HDTN, TestCcsdsEncap: LTP is E4, BP is F0, with the length of length in the low bits.
@pytest.mark.parametrize(
    ("protocol", "form", "octets", "header"),
    [
        (0, 0, 1, "e0"),
        (1, 1, 2, "e502"),
        (1, 1, 255, "e5ff"),
        (4, 2, 256, "f2000100"),
        (4, 2, 65535, "f200ffff"),
        (1, 3, 65536, "e700000000010000"),
        (4, 3, 0xFFFFFFFF, "f3000000ffffffff"),
    ],
)
def test_header_is_the_printed_one(protocol: int, form: int, octets: int, header: str) -> None:
    made = EncapsulationHeader(protocol_id=protocol, length_of_length=form, packet_octets=octets)
    assert made.pack().hex() == header
    assert made.header_octets == len(header) // 2
    assert parse_encapsulation(bytes.fromhex(header)) == made


@given(
    protocol=st.integers(0, 7),
    size=st.integers(0, 300) | st.integers(65_520, 65_540),
    user=st.integers(0, 15),
    extension=st.integers(0, 15),
)
def test_packet_is_that_of_the_figure_with_the_shortest_header(
    protocol: int, size: int, user: int, extension: int
) -> None:
    extension = extension if protocol == PROTOCOL_EXTENDED else 0
    data = bytes(size)
    packet = build_encapsulation(
        protocol_id=protocol, data=data, user_field=user, protocol_extension=extension
    )
    form = packet[0] & 3
    assert packet == plain.encapsulation(
        protocol=protocol, form=form, data=data, user=user, extension=extension
    )
    header = parse_encapsulation(packet)
    assert (header.protocol_id, header.user_field, header.protocol_extension) == (protocol, user, extension)
    assert header.packet_octets == len(packet)
    assert is_idle(packet) == (protocol == PROTOCOL_IDLE)
    shorter = [2**f for f in range(form) if 2**f + size < 256**f] if not (user or protocol == 6) else []
    assert not shorter


@pytest.mark.parametrize(
    "octets", ["", "e5", "e501", "e1", "f20001", "f2000003", "f3000000000000", "00", "e4"]
)
def test_header_that_is_not_whole_or_too_short_is_refused(octets: str) -> None:
    with pytest.raises(RemoteLinkError, match="packet must begin with a whole encapsulation header"):
        parse_encapsulation(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"length_of_length": 4}, r"length_of_length must be in \[0, 3\], got 4"),
        ({"protocol_id": 8}, r"protocol_id must be in \[0, 7\], got 8"),
        ({"protocol_id": 1, "length_of_length": 0}, r"protocol_id must be in \[0, 0\], got 1"),
        ({"packet_octets": 1}, r"packet_octets must be in \[2, 255\], got 1"),
        ({"packet_octets": 256}, r"packet_octets must be in \[2, 255\], got 256"),
        ({"user_field": 1}, r"user_field must be in \[0, 0\], got 1"),
        ({"length_of_length": 2, "packet_octets": 9, "protocol_extension": 1}, "protocol_extension must be"),
        ({"ccsds_field": 1}, "ccsds_field must be"),
    ],
)
def test_bad_fields_are_refused(fields: dict[str, int], text: str) -> None:
    with pytest.raises(LocalLinkError, match=text):
        EncapsulationHeader(**({"protocol_id": 3, "length_of_length": 1, "packet_octets": 9} | fields))


@given(st.binary(max_size=12))
def test_any_octets_give_a_header_or_the_error(octets: bytes) -> None:
    try:
        header = parse_encapsulation(octets)
    except LinkError:
        return
    assert octets.startswith(header.pack()) or header.protocol_id != PROTOCOL_EXTENDED


def test_both_kinds_go_through_telemetry_and_only_where_the_profile_says() -> None:
    profile = allowing("plain_telemetry")
    bundle = build_encapsulation(protocol_id=4, data=bytes(3000))
    idle = [build_encapsulation(protocol_id=0, data=b"")] * 5
    sent = [SPACE, bundle, *idle, SPACE, build_encapsulation(protocol_id=1, data=b"ltp")]
    sender, receiver = TelemetrySender(profile), TelemetryReceiver(profile, first_count=0)
    for packet in sent:
        assert sender.push(0, packet)
    stream = b"".join(sender.frames(20, idle=True))
    events = receiver.receive(stream)
    got = [event.packet for event in events if isinstance(event, PacketReceived)]
    assert got == [packet for packet in sent if not is_idle(packet)]
    assert receiver.counters["packets_idle"] == 6
    strict = TelemetryReceiver(load_builtin("plain_telemetry"), first_count=0)
    names = [event.reason.name for event in strict.receive(stream) if isinstance(event, Rejected)]
    assert names[0] == "PACKET_VERSION"
    with pytest.raises(LocalLinkError, match="packet must be one whole space packet"):
        TelemetrySender(load_builtin("plain_telemetry")).push(0, bundle)
    with pytest.raises(LocalLinkError, match="packet must be one whole packet, got 5 octets"):
        require_packet(bundle[:5], WITH_ENCAPSULATION)


def test_both_kinds_go_through_telecommand() -> None:
    profile = allowing("plain_telecommand")
    bundle = build_encapsulation(protocol_id=4, data=b"up")
    unit = TelecommandSender(profile).send(0, 2, bundle)
    assert TelecommandReceiver(profile).receive(unit) == [PacketReceived(vcid=0, packet=bundle, map_id=2)]


def test_recordings_hold_both_kinds() -> None:
    profile = allowing("plain_telemetry")
    run = SPACE + build_encapsulation(protocol_id=3, data=bytes(70_000)) + SPACE
    assert [len(packet) for packet in split_packets(run, WITH_ENCAPSULATION)] == [18, 70_008, 18]
    profile = replace(profile, limits=replace(profile.limits, packet_octets_max=65_542))
    short = SPACE + build_encapsulation(protocol_id=3, data=bytes(5000)) + SPACE
    out, lines, packets = io.BytesIO(), io.StringIO(), io.BytesIO()
    encode(profile, io.BytesIO(short), out, vcid=0)
    decode(profile, io.BytesIO(out.getvalue()), lines, packets=packets)
    assert packets.getvalue() == short
    assert json.loads(lines.getvalue().splitlines()[-1])["summary"]["packets"] == 3
