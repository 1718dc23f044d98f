import struct

import pytest

from flight.dictionary.checks import admitted, check_of, item_type, refuse_non_finite
from flight.dictionary.errors import BodyError
from flight.dictionary.fields import FieldSpec
from flight.dictionary.types import Octets, Range, Repeated, Scalar, Variable


def spec(shape, python, limits=None):
    return FieldSpec(name="length_m", shape=shape, python=python, range=limits, unit="m")


def test_a_limit_that_an_f32_cannot_hold_is_admitted_as_the_nearest_f32():
    low, high = admitted(Range(288.15, 323.15), "f32")
    assert low == struct.unpack(">f", struct.pack(">f", 288.15))[0] < 288.15
    assert high >= 323.15
    assert admitted(Range(288.15, 323.15), "f64") == (288.15, 323.15)


def test_a_plain_number_needs_no_check():
    assert check_of(spec(Scalar("u8"), int)) is None


@pytest.mark.parametrize(
    ("made", "good", "wrong"),
    [
        (spec(Scalar("f64"), float, Range(0.0, 1.0)), 1.0, 1.1),
        (spec(Octets(3), bytes), b"abc", b"ab"),
        (spec(Variable(3), bytes), b"", b"abcd"),
        (spec(Variable(3), str), "abc", "äö"),
        (spec(Repeated("u8", 2), tuple), (0, 255), (0, 256)),
        (spec(Repeated("f32", 2), tuple, Range(0.0, 1.0)), (0.0, 1.0), (0.0, 1.1)),
    ],
)
def test_a_check_returns_what_is_legal_and_refuses_the_rest(made, good, wrong):
    check = check_of(made)
    assert check(good) == good
    with pytest.raises(BodyError, match="length_m must"):
        check(wrong)


def test_widths_have_their_python_types():
    assert [item_type(code) for code in ("bool", "u8", "i64", "f32", "f64")] == [bool, int, int, float, float]


def test_only_a_non_finite_item_is_refused():
    refuse_non_finite(spec(Scalar("f64"), float), (0.0, 1e308))
    with pytest.raises(BodyError, match="length_m must be finite, got nan m"):
        refuse_non_finite(spec(Scalar("f64"), float), (0.0, float("nan")))
