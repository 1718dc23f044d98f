"""A ring of slots in memory that two processes share: octets in the slots, descriptors on the bus.

One writer, any number of readers. Each batch gets a generation, one more than the batch before it, which
stands in the head of its slot while the batch lies there; a reader that finds another one knows that its
descriptor is stale. The generation is written last and cleared first, so that a batch is never taken half
written.

Layout, little-endian: ring head (magic, version, slot count, octets of a slot and of a data unit, last
generation), then for each slot a head of 64 octets (generation, octets) and its octets. All begin on
multiples of 64 octets.
"""

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

from flight.link.errors import LocalLinkError
from flight.link.profile import Profile

__all__ = [
    "GENERATION_MAX",
    "RingShape",
    "Slot",
    "SlotFault",
    "SlotRing",
    "batch_octets",
    "info_octets",
]

GENERATION_MAX = (1 << 32) - 1
"""Generations are counted from 1 to this and begin again; 0 is a slot that holds nothing."""

_RING_HEAD = struct.Struct("<4sHHII")
_LAST = struct.Struct("<I")
_LAST_OFFSET = 16
_SLOT_HEAD = struct.Struct("<II")
_ALIGN_OCTETS = 64
_MAGIC = b"DDrg"
_VERSION = 1


class SlotFault(IntEnum):
    """Why a batch is not taken; the lower-case name is its counter."""

    SLOT_UNKNOWN = 1
    """There is no such slot."""
    SLOT_SIZE = 2
    """Count and octets do not fit each other, the slot or what lies in it."""
    SLOT_STALE = 3
    """Another batch, or none, lies in the slot."""
    SLOT_CHECKSUM = 4
    """The octets are not those that the writer described."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What another process needs of a batch: where, which, how much, and CRC-32 (IEEE 802.3) of it."""

    slot: int
    generation: int
    cadu_count: int
    size_octets: int
    crc32: int


def info_octets(profile: Profile) -> int:
    """Return the data octets of a codeblock."""
    coding = profile.coding
    return profile.block_octets - coding.rs_parity_octets * coding.rs_interleave


