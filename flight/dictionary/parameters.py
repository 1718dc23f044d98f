"""Read and change sets of parameters by their stable ids."""

import dataclasses
from dataclasses import dataclass
from math import isfinite
from typing import TypeVar, get_args, get_type_hints

from flight.dictionary.declare import Parameters
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.fields import unit_of
from flight.dictionary.types import Parameter

__all__ = ["ParameterItem", "changed", "parameter_items"]

P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterItem:
    """One parameter as declared; ``low``, ``high`` and ``default`` are in the unit of its name."""

    name: str
    id: int
    low: float
    high: float
    default: float
    unit: str


_ITEMS: dict[type, tuple[ParameterItem, ...]] = {}
"""Sets read so far: reading the annotations of one takes 0.2 ms."""


def parameter_items(cls: type[Parameters]) -> tuple[ParameterItem, ...]:
    """Return the parameters of a set, in their order.

    Raises
    ------
    TypeError
        If a field has no ``Parameter``, two have one id, or a default is outside its range.
    """
    items = _ITEMS.get(cls)
    if items is None:
        items = _ITEMS[cls] = _read_items(cls)
    return items


def _read_items(cls: type[Parameters]) -> tuple[ParameterItem, ...]:
    hints = get_type_hints(cls, include_extras=True)
    items = []
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]
        notes = [note for note in get_args(hints[field.name]) if isinstance(note, Parameter)]
        default = field.default
        if len(notes) != 1 or not isinstance(default, float) or not notes[0].low <= default <= notes[0].high:
            raise TypeError(
                f"parameter must have an id, a range and a default inside, got {cls.__name__}.{field.name}"
            )
        note = notes[0]
        unit = unit_of(field.name)
        items.append(
            ParameterItem(
                name=field.name, id=note.id, low=note.low, high=note.high, default=default, unit=unit
            )
        )
    if len({item.id for item in items}) != len(items):
        raise TypeError(f"parameter ids must be unique, got a duplicate ({cls.__name__})")
    return tuple(items)


def changed(parameters: P, parameter_id: int, value: float) -> P:
    """Return the set with one value changed.

    Raises
    ------
    BodyError
        ``UNKNOWN_MESSAGE`` for an id that the set does not have, ``NON_FINITE`` or ``OUT_OF_RANGE`` for a
        value that the declaration forbids.
    """
    item = next((item for item in parameter_items(type(parameters)) if item.id == parameter_id), None)
    if item is None:
        text = f"parameter_id must be one of {type(parameters).__name__}, got {parameter_id}"
        raise BodyError(BusReject.UNKNOWN_MESSAGE, text)
    if not isfinite(value):
        raise BodyError(BusReject.NON_FINITE, f"{item.name} must be finite, got {value}")
    if not item.low <= value <= item.high:
        text = (
            f"{item.name} must be in [{item.low:g}, {item.high:g}] {item.unit}".rstrip() + f", got {value:g}"
        )
        raise BodyError(BusReject.OUT_OF_RANGE, text)
    return dataclasses.replace(parameters, **{item.name: value})  # type: ignore[type-var]
