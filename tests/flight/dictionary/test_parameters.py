from typing import Annotated

import pytest

from flight.dictionary.declare import Parameters, parameters
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.parameters import changed, parameter_items
from flight.dictionary.power import PowerParameters
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App, Parameter


def test_every_set_has_unique_ids_and_defaults_inside_its_ranges():
    for cls in DICTIONARY.parameter_sets():
        items = parameter_items(cls)
        assert len({item.id for item in items}) == len(items)
        assert all(item.low <= item.default <= item.high for item in items)
        assert all(item.unit for item in items if not item.name.endswith("index"))


def test_one_value_changes_and_the_others_stay():
    before = PowerParameters()
    after = changed(before, 2, 0.8)
    assert (after.charge_target_frac, before.charge_target_frac) == (0.8, 0.9)
    assert changed(after, 2, 0.9) == before


@pytest.mark.parametrize(
    ("parameter_id", "value", "reason"),
    [
        (99, 0.5, BusReject.UNKNOWN_MESSAGE),
        (2, 1.01, BusReject.OUT_OF_RANGE),
        (2, float("nan"), BusReject.NON_FINITE),
    ],
)
def test_a_wrong_id_or_value_is_refused_by_its_reason(parameter_id, value, reason):
    with pytest.raises(BodyError) as caught:
        changed(PowerParameters(), parameter_id, value)
    assert caught.value.reason is reason


def declared(annotations, **defaults):
    return parameters(App.POWER)(type("Wrong", (Parameters,), {"__annotations__": annotations, **defaults}))


@pytest.mark.parametrize(
    ("annotations", "defaults"),
    [
        ({"a_v": float}, {"a_v": 1.0}),
        ({"a_v": Annotated[float, Parameter(1, 2.0, 3.0)]}, {"a_v": 1.0}),
        ({"a_v": Annotated[float, Parameter(1, 2.0, 3.0)]}, {}),
        (
            {
                "a_v": Annotated[float, Parameter(1, 0.0, 3.0)],
                "b_v": Annotated[float, Parameter(1, 0.0, 3.0)],
            },
            {"a_v": 1.0, "b_v": 1.0},
        ),
    ],
)
def test_a_wrong_declaration_is_a_type_error(annotations, defaults):
    with pytest.raises(TypeError):
        parameter_items(declared(annotations, **defaults))
