"""Read packets with a dictionary that was stored as JSON: no declaration of this build is used.

So an archive that keeps the dictionary of its day is read for ever, whatever has changed since.
"""

import json
import struct
from binascii import crc_hqx
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

__all__ = ["StoredDictionary", "StoredError", "StoredPacket", "StoredValue"]

Raw = int | float | bool | bytes | str

_FORMAT = 1
_CODES = {
    "bool": ">?", "u8": ">B", "u16": ">H", "u32": ">I", "u64": ">Q",
    "i8": ">b", "i16": ">h", "i32": ">i", "i64": ">q", "f32": ">f", "f64": ">d",
}  # fmt: skip


class StoredError(ValueError):
    """Octets that the stored dictionary does not describe, or a text that is no dictionary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValue:
    """One value of a packet.

    Parameters
    ----------
    raw : int, float, bool, bytes or str
        As it stands in the packet.
    value : int, float, bool, bytes or str
        The same, or the label of an enumeration.
    unit : str
        Unit of the value.
    """

    name: str
    raw: Raw
    value: Raw
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPacket:
    """One packet.

    Parameters
    ----------
    name : str
        Kind of packet.
    application : str
        Name of the application, its number when the dictionary has none.
    header : mapping of str to int
        All fields of the headers.
    time_ns : int
        TAI nanoseconds since 1958-01-01.
    values : tuple of StoredValue
        The data.
    text : str
        Text of an event, with its values.
    """

    name: str
    application: str
    header: Mapping[str, int]
    time_ns: int
    values: tuple[StoredValue, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    code: str
    size_octets: int
    unit: str
    labels: Mapping[int, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    name: str
    text: str
    fields: tuple[_Field, ...]


class StoredDictionary:
    """A dictionary read from its JSON.

    Parameters
    ----------
    text : str
        What :func:`flight.dictionary.exports.export_json` wrote, in this build or any earlier one.

    Raises
    ------
    StoredError
        If the text is not such a dictionary.
    """

    def __init__(self, text: str) -> None:
        try:
            whole = json.loads(text)
            if whole["format"] != _FORMAT:
                raise StoredError(f"format must be {_FORMAT}, got {whole['format']}")
            self.hash: str = whole["hash"]
            self._primary: list[tuple[str, int]] = whole["primary_header"]
            self._secondary: list[tuple[str, int]] = whole["telemetry_header"]
            self._trailer_octets: int = whole["trailer_octets"]
            self._applications = {number: name for name, number in whole["applications"].items()}
            labels = {
                name: {number: label for label, number in members.items()}
                for name, members in whole["enumerations"].items()
            }
            self._selected = {(c["service"], c["subtype"]) for c in whole["telemetry"] if "selector" in c}
            self._kinds = {
                (c["service"], c["subtype"], c.get("content_id", 0)): _kind(c, labels)
                for c in whole["telemetry"]
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoredError(f"text must be a stored dictionary, got {error!r}") from error

    def decode(self, packet: bytes) -> StoredPacket:
        """Return what a telemetry packet says.

        Raises
        ------
        StoredError
            If its error control, its kind or its length is not right.
        """
        if crc_hqx(packet, 0xFFFF) != 0:
            raise StoredError(f"packet must have a good checksum, got {len(packet)} octets")
        header, start = _bits(packet, [*self._primary, *self._secondary])
        data = packet[start : len(packet) - self._trailer_octets]
        kind = self._kind_of(header, data)
        values = _values(kind, data)
        number = header["apid"]
        time_ns = header["time_coarse_s"] * 10**9 + ((header["time_fine"] * 10**9 + (1 << 31)) >> 32)
        return StoredPacket(
            name=kind.name,
            application=self._applications.get(number, str(number)),
            header=header,
            time_ns=time_ns,
            values=values,
            text=_event_text(kind.text, values),
        )

    def _kind_of(self, header: Mapping[str, int], data: bytes) -> _Kind:
        service = (header["service"], header["subtype"])
        content_id = int.from_bytes(data[:2]) if service in self._selected else 0
        kind = self._kinds.get((*service, content_id))
        if kind is None:
            raise StoredError(
                f"packet must be of a known kind, got {service[0]},{service[1]} {content_id:#06x}"
            )
        return kind


def _kind(container: Mapping[str, object], labels: Mapping[str, Mapping[int, str]]) -> _Kind:
    rows = cast("list[dict[str, object]]", container["fields"])
    made = tuple(
        _Field(
            str(row["name"]),
            str(row["code"]),
            cast("int", row["size_octets"]),
            str(row.get("unit", "")),
            labels[str(row["enumeration"])] if "enumeration" in row else None,
        )
        for row in rows
    )
    return _Kind(name=str(container["name"]), text=str(container.get("text", "")), fields=made)


def _bits(packet: bytes, rows: list[tuple[str, int]]) -> tuple[dict[str, int], int]:
    """Return the values of bit fields at the start of a packet, and where they end."""
    size = sum(bits for _, bits in rows)
    if len(packet) * 8 < size:
        raise StoredError(f"packet must have {size // 8} octets of headers, got {len(packet)}")
    whole = int.from_bytes(packet[: size // 8])
    made: dict[str, int] = {}
    left = size
    for name, bits in rows:
        left -= bits
        made[name] = whole >> left & ((1 << bits) - 1)
    return made, size // 8


def _values(kind: _Kind, data: bytes) -> tuple[StoredValue, ...]:
    made: list[StoredValue] = []
    at = 0
    for field in kind.fields:
        try:
            raw, at = _read(field, data, at)
        except (struct.error, UnicodeDecodeError) as error:
            raise StoredError(f"{kind.name}.{field.name} must be readable, got {error}") from error
        value: Raw = raw if field.labels is None else field.labels.get(cast("int", raw), str(raw))
        made.append(StoredValue(name=field.name, raw=raw, value=value, unit=field.unit))
    if at != len(data):
        raise StoredError(f"{kind.name} must have {at} octets, got {len(data)}")
    return tuple(made)


def _read(field: _Field, data: bytes, at: int) -> tuple[Raw, int]:
    """Return one value and where the next one starts."""
    if field.code in _CODES:
        (raw,) = struct.unpack_from(_CODES[field.code], data, at)
        return raw, at + field.size_octets
    size = field.size_octets
    if field.code in ("data", "text"):
        (size,) = struct.unpack_from(">H", data, at)
        at += 2
    octets = data[at : at + size]
    if len(octets) != size:
        raise struct.error(f"{len(octets)} octets of {size}")
    return (octets.decode() if field.code == "text" else octets), at + size


def _event_text(text: str, values: tuple[StoredValue, ...]) -> str:
    """Return an event's text with its values; enumerations by their label."""
    if not text:
        return ""
    try:
        return text.format(**{value.name: value.value for value in values})
    except (ValueError, KeyError, IndexError, AttributeError, TypeError):
        return text
