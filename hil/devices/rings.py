"""Rings of the optical link in a manifest, and descriptors on the bus."""

from dataclasses import dataclass

from flight.bus.memory import SharedMemory
from flight.dictionary.laser import GroundLaserBatch, LaserBatch
from flight.link.slots import RingShape, Slot

__all__ = ["RingOptions", "slot_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RingOptions:
    """Where a ring lies, and how: the same at both of its ends.

    Parameters
    ----------
    path : str
        File of the shared memory; empty: memory of one process, for tests.
    """

    slot_count: int
    slot_octets: int
    cadu_octets: int
    path: str = ""

    @property
    def shape(self) -> RingShape:
        """How it lies in memory."""
        return RingShape(
            slot_count=self.slot_count, slot_octets=self.slot_octets, cadu_octets=self.cadu_octets
        )

    def memory(self) -> SharedMemory:
        """Map its memory."""
        return SharedMemory(self.path, self.shape.memory_octets)


def slot_of(batch: LaserBatch | GroundLaserBatch) -> Slot:
    """Return the descriptor that a message carries."""
    return Slot(
        slot=batch.slot,
        generation=batch.generation,
        cadu_count=batch.cadu_count,
        size_octets=batch.size_octets,
        crc32=batch.crc32,
    )
