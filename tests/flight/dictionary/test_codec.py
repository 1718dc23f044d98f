"""Bodies: what is encoded comes back, and everything else is refused by its name."""

from dataclasses import replace

import msgpack
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flight.dictionary.application import StepFailed
from flight.dictionary.codec import BODY_OCTETS_MAX, body_codec, decode, encode
from flight.dictionary.compute import ComputeMode, ComputeStatus, NodeSetpoint, SetPowerCeiling
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject, SystemMode, SystemModeOrder
from flight.dictionary.fields import field_specs
from flight.dictionary.radio import RadioTransmit
from flight.dictionary.registry import DICTIONARY

R = BusReject
ORDER = [1_000, 1]
NODES = [[1] * 18, [1.0] * 18, [0.5] * 18, 5, 100.0]


@pytest.mark.parametrize("cls", DICTIONARY.all(), ids=lambda cls: cls.__name__)
def test_every_message_comes_back_as_it_was(cls, messages_of):
    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    @given(messages_of(cls))
    def round_trip(message):
        body = encode(message)
        assert decode(cls, body) == message
        plain = msgpack.unpackb(body, use_list=False)
        assert plain == tuple(getattr(message, spec.name) for spec in field_specs(cls))

    round_trip()


def test_an_enumeration_comes_back_as_its_member():
    order = decode(SystemModeOrder, msgpack.packb(ORDER))
    assert order.mode is SystemMode.OPERATE
    assert type(order.time_ns) is int


def test_whole_numbers_are_taken_where_floats_are_declared():
    assert decode(SetPowerCeiling, msgpack.packb([90_000])).power_ceiling_w == 90_000.0
    setpoint = decode(NodeSetpoint, msgpack.packb([[1] * 18, [1] * 18, [0.5] * 18, 5, 100]))
    assert {type(value) for value in setpoint.node_cap_w} == {float}


def bad(*values):
    return msgpack.packb(list(values))


DEEP = b"\x91" * 2000 + b"\x90"


@pytest.mark.parametrize(
    ("cls", "body", "reason"),
    [
        (SystemModeOrder, b"", R.TRUNCATED),
        (SystemModeOrder, bad(*ORDER)[:-1], R.TRUNCATED),
        (SystemModeOrder, bad(*ORDER) + b"\x00", R.MALFORMED),
        (SystemModeOrder, b"\xc1", R.MALFORMED),
        (SystemModeOrder, msgpack.packb(7), R.MALFORMED),
        (SystemModeOrder, bad(1_000), R.MALFORMED),
        (SystemModeOrder, bad(1_000, 1, 1), R.MALFORMED),
        (SystemModeOrder, bad(1_000, 4), R.OUT_OF_RANGE),
        (SystemModeOrder, bad(1_000, "1"), R.MALFORMED),
        (SystemModeOrder, bad(1_000.0, 1), R.MALFORMED),
        (SystemModeOrder, bad(*[True, 1]), R.MALFORMED),
        (SystemModeOrder, bad(-1, 1), R.OUT_OF_RANGE),
        (SystemModeOrder, bad(None, 1), R.MALFORMED),
        (SystemModeOrder, DEEP, R.TOO_DEEP),
        (SystemModeOrder, b"\x92\x82\xa1a\x01\xa1a\x02\x01", R.DUPLICATE_KEY),
        (SystemModeOrder, b"\x92\x81\xa1a\x01\x01", R.MALFORMED),
        (SystemModeOrder, bad(msgpack.Timestamp(1), 1), R.MALFORMED),
        (SetPowerCeiling, bad(float("nan")), R.NON_FINITE),
        (SetPowerCeiling, bad(float("inf")), R.NON_FINITE),
        (SetPowerCeiling, bad(160_001.0), R.OUT_OF_RANGE),
        (SetPowerCeiling, bad(-0.1), R.OUT_OF_RANGE),
        (SetPowerCeiling, bad(1e300), R.OUT_OF_RANGE),
        (NodeSetpoint, bad([256] + [1] * 17, *NODES[1:]), R.OUT_OF_RANGE),
        (NodeSetpoint, bad([1] * 17, *NODES[1:]), R.OUT_OF_RANGE),
        (NodeSetpoint, bad([[1]] * 18, *NODES[1:]), R.TOO_DEEP),
        (NodeSetpoint, bad(["x"] * 18, *NODES[1:]), R.MALFORMED),
        (NodeSetpoint, bad(NODES[0], [float("nan")] * 18, *NODES[2:]), R.NON_FINITE),
        (NodeSetpoint, bad(NODES[0], 3.0, *NODES[2:]), R.MALFORMED),
        (StepFailed, bad(16, "x" * 121), R.OUT_OF_RANGE),
        (StepFailed, bad(16, "ä" * 61), R.OUT_OF_RANGE),
        (StepFailed, bad(16, b"x"), R.MALFORMED),
        (StepFailed, b"\x92\x10\xa1\xff", R.MALFORMED),
        (RadioTransmit, bad(bytes(57_345)), R.OUT_OF_RANGE),
        (RadioTransmit, bytes(BODY_OCTETS_MAX + 1), R.OVERSIZED),
    ],
)  # fmt: skip
def test_a_wrong_body_is_refused_by_its_reason(cls, body, reason):
    with pytest.raises(BodyError) as caught:
        decode(cls, body)
    assert caught.value.reason is reason
    assert "must" in str(caught.value)


