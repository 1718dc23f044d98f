import math
import statistics

from hypothesis import given
from hypothesis import strategies as st

from flight.bus.stream import Stream, Streams, stream_key


def test_draws_are_those_of_the_published_generator() -> None:
    """First outputs of SplitMix64 from seed 1234567, as printed on Rosetta Code."""
    stream = Stream(1234567)
    assert [stream.next_u64() for _ in range(5)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_stream_goes_on_from_its_count() -> None:
    one = Stream(99)
    for _ in range(17):
        one.next_u64()
    assert Stream(99, one.count).next_u64() == one.next_u64()


@given(st.integers(0, 2**64 - 1), st.integers(-1000, 1000), st.integers(0, 1000))
def test_integers_stay_in_their_closed_interval(key: int, low: int, width: int) -> None:
    stream = Stream(key)
    assert all(low <= stream.integer(low, low + width) <= low + width for _ in range(20))


def test_moments_are_those_of_the_distributions() -> None:
    """20,000 draws: the standard error of a mean is sigma / 141; the seed is fixed, so nothing flickers."""
    stream = Stream(stream_key(1, 16, "moments"))
    uniform = [stream.uniform(2.0, 4.0) for _ in range(20_000)]
    normal = [stream.normal(3.0, 2.0) for _ in range(20_000)]
    exponential = [stream.exponential(5.0) for _ in range(20_000)]
    assert abs(statistics.fmean(uniform) - 3.0) < 5 * (2 / math.sqrt(12)) / 141
    assert abs(statistics.fmean(normal) - 3.0) < 5 * 2 / 141
    assert abs(statistics.stdev(normal) - 2.0) < 0.05
    assert abs(statistics.fmean(exponential) - 5.0) < 5 * 5 / 141


def test_streams_differ_by_seed_owner_and_name() -> None:
    keys = {stream_key(seed, owner, name) for seed in (0, 1) for owner in (16, 17) for name in ("a", "b")}
    assert len(keys) == 8


def test_snapshot_restores_every_stream() -> None:
    streams = Streams(5, 16)
    streams.get("b").uniform()
    streams.get("a").normal()
    saved = streams.snapshot()
    assert saved == (("a", 2), ("b", 1))
    expected = [streams.get("a").next_u64(), streams.get("b").next_u64()]
    again = Streams(5, 16)
    again.restore(saved)
    assert [again.get("a").next_u64(), again.get("b").next_u64()] == expected
