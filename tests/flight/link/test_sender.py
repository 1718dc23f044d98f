"""The telemetry sender: priorities, packing against the reference, filling, snapshots."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link import frames as plain
from reference.link.random_sequence import idle_fill

from flight.link.errors import LocalLinkError
from flight.link.frame import AosCodec
from flight.link.packet import build_packet
from flight.link.profile import load_builtin
from flight.link.sender import TelemetrySender

CODED = load_builtin("plain_telemetry")
BUILTIN = replace(CODED, coding=replace(CODED.coding, code="none", rs_parity_octets=0, rs_interleave=1))
PROFILE = replace(
    BUILTIN,
    frame=replace(BUILTIN.frame, length_octets=44),
    coding=replace(BUILTIN.coding, randomiser="none"),
    limits=replace(BUILTIN.limits, queue_octets_max=5000),
)
ZONE = 30


def packet_of(size: int, count: int = 0) -> bytes:
    return build_packet(
        apid=9, is_command=False, sequence_count=count, data=bytes([count % 256]) * (size - 6)
    )


@given(st.lists(st.integers(7, 150), max_size=25), st.lists(st.integers(0, 5), max_size=10))
def test_packing_equals_the_reference_whatever_the_calls(sizes: list[int], calls: list[int]) -> None:
    packets = [packet_of(size, count) for count, size in enumerate(sizes)]
    sender = TelemetrySender(PROFILE)
    for packet in packets:
        assert sender.push(1, packet)
    cadus = [cadu for count in calls for cadu in sender.frames(count, idle=False)]
    cadus += sender.frames(1000, idle=False)
    frames = AosCodec(PROFILE).decode(b"".join(cadus))
    assert [(frame.data, frame.pointer) for frame in frames] == plain.zones_and_pointers(packets, ZONE)
    assert [frame.count for frame in frames] == list(range(len(frames)))
    assert sender.pending_octets(1) == sum(sizes) % ZONE


def test_urgent_channel_comes_first_and_is_not_starved_by_a_full_one() -> None:
    sender = TelemetrySender(PROFILE)
    sender.push(2, packet_of(300))
    sender.push(0, packet_of(8))
    frames = AosCodec(PROFILE).decode(b"".join(sender.frames(3, idle=True)))
    assert [frame.vcid for frame in frames] == [0, 2, 2]
    assert sender.pending_octets(2) == 240


def test_partial_frames_wait_unless_filled() -> None:
    sender = TelemetrySender(PROFILE)
    sender.push(0, packet_of(20))
    assert sender.frames(5, idle=False) == []
    assert len(sender.frames(5, idle=True, only_idle=False)) == 1
    assert sender.frames(5, idle=True, only_idle=False) == []


@pytest.mark.parametrize("rest", range(ZONE))
def test_fill_is_an_idle_packet_that_may_spill(rest: int) -> None:
    sender = TelemetrySender(PROFILE)
    size = ZONE - rest if ZONE - rest >= 7 else 2 * ZONE - rest
    sender.push(0, packet_of(size))
    cadus = sender.frames(9, idle=True, only_idle=False)
    assert sender.pending_octets(0) == 0
    zones = b"".join(frame.data for frame in AosCodec(PROFILE).decode(b"".join(cadus)))
    assert len(zones) == size + rest
    assert zones[size : size + 2] == b"\x07\xff"[:rest]
    assert sender.frames(9, idle=True, only_idle=False) == []
    sender.push(0, packet_of(ZONE))
    assert sender.pending_octets(0) == ZONE


def test_only_idle_data_are_never_restarted() -> None:
    sender = TelemetrySender(PROFILE)
    cadus = sender.frames(2, idle=True) + sender.frames(1, idle=True)
    assert [frame.vcid for frame in AosCodec(PROFILE).decode(b"".join(cadus))] == [63] * 3
    assert b"".join(cadu[10:-6] for cadu in cadus) == idle_fill(3 * (ZONE + 2))


def test_control_word_is_in_every_frame() -> None:
    sender = TelemetrySender(PROFILE)
    sender.ocf_word = 0x01020304
    assert [frame.ocf_word for frame in AosCodec(PROFILE).decode(sender.frames(1, idle=True)[0])] == [
        0x01020304
    ]


def test_full_queue_refuses_and_counts() -> None:
    sender = TelemetrySender(PROFILE)
    assert sender.push(0, packet_of(4000))
    assert not sender.push(0, packet_of(1001))
    assert sender.push(1, packet_of(1001))
    assert sender.refused_count == 1


def test_misuse_is_refused() -> None:
    sender = TelemetrySender(replace(PROFILE, limits=replace(PROFILE.limits, packet_octets_max=100)))
    with pytest.raises(LocalLinkError, match=r"vcid must be one of \[0, 1, 2\], got 3"):
        sender.push(3, packet_of(8))
    with pytest.raises(LocalLinkError, match="packet must be one whole space packet, got 9 octets"):
        sender.push(0, packet_of(8) + b"\0")
    with pytest.raises(LocalLinkError, match="packet must be <= 100 octets, got 101 octets"):
        sender.push(0, packet_of(101))
    with pytest.raises(LocalLinkError, match="channels must be"):
        sender.restore((1, 0, 0, (), ()))


@given(st.lists(st.integers(7, 90), min_size=1, max_size=10), st.integers(0, 4))
def test_restored_sender_goes_on_octet_for_octet(sizes: list[int], taken: int) -> None:
    sender = TelemetrySender(PROFILE)
    for number, size in enumerate(sizes):
        sender.push(number % 3, packet_of(size, number))
    sender.frames(taken, idle=True)
    twin = TelemetrySender(PROFILE)
    twin.restore(sender.snapshot())
    assert twin.snapshot() == sender.snapshot()
    sender.push(1, packet_of(50))
    twin.push(1, packet_of(50))
    assert twin.frames(30, idle=True) == sender.frames(30, idle=True)


def test_snapshot_holds_what_the_shares_are_owed() -> None:
    profile = replace(PROFILE, limits=replace(PROFILE.limits, shares_permille=(0, 0, 300)))
    sender, twin = TelemetrySender(profile), TelemetrySender(profile)
    for vcid in (0, 2):
        sender.push(vcid, packet_of(9 * ZONE))
    sender.frames(3, idle=False)
    twin.restore(sender.snapshot())
    assert twin.frames(1, idle=False) == sender.frames(1, idle=False)
    assert twin.pending_octets(2) == sender.pending_octets(2) == 9 * ZONE - ZONE


def test_count_wraps_at_its_width() -> None:
    for is_cycle, modulus in ((True, 1 << 28), (False, 1 << 24)):
        profile = replace(PROFILE, frame=replace(PROFILE.frame, count_cycle=is_cycle))
        sender = TelemetrySender(profile)
        state = sender.snapshot()
        sender.restore((*state[:3], ((0, modulus - 1, 0, 0, b""), *state[3][1:]), state[4]))
        sender.push(0, packet_of(2 * ZONE))
        frames = AosCodec(profile).decode(b"".join(sender.frames(2, idle=False)))
        assert [frame.count for frame in frames] == [modulus - 1, 0]
