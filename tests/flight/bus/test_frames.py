"""Frames from processes: whatever the octets, a value or a named refusal comes back."""

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.bus.exchange import Declared, Reply, Snapshot, Start, Work
from flight.bus.frames import (
    Bye,
    Ready,
    Replies,
    Run,
    Stop,
    pack,
    pack_run,
    parse_from_process,
    parse_to_process,
)
from flight.dictionary.executive import BusReject

TOKEN = b"0123456789abcdef"
REPLY = Reply(16, [b"one", b"two"], 12, b"state", [(6, 17, 0x1001)])


def test_run_comes_back_as_it_was_sent() -> None:
    starts = [Start(16, 5, 9, 1, Snapshot(3, b"state")), Start(17, 5, 0, 0, None)]
    works = [Work(16, due=True, skipped_count=2, lost_count=7, mail=[b"mail", b"more"], plain=False)]
    assert parse_to_process(pack_run(5, starts, works)) == Run(5, starts, works)
    assert parse_to_process(pack((2,))) == Stop()


@pytest.mark.parametrize("items", [(), (9,), (1, 2), "text", {"a": 1}])
def test_process_does_not_take_other_frames(items: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        parse_to_process(pack(items))


def test_frames_of_a_process_come_back() -> None:
    declared = (Declared(16, 100, 0, 0, ((0x1001, 8, 3, True),)),)
    assert parse_from_process(pack((TOKEN, 1, "a", 1, 2, declared)), TOKEN) == Ready("a", 1, 2, declared)
    assert parse_from_process(pack((TOKEN, 2, 11, [REPLY])), TOKEN) == Replies(11, [REPLY])
    assert parse_from_process(pack((TOKEN, 3, [(16, 5)], 9)), TOKEN) == Bye({16: 5}, 9)


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (b"", BusReject.TRUNCATED),
        (pack((TOKEN, 2, 11, [REPLY]))[:-1], BusReject.TRUNCATED),
        (pack((TOKEN, 2, 11, [REPLY])) + b"\x00", BusReject.MALFORMED),
        (pack((b"x" * 16, 2, 11, [REPLY])), BusReject.WRONG_TOKEN),
        (pack((b"", 2, 11, [REPLY])), BusReject.WRONG_TOKEN),
        (pack(("text", 2, 11, [REPLY])), BusReject.MALFORMED),
        (b"\x91" * 5000 + b"\x90", BusReject.TOO_DEEP),
        (b"\x82\xa1a\x01\xa1a\x02", BusReject.DUPLICATE_KEY),
        (b"\x82\xa1a\x01\xa1b\x02", BusReject.MALFORMED),
        (pack((TOKEN, 7, 11, [])), BusReject.MALFORMED),
        (pack((TOKEN, 2, -1, [REPLY])), BusReject.MALFORMED),
        (pack((TOKEN, 2, 1 << 63, [(16, ["text"], 1, None, [])])), BusReject.MALFORMED),
        (pack((TOKEN, 2, 1, [(16, [b"x"], 1, "text", [])])), BusReject.MALFORMED),
        (pack((TOKEN, 2, 1, [(16, [], 1.5, None, [])])), BusReject.MALFORMED),
        (pack((TOKEN, 2, 1, [(16, [], 1, None, [(99, 1, 1)])])), BusReject.MALFORMED),
        (pack((TOKEN, 2, 1, [(16, [], 1, None, 5)])), BusReject.MALFORMED),
        (pack((TOKEN, 2, 1, [(16, [])])), BusReject.MALFORMED),
        (pack((TOKEN, 1, 5, 1, 2, [])), BusReject.MALFORMED),
        (pack((TOKEN, 1, "a", 1, 2, [(16, 100, 0, 0, [(1, 2)])])), BusReject.MALFORMED),
        (pack((TOKEN, 3, 5, 9)), BusReject.MALFORMED),
        (msgpack.packb([TOKEN, float("nan"), 1]), BusReject.MALFORMED),
    ],
)
def test_bad_frame_is_refused_by_name(frame: bytes, reason: BusReject) -> None:
    assert parse_from_process(frame, TOKEN) is reason


@given(st.binary(max_size=300))
def test_no_octets_raise(frame: bytes) -> None:
    assert parse_from_process(frame, TOKEN) is not None


TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.binary(max_size=9)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=20,
)


@given(st.integers(0, 4), st.lists(TREES, max_size=5))
def test_no_tree_with_the_right_token_raises(kind: int, items: list[object]) -> None:
    frame = msgpack.packb([TOKEN, kind, *items])
    assert isinstance(parse_from_process(frame, TOKEN), BusReject | Ready | Replies | Bye)
