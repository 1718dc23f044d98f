"""Bodies of bus messages: positional msgpack arrays, checked field by field against the declaration.

Everything that can be prepared is prepared once per class; a message that fits its declaration takes only
the short way through C calls, and one that does not takes the long way, which finds the reason.
"""

import struct
from collections.abc import Callable, Sequence
from functools import cache
from math import isfinite
from operator import attrgetter, itemgetter
from typing import Generic, TypeVar, cast

import msgpack

from flight.dictionary.declare import Message
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.fields import STRUCT_CODES, FieldSpec, field_specs
from flight.dictionary.types import Octets, Repeated, Scalar, Variable

__all__ = ["BODY_OCTETS_MAX", "BodyCodec", "body_codec", "decode", "encode"]

BODY_OCTETS_MAX = 61_440
"""Bound of a message body: 60 KiB."""

M = TypeVar("M", bound=Message)
Values = tuple[object, ...]
Picker = Callable[[Values], Values]
Check = Callable[[object], object]


def encode(message: Message) -> bytes:
    """Return the body of a message (see :meth:`BodyCodec.encode`)."""
    return body_codec(type(message)).encode(message)


def decode(cls: type[M], body: bytes | memoryview) -> M:
    """Return the message of a class that a body holds (see :meth:`BodyCodec.decode`)."""
    return body_codec(cls).decode(body)


@cache
def _codec(cls: type[Message]) -> "BodyCodec[Message]":
    return BodyCodec(cls)


def body_codec(cls: type[M]) -> "BodyCodec[M]":
    """Return the codec of a class, compiled at the first call."""
    return cast("BodyCodec[M]", _codec(cls))


class BodyCodec(Generic[M]):
    """Encoder and decoder of one class.

    Parameters
    ----------
    cls : type of Message
        A declared class.
    """

    __slots__ = (
        "_checks", "_float_picks", "_limits", "_new", "_number_picks", "_pack", "_setters", "_specs", "_types",
        "_values", "cls",
    )  # fmt: skip

    def __init__(self, cls: type[M]) -> None:
        specs = field_specs(cls)
        numbers = [i for i, spec in enumerate(specs) if isinstance(spec.shape, Scalar)]
        floats = [i for i, spec in enumerate(specs) if spec.python is float]
        self.cls = cls
        self._specs = specs
        self._new = object.__new__
        self._pack: Callable[[Values], bytes] = msgpack.Packer(autoreset=True).pack
        self._values = _attributes([spec.name for spec in specs])
        self._setters = tuple(getattr(cls, spec.name).__set__ for spec in specs)
        self._types = tuple(_wire_type(spec) for spec in specs)
        self._number_picks = _items(numbers)
        self._limits = struct.Struct(">" + "".join(STRUCT_CODES[_code(specs[i])] for i in numbers)).pack
        self._float_picks = _items(floats)
        self._checks = tuple(
            (i, check) for i, spec in enumerate(specs) if (check := _check(spec)) is not None
        )

    def encode(self, message: M) -> bytes:
        """Return the body of a message.

        Raises
        ------
        BodyError
            ``NON_FINITE`` for a number that is not finite, ``OVERSIZED`` above 60 KiB, ``MALFORMED`` for a value
            of a type that the declaration does not allow.
        """
        values = self._values(message)
        for index, _ in self._checks:
            value = values[index]
            if type(value) is tuple and self._specs[index].python is tuple and not isfinite(sum(value)):
                _refuse_non_finite(self._specs[index], value)
        if not isfinite(sum(self._float_picks(values))):  # type: ignore[arg-type]
            self._find_non_finite(values)
        try:
            body = self._pack(values)
        except (TypeError, ValueError, OverflowError) as error:
            raise BodyError(
                BusReject.MALFORMED, f"{self.cls.__name__} must be encodable, got {error}"
            ) from error
        if len(body) > BODY_OCTETS_MAX:
            raise BodyError(BusReject.OVERSIZED, f"body must be <= {BODY_OCTETS_MAX} octets, got {len(body)}")
        return body

    def decode(self, body: bytes | memoryview) -> M:
        """Return the message that a body holds.

        Raises
        ------
        BodyError
            With the reason: ``OVERSIZED``, ``TRUNCATED``, ``TOO_DEEP``, ``DUPLICATE_KEY``, ``NON_FINITE``,
            ``OUT_OF_RANGE`` (width, enumeration, range) or ``MALFORMED`` (types, counts, anything else).
        """
        values = _unpack(body)
        if tuple(map(type, values)) != self._types:
            values = self._coerce(values)
        try:
            self._limits(*self._number_picks(values))
        except (struct.error, OverflowError) as error:
            raise BodyError(
                BusReject.OUT_OF_RANGE, f"{self.cls.__name__} must fit its widths, got {error}"
            ) from error
        if not isfinite(sum(self._float_picks(values))):  # type: ignore[arg-type]
            self._find_non_finite(values)
        if self._checks:
            checked = list(values)
            for index, check in self._checks:
                checked[index] = check(checked[index])
            values = tuple(checked)
        made = self._new(self.cls)
        for put, value in zip(self._setters, values, strict=True):
            put(made, value)
        return made

    def _coerce(self, values: Values) -> Values:
        """Accept whole numbers where a float is declared; refuse every other difference of type."""
        name = self.cls.__name__
        if len(values) != len(self._types):
            text = f"{name} must have {len(self._types)} fields, got {len(values)}"
            raise BodyError(BusReject.MALFORMED, text)
        made: list[object] = []
        for spec, expected, value in zip(self._specs, self._types, values, strict=True):
            if type(value) is expected:
                made.append(value)
            elif expected is float and type(value) is int:
                made.append(float(value))
            elif expected is bool and type(value) is int and value in (0, 1):
                made.append(bool(value))
            else:
                text = f"{name}.{spec.name} must be {expected.__name__}, got {type(value).__name__}"
                raise BodyError(BusReject.MALFORMED, text)
        return tuple(made)

    def _find_non_finite(self, values: Values) -> None:
        """Raise for the first number that is not finite (a sum of finite numbers may overflow)."""
        for spec, value in zip(self._specs, values, strict=True):
            if spec.python is float:
                _refuse_non_finite(spec, (value,))


