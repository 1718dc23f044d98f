"""COP-1: FARM-1 against its prose, FOP-1 row by row, and both over a bad channel."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.link import farm

from flight.link._clink import ffi, lib
from flight.link.clcw import Clcw
from flight.link.cop1 import (
    Abandoned,
    Acknowledged,
    Alerted,
    Effect,
    Fop,
    Ready,
    SendControl,
    SendData,
    Submission,
)
from flight.link.cop1_table import TABLE, Alert, Cue, FopState
from flight.link.errors import LocalLinkError
from flight.link.security_options import NO_SEQUENCE, SequenceOptions

OPTIONS = SequenceOptions(
    mode="cop1", window_count=20, sent_max_count=10, timer_ms=1000, transmission_max_count=3
)
OUTCOMES = {
    lib.DD_FARM_ACCEPT: "accept",
    lib.DD_FARM_CONTROL: "control",
    lib.DD_BAD_CONTROL: "bad",
    lib.DD_FARM_AHEAD: "ahead",
    lib.DD_FARM_REPEATED: "repeated",
    lib.DD_FARM_LOCKED: "locked",
    lib.DD_FARM_NO_ROOM: "no room",
}
STATES = ("open", "wait", "lockout")


class CFarm:
    """The C core's FARM-1."""

    def __init__(self, window: int) -> None:
        self.record = ffi.new("dd_farm *")
        self.record.window = window
        self.frame = ffi.new("dd_frame *")

    def take(self, flags: int, number: int, data: bytes = b"\0", *, has_room: bool = True) -> str:
        self.frame.flags, self.frame.count, self.frame.data_octets = flags, number, len(data)
        octets = ffi.from_buffer("uint8_t[]", data)
        return OUTCOMES[lib.dd_farm_take(self.record, self.frame, octets, has_room)]

    def state(self) -> tuple[str, int, int, bool]:
        record = self.record
        return (
            STATES[record.state],
            record.report_value,
            record.bypass_count % 4,
            bool(record.retransmit),
        )


events = st.one_of(
    st.tuples(st.just("AD"), st.integers(0, 255), st.booleans()),
    st.tuples(st.just("near"), st.integers(-12, 12), st.booleans()),
    st.tuples(st.just("BD"), st.just(0), st.just(value=True)),
    st.tuples(st.just("unlock"), st.just(0), st.just(value=True)),
    st.tuples(st.just("set"), st.integers(0, 255), st.just(value=True)),
    st.tuples(st.just("release"), st.just(0), st.just(value=True)),
)


@settings(max_examples=200)
@given(st.integers(1, 127), st.lists(events, max_size=40))
def test_farm_does_what_the_text_says(half: int, steps: list[tuple[str, int, bool]]) -> None:
    ours, twin = CFarm(2 * half), farm.Farm(2 * half)
    for kind, value, has_room in steps:
        match kind:
            case "AD" | "near":
                number = value if kind == "AD" else (twin.report_value + value) % 256
                assert ours.take(0, number, has_room=has_room) == twin.sequenced(number, has_room=has_room)
            case "BD":
                assert ours.take(lib.DD_BYPASS, 0) == twin.bypass()
            case "unlock" | "set":
                command = b"\0" if kind == "unlock" else bytes((0x82, 0, value))
                assert ours.take(lib.DD_BYPASS | lib.DD_CONTROL, 0, command) == twin.control(command)
            case _:
                lib.dd_farm_release(ours.record)
                twin.release()
        assert ours.state() == (twin.state, twin.report_value, twin.bypass_count % 4, twin.retransmit)


@pytest.mark.parametrize("command", [b"\1", b"\0\0", b"\x82\0", b"\x82\1\5", b"\x82\0\5\0", b"\x83\0\5"])
def test_unknown_control_command_changes_nothing(command: bytes) -> None:
    ours = CFarm(20)
    before = ours.state()
    assert ours.take(lib.DD_BYPASS | lib.DD_CONTROL, 0, command) == "bad"
    assert ours.take(lib.DD_CONTROL, 0, b"\0") == "bad"
    assert ours.state() == before


def test_impossible_state_is_survived() -> None:
    ours = CFarm(20)
    ours.record.state = 3
    assert ours.take(0, 0) == "locked"


def started(options: SequenceOptions = OPTIONS) -> Fop:
    fop = Fop(options)
    fop.initiate(0, check=False)
    assert fop.effects() == [Ready()]
    return fop


def submission(handle: int) -> Submission:
    return Submission(handle=handle, map_id=0, packet=bytes([handle]))


def word(report_value: int, *, retransmit: bool = False, wait: bool = False, lockout: bool = False) -> Clcw:
    return Clcw(vcid=0, report_value=report_value, retransmit=retransmit, wait=wait, lockout=lockout)


def with_three_sent() -> Fop:
    fop = started()
    for handle in range(3):
        assert fop.submit(0, submission(handle))
    assert [effect.count for effect in fop.effects() if isinstance(effect, SendData)] == [0, 1, 2]
    return fop


def test_table_has_every_event_in_every_state() -> None:
    assert set(TABLE) == {(cue, state) for cue in Cue for state in FopState}


def test_acknowledgement_takes_frames_off_in_order_and_stops_the_timer() -> None:
    fop = with_three_sent()
    fop.take_clcw(1, word(2))
    assert fop.effects() == [Acknowledged(0), Acknowledged(1)]
    assert fop.due_ns == 1_000_000_000
    fop.take_clcw(2, word(3))
    assert fop.effects() == [Acknowledged(2)]
    assert fop.due_ns is None


