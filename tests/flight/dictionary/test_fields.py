from typing import Annotated

import pytest

from flight.dictionary.compute import NODE_COUNT, NodeReading, SetNodeEnabled
from flight.dictionary.declare import Message, message
from flight.dictionary.executive import SystemMode, SystemModeOrder
from flight.dictionary.fields import INTEGER_LIMITS, STRUCT_CODES, field_specs, unit_of
from flight.dictionary.types import U8, Range, Repeated, Scalar, Variable


def test_fields_come_in_declared_order_with_shape_unit_and_range():
    specs = {spec.name: spec for spec in field_specs(NodeReading)}
    assert list(specs)[:3] == ["time_ns", "node_state", "node_power_w"]
    assert specs["node_power_w"].shape == Repeated("f32", NODE_COUNT)
    assert (specs["node_power_w"].unit, specs["die_temperature_max_k"].unit) == ("W", "K")
    assert field_specs(SetNodeEnabled)[0].range == Range(0, NODE_COUNT - 1)


def test_an_enumeration_keeps_its_class():
    assert field_specs(SystemModeOrder)[1].enum is SystemMode
    assert field_specs(SystemModeOrder)[0].enum is None


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("bus_voltage_min_v", "V"),
        ("rate_max_rad_per_s", "rad/s"),
        ("time_ns", "ns"),
        ("mode", ""),
        ("charge_frac", "1"),
    ],
)
def test_the_unit_is_the_end_of_the_name(name, unit):
    assert unit_of(name) == unit


def test_limits_belong_to_every_integer_width():
    assert INTEGER_LIMITS["i8"] == (-128, 127)
    assert INTEGER_LIMITS["u64"] == (0, 2**64 - 1)
    assert set(INTEGER_LIMITS) == {code for code in STRUCT_CODES if code[0] in "iu"}


def declared(**annotations):
    return message(0x1FFF, None)(type("Wrong", (Message,), {"__annotations__": annotations}))


@pytest.mark.parametrize(
    ("annotations", "text"),
    [
        ({"a": int}, "annotated with a width"),
        ({"a": Annotated[int, Range(0, 1)]}, "one width"),
        ({"a": Annotated[int, Scalar("u8"), Scalar("u16")]}, "one width"),
        ({"a": Annotated[int, Scalar("u24")]}, "width must be one of"),
        ({"a": Annotated[bytes, Variable(9)], "b": U8}, "variable field must be last"),
    ],
)
def test_a_wrong_declaration_is_a_type_error_that_says_why(annotations, text):
    with pytest.raises(TypeError, match=text):
        field_specs(declared(**annotations))
