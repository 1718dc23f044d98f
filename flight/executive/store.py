"""Small state in two alternating slots: a crash at any octet leaves the last or the one before, never a mix.

A slot is ``magic, version u16, sequence u64, length u32`` (big-endian), a CRC-32 over these and the payload,
and the payload. Saving writes the slot that is not the newest valid one; loading returns the payload of the
highest valid sequence.
"""

import struct
import zlib
from typing import Final, NamedTuple

from flight.bus.disk import Disk, DiskError

__all__ = ["PAYLOAD_OCTETS_MAX", "SlotStore"]

PAYLOAD_OCTETS_MAX = 256 * 1024 + 64
_MAGIC = b"DDst"
_VERSION = 1
_HEAD = struct.Struct(">4sHQI")
_CRC = struct.Struct(">I")
_HEAD_OCTETS = _HEAD.size + _CRC.size
_SLOT_OCTETS = (_HEAD_OCTETS + PAYLOAD_OCTETS_MAX + 4095) // 4096 * 4096


class _Slot(NamedTuple):
    sequence: int
    payload: bytes


class SlotStore:
    """One named state in two slots.

    Parameters
    ----------
    disk : Disk
        Where.
    name : str
        File name.
    """

    def __init__(self, disk: Disk, name: str) -> None:
        self._disk: Final = disk
        self._name: Final = name
        self._next: int | None = None
        self._sequence = 0
        self._bad: Final[set[int]] = set()

    def load(self) -> bytes | None:
        """Return the newest valid payload, or None."""
        slots = [self._read(index) for index in (0, 1)]
        valid = [(slot.sequence, index) for index, slot in enumerate(slots) if slot is not None]
        if not valid:
            self._next, self._sequence = 0, 0
            return None
        self._sequence, newest = max(valid)
        self._next = 1 - newest
        found = slots[newest]
        return None if found is None else found.payload

    def save(self, payload: bytes) -> bool:
        """Write the older slot; return False when the disk refused (the other slot stays as it is).

        A slot whose write or sync failed is condemned: it is not written again, as a later success would say
        nothing about what is really on the disk (Rebello et al., Can applications recover from fsync
        failures?, USENIX ATC 2020).
        """
        if len(payload) > PAYLOAD_OCTETS_MAX:
            raise ValueError(
                f"payload must be <= {PAYLOAD_OCTETS_MAX} octets, got {len(payload)} ({self._name})"
            )
        if self._next is None:
            self.load()
        index = self._next or 0
        if index in self._bad:
            index = 1 - index
        if index in self._bad:
            return False
        sequence = self._sequence + 1
        head = _HEAD.pack(_MAGIC, _VERSION, sequence, len(payload))
        octets = head + _CRC.pack(zlib.crc32(payload, zlib.crc32(head))) + payload
        try:
            self._disk.write(self._name, index * _SLOT_OCTETS, octets)
        except DiskError:
            self._bad.add(index)
            return False
        self._sequence = sequence
        self._next = 1 - index
        return True

    def _read(self, index: int) -> _Slot | None:
        offset = index * _SLOT_OCTETS
        try:
            head = self._disk.read(self._name, offset, _HEAD_OCTETS)
            if len(head) < _HEAD_OCTETS:
                return None
            magic, version, sequence, length = _HEAD.unpack_from(head)
            if magic != _MAGIC or version != _VERSION or length > PAYLOAD_OCTETS_MAX:
                return None
            payload = self._disk.read(self._name, offset + _HEAD_OCTETS, length)
        except DiskError:
            return None
        crc = zlib.crc32(payload, zlib.crc32(head[: _HEAD.size]))
        if len(payload) != length or crc != _CRC.unpack_from(head, _HEAD.size)[0]:
            return None
        return _Slot(sequence, payload)