def test_numbers_run_to_255_and_begin_again() -> None:
    """232.0-B-4 4.1.2.7: N(S) has eight bits."""
    fop = started()
    counts: list[int] = []
    for handle in range(520):
        fop.submit(0, replace(submission(0), handle=handle))
        counts += [effect.count for effect in fop.effects() if isinstance(effect, SendData)]
        fop.take_clcw(1, word((handle + 1) % 256))
        assert fop.effects() == [Acknowledged(handle)]
    assert counts == [handle % 256 for handle in range(520)]


@pytest.mark.parametrize(
    ("clcw", "state", "resent"),
    [
        (word(1, retransmit=True), FopState.RETRANSMIT, [1, 2]),
        (word(0, retransmit=True), FopState.RETRANSMIT, [0, 1, 2]),
        (word(1, retransmit=True, wait=True), FopState.RETRANSMIT_WAIT, []),
        (word(0, retransmit=True, wait=True), FopState.RETRANSMIT_WAIT, []),
    ],
)
def test_retransmission_is_as_the_flags_ask(clcw: Clcw, state: FopState, resent: list[int]) -> None:
    fop = with_three_sent()
    fop.take_clcw(1, clcw)
    sent = [(effect.count, effect.attempt) for effect in fop.effects() if isinstance(effect, SendData)]
    assert sent == [(count, 2) for count in resent]
    assert fop.state is state


def test_wait_ends_in_a_retransmission() -> None:
    fop = with_three_sent()
    fop.take_clcw(1, word(1, retransmit=True, wait=True))
    fop.effects()
    fop.take_clcw(2, word(1, retransmit=True))
    assert [effect.count for effect in fop.effects() if isinstance(effect, SendData)] == [1, 2]


@pytest.mark.parametrize(
    ("clcw", "reason"),
    [
        (word(3, retransmit=True), Alert.SYNCHRONISATION),
        (word(3, wait=True), Alert.CONTROL_WORD),
        (word(1, wait=True), Alert.CONTROL_WORD),
        (word(4), Alert.REPORT_VALUE),
        (word(255), Alert.REPORT_VALUE),
        (word(0, lockout=True), Alert.LOCKOUT),
        (None, Alert.CONTROL_WORD),
    ],
)
def test_alert_gives_up_what_is_not_acknowledged(clcw: Clcw | None, reason: Alert) -> None:
    fop = with_three_sent()
    fop.take_clcw(1, clcw)
    given_up: list[Effect] = [Abandoned(handle, sent=True) for handle in range(3)]
    assert fop.effects() == [*given_up, Alerted(reason)]
    assert fop.state is FopState.INITIAL
    assert not fop.submit(2, submission(9))


def test_timer_sends_again_until_the_limit() -> None:
    fop = with_three_sent()
    for attempt, now_ns in ((2, 1_000_000_000), (3, 2_000_000_000)):
        fop.advance(now_ns - 1)
        assert fop.effects() == []
        fop.advance(now_ns)
        assert fop.effects() == [SendData(submission(handle), handle, attempt) for handle in range(3)]
    fop.advance(3_000_000_000)
    assert fop.effects()[-1] == Alerted(Alert.TIMER)


def test_single_transmission_ends_with_the_first_retransmit_flag() -> None:
    for report_value, acknowledged in ((0, []), (1, [Acknowledged(0)])):
        fop = started(replace(OPTIONS, transmission_max_count=1))
        fop.submit(0, submission(0))
        fop.submit(0, submission(1))
        fop.effects()
        fop.take_clcw(1, word(report_value, retransmit=True))
        effects = fop.effects()
        assert effects[: len(acknowledged)] == acknowledged
        assert effects[-1] == Alerted(Alert.LIMIT)


def test_window_holds_back_and_one_waits() -> None:
    fop = started()
    for handle in range(11):
        assert fop.submit(0, submission(handle))
    assert not fop.submit(0, submission(11))
    assert len(fop.effects()) == 10
    fop.take_clcw(1, word(1))
    assert fop.effects() == [Acknowledged(0), SendData(submission(10), 10, 1)]


def test_start_with_check_waits_for_the_word() -> None:
    fop = Fop(OPTIONS)
    fop.set_next_count(7)
    fop.initiate(0, check=True)
    assert not fop.has_place
    fop.take_clcw(1, word(7))
    assert fop.effects() == [Ready()]
    assert fop.due_ns is None


def test_control_command_is_repeated_until_its_effect_is_seen() -> None:
    fop = Fop(OPTIONS)
    fop.set_report_value(0, 5)
    fop.take_clcw(1, word(200, lockout=True))
    fop.advance(1_000_000_000)
    assert fop.effects() == [SendControl(b"\x82\x00\x05")] * 2
    fop.take_clcw(2, word(5))
    assert fop.effects() == [Ready()]
    fop.terminate(3)
    fop.unlock(4)
    assert fop.effects() == [Alerted(Alert.TERMINATED), SendControl(b"\x00")]


def test_directives_outside_their_state_do_nothing() -> None:
    fop = started()
    fop.unlock(0)
    fop.set_report_value(0, 9)
    fop.set_next_count(9)
    fop.initiate(0, check=True)
    assert (fop.effects(), fop.next_count) == ([], 0)
    with pytest.raises(LocalLinkError, match=r"sequence\.mode must be cop1, got none"):
        Fop(NO_SEQUENCE)
