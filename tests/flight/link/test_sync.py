"""Marker search: tolerance at the expected place only, doubt, exact accounts of skipped octets."""

from dataclasses import replace

from flight.link.profile import load_builtin
from flight.link.sync import MarkerSync

CODED = load_builtin("plain_telemetry")
BUILTIN = replace(CODED, coding=replace(CODED.coding, code="none", rs_parity_octets=0, rs_interleave=1))
PROFILE = replace(BUILTIN, frame=replace(BUILTIN.frame, length_octets=30))
MARKER = bytes.fromhex("1ACFFC1D")
CADU = MARKER + bytes(range(30))


def fed(data: bytes) -> MarkerSync:
    sync = MarkerSync(PROFILE)
    sync.feed(data)
    return sync


def test_run_of_frames_is_taken_at_once() -> None:
    sync = fed(CADU * 3 + CADU[:10])
    assert sync.take() == CADU * 3
    assert sync.take() == b""
    sync.feed(CADU[10:])
    assert sync.take() == CADU
    assert sync.skipped_octets == 0


def test_three_wrong_bits_pass_where_a_marker_is_expected_and_four_do_not() -> None:
    for wrong, is_taken in ((0x07, True), (0x0F, False)):
        damaged = bytes([CADU[0] ^ wrong]) + CADU[1:]
        sync = fed(CADU + damaged + CADU)
        taken = b""
        while run := sync.take():
            taken += run
        assert (damaged in taken) == is_taken
        assert sync.skipped_octets == (0 if is_taken else len(CADU))


def test_marker_must_be_exact_where_none_is_expected() -> None:
    sync = fed(b"x" + bytes([CADU[0] ^ 1]) + CADU[1:] + CADU)
    assert sync.take() == CADU
    assert sync.skipped_octets == 1 + len(CADU)


def test_marker_split_over_two_calls_is_found() -> None:
    sync = fed(b"xyz" + CADU[:2])
    assert sync.take() == b""
    sync.feed(CADU[2:])
    assert sync.take() == CADU
    assert sync.skipped_octets == 3


def test_doubted_frame_is_searched_for_the_next_one() -> None:
    sync = fed(CADU[:20] + CADU)
    assert sync.take() == (CADU[:20] + CADU)[: len(CADU)]
    sync.doubt()
    assert sync.take() == CADU
    assert sync.skipped_octets == 0


def test_doubted_frame_in_place_keeps_the_lock() -> None:
    sync = fed(CADU)
    sync.take()
    sync.doubt()
    damaged = bytes([CADU[0] ^ 1]) + CADU[1:]
    sync.feed(damaged)
    assert sync.take() == damaged
    assert sync.skipped_octets == 0
