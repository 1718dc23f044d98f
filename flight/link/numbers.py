"""Sequence numbers of security that outlive a crash: two alternating slots on the injected disk.

A sender writes how far it may count before it counts there, so that an initialisation vector is never used
twice; a receiver writes what it has accepted before it hands it on, so that nothing is accepted twice.
"""

import struct
import zlib
from typing import Protocol

_SLOT = struct.Struct(">4sHQQ")
_CHECKED_OCTETS = _SLOT.size + 4
_SLOT_OCTETS = 64
_MAGIC = b"DDnr"

NUMBER_MAX = (1 << 64) - 1


class NumberDisk(Protocol):
    """Files of a state folder; `flight.bus.disk` has two of them."""

    def read(self, name: str, offset: int, octets: int) -> bytes:
        """Return up to so many octets; none when there is no such file. Raises ``OSError``."""

    def write(self, name: str, offset: int, octets: bytes) -> None:
        """Write octets, durable on return. Raises ``OSError``."""


class NumberStore:
    """One number of one association.

    Parameters
    ----------
    disk
        Where.
    name
        File name.

    Attributes
    ----------
    fault_count
        Reads and writes that the disk refused.
    damaged_count
        Slots, of two, that hold something else than a number: what was written last may be lost.
    """

    def __init__(self, disk: NumberDisk, name: str) -> None:
        self._disk = disk
        self._name = name
        self.fault_count = 0
        self.damaged_count = 0
        found = [slot for slot in (self._slot(0), self._slot(1)) if slot is not None]
        self._writing, self._number = max(found, default=(0, 0))

    @property
    def is_lost(self) -> bool:
        """Nothing can be known of what was stored."""
        return self.damaged_count == 2

    @property
    def number(self) -> int:
        """What was stored last; 0 when there is nothing."""
        return self._number

    def store(self, number: int) -> bool:
        """Write a number over the older slot; false when the disk refused, and then nothing has changed.

        A refused write condemns nothing: the slot written last stays as it is.
        """
        writing = self._writing + 1
        head = _SLOT.pack(_MAGIC, 1, writing, number)
        try:
            self._disk.write(self._name, writing % 2 * _SLOT_OCTETS, head + zlib.crc32(head).to_bytes(4))
        except OSError:
            self.fault_count += 1
            return False
        self._writing, self._number = writing, number
        return True

    def _slot(self, index: int) -> tuple[int, int] | None:
        """Return (writing, number) of a whole slot."""
        try:
            octets = self._disk.read(self._name, index * _SLOT_OCTETS, _CHECKED_OCTETS)
        except OSError:
            self.fault_count += 1
            self.damaged_count += 1
            return None
        if not any(octets):
            return None
        if len(octets) == _CHECKED_OCTETS and zlib.crc32(octets[:-4]) == int.from_bytes(octets[-4:]):
            magic, version, writing, number = _SLOT.unpack(octets[:-4])
            if magic == _MAGIC and version == 1:
                return writing, number
        self.damaged_count += 1
        return None
