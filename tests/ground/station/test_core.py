"""The station end of the link: packets out of any cut, gaps counted, bad octets never raise."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link.ends import flown_ends, plain_ends

from flight.bus.disk import MemoryDisk
from flight.link.clcw import Clcw
from flight.link.ends import LinkEnds
from flight.link.errors import LocalLinkError
from flight.link.events import PacketReceived
from flight.link.numbers import NumberStore
from flight.link.packet import build_packet
from flight.link.profile import load_builtin
from flight.link.sender import TelemetrySender
from flight.link.telecommand import TelecommandReceiver
from ground.station.core import FramesMissing, Station, StationPacket


def station() -> Station:
    return Station(plain_ends())


def board(ends: LinkEnds) -> TelecommandReceiver:
    """Return the receiving end of telecommands on board."""
    return TelecommandReceiver(ends.telecommand, ends.security(ends.telecommand, is_sender=False), ends.disk)


def secured_frames(ends: LinkEnds, packets: list[bytes]) -> list[bytes]:
    """Return one secured frame for each packet, with the control word of a board that waits."""
    sender = TelemetrySender(ends.telemetry, security=ends.security(ends.telemetry, is_sender=True))
    sender.ocf_word = Clcw(vcid=0).pack()
    made = []
    for packet in packets:
        sender.push(1, packet)
        made += sender.frames(1, idle=True, only_idle=False)
    return made


def test_a_station_that_starts_again_takes_no_frame_twice() -> None:
    ground, satellite = flown_ends(MemoryDisk()), flown_ends(MemoryDisk())
    stream = secured_frames(satellite, packets(6))
    taken = 0
    for start in range(3):
        one = Station(ground)
        heard = one.receive(b"".join(stream[: 2 * start + 2]))
        taken += sum(isinstance(event, StationPacket) for event in heard)
        assert dict(one.counters())["security_replayed"] == 2 * start
    assert taken == 6


def test_a_station_that_starts_again_goes_on_commanding_without_help() -> None:
    ground, satellite = flown_ends(MemoryDisk()), flown_ends(MemoryDisk())
    receiver, accepted = board(satellite), []
    down = TelemetrySender(
        satellite.telemetry, security=satellite.security(satellite.telemetry, is_sender=True)
    )
    for start in range(3):
        one = Station(ground)
        for count in range(6):
            down.ocf_word = receiver.clcw(0).pack()
            down.push(1, packets(1)[0])
            one.advance(1_000_000_000 * (10 * start + count))
            one.receive(b"".join(down.frames(1, idle=True, only_idle=False)))
            units = one.take_units()
            if count == 3:
                telecommand = build_packet(apid=16, is_command=True, sequence_count=start, data=b"go")
                units.append(one.frame(telecommand))
            accepted += [e for unit in units for e in receiver.receive(unit) if isinstance(e, PacketReceived)]
        assert one.take_acknowledged() == [(16, start)]
        # Each start leaves out what the one before had reserved, so that no number is used twice.
        assert NumberStore(ground.disk, "link_s_1").number == 64 * (start + 1)
    assert len(accepted) == 3
    assert receiver.counters["security_replayed"] == receiver.counters["security_tag"] == 0


def frames(packets: list[bytes], channel: int = 1) -> list[bytes]:
    """Return one frame for each packet."""
    sender = TelemetrySender(load_builtin("plain_telemetry"))
    made = []
    for packet in packets:
        sender.push(channel, packet)
        made += sender.frames(1, idle=True, only_idle=False)
    return made


def packets(count: int, apid: int = 16) -> list[bytes]:
    return [
        build_packet(apid=apid, is_command=False, sequence_count=i, data=bytes([i]) * (i + 1))
        for i in range(count)
    ]


@given(cuts=st.lists(st.integers(1, 2000), min_size=1, max_size=20))
def test_packets_come_out_of_any_cut(cuts: list[int]) -> None:
    sent = packets(6)
    stream = b"".join(frames(sent))
    receiver = station()
    events = []
    for cut in [*cuts, len(stream)]:
        events += receiver.receive(stream[:cut])
        stream = stream[cut:]
    assert [event.octets for event in events if isinstance(event, StationPacket)] == sent
    assert receiver.packets_by_apid == {16: 6}
    assert receiver.packets_by_channel == {1: 6}


def test_lost_frame_is_a_frame_gap_and_a_packet_gap() -> None:
    stream = frames(packets(5))
    receiver = station()
    events = receiver.receive(b"".join(stream[:2] + stream[3:]))
    missing = [event for event in events if isinstance(event, FramesMissing)]
    assert [(event.channel, event.missing_count) for event in missing] == [(1, 1)]
    gaps = [event.gap.missing_count for event in events if isinstance(event, StationPacket)]
    assert gaps == [0, 0, 1, 0]
    counters = dict(receiver.counters())
    assert counters["packets_missing"] == 1
    assert counters["frames_missing"] == 1


def test_broken_frame_is_counted_by_its_name() -> None:
    stream = frames(packets(3))
    broken = bytearray(stream[1])
    broken[500] ^= 0x10  # one wrong symbol is repaired
    receiver = station()
    receiver.receive(stream[0] + bytes(broken))
    assert dict(receiver.counters())["symbols_corrected"] == 1
    broken[100:300] = bytes(200)
    receiver = station()
    receiver.receive(stream[0] + bytes(broken) + stream[2])
    counters = dict(receiver.counters())
    assert counters["frame_unrepairable"] == 1
    assert counters["packets_missing"] == 1


@given(st.binary(max_size=4000))
def test_any_octets_are_taken_without_an_error(octets: bytes) -> None:
    receiver = station()
    for event in receiver.receive(octets):
        assert isinstance(event, StationPacket | FramesMissing)


def test_framed_packet_is_what_the_satellite_hears() -> None:
    packet = build_packet(apid=16, is_command=True, sequence_count=3, data=b"command data")
    heard = TelecommandReceiver(load_builtin("plain_telecommand")).receive(station().frame(packet))
    assert [event.packet for event in heard if isinstance(event, PacketReceived)] == [packet]


def test_packet_too_long_for_a_frame_is_refused() -> None:
    packet = build_packet(apid=16, is_command=True, sequence_count=0, data=bytes(2000))
    with pytest.raises(LocalLinkError, match="packet must be"):
        station().frame(packet)
