"""Requests and answers cross the wire whole; anything else is refused by name."""

import dataclasses
from typing import get_args

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.script.condition import Condition
from ground.script.requests import (
    Answer,
    CommandState,
    ConditionJudged,
    Hello,
    Request,
    Sample,
    SendCommand,
    StageSeen,
    WaitCondition,
    WaitTime,
)
from ground.script.wire import MESSAGE_OCTETS_MAX, WireError, decode_answer, decode_request, encode

CONDITION = Condition(application="POWER", message="PowerStatus", item="mode", sign="==", operand="SUNLIT")
SAMPLE = Sample(item="i", value=0.5, raw=b"\x00", unit="V", generation_ns=2**62, reception_ns=0)


@pytest.mark.parametrize(
    "request_",
    [
        SendCommand(application="POWER", name="SetLoadTier", arguments=(("tier", 1), ("x", 1.5), ("y", "z"))),
        WaitCondition(condition=CONDITION, timeout_s=5.0, stale_ok=False),
        Hello(client="me", dictionary_hash=2**64 - 1),
    ],
)
def test_request_crosses(request_: Request) -> None:
    assert decode_request(encode(request_)) == request_
    with pytest.raises(WireError, match="expected kind"):
        decode_answer(encode(request_))


@pytest.mark.parametrize(
    "answer",
    [
        ConditionJudged(passed=True, sample=SAMPLE, waited_s=1.0),
        ConditionJudged(passed=False, sample=None, waited_s=1.0),
        CommandState(
            command_id=1,
            command="c",
            state="radiated",
            stages=(StageSeen(stage="queued", time_ns=1, onboard_ns=None, detail=""),),
        ),
    ],
)
def test_answer_crosses(answer: Answer) -> None:
    assert decode_answer(encode(answer)) == answer
    with pytest.raises(WireError, match="expected kind"):
        decode_request(encode(answer))


@pytest.mark.parametrize("cls", [*get_args(Request), *get_args(Answer)], ids=lambda cls: cls.__name__)
def test_every_field_is_checked(cls: type) -> None:
    wrong = [{"y": 1} for _ in dataclasses.fields(cls)]
    for fields in (wrong, [*wrong, 0]):
        octets = msgpack.packb(msgpack.ExtType(1, msgpack.packb([cls.__name__, *fields])))
        if fields:
            for decode in (decode_request, decode_answer):
                with pytest.raises(WireError):
                    decode(octets)


@pytest.mark.parametrize(
    "content",
    [
        [],
        ["Unknown"],
        ["Condition", "a", "b", "c", "==", 1, 0.0],
        ["WaitTime"],
        ["WaitTime", "long"],
        ["WaitTime", True],
        ["WaitTime", 1.0, 2.0],
        [5, 1.0],
        {"WaitTime": 1.0},
    ],
)
def test_record_that_does_not_fit_is_refused(content: object) -> None:
    octets = msgpack.packb(msgpack.ExtType(1, msgpack.packb(content)))
    with pytest.raises(WireError):
        decode_request(octets)


def test_oversized_request_is_refused_at_both_ends() -> None:
    big = SendCommand(application="x" * (MESSAGE_OCTETS_MAX + 1), name="", arguments=())
    with pytest.raises(WireError, match="<= 1048576 octets"):
        encode(big)
    with pytest.raises(WireError, match="<= 1048576 octets"):
        decode_request(bytes(MESSAGE_OCTETS_MAX + 1))


def test_foreign_object_is_not_sent() -> None:
    with pytest.raises(WireError, match="object"):
        encode(SendCommand(application="P", name="n", arguments=(("a", object()),)))  # type: ignore[arg-type]


@given(st.binary(max_size=200))
def test_any_octets_are_refused_or_read(octets: bytes) -> None:
    for decode in (decode_request, decode_answer):
        try:
            decode(octets)
        except WireError:
            continue


@given(st.integers(1, 60), st.integers(0, 255), st.integers(0, 300))
def test_any_damage_to_a_request_is_refused_or_read(length: int, value: int, place: int) -> None:
    octets = bytearray(encode(WaitTime(duration_s=2.0)) + bytes(length))
    octets[place % len(octets)] = value
    try:
        decode_request(bytes(octets))
    except WireError:
        return


def test_deep_nesting_is_refused() -> None:
    octets = b"\x91" * 2000 + b"\xc0"
    with pytest.raises(WireError):
        decode_request(octets)
