"""Packet layouts, against struct formats written by hand from the declarations."""

import struct
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flight.dictionary.application import StepFailed
from flight.dictionary.compute import NODE_COUNT, NodeSetpoint, SetNodeEnabled
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject, SystemMode, SystemModeOrder
from flight.dictionary.layout import fields, pack, packet_layout, unpack
from flight.dictionary.radio import StationStatus
from flight.dictionary.registry import DICTIONARY

R = BusReject
SETPOINT = NodeSetpoint(
    node_state=tuple(range(18)),
    node_cap_w=tuple(float(i) for i in range(18)),
    job_utilization_frac=(0.5,) * 18,
    valid_until_ns=2**63,
    fallback_power_w=4500.0,
)


def test_octets_are_big_endian_in_declared_order():
    order = SystemModeOrder(time_ns=0x0102030405060708, mode=SystemMode.SAFE)
    assert pack(order) == bytes([1, 2, 3, 4, 5, 6, 7, 8, 3])
    status = StationStatus(
        time_ns=1, station_index=2, in_view=1, azimuth_rad=0.5, elevation_rad=-0.25, range_m=1.5e6
    )
    assert pack(status) == struct.pack(">QBBffd", 1, 2, 1, 0.5, -0.25, 1.5e6)
    expected = struct.pack(">18B18f18fQf", *range(18), *map(float, range(18)), *[0.5] * 18, 2**63, 4500.0)
    assert pack(SETPOINT) == expected


def test_a_variable_field_stands_last_behind_its_length():
    assert pack(StepFailed(application=16, text="äb")) == b"\x00\x10\x00\x03\xc3\xa4b"
    assert unpack(StepFailed, b"\x00\x10\x00\x00").text == ""


def test_repeated_fields_are_unrolled_with_offsets_that_add_up():
    made = fields(NodeSetpoint)
    assert [field.name for field in made][:2] == ["node_state_00", "node_state_01"]
    assert made[18].name == "node_cap_w_00"
    assert (made[18].offset_octets, made[18].code, made[18].unit) == (18, "f32", "W")
    assert len(made) == 3 * NODE_COUNT + 2
    for cls in DICTIONARY.all():
        offset = 0
        for field in fields(cls):
            assert field.offset_octets == offset
            offset += field.size_octets
        names = [field.name for field in fields(cls)]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("cls", DICTIONARY.all(), ids=lambda cls: cls.__name__)
def test_every_message_comes_back_from_its_packet(cls, messages_of):
    @settings(max_examples=10, suppress_health_check=list(HealthCheck))
    @given(messages_of(cls))
    def round_trip(message):
        octets = pack(message)
        assert unpack(cls, octets) == message
        assert unpack(cls, memoryview(octets)) == message
        for end in {0, len(octets) // 2, len(octets) - 1} if octets else ():
            with pytest.raises(BodyError):
                unpack(cls, octets[:end])
        with pytest.raises(BodyError):
            unpack(cls, octets + b"\0")

    round_trip()


@pytest.mark.parametrize(
    ("cls", "octets", "reason"),
    [
        (SystemModeOrder, bytes(8), R.TRUNCATED),
        (SystemModeOrder, bytes(10), R.MALFORMED),
        (SystemModeOrder, bytes(8) + b"\x09", R.OUT_OF_RANGE),
        (SetNodeEnabled, b"\x12\x01", R.OUT_OF_RANGE),
        (StationStatus, struct.pack(">QBBffd", 1, 2, 1, float("nan"), 0.0, 0.0), R.NON_FINITE),
        (StepFailed, b"\x00\x10", R.TRUNCATED),
        (StepFailed, b"\x00\x10\x00\x02a", R.TRUNCATED),
        (StepFailed, b"\x00\x10\x00\x01ab", R.MALFORMED),
        (StepFailed, b"\x00\x10\x00\x01\xff", R.MALFORMED),
        (StepFailed, b"\x00\x10\x00\x79" + bytes(121), R.OUT_OF_RANGE),
    ],
)
def test_wrong_octets_are_refused_by_their_reason(cls, octets, reason):
    with pytest.raises(BodyError) as caught:
        unpack(cls, octets)
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    "message",
    [
        replace(SETPOINT, valid_until_ns=-1),
        replace(SETPOINT, fallback_power_w=1e39),
        replace(SETPOINT, node_state=(1,) * 17),
        StepFailed(application=16, text="x" * 121),
        StepFailed(application=1 << 16, text=""),
    ],
)
def test_what_does_not_fit_its_width_is_refused(message):
    with pytest.raises(BodyError) as caught:
        pack(message)
    assert caught.value.reason is R.OUT_OF_RANGE


@given(st.binary(max_size=700))
def test_no_octets_raise_anything_but_a_body_error(octets):
    for cls in (SystemModeOrder, NodeSetpoint, StepFailed):
        try:
            message = unpack(cls, octets)
        except BodyError:
            continue
        assert pack(message) == octets


def test_a_layout_is_compiled_once():
    assert packet_layout(NodeSetpoint) is packet_layout(NodeSetpoint)
    assert packet_layout(NodeSetpoint).fixed_octets == 18 + 72 + 72 + 8 + 4
