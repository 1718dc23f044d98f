"""Read the fields of a declaration: name, width, enumeration and range of each, in order."""

import dataclasses
from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, get_args, get_origin, get_type_hints

from flight.dictionary.declare import Message
from flight.dictionary.types import Octets, Range, Repeated, Scalar, Variable

__all__ = ["INTEGER_LIMITS", "STRUCT_CODES", "FieldSpec", "field_specs", "unit_of"]

STRUCT_CODES = {
    "bool": "?",
    "u8": "B",
    "u16": "H",
    "u32": "I",
    "u64": "Q",
    "i8": "b",
    "i16": "h",
    "i32": "i",
    "i64": "q",
    "f32": "f",
    "f64": "d",
}
"""Format character of :mod:`struct` for each width."""

INTEGER_LIMITS = {
    code: (0, 2**bits - 1) if code[0] == "u" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for code, bits in ((f"{sign}{bits}", bits) for sign in "ui" for bits in (8, 16, 32, 64))
}
"""Closed interval of each integer width."""

_UNITS = {
    "w_per_m2": "W/m2",
    "rad_per_s": "rad/s",
    "kg_per_s": "kg/s",
    "w_per_s": "W/s",
    "m_per_s": "m/s",
    "per_k": "1/K",
    "wh": "Wh",
    "ns": "ns",
    "rad": "rad",
    "ticks": "tick",
    "octets": "octet",
    "frac": "1",
    "ratio": "1",
    "count": "1",
    "v": "V",
    "a": "A",
    "w": "W",
    "k": "K",
    "m": "m",
    "s": "s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field as declared.

    Parameters
    ----------
    shape : Scalar, Repeated, Octets or Variable
        How the value travels.
    python : type
        ``bool``, ``int``, ``float``, ``bytes``, ``str``, ``tuple`` or the enumeration's class.
    range : Range or None
        Legal values beyond what the width allows.
    """

    name: str
    shape: Scalar | Repeated | Octets | Variable
    python: type
    range: Range | None
    unit: str

    @property
    def enum(self) -> type[IntEnum] | None:
        """Enumeration of the field, if it is one."""
        return self.python if issubclass(self.python, IntEnum) else None


def unit_of(name: str) -> str:
    """Return the unit that a field's name ends in, empty when it has none.

    Examples
    --------
    >>> unit_of("bus_voltage_min_v")
    'V'
    >>> unit_of("slew_rate_max_rad_per_s")
    'rad/s'
    """
    return next((unit for suffix, unit in _UNITS.items() if name.endswith("_" + suffix)), "")


def field_specs(cls: type[Message]) -> tuple[FieldSpec, ...]:
    """Return the fields of a declaration in their order.

    Raises
    ------
    TypeError
        If an annotation has no width, or a variable field is not the last.
    """
    hints = get_type_hints(cls, include_extras=True)
    specs = tuple(_field(cls, field.name, hints[field.name]) for field in dataclasses.fields(cls))  # type: ignore[arg-type]
    for spec in specs[:-1]:
        if isinstance(spec.shape, Variable):
            raise TypeError(f"variable field must be last, got {spec.name} ({cls.__name__})")
    return specs


def _field(cls: type[Message], name: str, hint: object) -> FieldSpec:
    where = f"{cls.__name__}.{name}"
    if get_origin(hint) is not Annotated:
        raise TypeError(f"field must be annotated with a width, got {hint} ({where})")
    python, *notes = get_args(hint)
    shapes = [note for note in notes if isinstance(note, Scalar | Repeated | Octets | Variable)]
    ranges = [note for note in notes if isinstance(note, Range)]
    if len(shapes) != 1 or len(ranges) > 1:
        raise TypeError(f"field must have one width and at most one range, got {notes} ({where})")
    shape = shapes[0]
    if isinstance(shape, Scalar | Repeated) and shape.code not in STRUCT_CODES:
        raise TypeError(f"width must be one of {', '.join(STRUCT_CODES)}, got {shape.code} ({where})")
    kind = get_origin(python) or python
    return FieldSpec(
        name=name, shape=shape, python=kind, range=ranges[0] if ranges else None, unit=unit_of(name)
    )
