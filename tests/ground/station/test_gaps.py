"""Missing packets by their counts, against plain set arithmetic."""

from hypothesis import given
from hypothesis import strategies as st

from ground.station.gaps import PacketGaps


def test_jump_is_a_gap_with_its_first_count() -> None:
    gaps = PacketGaps()
    assert gaps.take(16, 5).missing_count == 0
    found = gaps.take(16, 9)
    assert (found.missing_count, found.first_count) == (3, 6)
    assert gaps.take(17, 100).missing_count == 0


def test_packets_before_the_first_one_are_missed_where_the_start_is_known() -> None:
    assert PacketGaps(first_count=0).take(16, 4).missing_count == 4
    gaps = PacketGaps({16: 16383}, first_count=0)
    assert gaps.take(16, 2).missing_count == 2
    assert gaps.take(17, 1).missing_count == 1


def test_counts_wrap() -> None:
    gaps = PacketGaps()
    gaps.take(16, 16382)
    assert gaps.take(16, 1).missing_count == 2
    assert gaps.take(16, 2).missing_count == 0


def test_overtaken_packet_is_late_and_not_missing() -> None:
    gaps = PacketGaps()
    for count in (0, 2, 3):
        gaps.take(16, count)
    assert gaps.missing_count == 1
    assert gaps.take(16, 1).late
    assert (gaps.missing_count, gaps.late_count) == (0, 1)
    assert gaps.take(16, 1).repeated
    assert gaps.take(16, 4).missing_count == 0


@given(
    start=st.integers(0, 16383),
    kept=st.lists(st.booleans(), min_size=1, max_size=200),
    shuffle=st.randoms(use_true_random=False),
)
def test_missing_is_what_was_sent_between_first_and_last_and_did_not_come(
    start: int, kept: list[bool], shuffle
) -> None:
    sent = [number for number, keep in enumerate(kept) if keep]
    arrived = sorted(sent, key=lambda number: number + shuffle.uniform(0, 8))
    arrived = sorted(arrived, key=lambda number: number != min(sent, default=0))
    gaps = PacketGaps()
    for number in arrived:
        gaps.take(16, (start + number) % 16384)
    expected = len(range(sent[0], sent[-1] + 1)) - len(sent) if sent else 0
    assert gaps.missing_count == expected
    assert gaps.repeated_count == 0
