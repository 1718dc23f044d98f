"""Bodies of bus messages: positional msgpack arrays, checked field by field against the declaration.

Everything that can be prepared is prepared once per class; a message that fits its declaration takes only
the short way through C calls, and one that does not takes the long way, which finds the reason.
"""

import struct
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from math import isfinite
from operator import attrgetter, call, itemgetter
from typing import Generic, TypeVar, cast

import msgpack

from flight.dictionary.checks import check_of, refuse_non_finite
from flight.dictionary.declare import Message
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.fields import STRUCT_CODES, FieldSpec, field_specs
from flight.dictionary.types import Repeated, Scalar

__all__ = ["BODY_OCTETS_MAX", "BodyCodec", "body_codec", "decode", "encode"]

BODY_OCTETS_MAX = 61_440
"""Bound of a message body: 60 KiB."""

M = TypeVar("M", bound=Message)
Values = tuple[object, ...]

_exhaust: Callable[[Iterable[object]], None] = deque[object](maxlen=0).extend
"""Runs an iterator to its end without a Python loop: a third of the time to fill in a message."""

_CODECS: dict[type, object] = {}
"""Codecs made so far: compiling one takes 100 times as long as a message."""


def encode(message: Message) -> bytes:
    """Return the body of a message (see :meth:`BodyCodec.encode`)."""
    return body_codec(type(message)).encode(message)


def decode(cls: type[M], body: bytes | memoryview) -> M:
    """Return the message of a class that a body holds (see :meth:`BodyCodec.decode`)."""
    return body_codec(cls).decode(body)


def body_codec(cls: type[M]) -> "BodyCodec[M]":
    """Return the codec of a class, compiled at the first call."""
    codec = _CODECS.get(cls)
    if codec is None:
        codec = _CODECS[cls] = BodyCodec(cls)
    return cast("BodyCodec[M]", codec)