def batch_octets(profile: Profile, frame_count: int) -> int:
    """Return the most octets of CADUs that a batch of frames makes."""
    if profile.coding.code != "rs_slices":
        return frame_count * profile.cadu_octets
    marked_octets = len(profile.marker) + profile.frame.length_octets
    return (frame_count * marked_octets // info_octets(profile) + 2) * profile.cadu_octets


@dataclass(frozen=True, slots=True, kw_only=True)
class RingShape:
    """How a ring lies in memory: what both of its ends must agree on.

    Parameters
    ----------
    slot_count
        1 to 1024.
    slot_octets
        Room for a batch.
    cadu_octets
        Octets of each data unit.

    Raises
    ------
    LocalLinkError
        When a number is out of its range, or a slot does not hold a data unit.
    """

    slot_count: int
    slot_octets: int
    cadu_octets: int

    def __post_init__(self) -> None:
        if not (1 <= self.slot_count <= 1024 and 1 <= self.cadu_octets <= self.slot_octets < 1 << 32):
            msg = f"ring must have 1 to 1024 slots that hold a data unit, got {self} (slots)"
            raise LocalLinkError(msg, field="slot_count")

    @classmethod
    def of(cls, profile: Profile, *, frame_count: int, slot_count: int) -> "RingShape":
        """Return the shape of a ring whose slots hold batches of so many frames."""
        size = batch_octets(profile, frame_count)
        return cls(slot_count=slot_count, slot_octets=size, cadu_octets=profile.cadu_octets)

    @property
    def memory_octets(self) -> int:
        """Octets of memory of the whole ring."""
        return _ALIGN_OCTETS + self.slot_count * self.stride_octets

    @property
    def stride_octets(self) -> int:
        """Octets from one slot to the next."""
        return _ALIGN_OCTETS - (-self.slot_octets // _ALIGN_OCTETS) * _ALIGN_OCTETS


class SlotRing:
    """One end of a ring.

    Parameters
    ----------
    memory
        Writable, at least as long as the shape says; zeroed memory becomes an empty ring.
    shape
        How the ring lies in it.

    Raises
    ------
    LocalLinkError
        When the memory is too small, or holds a ring of another shape.
    """

    def __init__(self, memory: memoryview, shape: RingShape) -> None:
        if memory.nbytes < shape.memory_octets:
            msg = f"memory must have {shape.memory_octets} octets, got {memory.nbytes} octets (slots)"
            raise LocalLinkError(msg, field="memory")
        self._memory = memory.cast("B")
        self.shape = shape
        head = _RING_HEAD.pack(_MAGIC, _VERSION, shape.slot_count, shape.slot_octets, shape.cadu_octets)
        found = bytes(self._memory[: _RING_HEAD.size])
        if not any(found):
            self._memory[: _RING_HEAD.size] = head
        elif found != head:
            msg = f"memory must hold a ring of {shape}, got {found.hex()} (slots)"
            raise LocalLinkError(msg, field="memory")

    @property
    def generation(self) -> int:
        """Generation of the last batch; 0 when there was none."""
        return int(_LAST.unpack_from(self._memory, _LAST_OFFSET)[0])

    def octets(self, slot: int) -> memoryview:
        """Return the memory of a slot, `slot_octets` long: a writer's own place, bound once."""
        begin = self._head(slot) + _ALIGN_OCTETS
        return self._memory[begin : begin + self.shape.slot_octets]

    def begin(self) -> int:
        """Return the slot that is written next, the oldest; what lay in it is no longer there."""
        slot = self.generation % self.shape.slot_count
        _SLOT_HEAD.pack_into(self._memory, self._head(slot), 0, 0)
        return slot

    def commit(self, slot: int, cadu_count: int) -> Slot:
        """Hand over the data units that the writer put into the slot that it began; return the descriptor.

        Raises
        ------
        LocalLinkError
            When they are more than a slot holds, or none.
        """
        size_octets = cadu_count * self.shape.cadu_octets
        if not 0 < size_octets <= self.shape.slot_octets:
            msg = f"batch must have 1 to {self.shape.slot_octets} octets, got {size_octets} octets (slots)"
            raise LocalLinkError(msg, field="cadu_count")
        crc32 = zlib.crc32(self.octets(slot)[:size_octets])
        generation = self.generation % GENERATION_MAX + 1
        _LAST.pack_into(self._memory, _LAST_OFFSET, generation)
        _SLOT_HEAD.pack_into(self._memory, self._head(slot), generation, size_octets)
        return Slot(
            slot=slot, generation=generation, cadu_count=cadu_count, size_octets=size_octets, crc32=crc32
        )

    def read(self, slot: Slot, out: memoryview) -> SlotFault | None:
        """Copy a batch out of its slot; check where it says it lies, and its octets once they are copied.

        Parameters
        ----------
        slot
            The descriptor, whatever it says.
        out
            Writable octets; a batch that is longer is refused by its size.

        Returns
        -------
        fault
            Why `out` holds nothing of use, None when it holds the batch.
        """
        size = slot.size_octets
        room = min(self.shape.slot_octets, out.nbytes)
        if not 0 <= slot.slot < self.shape.slot_count:
            return SlotFault.SLOT_UNKNOWN
        if not 0 < size <= room or size != slot.cadu_count * self.shape.cadu_octets:
            return SlotFault.SLOT_SIZE
        held = _SLOT_HEAD.unpack_from(self._memory, self._head(slot.slot))
        if held[0] != slot.generation or not slot.generation:
            return SlotFault.SLOT_STALE
        if held[1] != size:
            return SlotFault.SLOT_SIZE
        taken = out[:size]
        taken[:] = self.octets(slot.slot)[:size]
        if _SLOT_HEAD.unpack_from(self._memory, self._head(slot.slot)) != held:
            return SlotFault.SLOT_STALE
        return None if zlib.crc32(taken) == slot.crc32 else SlotFault.SLOT_CHECKSUM

    def _head(self, slot: int) -> int:
        """Return where the head of a slot begins."""
        return _ALIGN_OCTETS + slot * self.shape.stride_octets
