"""Reports wait in bounded queues, get their counts when they leave, and go down in frames. Pure.

A packet gets its sequence count when it is handed to the framing, so that what is dropped on board makes no
gap: a gap in the counts is a packet that was radiated and lost.
"""

from collections import deque
from enum import IntEnum
from typing import cast

from flight.dictionary.pus import ReportContent
from flight.dictionary.types import App
from flight.gateway.waiting import PacketCounts, Waiting, from_image, waiting
from flight.link.chain import layout_of
from flight.link.channels import Shares
from flight.link.ends import LinkEnds
from flight.link.sender import SenderState, TelemetrySender

__all__ = ["QUEUE_OCTETS_MAX", "Channel", "Downlink"]

_FILL_OCTETS_MAX = 7
"""What an idle packet that fills a frame may take from the next one, and one octet."""


class Channel(IntEnum):
    """Virtual channels of the radio."""

    LIVE = 0
    REPORTS = 1
    STORED = 2


PRIORITY = (Channel.REPORTS, Channel.LIVE, Channel.STORED)
"""Most urgent first: verification and events, live housekeeping, stored housekeeping."""

QUEUE_OCTETS_MAX = {Channel.REPORTS: 65_536, Channel.LIVE: 32_768, Channel.STORED: 98_304}
"""Bound of each queue: together they fit a snapshot. Ninety minutes of stored housekeeping take 60 KiB."""


class Downlink:
    """Sending end of telemetry.

    Parameters
    ----------
    ends : LinkEnds
        Profile of kind ``aos``, whose channels must be those of :class:`Channel`, keys and disk.
    """

    def __init__(self, ends: LinkEnds) -> None:
        profile = ends.telemetry
        ordered = profile.with_channels(tuple(int(c) for c in PRIORITY))
        self._shares = Shares(ordered.shares_permille)
        self._security = ends.security(ordered, is_sender=True)
        self._sender = TelemetrySender(ordered, security=self._security)
        self._cadu_octets = ordered.cadu_octets
        self._zone_octets = layout_of(ordered).zone_octets
        self._queues: dict[Channel, deque[Waiting]] = {channel: deque() for channel in PRIORITY}
        self._queued_octets = dict.fromkeys(PRIORITY, 0)
        self._counts = PacketCounts()
        self.made_count = 0
        self.radiated_count = 0
        self.dropped_count = 0
        self.frame_count = 0
        self.withheld_count = 0

    @property
    def fault_count(self) -> int:
        """Reads and writes of numbers that the disk refused."""
        return 0 if self._security is None else self._security.fault_count

    @property
    def queued_octets(self) -> int:
        """Octets that wait, on all channels."""
        return sum(self._queued_octets.values()) + sum(self._sender.pending_octets(c) for c in PRIORITY)

    @property
    def queued_count(self) -> int:
        """Reports that wait, on all channels."""
        return sum(len(queue) for queue in self._queues.values())

    def put(self, channel: Channel, application: App, time_ns: int, content: ReportContent) -> None:
        """Queue a report; when its queue is full the oldest ones make room, counted."""
        report = waiting(int(application), time_ns, content)
        self.made_count += 1
        self._queues[channel].append(report)
        self._queued_octets[channel] += report.octets
        while self._queued_octets[channel] > QUEUE_OCTETS_MAX[channel]:
            self._take(channel)
            self.dropped_count += 1

    def drop_live(self) -> None:
        """Drop what was meant for listeners now: nobody listens."""
        self.dropped_count += len(self._queues[Channel.LIVE])
        self._queues[Channel.LIVE].clear()
        self._queued_octets[Channel.LIVE] = 0

    def frames(self, octets_max: int, control_word: int) -> bytes:
        """Return frames with as many reports as fit, guaranteed shares first, then the most urgent.

        The last frame of each channel is filled up.

        Nothing, counted as withheld, when the disk takes no numbers to secure them with: then all waits.

        Parameters
        ----------
        octets_max : int
            Octets that the radio takes now.
        control_word : int
            Operational control field of the frames.
        """
        total = octets_max // self._cadu_octets
        if self._security is not None and self.queued_octets and self._security.serving(total) < 0:
            self.withheld_count += 1
            return b""
        left = 0
        is_alone = True
        for channel, frame_count in zip(
            PRIORITY, self._shares.allot([self._waiting_frames(c) for c in PRIORITY], total), strict=True
        ):
            left += frame_count
            taken = self._load(channel, left, alone=is_alone)
            left -= taken
            is_alone = is_alone and taken == 0
        self._sender.ocf_word = control_word
        cadus = self._sender.frames(total, idle=True, only_idle=False)
        self.frame_count += len(cadus)
        return b"".join(cadus)

    def snapshot(self) -> tuple[object, ...]:
        """Return counts, queues and the state of the framing."""
        queues = tuple((int(c), tuple([one.image for one in queue])) for c, queue in self._queues.items())
        counts = (self.made_count, self.radiated_count, self.dropped_count, self.frame_count)
        framing = (self._shares.snapshot(), self._sender.snapshot())
        return (counts, queues, *self._counts.snapshot(), *framing)

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot; what was radiated after it may go down again, with the same counts."""
        counts, queues, sequences, messages, share_credits, sender = cast("_State", state)
        self._shares.restore(share_credits)
        self._sender.restore(sender)
        self._counts.restore((sequences, messages))
        self.made_count, self.radiated_count, self.dropped_count, self.frame_count = counts
        for number, images in queues:
            channel = Channel(number)
            self._queues[channel] = deque(map(from_image, images))
            self._queued_octets[channel] = sum(report.octets for report in self._queues[channel])

    def _waiting_frames(self, channel: Channel) -> int:
        """Return the frames that a channel would take."""
        octets = self._queued_octets[channel] + self._sender.pending_octets(channel)
        return -(-(octets + _FILL_OCTETS_MAX) // self._zone_octets) if octets else 0

    def _load(self, channel: Channel, frames_left: int, *, alone: bool) -> int:
        """Hand a channel's reports to the framing; return how many frames they will take."""
        if frames_left <= 0:
            return 0
        queue = self._queues[channel]
        room = frames_left * self._zone_octets - _FILL_OCTETS_MAX - self._sender.pending_octets(channel)
        pushed = self._sender.pending_octets(channel)
        # A report longer than all frames of this tick goes alone and in pieces.
        while queue and (queue[0].octets <= room or (alone and pushed == 0)):
            packet = self._counts.close(self._take(channel))
            self._sender.push(channel, packet)
            self.radiated_count += 1
            room -= len(packet)
            pushed += len(packet)
        return min(frames_left, -(-pushed // self._zone_octets))

    def _take(self, channel: Channel) -> Waiting:
        report = self._queues[channel].popleft()
        self._queued_octets[channel] -= report.octets
        return report


_State = tuple[
    tuple[int, int, int, int],
    tuple[tuple[int, tuple[bytes, ...]], ...],
    tuple[tuple[int, int], ...],
    tuple[tuple[int, int, int, int], ...],
    tuple[int, ...],
    SenderState,
]
