"""Bulk reports get their counts and go into a slot of the ring in secured laser frames. Pure.

A frame holds whole packets (`flight.link.units`). Behind the frames of a batch goes one of only idle data,
which pushes the last of them out of the slices: a batch is whole by itself, and what waits is idle.
"""

from typing import cast

from flight.gateway.bulk import BulkStore
from flight.gateway.waiting import PacketCounts, PacketCountsImage, from_image
from flight.link.ends import LinkEnds
from flight.link.errors import LocalLinkError
from flight.link.profile import CHANNEL_IDLE, Profile
from flight.link.ring import SenderImage, SendRing
from flight.link.slots import RingShape, Slot, SlotRing
from flight.link.units import UnitFiller

__all__ = ["BULK_CHANNEL", "FRAMES_MAX", "LaserDownlink", "ring_shape"]

BULK_CHANNEL = 1
"""Virtual channel of bulk reports, the less urgent one of the profile."""

FRAMES_MAX = 8
"""Frames of a batch that hold packets."""

SLOT_COUNT = 8
"""Slots of a ring: a batch lies there for as many batches."""


def ring_shape(profile: Profile) -> RingShape:
    """Return the shape of the rings on both sides of the optical link."""
    return RingShape.of(profile, frame_count=FRAMES_MAX + 1, slot_count=SLOT_COUNT)


class LaserDownlink:
    """Sending end of bulk telemetry.

    Parameters
    ----------
    ends : LinkEnds
        With a profile ``laser`` of data units of fixed length, keys and disk.
    ring : SlotRing
        Where batches go, of the shape that :func:`ring_shape` gives.

    Raises
    ------
    LocalLinkError
        When there is no such profile, or no fast cipher for it.
    """

    def __init__(self, ends: LinkEnds, ring: SlotRing) -> None:
        profile = laser_profile(ends)
        self._slots = ring
        self._security = ends.security(profile, is_sender=True)
        outputs = [ring.octets(slot) for slot in range(ring.shape.slot_count)]
        self._ring = SendRing(profile, frame_count=FRAMES_MAX + 1, security=self._security, outputs=outputs)
        self._filler = UnitFiller()
        self._counts = PacketCounts()
        self.unit_octets = self._ring.zones.shape[1]
        self.frame_count = 0
        self.batch_count = 0
        self.withheld_count = 0

    @property
    def fault_count(self) -> int:
        """Reads and writes of numbers that the disk refused."""
        return 0 if self._security is None else self._security.fault_count

    def send(self, store: BulkStore) -> Slot | None:
        """Move reports from the store into a batch; return its descriptor, None without reports.

        Nothing is moved, counted as withheld, when the disk takes no numbers to secure the frames with.
        """
        if not store.waiting_count:
            return None
        if self._security is not None and self._security.serving(FRAMES_MAX) < 0:
            self.withheld_count += 1
            return None
        frame_count = 0
        while frame_count < FRAMES_MAX and (packets := self._unit(store)):
            self._filler.fill(self._ring.zones[frame_count].data, packets)
            frame_count += 1
        if not frame_count:
            return None
        self._ring.rows["channel"][:frame_count] = BULK_CHANNEL
        self._ring.rows["channel"][frame_count] = CHANNEL_IDLE
        slot = self._slots.begin()
        cadu_count = self._ring.send(frame_count + 1, output=slot)
        self.frame_count += frame_count
        self.batch_count += 1
        return self._slots.commit(slot, cadu_count)

    def snapshot(self) -> tuple[object, ...]:
        """Return counts and the state of the framing; the ring outlives a crash by itself."""
        numbers = (self.frame_count, self.batch_count, self.withheld_count, self._filler.idle_count)
        return (numbers, self._counts.snapshot(), self._ring.snapshot())

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot; what was sent after it may go again, with the same counts."""
        numbers, counts, framing = cast("_State", state)
        self.frame_count, self.batch_count, self.withheld_count, self._filler.idle_count = numbers
        self._counts.restore(counts)
        self._ring.restore(framing)

    def _unit(self, store: BulkStore) -> list[bytes]:
        """Take as many reports out of the store as one data unit holds; return their packets."""
        packets: list[bytes] = []
        used_octets = 0
        while store.waiting_count:
            image = store.peek()
            if image is None:
                store.drop_damaged()
                continue
            report = from_image(image)
            if not self._filler.fits(report.octets, used_octets, self.unit_octets):
                break
            packets.append(self._counts.close(report))
            used_octets += report.octets
            store.take()
        return packets


def laser_profile(ends: LinkEnds) -> Profile:
    """Return the profile of the laser, refused where it does not carry data units.

    Raises
    ------
    LocalLinkError
        When there is none, or its frames hold something else.
    """
    profile = ends.laser
    if profile is None or profile.frame.content != "octets" or BULK_CHANNEL not in profile.frame.channels:
        name = "none" if profile is None else f"{profile.name} ({profile.frame.content})"
        msg = f"laser must be a profile with content octets and channel {BULK_CHANNEL}, got {name} (laser)"
        raise LocalLinkError(msg, field="laser")
    return profile


_State = tuple[tuple[int, int, int, int], PacketCountsImage, SenderImage]
