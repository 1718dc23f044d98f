"""Strict tables: what a person mistypes is named, with the file and the keys that are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import ClassVar

import pytest

from hil.devices.errors import ConfigurationError
from hil.devices.tables import read_table


class Colour(Enum):
    RED = "red"
    DEEP_BLUE = "deep_blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    count: int
    share_frac: float = 0.5

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError(f"count must be >= 0, got {self.count}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    KINDS: ClassVar[Mapping[str, type]] = {}
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle(Shape):
    radius_m: float


Shape.KINDS = {"circle": Circle}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    title: str
    colour: Colour = Colour.RED
    flag: bool = False
    limit_s: float | None = None
    inner: Inner = field(default_factory=lambda: Inner(count=0))
    inners: tuple[Inner, ...] = ()
    shapes: tuple[Shape, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)


def test_everything_is_read_into_its_type() -> None:
    made = read_table(
        Outer,
        {
            "title": "x",
            "colour": "Deep_Blue",
            "flag": True,
            "limit_s": 3,
            "inner": {"count": 1},
            "inners": [{"count": 2}, {"count": 3, "share_frac": 1}],
            "shapes": [{"kind": "circle", "name": "c", "radius_m": 2}],
            "numbers": {"a.b": 4},
        },
        "f.toml",
    )
    assert made.colour is Colour.DEEP_BLUE
    assert made.limit_s == 3.0
    assert made.inners[1] == Inner(count=3, share_frac=1.0)
    assert made.shapes == (Circle(name="c", radius_m=2.0),)
    assert made.numbers == {"a.b": 4.0}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"titel": "x"}, r"f\.toml: key must be one of title, colour, .*, got titel"),
        ({}, r"f\.toml: key title must be given, got nothing"),
        ({"title": 3}, r"f\.toml title: value must be a text, got 3"),
        ({"title": "x", "flag": 1}, r"f\.toml flag: value must be true or false, got 1"),
        ({"title": "x", "colour": "green"}, r"colour: value must be one of red, deep_blue, got green"),
        ({"title": "x", "inner": {"count": 1.5}}, r"inner count: value must be a whole number, got 1\.5"),
        ({"title": "x", "inner": {"count": True}}, r"inner count: value must be a whole number, got True"),
        ({"title": "x", "inner": {"count": -1}}, r"inner: count must be >= 0, got -1"),
        (
            {"title": "x", "inners": [{"count": 1}, {"coutn": 1}]},
            r"inners\[1\]: key must be one of count, share_frac",
        ),
        ({"title": "x", "inners": {"count": 1}}, r"inners: value must be a list"),
        ({"title": "x", "inner": [1]}, r"inner: value must be a table"),
        ({"title": "x", "limit_s": float("nan")}, r"limit_s: value must be a finite number, got nan"),
        ({"title": "x", "shapes": [{"name": "c"}]}, r"shapes\[0\]: kind must be one of circle, got None"),
        (
            {"title": "x", "shapes": [{"kind": "circle", "name": "c"}]},
            r"shapes\[0\]: key radius_m must be given",
        ),
    ],
)
def test_mistakes_are_named_with_their_place(table: Mapping[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_table(Outer, table, "f.toml")
