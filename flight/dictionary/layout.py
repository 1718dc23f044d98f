"""Packet layout of a declaration: big-endian, flat, each width as declared.

Repeated fields are unrolled (``node_power_w_00`` ...); a variable field comes last, after its u16 length.
Source: CCSDS 133.0-B-2 leaves the user data field to the mission; ECSS-E-ST-70-41C clause 7.3 gives the
field types (boolean, enumerated, unsigned, signed, real, fixed and variable octet strings).
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, TypeVar, cast

from flight.dictionary.codec import body_codec
from flight.dictionary.declare import Message
from flight.dictionary.errors import BodyError
from flight.dictionary.executive import BusReject
from flight.dictionary.fields import STRUCT_CODES, FieldSpec, field_specs
from flight.dictionary.types import Octets, Range, Repeated, Scalar, Variable

__all__ = ["PacketField", "PacketLayout", "fields", "pack", "packet_layout", "unpack"]

M = TypeVar("M", bound=Message)

_LENGTH = struct.Struct(">H")

_LAYOUTS: dict[type, object] = {}
"""Layouts made so far, as the codecs in :mod:`flight.dictionary.codec`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketField:
    """One field of a packet.

    Parameters
    ----------
    name : str
        Name of the declared field, with ``_NN`` appended for an item of a repeated one.
    field : str
        Name of the declared field.
    index : int or None
        Position in a repeated field.
    code : str
        Width as in ``Scalar``, or ``octets`` (fixed), ``data`` or ``text`` (variable, after a u16 length).
    offset_octets, size_octets : int
        Place after the start of the layout; a variable field's are those of its length, its size the bound.
    unit : str
        Unit of the value, empty when it has none.
    enum : type of IntEnum or None
        Names of the values.
    range : Range or None
        Legal values beyond the width.
    """

    name: str
    field: str
    index: int | None
    code: str
    offset_octets: int
    size_octets: int
    unit: str
    enum: type[IntEnum] | None = None
    range: Range | None = None


def pack(message: Message) -> bytes:
    """Return the packet layout of a message (see :meth:`PacketLayout.pack`)."""
    return packet_layout(type(message)).pack(message)


def unpack(cls: type[M], octets: bytes | memoryview) -> M:
    """Return the message that a packet's octets hold (see :meth:`PacketLayout.unpack`)."""
    return packet_layout(cls).unpack(octets)


def fields(cls: type[Message]) -> tuple[PacketField, ...]:
    """Return the fields of a class's packet, in their order."""
    return packet_layout(cls).fields


def packet_layout(cls: type[M]) -> "PacketLayout[M]":
    """Return the layout of a class, compiled at the first call."""
    layout = _LAYOUTS.get(cls)
    if layout is None:
        layout = _LAYOUTS[cls] = PacketLayout(cls)
    return cast("PacketLayout[M]", layout)


