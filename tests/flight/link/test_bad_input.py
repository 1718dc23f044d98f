"""The catalogue of bad input, BI-01 to BI-05: each case has its counter, hands nothing on, changes nothing.

Sources of the classes: CVE-2025-29909 to 30356 (a length below the header and a MAC longer than the frame),
F Prime issue 5084 (65,535 + 1 wraps to 0), cFS issue 985 (length 0), CryptoLib issue 462 (control frames with
security fields), CVE-2024-44912 (pointers and lengths beyond the frame).
"""

from dataclasses import replace

import pytest
from reference.link import cltu, frames, random_sequence

from flight.bus.disk import MemoryDisk
from flight.link.association import AssociationAction
from flight.link.clcw import parse_clcw
from flight.link.coding import crc16
from flight.link.encapsulation import build_encapsulation, parse_encapsulation
from flight.link.errors import LinkError, Reject
from flight.link.events import PacketReceived, Rejected
from flight.link.keys import builtin_test_keys
from flight.link.packet import build_packet, parse_header
from flight.link.profile import Profile, load_builtin
from flight.link.receiver import TelemetryReceiver
from flight.link.security import SecurityEnd
from flight.link.security_options import SecurityOptions
from flight.link.telecommand import TelecommandReceiver, TelecommandSender

COMMAND = load_builtin("plain_telecommand")
CODED = load_builtin("plain_telemetry")
BARE = replace(
    CODED,
    frame=replace(CODED.frame, length_octets=60, spacecraft_id=0xA5, channels=(0, 1)),
    coding=replace(CODED.coding, code="none", rs_parity_octets=0, rs_interleave=1, randomiser="none"),
)
ZONE = 60 - 14
GCM = SecurityOptions(
    mode="gcm", spi=9, key="TEST-uplink", key_class="test", iv_octets=12, mac_octets=16, reserve_count=1
)
SECURE = replace(COMMAND, security=GCM)
PACKET = build_packet(apid=40, is_command=True, sequence_count=7, data=b"a command")
SEQUENCE = random_sequence.tc255(1100)


def unit(frame: bytes) -> bytes:
    return cltu.encode(frame, SEQUENCE)


def checked(frame: bytes) -> bytes:
    return frame + crc16(frame).to_bytes(2)


def command_frame(data: bytes = PACKET, *, length: int | None = None, **fields: int) -> bytes:
    """A frame with its checksum right, and any length field."""
    values = {"spacecraft": 0x6D, "vcid": 0, "map_id": 0, "flags": 3} | fields
    frame = bytearray(frames.telecommand(data=data, **values))
    if length is not None:
        frame[2:4] = (int.from_bytes(frame[2:4]) & 0xFC00 | length).to_bytes(2)
    return checked(bytes(frame[:-2]))


def with_length(packet: bytes, length: int) -> bytes:
    return packet[:4] + length.to_bytes(2) + packet[6:]


EXACT = len(command_frame()) - 1
LAST = len(PACKET) - 7
COUNTED_BY_FARM = (Reject.PACKET_LENGTH, Reject.PACKET_VERSION, Reject.SEGMENT_FLAGS)
UPLINK = [
    ("BI-01 frame length 0", command_frame(length=0), Reject.FRAME_LENGTH),
    ("BI-01 frame length 1", command_frame(length=1), Reject.FRAME_LENGTH),
    ("BI-01 frame length header - 1", command_frame(length=3), Reject.FRAME_LENGTH),
    ("BI-01 frame length header", command_frame(length=4), Reject.FRAME_LENGTH),
    ("BI-01 frame length header and trailer", command_frame(length=7), Reject.FRAME_LENGTH),
    ("BI-01 frame length exact - 1", command_frame(length=EXACT - 1), Reject.FRAME_CHECKSUM),
    ("BI-01 frame length max", command_frame(length=1023), Reject.FRAME_LENGTH),
    ("BI-01 packet length exact + 1", command_frame(with_length(PACKET, LAST + 1)), Reject.PACKET_LENGTH),
    ("BI-01 packet length 65,534", command_frame(with_length(PACKET, 65_534)), Reject.PACKET_LENGTH),
    ("BI-01 packet length 65,535 + 1", command_frame(with_length(PACKET, 65_535)), Reject.PACKET_LENGTH),
    *(
        (f"BI-01 packet of {size} octets", command_frame(PACKET[:size]), Reject.PACKET_LENGTH)
        for size in range(1, 7)
    ),
    ("BI-02 packet longer than its frame", command_frame(PACKET[:-1]), Reject.PACKET_LENGTH),
    ("BI-02 continuation without first", command_frame(flags=0), Reject.SEGMENT_FLAGS),
    ("BI-02 last without first", command_frame(flags=2), Reject.SEGMENT_FLAGS),
    ("BI-02 unknown packet version", command_frame(b"\x20" + PACKET[1:]), Reject.PACKET_VERSION),
    ("BI-02 encapsulation not in the profile", command_frame(b"\xf1\x02"), Reject.PACKET_VERSION),
    ("BI-03 checksum", command_frame()[:-1] + b"\0", Reject.FRAME_CHECKSUM),
    ("BI-03 spacecraft", command_frame(spacecraft=0x6C), Reject.FRAME_SPACECRAFT),
    ("BI-03 channel", command_frame(vcid=1), Reject.FRAME_CHANNEL),
    ("BI-03 start without blocks", b"", Reject.CLTU_EMPTY),
    ("BI-03 random octets", bytes(range(7, 120)), Reject.FRAME_LENGTH),
    ("BI-04 sequence-controlled without COP-1", command_frame(bypass=0), Reject.SEQUENCE_CONTROLLED),
]


