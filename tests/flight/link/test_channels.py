"""Shares of channels: guaranteed under any load, the rest by urgency, nothing idle while frames wait."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.link.channels import Shares
from flight.link.errors import LocalLinkError
from flight.link.packet import build_packet
from flight.link.profile import load_builtin
from flight.link.sender import TelemetrySender

TELEMETRY = load_builtin("plain_telemetry")
LOADS = st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=1, max_size=30)


@given(LOADS, st.integers(0, 40), st.lists(st.integers(0, 333), min_size=3, max_size=3))
def test_frames_are_given_while_any_channel_has_them(
    loads: list[list[int]], count: int, permille: list[int]
) -> None:
    shares = Shares(permille)
    for waiting in loads:
        given_frames = shares.allot(waiting, count)
        assert all(0 <= some <= most for some, most in zip(given_frames, waiting, strict=True))
        assert sum(given_frames) == min(count, sum(waiting))


@given(st.lists(st.integers(1, 7), min_size=50, max_size=200), st.integers(1, 500), st.integers(0, 500))
def test_share_is_kept_beside_an_urgent_channel_that_never_ends(
    counts: list[int], first: int, second: int
) -> None:
    shares = Shares((0, first, second))
    got = [0, 0, 0]
    for count in counts:
        for index, frames in enumerate(shares.allot([1000, 1000, 1000], count)):
            got[index] += frames
    assert got[1] >= first * sum(counts) // 1000 - 1
    assert got[2] >= second * sum(counts) // 1000 - 1
    assert got[0] >= (1000 - first - second) * sum(counts) // 1000 - 1


def test_without_shares_the_most_urgent_goes_first() -> None:
    assert Shares((0, 0, 0)).allot([2, 9, 9], 5) == [2, 3, 0]


def test_share_that_was_not_used_is_not_saved_up() -> None:
    shares = Shares((0, 500))
    for _ in range(100):
        assert shares.allot([10, 0], 10) == [10, 0]
    assert shares.allot([10, 10], 10)[1] <= 6


@pytest.mark.parametrize("permille", [(600, 401), (-1, 0)])
def test_impossible_shares_are_refused(permille: tuple[int, int]) -> None:
    with pytest.raises(LocalLinkError, match="shares must be >= 0 and <= 1000 in sum"):
        Shares(permille)


def test_sender_keeps_the_share_of_playback_while_events_fill_the_link() -> None:
    profile = replace(
        TELEMETRY,
        frame=replace(TELEMETRY.frame, channels=(0, 1)),
        limits=replace(TELEMETRY.limits, shares_permille=(0, 250)),
    )
    sender = TelemetrySender(profile)
    packet = build_packet(apid=4, is_command=False, sequence_count=0, data=bytes(1000))
    for _ in range(100):
        sender.push(0, packet)
        sender.push(1, packet)
    before = sender.pending_octets(1)
    assert len(sender.frames(40, idle=False)) == 40
    assert before - sender.pending_octets(1) == 10 * 1101