class PacketLayout(Generic[M]):
    """Packer and unpacker of one class.

    Parameters
    ----------
    cls : type of Message
        A declared class.
    """

    __slots__ = ("_codec", "_slices", "_struct", "_text", "_variable", "cls", "fields")

    def __init__(self, cls: type[M]) -> None:
        specs = field_specs(cls)
        last = specs[-1].shape if specs else None
        self.cls = cls
        self._codec = body_codec(cls)
        self._variable = last if isinstance(last, Variable) else None
        self._text = self._variable is not None and specs[-1].python is str
        fixed = specs[:-1] if self._variable else specs
        self._struct = struct.Struct(">" + "".join(_format(spec) for spec in fixed))
        self._slices = tuple(_slices(fixed))
        self.fields = tuple(_packet_fields(specs))

    @property
    def fixed_octets(self) -> int:
        """Octets before a variable field's length; the whole size when there is none."""
        return self._struct.size

    def pack(self, message: M) -> bytes:
        """Return the octets of a message.

        Raises
        ------
        BodyError
            ``OUT_OF_RANGE`` for a number that does not fit its width or a variable field above its bound.
        """
        values = self._codec.values(message)
        flat: list[object] = []
        for (first, stop), value in zip(self._slices, values, strict=False):
            if stop < 0:
                flat.append(value)
            elif len(cast("tuple[object, ...]", value)) == stop - first:
                flat.extend(cast("tuple[object, ...]", value))
            else:
                text = f"{self.cls.__name__} must have {stop - first} items, got {value}"
                raise BodyError(BusReject.OUT_OF_RANGE, text)
        try:
            head = self._struct.pack(*flat)
        except (struct.error, OverflowError) as error:
            text = f"{self.cls.__name__} must fit its widths, got {error}"
            raise BodyError(BusReject.OUT_OF_RANGE, text) from error
        return head if self._variable is None else head + self._pack_variable(values[-1], self._variable)

    def unpack(self, octets: bytes | memoryview) -> M:
        """Return the message that some octets hold, exactly.

        Raises
        ------
        BodyError
            ``TRUNCATED`` for too few octets, ``MALFORMED`` for too many or for text that is not UTF-8,
            ``NON_FINITE`` and ``OUT_OF_RANGE`` for values that the declaration forbids.
        """
        size = self._struct.size
        if len(octets) < size:
            raise BodyError(
                BusReject.TRUNCATED, f"{self.cls.__name__} must have {size} octets, got {len(octets)}"
            )
        flat = self._struct.unpack_from(octets)
        values: list[object] = [flat[first] if stop < 0 else flat[first:stop] for first, stop in self._slices]
        if self._variable is not None:
            values.append(self._unpack_variable(octets[size:]))
        elif len(octets) != size:
            raise BodyError(
                BusReject.MALFORMED, f"{self.cls.__name__} must have {size} octets, got {len(octets)}"
            )
        return self._codec.make(tuple(values))

    def _pack_variable(self, value: object, shape: Variable) -> bytes:
        octets = value.encode() if isinstance(value, str) else cast("bytes", value)
        if len(octets) > shape.count_max:
            text = f"{self.cls.__name__} must end in <= {shape.count_max} octets, got {len(octets)}"
            raise BodyError(BusReject.OUT_OF_RANGE, text)
        return _LENGTH.pack(len(octets)) + octets

    def _unpack_variable(self, rest: bytes | memoryview) -> bytes | str:
        name = self.cls.__name__
        if len(rest) < _LENGTH.size:
            raise BodyError(BusReject.TRUNCATED, f"{name} must have a length, got {len(rest)} octets")
        (length,) = _LENGTH.unpack_from(rest)
        octets = bytes(rest[_LENGTH.size :])
        if len(octets) != length:
            reason = BusReject.TRUNCATED if len(octets) < length else BusReject.MALFORMED
            raise BodyError(reason, f"{name} must end in {length} octets, got {len(octets)}")
        if not self._text:
            return octets
        try:
            return octets.decode()
        except UnicodeDecodeError as error:
            raise BodyError(BusReject.MALFORMED, f"{name} must end in UTF-8 text, got {error}") from error


def _format(spec: FieldSpec) -> str:
    match spec.shape:
        case Scalar(code=code):
            return STRUCT_CODES[code]
        case Repeated(code=code, count=count):
            return f"{count}{STRUCT_CODES[code]}"
        case Octets(count=count):
            return f"{count}s"
        case Variable():
            return ""


def _slices(specs: tuple[FieldSpec, ...]) -> list[tuple[int, int]]:
    """Return (first, stop) of each field in the flat values; stop is -1 for a single value."""
    made, first = [], 0
    for spec in specs:
        count = spec.shape.count if isinstance(spec.shape, Repeated) else 0
        made.append((first, first + count if count else -1))
        first += count or 1
    return made


def _packet_fields(specs: tuple[FieldSpec, ...]) -> list[PacketField]:
    made: list[PacketField] = []
    offset = 0
    for spec in specs:
        shape = spec.shape
        match shape:
            case Scalar(code=code) | Repeated(code=code):
                size = struct.calcsize(">" + STRUCT_CODES[code])
            case Octets(count=size):
                code = "octets"
            case Variable(count_max=size):
                code = "text" if spec.python is str else "data"
        count = shape.count if isinstance(shape, Repeated) else 1
        for index in range(count):
            unrolled = isinstance(shape, Repeated)
            made.append(
                PacketField(
                    name=f"{spec.name}_{index:02d}" if unrolled else spec.name,
                    field=spec.name,
                    index=index if unrolled else None,
                    code=code,
                    offset_octets=offset,
                    size_octets=size,
                    unit=spec.unit,
                    enum=spec.enum,
                    range=spec.range,
                )
            )
            offset += size
    return made
