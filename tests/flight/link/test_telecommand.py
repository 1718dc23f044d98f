"""Telecommand from packet to packet: repairs, cuts, noise, every reject by name."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link import cltu, frames, random_sequence

from flight.link.clcw import Clcw
from flight.link.coding import encode_cltu
from flight.link.errors import LocalLinkError, Reject
from flight.link.events import PacketReceived, Quality, Rejected, TelecommandEvent
from flight.link.frame_tc import TcCodec
from flight.link.packet import build_packet
from flight.link.profile import load_builtin
from flight.link.telecommand import TelecommandReceiver, TelecommandSender

PROFILE = load_builtin("plain_telecommand")
VECTORS = tomllib.loads((Path(__file__).parents[2] / "vectors" / "link.toml").read_text(encoding="utf-8"))
SEQUENCE = random_sequence.tc255(1024)
PACKET = build_packet(apid=40, is_command=True, sequence_count=7, data=b"switch the lights on")


def unit_of(frame: bytes) -> bytes:
    return cltu.encode(frame, SEQUENCE)


def frame_of(data: bytes = PACKET, *, flags: int = 3, bypass: int = 1, spacecraft: int = 0x6D) -> bytes:
    return frames.telecommand(spacecraft=spacecraft, vcid=0, map_id=5, flags=flags, data=data, bypass=bypass)


def received(data: bytes) -> list[TelecommandEvent]:
    return TelecommandReceiver(PROFILE).receive(data)


@given(st.binary(min_size=1, max_size=1010), st.integers(0, 63))
def test_unit_is_that_of_the_standards(data: bytes, map_id: int) -> None:
    packet = build_packet(apid=1, is_command=True, sequence_count=0, data=data)
    unit = TelecommandSender(PROFILE).send(0, map_id, packet)
    frame = frames.telecommand(spacecraft=0x6D, vcid=0, map_id=map_id, flags=3, data=packet)
    assert unit == cltu.encode(frame, SEQUENCE)
    assert received(unit) == [PacketReceived(vcid=0, packet=packet, map_id=map_id)]


@given(st.lists(st.integers(1, 40), max_size=20))
def test_units_arrive_whatever_the_cuts_and_the_gaps(cuts: list[int]) -> None:
    sender = TelecommandSender(PROFILE)
    stream = b"\x55" * 16 + sender.send(0, 1, PACKET) + b"\x55" * 5 + sender.send(0, 2, PACKET)
    receiver = TelecommandReceiver(PROFILE)
    events = []
    at = 0
    for cut in (*cuts, len(stream)):
        events += receiver.receive(stream[at : at + cut])
        at += cut
    assert events == [PacketReceived(vcid=0, packet=PACKET, map_id=map_id) for map_id in (1, 2)]
    assert receiver.counters["units_received"] == 2


@given(st.data())
def test_one_wrong_bit_in_every_block_is_repaired(data: st.DataObject) -> None:
    unit = bytearray(TelecommandSender(PROFILE).send(0, 1, PACKET))
    blocks = (len(unit) - 10) // 8
    for block in range(blocks):
        bit = data.draw(st.integers(0, 62))
        unit[2 + 8 * block + bit // 8] ^= 0x80 >> bit % 8
    unit[0] ^= 0x10
    receiver = TelecommandReceiver(PROFILE)
    expected = PacketReceived(vcid=0, packet=PACKET, map_id=1, quality=Quality.CORRECTED)
    assert receiver.receive(bytes(unit)) == [expected]
    assert receiver.counters["bits_corrected"] == blocks


def test_detecting_receiver_repairs_nothing() -> None:
    unit = bytearray(TelecommandSender(PROFILE).send(0, 1, PACKET))
    unit[30] ^= 1
    profile = replace(PROFILE, coding=replace(PROFILE.coding, correct=False))
    assert [type(event) for event in TelecommandReceiver(profile).receive(bytes(unit))] == [Rejected]


@given(st.sets(st.integers(16, 8 * 50 - 1), min_size=2, max_size=6))
def test_many_wrong_bits_never_change_a_command(bits: set[int]) -> None:
    unit = bytearray(TelecommandSender(PROFILE).send(0, 1, PACKET))
    for bit in bits:
        unit[bit // 8] ^= 0x80 >> bit % 8
    receiver = TelecommandReceiver(PROFILE)
    events = receiver.receive(bytes(unit)) + receiver.end_of_signal()
    assert all(event.packet == PACKET for event in events if isinstance(event, PacketReceived))


@pytest.mark.parametrize(
    ("frame", "reject"),
    [
        (frame_of(spacecraft=1), Reject.FRAME_SPACECRAFT),
        (frame_of(bypass=0), Reject.SEQUENCE_CONTROLLED),
        (frame_of(flags=0), Reject.SEGMENT_FLAGS),
        (frame_of(flags=2), Reject.SEGMENT_FLAGS),
        (frame_of(b"\xe0" + PACKET[1:]), Reject.PACKET_VERSION),
        (frame_of(PACKET + b"\0"), Reject.PACKET_LENGTH),
        (frame_of(PACKET[:-1]), Reject.PACKET_LENGTH),
        (frame_of(PACKET[:6]), Reject.PACKET_LENGTH),
        (frame_of()[:-1] + b"\0", Reject.FRAME_CHECKSUM),
        (b"\x20\x6d\x03\xff\0" + bytes(9), Reject.FRAME_LENGTH),
        (b"\x20", Reject.FRAME_LENGTH),
    ],
)
def test_each_fault_has_its_name_and_counter(frame: bytes, reject: Reject) -> None:
    receiver = TelecommandReceiver(PROFILE)
    events = receiver.receive(unit_of(frame))
    assert [event.reason for event in events if isinstance(event, Rejected)] == [reject]
    assert receiver.counters[reject.name.lower()] == 1


def test_control_command_is_rejected_by_name() -> None:
    unlock = bytes.fromhex("306D000700 00")
    checksum = frames.crc16(unlock).to_bytes(2)
    assert received(unit_of(unlock + checksum)) == [Rejected(reason=Reject.CONTROL_COMMAND, vcid=0)]


def test_unit_of_several_frames_and_frame_of_several_packets() -> None:
    events = received(unit_of(frame_of(PACKET * 2) + frame_of()))
    assert [event.packet for event in events if isinstance(event, PacketReceived)] == [PACKET] * 3


def test_idle_packet_in_a_frame_is_passed_over() -> None:
    assert received(unit_of(frame_of(b"\x17\xff\xc0\0\0\0\x55" + PACKET))) == [
        PacketReceived(vcid=0, packet=PACKET, map_id=5)
    ]


def test_start_without_blocks_and_unit_without_end() -> None:
    assert received(cltu.START + cltu.TAIL) == [Rejected(reason=Reject.CLTU_EMPTY)]
    endless = encode_cltu(bytes(1100))
    assert received(endless)[0] == Rejected(reason=Reject.CLTU_TOO_LONG)


def test_unit_cut_short_does_not_swallow_the_next() -> None:
    sender = TelecommandSender(PROFILE)
    events = received(sender.send(0, 1, PACKET)[:30] + sender.send(0, 2, PACKET))
    assert events[-1] == PacketReceived(vcid=0, packet=PACKET, map_id=2)
    assert isinstance(events[0], Rejected)


def test_end_of_signal_takes_a_unit_without_its_tail() -> None:
    receiver = TelecommandReceiver(PROFILE)
    unit = TelecommandSender(PROFILE).send(0, 1, PACKET)
    assert receiver.receive(unit[:-8]) == []
    assert receiver.end_of_signal() == [PacketReceived(vcid=0, packet=PACKET, map_id=1)]
    assert receiver.end_of_signal() == []


def test_bypass_counter_is_in_the_control_word_and_survives() -> None:
    receiver = TelecommandReceiver(PROFILE)
    unit = TelecommandSender(PROFILE).send(0, 1, PACKET)
    for _ in range(6):
        receiver.receive(unit)
    assert receiver.clcw(0) == Clcw(vcid=0, bypass_count=2)
    twin = TelecommandReceiver(PROFILE)
    twin.restore((*receiver.snapshot(), (9, 1, 0, 0, 0)))
    assert twin.clcw(0) == receiver.clcw(0)


@given(st.binary(max_size=300))
def test_any_octets_are_survived(noise: bytes) -> None:
    receiver = TelecommandReceiver(PROFILE)
    for event in receiver.receive(cltu.START + noise) + receiver.end_of_signal():
        assert isinstance(event, Rejected)
    assert receiver.receive(unit_of(frame_of()))[-1] == PacketReceived(vcid=0, packet=PACKET, map_id=5)


def test_misuse_is_refused() -> None:
    sender = TelecommandSender(PROFILE)
    with pytest.raises(LocalLinkError, match=r"vcid must be one of \[0\], got 1"):
        sender.send(1, 0, PACKET)
    with pytest.raises(LocalLinkError, match=r"map_id must be in \[0, 63\], got 64"):
        sender.send(0, 64, PACKET)
    with pytest.raises(LocalLinkError, match="one whole space packet"):
        sender.send(0, 0, PACKET[:-1])
    long = build_packet(apid=1, is_command=True, sequence_count=0, data=bytes(1011))
    with pytest.raises(LocalLinkError, match="packet must be <= 1016 octets, got 1017 octets"):
        sender.send(0, 0, long)


def test_receiver_needs_units() -> None:
    plain = load_builtin("plain_telecommand")
    bare = replace(plain, coding=replace(plain.coding, code="none", correct=False, randomiser="none"))
    with pytest.raises(LocalLinkError, match=r"coding\.code must be bch for a receiver, got none"):
        TelecommandReceiver(bare)


def test_profile_without_segment_header_has_no_map() -> None:
    profile = replace(PROFILE, frame=replace(PROFILE.frame, segment_header=False))
    sender = TelecommandSender(profile)
    with pytest.raises(LocalLinkError, match=r"map_id must be in \[0, 0\], got 1"):
        sender.send(0, 1, PACKET)
    assert TelecommandReceiver(profile).receive(sender.send(0, 0, PACKET)) == [
        PacketReceived(vcid=0, packet=PACKET)
    ]


def test_printed_unit_of_another_implementation_is_read() -> None:
    # dariol83/ccsds, BchCltuAlgorithmTest: spacecraft 0x62, channel 1, whole segment on MAP 1, no checksum.
    # Its data are no space packet of their length, which the receiver names.
    unit = bytes.fromhex(VECTORS["cltu"][0]["unit"])
    frame = replace(PROFILE.frame, spacecraft_id=0x62, channels=(1,), fecf=False)
    profile = replace(PROFILE, frame=frame, coding=replace(PROFILE.coding, randomiser="none"))
    parsed, size = TcCodec(profile).decode(bytes.fromhex(VECTORS["cltu"][0]["frame"]))
    assert (parsed.vcid, parsed.map_id, parsed.segment_flags, parsed.verdict, size) == (1, 1, 3, 0, 42)
    assert parsed.is_bypass
    receiver = TelecommandReceiver(profile)
    assert receiver.receive(unit) == [Rejected(reason=Reject.PACKET_LENGTH, vcid=1)]
    assert receiver.counters["frames_received"] == 1


def test_long_packet_goes_in_segments_on_its_access_point() -> None:
    profile = replace(PROFILE, limits=replace(PROFILE.limits, packet_octets_max=5000))
    long = build_packet(apid=40, is_command=True, sequence_count=1, data=bytes(range(250)) * 12)
    other = build_packet(apid=41, is_command=True, sequence_count=1, data=bytes(2000))
    sender, receiver = TelecommandSender(profile), TelecommandReceiver(profile)
    units, others = (
        [cltu.START + unit for unit in sender.send(0, map_id, packet).split(cltu.START)[1:]]
        for map_id, packet in ((3, long), (4, other))
    )
    assert (len(units), len(others)) == (3, 2)
    events = []
    for unit in (units[0], others[0], units[1], others[1], units[2]):  # access points are interleaved
        events += receiver.receive(unit)
    assert events == [
        PacketReceived(vcid=0, packet=other, map_id=4),
        PacketReceived(vcid=0, packet=long, map_id=3),
    ]
    for lost in range(3):
        events = receiver.receive(b"".join(units[:lost] + units[lost + 1 :]) + sender.send(0, 3, PACKET))
        assert events[-1] == PacketReceived(vcid=0, packet=PACKET, map_id=3)
        assert all(isinstance(event, Rejected) for event in events[:-1])
        assert len(events) > 1
    small = TelecommandReceiver(PROFILE)
    assert Rejected(reason=Reject.PACKET_LENGTH, vcid=0) in small.receive(b"".join(units))
    with pytest.raises(LocalLinkError, match="packet must be <= 1016 octets, got 3006 octets"):
        sender.send_sequenced(0, 3, long, 0)