@pytest.mark.parametrize(("case", "frame", "reject"), UPLINK, ids=[case for case, _, _ in UPLINK])
def test_uplink_case_has_its_counter_and_hands_nothing_on(case: str, frame: bytes, reject: Reject) -> None:
    receiver = TelecommandReceiver(COMMAND)
    before = receiver.snapshot()
    events = receiver.receive(unit(frame) if frame else cltu.START + cltu.TAIL)
    assert [event.reason for event in events if isinstance(event, Rejected)] == [reject], case
    assert not any(isinstance(event, PacketReceived) for event in events)
    assert receiver.counters[reject.name.lower()] == 1
    if reject not in (
        Reject.PACKET_LENGTH,
        Reject.PACKET_VERSION,
        Reject.SEGMENT_FLAGS,
    ):  # FARM-B has counted these
        assert receiver.snapshot() == before
    good = receiver.receive(unit(command_frame()))
    assert [event.packet for event in good if isinstance(event, PacketReceived)] == [PACKET]


# A frame may hold several packets, so a length that is too short ends a packet early and names what follows.
BLOCKED = [
    ("BI-01 packet length 0", with_length(PACKET, 0), 7, Reject.PACKET_VERSION),
    ("BI-01 packet length exact - 1", with_length(PACKET, LAST - 1), len(PACKET) - 1, Reject.PACKET_VERSION),
    ("BI-02 octets behind the packet", PACKET + b"\0", len(PACKET), Reject.PACKET_LENGTH),
]


@pytest.mark.parametrize(("case", "data", "octets", "reject"), BLOCKED, ids=[row[0] for row in BLOCKED])
def test_octets_behind_a_packet_are_named(case: str, data: bytes, octets: int, reject: Reject) -> None:
    events = TelecommandReceiver(COMMAND).receive(unit(command_frame(data)))
    packet = PacketReceived(vcid=0, packet=data[:octets], map_id=0)
    assert events == [packet, Rejected(reason=reject, vcid=0)], case


def telemetry(zone: bytes, pointer: int) -> bytes:
    frame = frames.aos(spacecraft=0xA5, vcid=0, count=0, pointer=pointer, zone=zone, ocf=0)
    return bytes.fromhex("1ACFFC1D") + frame


def changed(octet: int, value: int) -> bytes:
    cadu = bytearray(telemetry(bytes(ZONE), 0))
    cadu[4 + octet] = value
    return bytes(cadu[:4]) + checked(bytes(cadu[4:-2]))


LONG = b"\0\1\xc0\0\xff\xff"
SMALL = build_packet(apid=1, is_command=False, sequence_count=0, data=bytes(9))
DOWNLINK = [
    ("BI-02 pointer at the end of the zone", telemetry(bytes(ZONE), ZONE), Reject.FRAME_POINTER),
    ("BI-02 pointer beyond the zone", telemetry(bytes(ZONE), 2045), Reject.FRAME_POINTER),
    (
        "BI-02 packet longer than the limit",
        telemetry(b"\0\1\xc0\0\xff\xff" + bytes(ZONE - 6), 0),
        Reject.PACKET_LENGTH,
    ),
    ("BI-02 packet version", telemetry(SMALL + b"\x60" * (ZONE - len(SMALL)), 0), Reject.PACKET_VERSION),
    ("BI-03 version", changed(0, 0x29), Reject.FRAME_VERSION),
    ("BI-03 spacecraft", changed(0, 0x6A), Reject.FRAME_SPACECRAFT),
    ("BI-03 upper spacecraft bits", changed(5, 0x50), Reject.FRAME_SPACECRAFT),
    ("BI-03 channel", changed(1, 0x42), Reject.FRAME_CHANNEL),
    ("BI-03 signalling", changed(5, 0x00), Reject.FRAME_SIGNALLING),
    ("BI-03 reserved bits", changed(6, 0x08), Reject.FRAME_RESERVED_BITS),
    ("BI-03 checksum", telemetry(bytes(ZONE), 0)[:-1] + b"\1", Reject.FRAME_CHECKSUM),
]