@given(st.binary(max_size=200))
def test_no_octets_raise_anything_but_a_body_error(octets):
    for cls in (SystemModeOrder, NodeSetpoint, StepFailed, ComputeStatus):
        try:
            message = decode(cls, octets)
        except BodyError:
            continue
        assert isinstance(message, cls)


@given(st.integers(0, 1), st.integers(0, 200), st.integers(0, 255))
def test_a_changed_octet_is_refused_or_gives_a_legal_message(which, at, octet):
    body = bytearray((bad(*NODES), bad(*ORDER))[which])
    cls = (NodeSetpoint, SystemModeOrder)[which]
    body[at % len(body)] = octet
    try:
        message = decode(cls, bytes(body))
    except BodyError:
        return
    assert decode(cls, encode(message)) == message


STATUS = ComputeStatus(
    time_ns=1,
    mode=ComputeMode.NOMINAL,
    power_w=1.0,
    cap_total_w=1.0,
    grant_electrical_w=1.0,
    grant_thermal_w=1.0,
    node_running_count=1,
    node_idle_count=1,
    node_fault_count=1,
    die_temperature_max_k=300.0,
    throughput_frac=0.5,
    job_completed_count=1,
    job_queued_count=1,
    correctable_count=1,
    uncorrectable_count=0,
    lost_work_s=0.0,
)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"power_w": float("nan")}, R.NON_FINITE),
        ({"power_w": float("inf"), "cap_total_w": float("-inf")}, R.NON_FINITE),
        ({"power_w": None}, R.MALFORMED),
        ({"power_w": object()}, R.MALFORMED),
        ({"time_ns": 2**64}, R.MALFORMED),
    ],
)
def test_what_cannot_be_said_is_refused_at_the_sender(changes, reason):
    with pytest.raises(BodyError) as caught:
        encode(replace(STATUS, **changes))
    assert caught.value.reason is reason


def test_a_non_finite_item_of_a_tuple_is_refused_at_the_sender():
    setpoint = decode(NodeSetpoint, bad(*NODES))
    with pytest.raises(BodyError, match="node_cap_w must be finite"):
        encode(replace(setpoint, node_cap_w=(float("nan"),) * 18))


def test_finite_numbers_whose_sum_overflows_are_no_fault():
    big = replace(STATUS, power_w=1.7e308, cap_total_w=1.7e308)
    assert encode(big)


def test_a_body_above_the_bound_is_refused_at_the_sender():
    with pytest.raises(BodyError) as caught:
        encode(RadioTransmit(octets=bytes(BODY_OCTETS_MAX)))
    assert caught.value.reason is R.OVERSIZED


def test_a_codec_is_compiled_once():
    assert body_codec(ComputeStatus) is body_codec(ComputeStatus)
