"""Messages of any class, for tests that go over the whole dictionary."""

import struct
from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from flight.dictionary.declare import Message
from flight.dictionary.fields import INTEGER_LIMITS, FieldSpec, field_specs
from flight.dictionary.types import Octets, Repeated, Scalar, Variable


def number(spec: FieldSpec, code: str) -> st.SearchStrategy[object]:
    """Return legal values of one number; an f32 is one that an f32 holds exactly."""
    if code == "bool":
        return st.booleans()
    if spec.enum is not None:
        return st.sampled_from(spec.enum)
    if code[0] != "f":
        low, high = INTEGER_LIMITS[code]
        if spec.range is not None:
            low, high = int(spec.range.low), int(spec.range.high)
        return st.integers(low, high)
    width = 32 if code == "f32" else 64
    if spec.range is None:
        return st.floats(allow_nan=False, allow_infinity=False, width=width)
    low, high = spec.range.low, spec.range.high
    values = st.floats(low, high)
    return values.map(lambda v: struct.unpack(">f", struct.pack(">f", v))[0]) if width == 32 else values


def value(spec: FieldSpec) -> st.SearchStrategy[object]:
    match spec.shape:
        case Scalar(code=code):
            return number(spec, code)
        case Repeated(code=code, count=count):
            return st.tuples(*[number(spec, code)] * count)
        case Octets(count=count):
            return st.binary(min_size=count, max_size=count)
        case Variable(count_max=count) if spec.python is str:
            letters = st.characters(codec="utf-8")
            return st.text(letters, max_size=count // 4)
        case Variable(count_max=count):
            return st.binary(max_size=min(count, 300))


def strategy(cls: type[Message]) -> st.SearchStrategy[Message]:
    return st.builds(cls, **{spec.name: value(spec) for spec in field_specs(cls)})


@pytest.fixture(scope="session")
def messages_of() -> Callable[[type[Message]], st.SearchStrategy[Message]]:
    """Give a strategy for the legal messages of a class."""
    return strategy