@pytest.mark.parametrize(("case", "cadu", "reject"), DOWNLINK, ids=[case for case, _, _ in DOWNLINK])
def test_downlink_case_has_its_counter_and_hands_nothing_wrong_on(
    case: str, cadu: bytes, reject: Reject
) -> None:
    receiver = TelemetryReceiver(
        replace(BARE, limits=replace(BARE.limits, packet_octets_max=1000)), first_count=0
    )
    events = receiver.receive(cadu)
    assert [event.reason for event in events if isinstance(event, Rejected)][-1] == reject, case
    assert receiver.counters[reject.name.lower()] == 1
    assert all(event.packet == SMALL for event in events if isinstance(event, PacketReceived))


def secured(profile: Profile = SECURE) -> tuple[TelecommandSender, TelecommandReceiver]:
    keys = builtin_test_keys()
    return (
        TelecommandSender(profile, SecurityEnd(profile, is_sender=True, keys=keys, disk=MemoryDisk())),
        TelecommandReceiver(profile, SecurityEnd(profile, is_sender=False, keys=keys, disk=MemoryDisk())),
    )


def sealed_frame(sender: TelecommandSender) -> bytes:
    """The next frame without its unit: a header of 6, SPI, vector of 12, data, code, checksum."""
    whole = cltu.decode(sender.send(0, 0, PACKET))
    octets = bytes(a ^ b for a, b in zip(whole, SEQUENCE, strict=False))
    return octets[: (int.from_bytes(octets[2:4]) & 0x3FF) + 1]


def altered(frame: bytes, at: int, octets: bytes) -> bytes:
    at %= len(frame)
    return checked(frame[:at] + octets + frame[at + len(octets) : -2])


CODE = -2 - 16  # where the code begins
SECURED = [
    ("BI-05 SPI 0", 6, b"\0\0", Reject.SECURITY_SPI),
    ("BI-05 unknown SPI", 6, b"\0\x08", Reject.SECURITY_SPI),
    ("BI-05 SPI 65,535", 6, b"\xff\xff", Reject.SECURITY_SPI),
    ("BI-05 vector of another sender", 8, b"\xee", Reject.SECURITY_IV),
    ("BI-05 number 0", 12, bytes(8), Reject.SECURITY_REPLAYED),
    ("BI-05 number 2^64 - 1", 12, b"\xff" * 8, Reject.SECURITY_TAG),
    ("BI-05 code of zeros", CODE, bytes(16), Reject.SECURITY_TAG),
    ("BI-05 code of ones", CODE, b"\xff" * 16, Reject.SECURITY_TAG),
    ("BI-05 data changed", 20, b"\x55", Reject.SECURITY_TAG),
    ("BI-05 MAP changed", 5, b"\xc1", Reject.SECURITY_TAG),
    ("BI-05 sequence number changed", 4, b"\x55", Reject.SECURITY_TAG),
]


@pytest.mark.parametrize(("case", "at", "octets", "reject"), SECURED, ids=[row[0] for row in SECURED])
def test_secured_uplink_case_has_its_counter_and_moves_nothing(
    case: str, at: int, octets: bytes, reject: Reject
) -> None:
    sender, receiver = secured()
    frame = sealed_frame(sender)
    assert receiver.receive(unit(altered(frame, at, octets))) == [Rejected(reason=reject, vcid=0)], case
    assert receiver.counters[reject.name.lower()] == 1
    assert sum(receiver.counters[other.name.lower()] for other in Reject) == 1
    assert receiver.receive(unit(frame)) == [PacketReceived(vcid=0, packet=PACKET, map_id=0)]
    assert receiver.receive(unit(frame)) == [Rejected(reason=Reject.SECURITY_REPLAYED, vcid=0)]


