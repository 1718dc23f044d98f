"""The battery monitor's serial protocol: frames with a checksum, in bytes only (no port, no clock).

A frame is ``0xA5, type u8, count u8, sequence u8``, the payload, then CRC-16 (ITU-T V.41 polynomial 0x1021,
initial value 0xFFFF) over all but the first octet, high octet first. The host asks with POLL; the unit
answers with READING, one record of ten octets per pack: voltage in 10 mV, current in 10 mA (signed,
discharge positive), temperature in 10 mK, lowest and highest cell voltage in 0.1 mV. A temperature of 0
marks a pack without a valid measurement.
"""

import struct
from binascii import crc_hqx
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

from hil.devices.battery import PackRow

__all__ = ["Frame", "FrameKind", "LineDecoder", "build_frame", "pack_rows", "unpack_rows"]

_START = 0xA5
_HEAD = struct.Struct(">BBBB")
_CHECK = struct.Struct(">H")
_RECORD = struct.Struct(">HhHHH")
_CRC_INITIAL = 0xFFFF
_BUFFER_OCTETS_MAX = 4096


class FrameKind(IntEnum):
    """Types of frames."""

    POLL = 0x01
    READING = 0x81


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame that passed its checksum."""

    kind: FrameKind
    sequence: int
    payload: bytes


def build_frame(kind: FrameKind, sequence: int, payload: bytes = b"") -> bytes:
    """Return one frame.

    Raises
    ------
    ValueError
        The payload is longer than 255 octets.
    """
    if len(payload) > 255:
        raise ValueError(f"payload must be at most 255 octets, got {len(payload)}")
    head = _HEAD.pack(_START, kind, len(payload), sequence & 0xFF)
    return head + payload + _CHECK.pack(crc_hqx(head[1:] + payload, _CRC_INITIAL))


class LineDecoder:
    """Find frames in octets as they come; skip what is damaged and count it by name."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.skipped_octets = 0
        self.checksum_error_count = 0
        self.unknown_kind_count = 0

    def feed(self, octets: bytes) -> list[Frame]:
        """Take octets, return the frames that are complete now."""
        self._buffer += octets
        if len(self._buffer) > _BUFFER_OCTETS_MAX:
            self.skipped_octets += len(self._buffer) - _BUFFER_OCTETS_MAX
            del self._buffer[:-_BUFFER_OCTETS_MAX]
        frames = []
        while self._align():
            frame = self._take()
            if frame is not None:
                frames.append(frame)
        return frames

    def _align(self) -> bool:
        """Drop octets before a start octet; return whether a whole frame is there."""
        start = self._buffer.find(_START)
        dropped = len(self._buffer) if start < 0 else start
        self.skipped_octets += dropped
        del self._buffer[:dropped]
        return len(self._buffer) >= _HEAD.size and len(self._buffer) >= self._length()

    def _length(self) -> int:
        return _HEAD.size + self._buffer[2] + _CHECK.size

    def _take(self) -> Frame | None:
        """Remove one frame from the buffer, or its start octet when the checksum fails."""
        length = self._length()
        raw = bytes(self._buffer[:length])
        if crc_hqx(raw[1 : -_CHECK.size], _CRC_INITIAL) != _CHECK.unpack(raw[-_CHECK.size :])[0]:
            self.checksum_error_count += 1
            self.skipped_octets += 1
            del self._buffer[:1]
            return None
        del self._buffer[:length]
        if raw[1] not in set(FrameKind):
            self.unknown_kind_count += 1
            return None
        return Frame(kind=FrameKind(raw[1]), sequence=raw[3], payload=raw[_HEAD.size : -_CHECK.size])


def pack_rows(rows: Sequence[PackRow | None]) -> bytes:
    """Return the payload of a READING; values beyond a field's range saturate."""
    records = []
    for row in rows:
        if row is None or not all(map(isfinite, row)):
            records.append(_RECORD.pack(0, 0, 0, 0, 0))
            continue
        voltage_v, current_a, temperature_k, low_v, high_v = row
        counts = (
            _limit(voltage_v * 100.0, 0, 65535),
            _limit(current_a * 100.0, -32768, 32767),
            _limit(temperature_k * 100.0, 1, 65535),
            _limit(low_v * 10000.0, 0, 65535),
            _limit(high_v * 10000.0, 0, 65535),
        )
        records.append(_RECORD.pack(*counts))
    return b"".join(records)


def unpack_rows(payload: bytes) -> list[PackRow | None]:
    """Return the rows of a READING; octets after the last whole record are ignored."""
    whole = len(payload) - len(payload) % _RECORD.size
    rows: list[PackRow | None] = []
    for voltage, current, temperature, low, high in _RECORD.iter_unpack(payload[:whole]):
        row = (voltage / 100.0, current / 100.0, temperature / 100.0, low / 10000.0, high / 10000.0)
        rows.append(row if temperature else None)
    return rows


def _limit(value: float, low: int, high: int) -> int:
    return min(max(round(value), low), high)
