"""Requests and answers as octets: msgpack, positional, checked field by field when they come in."""

import dataclasses
from collections.abc import Callable, Iterable
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

import msgpack

from ground.script.condition import Condition
from ground.script.requests import AlarmSeen, Answer, EventSeen, Request, Sample, StageSeen

__all__ = ["MESSAGE_OCTETS_MAX", "WireError", "decode_answer", "decode_request", "encode"]

MESSAGE_OCTETS_MAX = 1 << 20
"""Greatest request or answer: 1 MiB."""

_RECORD = 1
Record = Request | Answer | AlarmSeen | Condition | EventSeen | Sample | StageSeen
_CLASSES: tuple[type, ...] = get_args(Record)
_BY_NAME: dict[str, type] = {cls.__name__: cls for cls in _CLASSES}
_REQUESTS: tuple[type, ...] = get_args(Request)
_ANSWERS: tuple[type, ...] = get_args(Answer)


class WireError(ValueError):
    """Octets that are no request or answer."""


def encode(record: Record) -> bytes:
    """Return a record's octets."""
    packed = msgpack.packb(record, default=_default, use_bin_type=True)
    if not isinstance(packed, bytes) or len(packed) > MESSAGE_OCTETS_MAX:
        raise WireError(
            f"record must have <= {MESSAGE_OCTETS_MAX} octets, got more ({type(record).__name__})"
        )
    return packed


def decode_request(octets: bytes) -> Request:
    """Return the request that octets hold.

    Raises
    ------
    WireError
        When they hold anything else.
    """
    return _decode(octets, _REQUESTS)  # type: ignore[return-value]


def decode_answer(octets: bytes) -> Answer:
    """Return the answer that octets hold.

    Raises
    ------
    WireError
        When they hold anything else.
    """
    return _decode(octets, _ANSWERS)  # type: ignore[return-value]


def _default(value: object) -> msgpack.ExtType:
    """Pack a record as its name and its fields."""
    if type(value) not in _CLASSES:
        raise WireError(f"record must be a request, an answer or a part of one, got {type(value).__name__}")
    fields = [getattr(value, field.name) for field in dataclasses.fields(value)]  # type: ignore[arg-type]
    packed = msgpack.packb([type(value).__name__, *fields], default=_default, use_bin_type=True)
    return msgpack.ExtType(_RECORD, packed)


def _decode(octets: bytes, allowed: tuple[type, ...]) -> object:
    if len(octets) > MESSAGE_OCTETS_MAX:
        raise WireError(f"record must have <= {MESSAGE_OCTETS_MAX} octets, got {len(octets)}")
    record = _unpack(octets)
    if not isinstance(record, allowed):
        raise WireError(f"record must be of the expected kind, got {type(record).__name__}")
    return record


def _unpack(octets: bytes) -> object:
    try:
        return msgpack.unpackb(octets, use_list=False, raw=False, ext_hook=_record, strict_map_key=True)
    except WireError:
        raise
    except (ValueError, TypeError, RecursionError, msgpack.exceptions.UnpackException) as error:
        raise WireError(f"record must be msgpack, got {error}") from error


def _record(code: int, octets: bytes) -> object:
    values = _unpack(octets)
    if code != _RECORD or not isinstance(values, tuple) or not values:
        raise WireError(f"record must be an array of name and fields, got code {code}")
    cls = _BY_NAME.get(values[0]) if isinstance(values[0], str) else None
    if cls is None:
        raise WireError(f"record must have a known name, got {str(values[0])[:40]!r}")
    checks = _CHECKS[cls]
    if len(values) != 1 + len(checks):
        raise WireError(f"{cls.__name__} must have {len(checks)} fields, got {len(values) - 1}")
    fields = {}
    for (name, check), value in zip(checks, values[1:], strict=True):
        if not check(value):
            raise WireError(f"{cls.__name__}.{name} must be of its type, got {type(value).__name__}")
        fields[name] = value
    return cls(**fields)


Check = Callable[[object], bool]


def _check(hint: object) -> Check:
    """Return the check of one annotation: a class, a union, or a tuple."""
    origin = get_origin(hint)
    if origin in (UnionType, Union):
        return _any_of(_check(part) for part in get_args(hint))
    if origin is tuple:
        return _tuple_check(get_args(hint))
    if hint is float:
        return lambda value: type(value) in (float, int)
    kind = NoneType if hint is None else hint
    return lambda value: type(value) is kind


def _any_of(checks: Iterable[Check]) -> Check:
    parts = tuple(checks)
    return lambda value: any(part(value) for part in parts)


def _tuple_check(parts: tuple[object, ...]) -> Check:
    if parts[-1] is Ellipsis:
        each = _check(parts[0])
        return lambda value: type(value) is tuple and all(each(item) for item in value)
    checks = tuple(_check(part) for part in parts)
    return lambda value: (
        type(value) is tuple
        and len(value) == len(checks)
        and all(check(item) for check, item in zip(checks, value, strict=True))
    )


_CHECKS: dict[type, tuple[tuple[str, Check], ...]] = {
    cls: tuple((name, _check(hint)) for name, hint in get_type_hints(cls).items()) for cls in _CLASSES
}