def _unpack(body: bytes | memoryview) -> Values:
    if len(body) > BODY_OCTETS_MAX:
        raise BodyError(BusReject.OVERSIZED, f"body must be <= {BODY_OCTETS_MAX} octets, got {len(body)}")
    try:
        values = msgpack.unpackb(body, use_list=False, object_pairs_hook=_refuse_map)
    except BodyError:
        raise
    except msgpack.exceptions.StackError as error:
        raise BodyError(BusReject.TOO_DEEP, "body must be an array of fields, got a deep nesting") from error
    except (ValueError, TypeError, msgpack.exceptions.UnpackException) as error:
        truncated = "incomplete" in str(error)
        reason = BusReject.TRUNCATED if truncated else BusReject.MALFORMED
        raise BodyError(reason, f"body must be one msgpack array, got {error}") from error
    if type(values) is not tuple:
        raise BodyError(BusReject.MALFORMED, f"body must be an array, got {type(values).__name__}")
    return values


def _refuse_map(pairs: Sequence[tuple[object, object]]) -> object:
    keys = [repr(key) for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise BodyError(
            BusReject.DUPLICATE_KEY, f"body must hold no map, got one with a duplicate of {len(keys)} keys"
        )
    raise BodyError(BusReject.MALFORMED, f"body must hold no map, got one of {len(keys)} keys")


def _attributes(names: list[str]) -> Callable[[object], Values]:
    """Return a getter that answers a tuple for any number of names."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    one = attrgetter(names[0])
    return lambda message: (one(message),)


def _items(indices: list[int]) -> Picker:
    if len(indices) > 1:
        return itemgetter(*indices)
    if not indices:
        return lambda _: ()
    index = indices[0]
    return lambda values: (values[index],)


def _code(spec: FieldSpec) -> str:
    assert isinstance(spec.shape, Scalar)
    return spec.shape.code


def _wire_type(spec: FieldSpec) -> type:
    return int if spec.enum is not None else spec.python


def _check(spec: FieldSpec) -> Check | None:
    """Return what must be done to a value beyond type and width, None for nothing."""
    match spec.shape:
        case Repeated() as shape:
            return _repeated_check(spec, shape)
        case Octets() as shape:
            return _size_check(spec, shape.count, shape.count)
        case Variable() as shape:
            return (
                _text_check(spec, shape.count_max)
                if spec.python is str
                else _size_check(spec, 0, shape.count_max)
            )
        case Scalar():
            return _enum_check(spec) if spec.enum is not None else _range_check(spec)


def _enum_check(spec: FieldSpec) -> Check:
    assert spec.enum is not None
    members: dict[object, object] = {member.value: member for member in spec.enum}

    def check(value: object) -> object:
        member = members.get(value)
        if member is None:
            raise BodyError(
                BusReject.OUT_OF_RANGE, f"{spec.name} must be one of {sorted(map(str, members))}, got {value}"
            )
        return member

    return check


def _range_check(spec: FieldSpec) -> Check | None:
    if spec.range is None:
        return None
    low, high = spec.range.low, spec.range.high

    def check(value: object) -> object:
        if not low <= value <= high:  # type: ignore[operator]
            text = f"{spec.name} must be in [{low:g}, {high:g}] {spec.unit}".rstrip() + f", got {value}"
            raise BodyError(BusReject.OUT_OF_RANGE, text)
        return value

    return check


def _size_check(spec: FieldSpec, low: int, high: int) -> Check:
    def check(value: object) -> object:
        if not low <= len(value) <= high:  # type: ignore[arg-type]
            text = f"{spec.name} must have {low} to {high} octets, got {len(value)}"  # type: ignore[arg-type]
            raise BodyError(BusReject.OUT_OF_RANGE, text)
        return value

    return check


def _text_check(spec: FieldSpec, high: int) -> Check:
    def check(value: object) -> object:
        octets = str(value).encode()
        if len(octets) > high:
            raise BodyError(
                BusReject.OUT_OF_RANGE, f"{spec.name} must have <= {high} octets, got {len(octets)}"
            )
        return value

    return check


def _repeated_check(spec: FieldSpec, shape: Repeated) -> Check:
    number = float if shape.code[0] == "f" else bool if shape.code == "bool" else int
    limits = struct.Struct(f">{shape.count}{STRUCT_CODES[shape.code]}").pack
    one_type = {number}

    def check(value: object) -> object:
        items = cast("tuple[float, ...]", value)
        if set(map(type, items)) != one_type:
            items = _coerce_items(spec, items, number)
        try:
            limits(*items)
        except (struct.error, OverflowError) as error:
            text = f"{spec.name} must be {shape.count} x {shape.code}, got {len(items)}: {error}"
            raise BodyError(BusReject.OUT_OF_RANGE, text) from error
        if number is float and not isfinite(sum(items)):
            _refuse_non_finite(spec, items)
        if spec.range is not None and not all(spec.range.low <= item <= spec.range.high for item in items):
            text = (
                f"{spec.name} must be in [{spec.range.low:g}, {spec.range.high:g}] {spec.unit}, got {items}"
            )
            raise BodyError(BusReject.OUT_OF_RANGE, text)
        return items

    return check


def _coerce_items(spec: FieldSpec, items: Values, number: type) -> tuple[float, ...]:
    for item in items:
        if type(item) is tuple:
            raise BodyError(BusReject.TOO_DEEP, f"{spec.name} must hold numbers, got an array")
        if type(item) is not number and not (number is float and type(item) is int):
            text = f"{spec.name} must hold {number.__name__}, got {type(item).__name__}"
            raise BodyError(BusReject.MALFORMED, text)
    return tuple(map(number, items))  # type: ignore[arg-type]


def _refuse_non_finite(spec: FieldSpec, items: Sequence[object]) -> None:
    for item in items:
        if not isfinite(item):  # type: ignore[arg-type]
            raise BodyError(
                BusReject.NON_FINITE, f"{spec.name} must be finite, got {item} {spec.unit}".rstrip()
            )
