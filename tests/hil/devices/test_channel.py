"""The radio channel: light time, and bit errors that are as many and as independent as asked for."""

from __future__ import annotations

from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.bus.stream import Stream
from hil.devices.channel import BitErrorSource, ChannelLeg


def flipped(before: bytes, after: bytes) -> list[int]:
    apart = np.frombuffer(before, np.uint8) ^ np.frombuffer(after, np.uint8)
    return np.flatnonzero(np.unpackbits(apart)).tolist()


@given(seed=st.integers(0, 2**64 - 1), blocks=st.lists(st.binary(max_size=60)), ratio=st.floats(0.0, 0.5))
def test_count_is_that_of_the_bits_that_differ(seed: int, blocks: list[bytes], ratio: float) -> None:
    source = BitErrorSource(Stream(seed))
    for block in blocks:
        changed, count = source.apply(block, ratio)
        assert len(changed) == len(block)
        assert count == len(flipped(block, changed))


@pytest.mark.parametrize("ratio", [1e-4, 1e-2, 0.3])
def test_share_of_flipped_bits_is_the_ratio(ratio: float) -> None:
    source = BitErrorSource(Stream(5))
    count = sum(source.apply(bytes(1000), ratio)[1] for _ in range(100))
    expected = 800_000 * ratio
    assert abs(count - expected) < 4.5 * sqrt(expected * (1.0 - ratio))  # binomial, 4.5 sigma


def test_errors_do_not_depend_on_how_the_octets_are_cut() -> None:
    whole, _ = BitErrorSource(Stream(9)).apply(bytes(3000), 0.01)
    source = BitErrorSource(Stream(9))
    parts = [source.apply(bytes(size), 0.01)[0] for size in (1, 99, 1400, 1500)]
    assert b"".join(parts) == whole


def test_gaps_are_geometric() -> None:
    changed, count = BitErrorSource(Stream(3)).apply(bytes(200_000), 0.02)
    positions = flipped(bytes(200_000), changed)
    gaps = [b - a for a, b in pairwise(positions)]
    share = sum(gap > 50 for gap in gaps) / count
    assert share == pytest.approx(0.98**50, abs=0.01)  # P(gap > k) = (1 - p)^k


def test_clean_channel_draws_nothing() -> None:
    stream = Stream(1)
    assert BitErrorSource(stream).apply(b"abc", 0.0) == (b"abc", 0)
    assert stream.count == 0


def test_octets_arrive_after_light_time_in_order() -> None:
    leg = ChannelLeg(Stream(1))
    leg.send(b"one", time_ns=1_000_000_000, range_m=2_997_924.58, ratio=0.0)  # 10 ms
    leg.send(b"two", time_ns=1_100_000_000, range_m=2_997_924.58, ratio=0.0)
    assert leg.next_ns == 1_010_000_000
    assert leg.arrivals(1_009_999_999) == []
    assert [(a.time_ns, a.octets) for a in leg.arrivals(1_010_000_000)] == [(1_010_000_000, b"one")]
    assert [a.octets for a in leg.arrivals(2_000_000_000)] == [b"two"]
    assert leg.next_ns is None


def test_account_adds_up() -> None:
    leg = ChannelLeg(Stream(1))
    leg.send(bytes(100), time_ns=0, range_m=0.0, ratio=0.1)
    leg.lose(bytes(40))
    leg.send(bytes(7), time_ns=10, range_m=0.0, ratio=0.0)
    leg.arrivals(5)
    account = leg.account
    assert (account.sent_octets, account.lost_octets, account.delivered_octets) == (147, 40, 100)
    assert account.hit_count == 1
    assert account.flipped_bit_count > 0