class BodyCodec(Generic[M]):
    """Encoder and decoder of one class.

    Parameters
    ----------
    cls : type of Message
        A declared class.
    """

    __slots__ = (
        "_checks",
        "_limits",
        "_pack",
        "_pick_floats",
        "_pick_numbers",
        "_pick_tuples",
        "_setters",
        "_specs",
        "_types",
        "_values",
        "cls",
    )

    def __init__(self, cls: type[M]) -> None:
        specs = field_specs(cls)
        self.cls = cls
        self._specs = specs
        self._pack: Callable[[Values], bytes] = msgpack.Packer(autoreset=True).pack
        self._values = _attributes([spec.name for spec in specs])
        self._setters = tuple(getattr(cls, spec.name).__set__ for spec in specs)
        self._types = tuple(int if spec.enum is not None else spec.python for spec in specs)
        numbers = {i: spec.shape.code for i, spec in enumerate(specs) if isinstance(spec.shape, Scalar)}
        # A message of single numbers alone is its own selection: 0.2 us less.
        self._pick_numbers = _items(list(numbers)) if len(numbers) < len(specs) else None
        self._limits = struct.Struct(">" + "".join(STRUCT_CODES[code] for code in numbers.values())).pack
        floats = [i for i, spec in enumerate(specs) if spec.python is float]
        self._pick_floats = _items(floats)
        tuples = [i for i, spec in enumerate(specs) if _is_float_tuple(spec)]
        pick = cast("Callable[[Values], Iterable[tuple[float, ...]]]", _items(tuples))
        self._pick_tuples = pick if tuples else None
        self._checks = tuple((i, check) for i, spec in enumerate(specs) if (check := check_of(spec)))

    def encode(self, message: M) -> bytes:
        """Return the body of a message.

        Widths and ranges are not checked here: each receiver checks what it decodes.

        Raises
        ------
        BodyError
            ``NON_FINITE`` for a number that is not finite, ``OVERSIZED`` above 60 KiB, ``MALFORMED`` for a
            value that cannot be encoded.
        """
        values = self._values(message)
        try:
            finite = isfinite(sum(self._pick_floats(values)))
            if self._pick_tuples is not None:
                for items in self._pick_tuples(values):
                    finite = finite and isfinite(sum(items))
            if not finite:
                self._find_non_finite(values)
            body = self._pack(values)
        except BodyError:
            raise
        except (TypeError, ValueError, OverflowError) as error:
            text = f"{self.cls.__name__} must be encodable, got {error}"
            raise BodyError(BusReject.MALFORMED, text) from error
        if len(body) > BODY_OCTETS_MAX:
            _refuse_oversized(len(body))
        return body

    def decode(self, body: bytes | memoryview) -> M:
        """Return the message that a body holds.

        Raises
        ------
        BodyError
            With the reason: ``OVERSIZED``, ``TRUNCATED``, ``TOO_DEEP``, ``DUPLICATE_KEY``, ``NON_FINITE``,
            ``OUT_OF_RANGE`` (width, enumeration, range) or ``MALFORMED`` (types, counts, anything else).
        """
        if len(body) > BODY_OCTETS_MAX:
            _refuse_oversized(len(body))
        try:
            values = msgpack.unpackb(body, use_list=False, object_pairs_hook=_refuse_map)
        except BodyError:
            raise
        except (ValueError, TypeError, msgpack.exceptions.UnpackException) as error:
            raise _unpack_error(error) from error
        if type(values) is not tuple:
            raise BodyError(BusReject.MALFORMED, f"body must be an array, got {type(values).__name__}")
        return self.make(values)

    def values(self, message: M) -> Values:
        """Return the values of a message in the order of its fields, unchecked."""
        return self._values(message)

    def make(self, values: Values) -> M:
        """Return the message with these values, after all checks of :meth:`decode` but those of msgpack.

        Raises
        ------
        BodyError
            As :meth:`decode`.
        """
        if tuple(map(type, values)) != self._types:
            values = self._coerce(values)
        try:
            self._limits(*(values if self._pick_numbers is None else self._pick_numbers(values)))
        except (struct.error, OverflowError) as error:
            text = f"{self.cls.__name__} must fit its widths, got {error}"
            raise BodyError(BusReject.OUT_OF_RANGE, text) from error
        if not isfinite(sum(self._pick_floats(values))):
            self._find_non_finite(values)
        if self._checks:
            checked = list(values)
            for index, check in self._checks:
                checked[index] = check(checked[index])
            values = tuple(checked)
        made = object.__new__(self.cls)
        _exhaust(map(call, self._setters, repeat(made), values))
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
            else:
                text = f"{name}.{spec.name} must be {expected.__name__}, got {type(value).__name__}"
                raise BodyError(BusReject.MALFORMED, text)
        return tuple(made)

    def _find_non_finite(self, values: Values) -> None:
        """Raise for the first number that is not finite; return if only the sum overflowed."""
        for spec, value in zip(self._specs, values, strict=True):
            if spec.python is float or _is_float_tuple(spec):
                items = value if isinstance(value, tuple) else (value,)
                refuse_non_finite(spec, items)


def _unpack_error(error: Exception) -> BodyError:
    """Return what is wrong with a body that msgpack could not read."""
    if isinstance(error, msgpack.exceptions.StackError):
        return BodyError(BusReject.TOO_DEEP, "body must be an array of fields, got a deep nesting")
    reason = BusReject.TRUNCATED if "incomplete" in str(error) else BusReject.MALFORMED
    return BodyError(reason, f"body must be one msgpack array, got {error}")


def _refuse_oversized(octets: int) -> None:
    raise BodyError(BusReject.OVERSIZED, f"body must be <= {BODY_OCTETS_MAX} octets, got {octets}")


def _refuse_map(pairs: Sequence[tuple[object, object]]) -> object:
    keys = [repr(key) for key, _ in pairs]
    reason = BusReject.MALFORMED if len(set(keys)) == len(keys) else BusReject.DUPLICATE_KEY
    raise BodyError(reason, f"body must hold no map, got one of {len(keys)} keys")


def _is_float_tuple(spec: FieldSpec) -> bool:
    return isinstance(spec.shape, Repeated) and spec.shape.code[0] == "f"


def _attributes(names: list[str]) -> Callable[[object], Values]:
    """Return a getter that answers a tuple for any number of names."""
    if len(names) > 1:
        return attrgetter(*names)
    if not names:
        return lambda _: ()
    one = attrgetter(names[0])
    return lambda message: (one(message),)


def _items(indices: list[int]) -> Callable[[Values], tuple[float, ...]]:
    """Return a getter that answers a tuple for any number of indices."""
    if len(indices) > 1:
        return itemgetter(*indices)
    if not indices:
        return lambda _: ()
    index = indices[0]
    return lambda values: (cast("float", values[index]),)
