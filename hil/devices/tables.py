"""Read tables (TOML files, manifest options) into frozen dataclasses: known keys, declared types.

An unknown or missing key names the file, the table and the keys that are allowed, so that a scenario with a
typing error never runs with a default in its place.
"""

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from math import isfinite
from typing import ClassVar, Protocol, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from hil.devices.errors import ConfigurationError

__all__ = ["Tagged", "read_table"]

T = TypeVar("T")

_SCALAR_WORDS = {
    str(float): "a finite number",
    str(int): "a whole number",
    str(str): "a text",
    str(bool): "true or false",
}


class Tagged(Protocol):
    """A dataclass base whose tables name their class with the key ``kind``."""

    KINDS: ClassVar[Mapping[str, type]]


def read_table(cls: type[T], table: Mapping[str, object], where: str) -> T:
    """Make a ``cls`` from a TOML table.

    Parameters
    ----------
    cls : type
        A dataclass, or a base with ``KINDS`` whose table has a key ``kind``.
    table : Mapping
        What tomllib returned.
    where : str
        File and table, for error texts.

    Raises
    ------
    ConfigurationError
        A key is unknown or missing, a value has the wrong type, or the class refuses the values.
    """
    kinds = getattr(cls, "KINDS", None)
    if kinds is not None:
        chosen, table = _choose(kinds, table, where)
        cls = cast("type[T]", chosen)
    hints = get_type_hints(cls)
    declared = {item.name: item for item in fields(cls) if item.init}  # type: ignore[arg-type]
    unknown = sorted(set(table) - set(declared))
    if unknown:
        raise ConfigurationError(f"key must be one of {', '.join(declared)}, got {', '.join(unknown)}", where)
    values: dict[str, object] = {}
    for name, item in declared.items():
        if name in table:
            values[name] = _convert(hints[name], table[name], f"{where} {name}")
        elif item.default is MISSING and item.default_factory is MISSING:
            raise ConfigurationError(f"key {name} must be given, got {', '.join(table) or 'nothing'}", where)
    try:
        return cls(**values)
    except ValueError as error:
        raise ConfigurationError(str(error), where) from error


def _choose(
    kinds: Mapping[str, type], table: Mapping[str, object], where: str
) -> tuple[type, Mapping[str, object]]:
    """Return the class that the key ``kind`` names, and the table without that key."""
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        raise ConfigurationError(f"kind must be one of {', '.join(kinds)}, got {kind}", where)
    return kinds[kind], {key: value for key, value in table.items() if key != "kind"}


def _convert(hint: object, value: object, where: str) -> object:
    """Return ``value`` as the annotated type, or raise."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        options = [option for option in get_args(hint) if option is not type(None)]
        return None if value is None else _convert(options[0], value, where)
    if origin is tuple:
        return _convert_list(get_args(hint)[0], value, where)
    if origin is not None and issubclass(origin, Mapping):
        return _convert_mapping(get_args(hint)[1], value, where)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _convert_enum(hint, value, where)
    if is_dataclass(hint) or hasattr(hint, "KINDS"):
        return read_table(cast("type[object]", hint), _mapping(value, where), where)
    return _convert_scalar(hint, value, where)


def _convert_list(hint: object, value: object, where: str) -> tuple[object, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise ConfigurationError(f"value must be a list, got {value!r}", where)
    return tuple(_convert(hint, item, f"{where}[{index}]") for index, item in enumerate(value))


def _convert_mapping(hint: object, value: object, where: str) -> dict[str, object]:
    return {key: _convert(hint, item, f"{where}.{key}") for key, item in _mapping(value, where).items()}


def _mapping(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"value must be a table, got {value!r}", where)
    return value


def _convert_enum(hint: type[Enum], value: object, where: str) -> Enum:
    """Return the member with this name, in any case, or with this value when values are words."""
    for member in hint:
        if isinstance(value, str) and value.lower() in (member.name.lower(), str(member.value).lower()):
            return member
    names = ", ".join(member.name.lower() for member in hint)
    raise ConfigurationError(f"value must be one of {names}, got {value}", where)


def _convert_scalar(hint: object, value: object, where: str) -> object:
    if hint is float:
        if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
            return float(value)
    elif hint is object or type(value) is hint:
        return value
    name = _SCALAR_WORDS.get(str(hint), str(hint))
    raise ConfigurationError(f"value must be {name}, got {value!r}", where)
