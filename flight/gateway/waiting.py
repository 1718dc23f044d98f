"""Reports that wait for their way down, and the counts they get when they leave. Pure."""

import struct
from dataclasses import dataclass

from flight.dictionary.pus import PacketOrigin, ReportContent, build_report
from flight.dictionary.types import App
from flight.link.packet import SequenceCounter

__all__ = ["PacketCounts", "PacketCountsImage", "Waiting", "from_image", "waiting"]

PACKET_OVERHEAD_OCTETS = 23
"""Primary header 6, secondary header 7, time 8, error control 2."""

_HEAD = struct.Struct(">HQBB")
"""Application, time, service and subtype of a report, before its data in an image."""

PacketCountsImage = tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int, int, int], ...]]
"""Sequence counts, and message counts by application, service and subtype."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A report that waits; its image for snapshots is made once, for it may wait through thousands."""

    application: int
    time_ns: int
    content: ReportContent
    image: bytes

    @property
    def octets(self) -> int:
        """Octets of the packet that it becomes."""
        return PACKET_OVERHEAD_OCTETS + len(self.content.data)


def waiting(application: int, time_ns: int, content: ReportContent) -> Waiting:
    """Return a report with its image."""
    image = _HEAD.pack(application, time_ns, content.service, content.subtype) + content.data
    return Waiting(application=application, time_ns=time_ns, content=content, image=image)


def from_image(image: bytes) -> Waiting:
    """Return the report of an image."""
    application, time_ns, service, subtype = _HEAD.unpack_from(image)
    content = ReportContent(service=service, subtype=subtype, data=image[_HEAD.size :])
    return Waiting(application=application, time_ns=time_ns, content=content, image=image)


class PacketCounts:
    """Counts of the packets of one link: a packet gets them when it leaves."""

    def __init__(self) -> None:
        self._sequences = SequenceCounter()
        self._message_counts: dict[tuple[int, int, int], int] = {}

    def close(self, report: Waiting) -> bytes:
        """Return the packet of a report, with its counts."""
        content = report.content
        key = (report.application, content.service, content.subtype)
        count = self._message_counts.get(key, 0)
        self._message_counts[key] = (count + 1) % 65_536
        origin = PacketOrigin(
            application=App(report.application),
            sequence=self._sequences.take(report.application),
            time_ns=report.time_ns,
            message_count=count,
        )
        return build_report(origin, content)

    def snapshot(self) -> PacketCountsImage:
        """Return all counts."""
        messages = tuple((*key, count) for key, count in self._message_counts.items())
        return (self._sequences.snapshot(), messages)

    def restore(self, state: PacketCountsImage) -> None:
        """Take the counts of a snapshot."""
        sequences, messages = state
        self._sequences.restore(sequences)
        self._message_counts = {(app, service, subtype): count for app, service, subtype, count in messages}
