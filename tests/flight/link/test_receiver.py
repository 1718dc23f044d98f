"""The telemetry receiver: cuts, losses, errors, repeats; nothing goes missing unseen."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from flight.link.errors import Reject
from flight.link.events import (
    ChannelRestarted,
    FieldReceived,
    FrameGap,
    PacketReceived,
    Rejected,
    TelemetryEvent,
)
from flight.link.packet import build_packet
from flight.link.profile import load_builtin
from flight.link.receiver import TelemetryReceiver
from flight.link.sender import TelemetrySender

CODED = load_builtin("plain_telemetry")
BUILTIN = replace(CODED, coding=replace(CODED.coding, code="none", rs_parity_octets=0, rs_interleave=1))
PROFILE = replace(BUILTIN, frame=replace(BUILTIN.frame, length_octets=64))
ZONE = 50


def packet_of(size: int, count: int) -> bytes:
    return build_packet(
        apid=9, is_command=False, sequence_count=count, data=bytes([count % 256]) * (size - 6)
    )


def cadus_of(packets: Sequence[bytes], *, idle_count: int = 0, vcid: int = 0) -> list[bytes]:
    sender = TelemetrySender(PROFILE)
    for packet in packets:
        assert sender.push(vcid, packet)
    return sender.frames(10_000, idle=True, only_idle=False) + sender.frames(idle_count, idle=True)


def packets_in(events: Sequence[TelemetryEvent]) -> list[bytes]:
    return [event.packet for event in events if isinstance(event, PacketReceived)]


SIZES = st.lists(st.integers(7, 400), min_size=1, max_size=30)
PACKETS = [packet_of(20 + 7 * (i % 20), i) for i in range(60)]


@given(SIZES, st.lists(st.integers(1, 200), max_size=40))
def test_packets_arrive_whole_whatever_the_cuts(sizes: list[int], cuts: list[int]) -> None:
    packets = [packet_of(size, count) for count, size in enumerate(sizes)]
    stream = b"".join(cadus_of(packets, idle_count=2))
    receiver = TelemetryReceiver(PROFILE, first_count=0)
    events: list[TelemetryEvent] = []
    at = 0
    for cut in (*cuts, len(stream)):
        events += receiver.receive(stream[at : at + cut])
        at += cut
    assert packets_in(events) == packets
    assert [type(event) for event in events if not isinstance(event, PacketReceived)] == [FieldReceived]
    assert receiver.counters["frames_idle"] == 2
    assert receiver.counters["packets_received"] == len(packets)


@given(st.sets(st.integers(0, 79)), st.integers(0, 400))
def test_lost_frames_are_counted_and_spoil_only_their_packets(lost: set[int], seed: int) -> None:
    packets = [packet_of(7 + (i * 37 + seed) % 120, i) for i in range(60)]
    cadus = cadus_of(packets)
    kept = [cadu for number, cadu in enumerate(cadus) if number not in lost]
    receiver = TelemetryReceiver(PROFILE, first_count=0)
    events = receiver.receive(b"".join(kept))
    tail = next((n for n in range(len(cadus)) if set(range(n, len(cadus))) <= lost), len(cadus))
    missing = sum(event.missing_count for event in events if isinstance(event, FrameGap))
    assert missing == len({number for number in lost if number < tail})
    assert receiver.counters["frames_missing"] == missing
    spoiled = set()
    at = 0
    for number, packet in enumerate(packets):
        touched = set(range(at // ZONE, (at + len(packet) - 1) // ZONE + 1))
        if touched & lost:
            spoiled.add(number)
        at += len(packet)
    assert packets_in(events) == [packet for number, packet in enumerate(packets) if number not in spoiled]


@given(st.integers(0, 1_000_000), st.integers(1, 3))
def test_bit_errors_cost_only_the_frames_they_hit(position: int, errors: int) -> None:
    cadus = cadus_of(PACKETS)
    stream = bytearray(b"".join(cadus))
    hit = set()
    for error in range(errors):
        bit = (position + error * 7919) % (8 * len(stream))
        stream[bit // 8] ^= 0x80 >> bit % 8
        if bit // 8 % len(cadus[0]) >= 4:  # an error in the marker is tolerated
            hit.add(bit // 8 // len(cadus[0]))
    receiver = TelemetryReceiver(PROFILE, first_count=0)
    events = receiver.receive(bytes(stream) + cadus_of(PACKETS)[0])
    # Up to three wrong bits within one frame never pass the checksum (732.0-B-4 4.1.6: distance 4).
    assert receiver.counters["frame_checksum"] == len(hit)
    assert receiver.counters["octets_skipped"] == 0
    assert len(packets_in(events)) >= len(PACKETS) - 4 * len(hit) - 1


@given(st.integers(0, 40), st.integers(1, 67), st.binary(max_size=20))
def test_slips_are_found_again_at_the_next_marker(frame: int, removed: int, inserted: bytes) -> None:
    cadus = cadus_of(PACKETS)
    frame %= len(cadus) - 2
    cut = cadus[frame][: len(cadus[frame]) - removed]
    assume(not (cut + inserted).startswith(cadus[frame]))  # the octets taken out may come back
    receiver = TelemetryReceiver(PROFILE, first_count=0)
    stream = b"".join([*cadus[:frame], cut, inserted, *cadus[frame + 1 :]])
    events = receiver.receive(stream)
    assert receiver.counters["frames_received"] >= len(cadus) - 1
    assert receiver.counters["frames_missing"] == 1
    assert len(packets_in(events)) >= len(PACKETS) - 5


def test_noise_between_frames_is_skipped_and_counted() -> None:
    cadus = cadus_of(PACKETS)
    receiver = TelemetryReceiver(PROFILE, first_count=0)
    events = receiver.receive(b"noise" + cadus[0] + bytes(100) + b"".join(cadus[1:]))
    assert packets_in(events) == PACKETS
    assert receiver.counters["octets_skipped"] == 105


def test_marker_inside_data_does_not_mislead() -> None:
    data = bytes.fromhex("1ACFFC1D") * 40
    packets = [build_packet(apid=1, is_command=False, sequence_count=i, data=data) for i in range(20)]
    profile = replace(PROFILE, coding=replace(PROFILE.coding, randomiser="none"))
    sender = TelemetrySender(profile)
    for packet in packets:
        sender.push(0, packet)
    cadus = sender.frames(1000, idle=True, only_idle=False)
    broken = bytearray(b"".join(cadus))
    broken[len(cadus[0]) * 3 + 30] ^= 1
    receiver = TelemetryReceiver(profile, first_count=0)
    received = packets_in(receiver.receive(bytes(broken)))
    assert len(received) == len(packets) - 2  # the frame ends one packet and begins the next
    assert receiver.counters["frames_missing"] == 1


def test_repeated_frame_is_refused_by_name() -> None:
    cadus = cadus_of(PACKETS)
    receiver = TelemetryReceiver(PROFILE, first_count=0)
    events = receiver.receive(b"".join([cadus[0], cadus[1], cadus[1], *cadus[2:]]))
    assert packets_in(events) == PACKETS
    assert Rejected(reason=Reject.FRAME_REPEATED, vcid=0) in events
    assert receiver.counters["frame_repeated"] == 1


def test_restart_of_the_sender_is_no_gap() -> None:
    sender = TelemetrySender(PROFILE)
    receiver = TelemetryReceiver(PROFILE)
    state = sender.snapshot()
    for packet in PACKETS[:20]:
        sender.push(0, packet)
    events = receiver.receive(b"".join(sender.frames(100, idle=True, only_idle=False)))
    sender.restore(state)
    for packet in PACKETS[20:]:
        sender.push(0, packet)
    events += receiver.receive(b"".join(sender.frames(100, idle=True, only_idle=False)))
    assert packets_in(events) == PACKETS
    assert ChannelRestarted(vcid=0, count=0) in events
    assert receiver.counters["frames_missing"] == 0
    assert receiver.counters["channel_restarts"] == 1


def test_late_joiner_sees_no_gap_but_a_first_count_does() -> None:
    cadus = cadus_of(PACKETS)[5:]
    late = TelemetryReceiver(PROFILE)
    late.receive(b"".join(cadus))
    strict = TelemetryReceiver(PROFILE, first_count=0)
    strict.receive(b"".join(cadus))
    assert late.counters["frames_missing"] == 0
    assert strict.counters["frames_missing"] == 5


def test_control_word_is_reported_when_it_changes() -> None:
    sender = TelemetrySender(PROFILE)
    receiver = TelemetryReceiver(PROFILE)
    seen = []
    for word in (7, 7, 8):
        sender.ocf_word = word
        seen += receiver.receive(sender.frames(1, idle=True)[0])
    assert seen == [FieldReceived(vcid=63, ocf_word=7), FieldReceived(vcid=63, ocf_word=8)]
    assert receiver.ocf_word == 8


def test_frame_of_another_spacecraft_is_rejected_by_name() -> None:
    receiver = TelemetryReceiver(PROFILE.with_spacecraft(1))
    assert receiver.receive(cadus_of(PACKETS[:1])[0]) == [Rejected(reason=Reject.FRAME_SPACECRAFT, vcid=0)]
    assert receiver.counters["frame_spacecraft"] == 1


@given(st.binary(max_size=400), st.booleans())
def test_any_octets_are_survived(noise: bytes, has_marker: bool) -> None:
    receiver = TelemetryReceiver(PROFILE)
    marker = bytes.fromhex("1ACFFC1D") if has_marker else b""
    receiver.receive(marker + noise)
    events = receiver.receive(b"".join(cadus_of(PACKETS)))
    assert len(packets_in(events)) >= len(PACKETS) - 5
