"""The bulk store: reports that wait for an optical link, on the injected disk. Pure.

Records have places of one size and go round; the oldest make room, counted. Each carries its index and a
CRC-32, so that after a crash the store finds what was written since the snapshot: a snapshot holds numbers
only, however much waits.
"""

import struct
import zlib
from collections import deque
from dataclasses import dataclass
from typing import Protocol

__all__ = ["PLACE_COUNT", "BulkImage", "BulkStore"]

PLACE_COUNT = 4096
PLACE_OCTETS = 1024
"""Four mebibytes: an orbit and a half of the rows that are bulk after start."""

_FILE = "bulk"
_HEAD = struct.Struct(">QQHI")
_IMAGE_OCTETS_MAX = PLACE_OCTETS - _HEAD.size

BulkImage = tuple[int, int, int, int, int, int]
"""First and next index, made, taken and dropped reports, faults of the disk."""


class BulkDisk(Protocol):
    """Files of a state folder, as `flight.bus.disk` has them."""

    def read(self, name: str, offset: int, octets: int) -> bytes:
        """Return up to so many octets; none when there is no such file. Raises ``OSError``."""

    def write(self, name: str, offset: int, octets: bytes) -> None:
        """Write octets at an offset. Raises ``OSError``."""


@dataclass(frozen=True, slots=True)
class _Record:
    time_ns: int
    octets: int


class BulkStore:
    """First in, first out; made = taken + dropped + waiting.

    Parameters
    ----------
    disk : BulkDisk
        Of this application; one file of four mebibytes at most.

    Attributes
    ----------
    made_count, taken_count, dropped_count : int
        Reports put in, taken out, and given up: overwritten by newer ones, refused or damaged by the disk.
    fault_count : int
        Reads and writes that the disk refused, and records that came back damaged.
    """

    def __init__(self, disk: BulkDisk) -> None:
        self._disk = disk
        self._first = 0
        self._waiting: deque[_Record] = deque()
        self.made_count = 0
        self.taken_count = 0
        self.dropped_count = 0
        self.fault_count = 0
        self.waiting_octets = 0

    @property
    def waiting_count(self) -> int:
        """Reports that wait."""
        return len(self._waiting)

    @property
    def oldest_ns(self) -> int | None:
        """Time of the oldest report that waits."""
        return self._waiting[0].time_ns if self._waiting else None

    def put(self, time_ns: int, image: bytes) -> None:
        """Keep a report; a full store gives up its oldest one, a disk that refuses gives up this one."""
        self.made_count += 1
        if len(self._waiting) == PLACE_COUNT:
            self._drop()
        index = self._first + len(self._waiting)
        head = _HEAD.pack(index, time_ns, len(image), _crc32(index, time_ns, image))
        try:
            if len(image) > _IMAGE_OCTETS_MAX:
                raise OSError(f"image must be <= {_IMAGE_OCTETS_MAX} octets, got {len(image)} octets (bulk)")
            self._disk.write(_FILE, index % PLACE_COUNT * PLACE_OCTETS, head + image)
        except OSError:
            self.fault_count += 1
            self.dropped_count += 1
            return
        self._append(_Record(time_ns, len(image)))

    def peek(self) -> bytes | None:
        """Return the image of the oldest report; None when it came back damaged."""
        record = self._read(self._first)
        return None if record is None else record[1]

    def take(self) -> None:
        """Let go of the oldest report: it is on its way."""
        self._leave()
        self.taken_count += 1

    def drop_damaged(self) -> None:
        """Give up the oldest report, which the disk has spoiled."""
        self.fault_count += 1
        self._drop()

    def snapshot(self) -> BulkImage:
        """Return the numbers; the reports are on the disk."""
        following = self._first + len(self._waiting)
        counts = (self.made_count, self.taken_count, self.dropped_count, self.fault_count)
        return (self._first, following, *counts)

    def restore(self, state: BulkImage) -> None:
        """Take a snapshot and find what was put in after it; what was taken after it waits again."""
        self._first, following, self.made_count, self.taken_count, self.dropped_count, self.fault_count = (
            state
        )
        self._waiting.clear()
        self.waiting_octets = 0
        for index in range(self._first, following):
            record = self._read(index)
            self._append(_Record(0, 0) if record is None else record[0])
        newest_ns = max((one.time_ns for one in self._waiting), default=0)
        # A record of an earlier life of the file is older than what was put in last.
        while (found := self._read(self._first + len(self._waiting))) and found[0].time_ns >= newest_ns:
            newest_ns = found[0].time_ns
            self.made_count += 1
            if len(self._waiting) == PLACE_COUNT:
                self._drop()
            self._append(found[0])

    def _read(self, index: int) -> tuple[_Record, bytes] | None:
        """Return a record and its image, None when it is not there or damaged."""
        try:
            octets = self._disk.read(_FILE, index % PLACE_COUNT * PLACE_OCTETS, PLACE_OCTETS)
        except OSError:
            return None
        if len(octets) < _HEAD.size:
            return None
        found, time_ns, size, crc32 = _HEAD.unpack_from(octets)
        image = octets[_HEAD.size :][:size]
        if found != index or len(image) != size or _crc32(index, time_ns, image) != crc32:
            return None
        return _Record(time_ns, size), image

    def _append(self, record: _Record) -> None:
        self._waiting.append(record)
        self.waiting_octets += record.octets

    def _leave(self) -> None:
        self.waiting_octets -= self._waiting.popleft().octets
        self._first += 1

    def _drop(self) -> None:
        self._leave()
        self.dropped_count += 1


def _crc32(index: int, time_ns: int, image: bytes) -> int:
    return zlib.crc32(image, zlib.crc32(struct.pack(">QQ", index, time_ns)))
