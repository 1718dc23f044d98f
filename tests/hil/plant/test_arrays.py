"""The bridge from the C core to numpy arrays."""

import doctest
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hil.plant
from hil.plant.arrays import elementwise, physical, vectorwise
from hil.plant.errors import PlantError

MODULES = sorted({f"hil.plant.{module}" for module in hil.plant._MODELS.values()})


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_the_docstrings_are_true(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_examples_in_the_readme_are_true() -> None:
    text = Path(hil.plant.__file__).with_name("README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


@pytest.mark.parametrize("name", hil.plant.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(hil.plant, name).__doc__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="shadow_faction"):
        hil.plant.shadow_faction  # noqa: B018 - asking is the test


def test_scalars_stay_scalars_and_arrays_broadcast() -> None:
    assert elementwise(lambda a, b: a + b, 1.0, 2.0) == 3.0
    assert elementwise(lambda a, b: a + b, [[1.0], [2.0]], [10.0, 20.0]).tolist() == [[11, 21], [12, 22]]
    assert vectorwise(np.dot, "(n),(n)->()", [[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]).tolist() == [3.0, 7.0]


@pytest.mark.parametrize(
    ("value", "limits", "words"),
    [
        (np.nan, {}, "flow_kg must be finite, got nan kg"),
        ([1.0, np.inf], {}, "flow_kg must be finite, got inf kg"),
        (0.0, {"positive": True}, "flow_kg must be above 0, got 0 kg"),
        ([0.5, 1.5], {"low": 0.0, "high": 1.0}, "flow_kg must be at least 0 and at most 1, got 1.5 kg"),
    ],
)
def test_what_is_not_physical_is_named(value: object, limits: dict[str, Any], words: str) -> None:
    with pytest.raises(PlantError) as caught:
        physical("flow_kg", value, "kg", **limits)
    assert str(caught.value) == words