def test_code_off_by_one_bit_is_counted_on_the_uplink() -> None:
    sender, receiver = secured()
    frame = sealed_frame(sender)
    for bit in range(128):
        at = len(frame) + CODE + bit // 8
        events = receiver.receive(unit(altered(frame, at, bytes([frame[at] ^ 0x80 >> bit % 8]))))
        assert events == [Rejected(reason=Reject.SECURITY_TAG, vcid=0)]
        assert receiver.counters["security_tag"] == bit + 1


@pytest.mark.parametrize("actions", [("stop",), ("stop", "expire")], ids="-".join)
def test_association_that_does_not_serve_is_counted_on_the_uplink(actions: tuple[str, ...]) -> None:
    sender, _ = secured()
    end = SecurityEnd(SECURE, is_sender=False, keys=builtin_test_keys(), disk=MemoryDisk())
    receiver = TelecommandReceiver(SECURE, end)
    for action in actions:
        end.move(0, AssociationAction[action.upper()])
    events = receiver.receive(unit(sealed_frame(sender)))
    assert events == [Rejected(reason=Reject.SECURITY_ASSOCIATION, vcid=0)]
    assert receiver.counters["security_association"] == 1


def test_every_length_of_a_secured_frame_is_refused_by_name() -> None:
    sender, receiver = secured()
    octets = sealed_frame(sender)
    size = len(octets)
    for length in range(
        6 + 1, size - 2
    ):  # BI-01: from no security header to one octet less than the MAC needs
        frame = bytearray(octets[:length])
        frame[2:4] = (length + 2 - 1).to_bytes(2)
        events = receiver.receive(unit(checked(bytes(frame))))
        wanted = Reject.SECURITY_LENGTH if length < 6 + 14 + 16 else Reject.SECURITY_TAG
        if length >= 8:
            assert [event.reason for event in events] == [wanted], length
        else:
            assert [event.reason for event in events] == [Reject.SECURITY_LENGTH], length
    assert receiver.receive(unit(octets)) == [PacketReceived(vcid=0, packet=PACKET, map_id=0)]
    assert receiver.receive(unit(octets)) == [Rejected(reason=Reject.SECURITY_REPLAYED, vcid=0)]


def test_clear_control_frames_have_no_security_fields_and_may_not_have_them() -> None:
    on = replace(SECURE, sequence=replace(load_builtin("radio_telecommand").sequence, control="clear"))
    sender, receiver = secured(on)
    bare = sender.send_control(0, b"\x82\x00\x07")
    assert len(bare) == 2 + 16 + 8  # a header of 5, 3 octets, a checksum: two blocks
    assert receiver.receive(bare) == []
    assert receiver.clcw(0).report_value == 7
    for extra in range(1, 40):  # fields of security within would be octets of no known command
        body = b"\x82\x00\x09" + bytes(extra)
        frame = b"\x30\x6d" + (5 + len(body) + 2 - 1).to_bytes(2) + b"\0" + body
        events = receiver.receive(unit(checked(frame)))
        assert [event.reason for event in events] == [Reject.CONTROL_COMMAND]
    assert receiver.clcw(0).report_value == 7


@pytest.mark.parametrize("size", range(17))
def test_short_datagrams_are_survived_at_both_ends(size: int) -> None:
    for noise in (bytes(size), b"\xff" * size, b"\xeb\x90" * (size // 2), b"\x1a\xcf\xfc\x1d" * (size // 4)):
        up, down = TelecommandReceiver(COMMAND), TelemetryReceiver(BARE, first_count=0)
        for event in (*up.receive(noise), *up.end_of_signal(), *down.receive(noise)):
            assert isinstance(event, Rejected)
        for parse in (parse_header, parse_encapsulation):
            try:
                parse(noise)
            except LinkError:
                continue


def test_words_of_every_pattern_give_a_control_word_or_the_error() -> None:
    for bit in range(32):
        for word in (1 << bit, ~(1 << bit) & 0xFFFFFFFF):
            try:
                assert parse_clcw(word).pack() == word & ~0x00030100
            except LinkError:
                assert word >> 24 & 0xE3 != 1


def test_giant_encapsulation_length_is_bounded() -> None:
    profile = replace(BARE, frame=replace(BARE.frame, encapsulation=True))
    receiver = TelemetryReceiver(profile, first_count=0)
    zone = (bytes.fromhex("f3000000ffffffff") + build_encapsulation(protocol_id=4, data=b"x")).ljust(
        ZONE, b"\xe0"
    )
    events = receiver.receive(telemetry(zone, 0))
    assert [event.reason for event in events if isinstance(event, Rejected)] == [Reject.PACKET_LENGTH]
    assert not any(isinstance(event, PacketReceived) for event in events)
