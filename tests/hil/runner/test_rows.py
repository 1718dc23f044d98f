"""JSON text and rows of recorded bodies, against Python's own JSON and the dictionary's codec."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.declare import Message
from flight.dictionary.fields import INTEGER_LIMITS, FieldSpec, field_specs
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import Octets, Repeated, Scalar, Variable
from hil.runner.rows import RowFormat, json_schema

CLASSES = DICTIONARY.all()


def scalar(code: str) -> st.SearchStrategy[object]:
    if code == "bool":
        return st.booleans()
    if code[0] == "f":
        return st.floats(allow_nan=False, allow_infinity=False, width=32 if code == "f32" else 64)
    low, high = INTEGER_LIMITS[code]
    return st.integers(low, high)


def value(spec: FieldSpec) -> st.SearchStrategy[object]:
    if spec.enum is not None:
        return st.sampled_from([int(member) for member in spec.enum])
    match spec.shape:
        case Scalar(code=code):
            return scalar(code)
        case Repeated(code=code, count=count):
            return st.lists(scalar(code), min_size=count, max_size=count).map(tuple)
        case Octets(count=count):
            return st.binary(min_size=count, max_size=count)
        case Variable(count_max=count):
            return st.text(max_size=8) if spec.python is str else st.binary(max_size=min(count, 40))


def bodies(cls: type[Message]) -> st.SearchStrategy[Sequence[object]]:
    return st.tuples(*[value(spec) for spec in field_specs(cls)])


def plain(item: object) -> object:
    if isinstance(item, bytes):
        return base64.b64encode(item).decode()
    return list(item) if isinstance(item, tuple) else item


@given(data=st.data())
def test_json_says_what_the_body_says(data: st.DataObject) -> None:
    cls = data.draw(st.sampled_from(CLASSES))
    values = msgpack.unpackb(msgpack.packb(data.draw(bodies(cls))), use_list=False)
    decoded = json.loads(RowFormat(cls).json(values))
    for spec, expected in zip(field_specs(cls), map(plain, values), strict=True):
        found = decoded[spec.name]
        if isinstance(expected, float) or (isinstance(expected, list) and "f" in spec.shape.code):  # type: ignore[union-attr]
            assert found == pytest.approx(expected, rel=1e-8)
        else:
            assert found == expected


@given(data=st.data())
def test_row_has_one_number_per_column(data: st.DataObject) -> None:
    cls = data.draw(st.sampled_from(CLASSES))
    form = RowFormat(cls)
    row = form.row(data.draw(bodies(cls)))
    assert len(row) == sum(count for _, count in form.columns)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_schema_names_every_field(cls: type[Message]) -> None:
    schema = json_schema(cls)
    assert list(schema["properties"]) == [spec.name for spec in field_specs(cls)]
    assert json.loads(json.dumps(schema)) == schema
    for spec in field_specs(cls):
        if spec.unit:
            assert spec.unit in schema["properties"][spec.name].get("description", spec.unit)
