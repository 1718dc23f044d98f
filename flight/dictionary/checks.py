"""Checks of single values against their declaration, made once per field and called for each value."""

import struct
from collections.abc import Callable, Sequence
from math import isfinite

from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.fields import STRUCT_CODES, FieldSpec
from flight.dictionary.types import Octets, Range, Repeated, Scalar, Variable

__all__ = ["Check", "admitted", "check_of", "item_type", "refuse_non_finite"]

_F32 = struct.Struct(">2f")

Check = Callable[..., object]
"""Takes a value of the right outer type, returns it in its final form or raises :class:`BodyError`."""


def check_of(spec: FieldSpec) -> Check | None:
    """Return what must be checked in a value beyond outer type and width, None for nothing."""
    match spec.shape:
        case Repeated() as shape:
            return _repeated_check(spec, shape)
        case Octets() as shape:
            return _size_check(spec, shape.count, shape.count)
        case Variable() as shape:
            return _size_check(spec, 0, shape.count_max)
        case Scalar():
            return _enum_check(spec) if spec.enum is not None else _range_check(spec)


def item_type(code: str) -> type[bool] | type[int] | type[float]:
    """Return the Python type of a width."""
    if code == "bool":
        return bool
    return float if code[0] == "f" else int


def admitted(limits: Range, code: str) -> tuple[float, float]:
    """Return a range with its ends moved out to the nearest f32, so that a limit itself survives a packet."""
    if code != "f32":
        return limits.low, limits.high
    low, high = _F32.unpack(_F32.pack(limits.low, limits.high))
    return min(low, limits.low), max(high, limits.high)


def refuse_non_finite(spec: FieldSpec, items: Sequence[float]) -> None:
    """Raise ``NON_FINITE`` for the first item that is not finite."""
    for item in items:
        if not isfinite(item):
            text = f"{spec.name} must be finite, got {item} {spec.unit}".rstrip()
            raise BodyError(BusReject.NON_FINITE, text)


class _Members(dict[object, object]):
    """Members of an enumeration by their values; its look-up is the whole check, without a Python call."""

    __slots__ = ("name",)

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__((member.value, member) for member in spec.enum or ())
        self.name = spec.name

    def __missing__(self, value: object) -> object:
        text = f"{self.name} must be one of {', '.join(map(str, self))}, got {value}"
        raise BodyError(BusReject.OUT_OF_RANGE, text)


def _enum_check(spec: FieldSpec) -> Check:
    return _Members(spec).__getitem__


def _range_check(spec: FieldSpec) -> Check | None:
    limits = spec.range
    if limits is None:
        return None
    low, high = admitted(limits, _code(spec))

    def check(value: float) -> object:
        if not low <= value <= high:
            _refuse_range(spec, limits, value)
        return value

    return check


def _code(spec: FieldSpec) -> str:
    return spec.shape.code if isinstance(spec.shape, Scalar | Repeated) else ""


def _refuse_range(spec: FieldSpec, limits: Range, value: float) -> None:
    text = f"{spec.name} must be in [{limits.low:g}, {limits.high:g}] {spec.unit}".rstrip()
    raise BodyError(BusReject.OUT_OF_RANGE, f"{text}, got {value:g}")


def _size_check(spec: FieldSpec, low: int, high: int) -> Check:
    def check(value: bytes | str) -> object:
        octets = value.encode() if isinstance(value, str) else value
        if not low <= len(octets) <= high:
            text = f"{spec.name} must have {low} to {high} octets, got {len(octets)}"
            raise BodyError(BusReject.OUT_OF_RANGE, text)
        return value

    return check


def _repeated_check(spec: FieldSpec, shape: Repeated) -> Check:
    number = item_type(shape.code)
    limits = struct.Struct(f">{shape.count}{STRUCT_CODES[shape.code]}").pack
    one_type = {number}

    def check(items: tuple[float, ...]) -> object:
        if set(map(type, items)) != one_type:
            items = _coerce_items(spec, items, number)
        try:
            limits(*items)
        except (struct.error, OverflowError) as error:
            text = f"{spec.name} must be {shape.count} x {shape.code}, got {len(items)} items: {error}"
            raise BodyError(BusReject.OUT_OF_RANGE, text) from error
        if number is float and not isfinite(sum(items)):
            refuse_non_finite(spec, items)
        if spec.range is not None:
            low, high = admitted(spec.range, shape.code)
            for item in items:
                if not low <= item <= high:
                    _refuse_range(spec, spec.range, item)
        return items

    return check


def _coerce_items(spec: FieldSpec, items: Sequence[object], number: type[float]) -> tuple[float, ...]:
    made: list[float] = []
    for item in items:
        if isinstance(item, tuple):
            raise BodyError(BusReject.TOO_DEEP, f"{spec.name} must hold numbers, got an array")
        if type(item) is number:
            made.append(item)
        elif number is float and type(item) is int:
            made.append(float(item))
        else:
            text = f"{spec.name} must hold {number.__name__}, got {type(item).__name__}"
            raise BodyError(BusReject.MALFORMED, text)
    return tuple(made)
