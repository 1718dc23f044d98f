"""The laser's end on the ground: descriptors become packets, gaps and rejects.

Sans-I/O: the memory of the ring is handed in by whoever shares it with the receiver of the optical link.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flight.link.ends import LinkEnds
from flight.link.errors import REJECT_NAMES, LocalLinkError, Reject
from flight.link.events import Quality
from flight.link.packet import parse_header
from flight.link.profile import CHANNEL_IDLE
from flight.link.ring import RESTARTED, ReceiveRing, Rows
from flight.link.slots import Slot, SlotFault, SlotRing
from flight.link.units import unit_packets
from ground.station.core import FramesMissing, StationEvent, StationPacket
from ground.station.gaps import PacketGaps

__all__ = ["LASER", "BatchRejected", "LaserStation"]

LASER = "laser"
"""Name of this link in the archive."""

_COUNTED = ("batches_received", "frames_received", "frames_missing", "frames_idle", "channel_restarts")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRejected:
    """A slot did not hold what its descriptor says; ``count`` is that of its reason so far."""

    reason: str
    count: int


class LaserStation:
    """Receiver of one satellite's bulk telemetry.

    Parameters
    ----------
    ends : LinkEnds
        With the profile ``laser``, keys and disk.
    ring : SlotRing
        The ring of the ground.
    last_counts, first_count
        As of :class:`ground.station.core.Station`.

    Raises
    ------
    LocalLinkError
        When there is no such profile, or the ring's data units are not those of the profile.
    """

    def __init__(
        self,
        ends: LinkEnds,
        ring: SlotRing,
        *,
        last_counts: Mapping[int, int] | None = None,
        first_count: int | None = None,
    ) -> None:
        profile = ends.laser
        if profile is None or profile.cadu_octets != ring.shape.cadu_octets:
            want = "none" if profile is None else f"{profile.cadu_octets} octets"
            msg = (
                f"ring must have the data units of a laser profile, {want}, got {ring.shape} (laser station)"
            )
            raise LocalLinkError(msg, field="laser")
        self._security = ends.security(profile, is_sender=False)
        self._receiver = ReceiveRing(
            profile,
            cadu_count=ring.shape.slot_octets // profile.cadu_octets,
            security=self._security,
            first_count=None if last_counts else first_count,
        )
        self._place = self._receiver.cadus.data.cast("B")
        self._ring = ring
        self._gaps = PacketGaps(last_counts, first_count)
        self._counts: Counter[str] = Counter(dict.fromkeys((*_COUNTED, "packets_received"), 0))
        self._rejects: Counter[str] = Counter(
            dict.fromkeys((*(fault.name.lower() for fault in SlotFault), *REJECT_NAMES), 0)
        )

    def receive(self, slot: Slot) -> list[StationEvent | BatchRejected]:
        """Take the batch that a descriptor names; return packets, gaps and a reject in their order."""
        fault = self._ring.read(slot, self._place)
        if fault is not None:
            return [self._reject(fault.name.lower())]
        self._counts["batches_received"] += 1
        made: list[StationEvent | BatchRejected] = []
        for row in self._receiver.receive(slot.cadu_count):
            self._take(row, made)
        return made

    def counters(self) -> tuple[tuple[str, int], ...]:
        """Return everything counted, by name: batches, frames, packets, rejects, gaps, faults of the disk."""
        totals = self._receiver.totals
        return (
            *self._counts.items(),
            ("symbols_corrected", totals.corrected_count),
            *self._rejects.items(),
            ("packets_missing", self._gaps.missing_count),
            ("packets_late", self._gaps.late_count),
            ("packets_repeated", self._gaps.repeated_count),
            ("disk_faults", 0 if self._security is None else self._security.fault_count),
        )

    def _take(self, row: Rows, made: list[StationEvent | BatchRejected]) -> None:
        """Judge one frame and take its packets."""
        verdict, channel = int(row["verdict"]), int(row["channel"])
        if verdict:
            self._rejects[Reject(verdict).name.lower()] += 1
            return
        if channel == CHANNEL_IDLE:
            self._counts["frames_idle"] += 1
            return
        self._counts["frames_received"] += 1
        missing_count = int(row["gap"])
        if row["flags"] & RESTARTED:
            self._counts["channel_restarts"] += 1
            made.append(FramesMissing(channel=channel, missing_count=0, link=LASER))
        elif missing_count:
            self._counts["frames_missing"] += missing_count
            made.append(FramesMissing(channel=channel, missing_count=missing_count, link=LASER))
        begin, octets = int(row["data_offset"]), int(row["data_octets"])
        packets = unit_packets(self._receiver.data[begin : begin + octets].tobytes())
        if packets is None:
            self._rejects[Reject.PACKET_LENGTH.name.lower()] += 1
            return
        quality = Quality.CORRECTED if row["corrected"] else Quality.CLEAN
        made += [self._packet(packet, channel, quality.value) for packet in packets]

    def _packet(self, octets: bytes, channel: int, quality: str) -> StationPacket:
        header = parse_header(octets)
        self._counts["packets_received"] += 1
        return StationPacket(
            channel=channel,
            apid=header.apid,
            sequence_count=header.sequence_count,
            quality=quality,
            octets=octets,
            gap=self._gaps.take(header.apid, header.sequence_count),
            link=LASER,
        )

    def _reject(self, reason: str) -> BatchRejected:
        self._rejects[reason] += 1
        return BatchRejected(reason=reason, count=self._rejects[reason])
