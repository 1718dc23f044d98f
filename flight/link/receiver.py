"""The receiving end of telemetry: octets of the channel in, packets and gaps out."""

from dataclasses import dataclass

from flight.link.assembly import PacketAssembler
from flight.link.errors import REJECT_NAMES, Counters, Reject
from flight.link.events import (
    ChannelRestarted,
    FieldReceived,
    FrameGap,
    InsertReceived,
    PacketReceived,
    Quality,
    Rejected,
    TelemetryEvent,
)
from flight.link.frame import POINTER_IDLE, AosCodec, Frame, count_modulus, require_packets
from flight.link.packet import is_idle
from flight.link.profile import CHANNEL_IDLE, Profile
from flight.link.security import SecurityEnd
from flight.link.sync import MarkerSync

COUNTER_NAMES = (
    "frames_received",
    "frames_corrected",
    "symbols_corrected",
    "frames_idle",
    "frames_missing",
    "channel_restarts",
    "packets_received",
    "packets_idle",
    "octets_skipped",
    *REJECT_NAMES,
)

_UNREADABLE = (Reject.FRAME_CHECKSUM, Reject.FRAME_UNREPAIRABLE, Reject.FRAME_HEADER_CHECK)


@dataclass(slots=True, kw_only=True)
class _Channel:
    """What is known of one virtual channel; `expected` is -1 before its first frame."""

    vcid: int
    expected: int
    assembler: PacketAssembler
    last_data: bytes = b""


class TelemetryReceiver:
    """Take octets in any cut, find frames, reassemble packets, report gaps.

    Parameters
    ----------
    profile
        Of kind "aos" or "tm" with packets, the sender's.
    security
        Associations of the receiving end, exactly when the profile has security.
    first_count
        Frame count that the first frame of every channel must have for no gap to be reported; None takes the
        first frame as it comes, as a station does that joins late.

    Attributes
    ----------
    counters
        Counts by the names in `COUNTER_NAMES`.
    ocf_word
        Operational control field of the last good frame; 0 before.

    Raises
    ------
    LocalLinkError
        When the profile is of another kind or content, or security is missing.

    Source: 732.0-B-4 clause 4.3.
    """

    def __init__(
        self, profile: Profile, *, first_count: int | None = None, security: SecurityEnd | None = None
    ) -> None:
        require_packets(profile)
        self._codec = AosCodec(profile, is_sender=False, security=security)
        self._security = security
        self._sync = MarkerSync(profile)
        self._has_ocf = profile.frame.ocf
        self._has_field = False
        self._count_modulus = count_modulus(profile)
        self._channels = {
            vcid: _Channel(
                vcid=vcid,
                expected=-1 if first_count is None else first_count,
                assembler=PacketAssembler(profile.limits.packet_octets_max, profile.packet_kinds),
            )
            for vcid in (*profile.frame.channels, CHANNEL_IDLE)
        }
        self.counters = Counters(COUNTER_NAMES)
        self.ocf_word = 0

    def receive(self, data: bytes) -> list[TelemetryEvent]:
        """Take received octets; return what happened, in order."""
        events: list[TelemetryEvent] = []
        self._sync.feed(data)
        skipped_before = self._sync.skipped_octets
        while run := self._sync.take():
            frames = self._codec.decode(run)
            for frame in frames:
                self._take(frame, events)
            if frames[-1].verdict in _UNREADABLE:
                self._sync.doubt()
            if self._security is not None:
                self._security.keep()
        self.counters.add("octets_skipped", self._sync.skipped_octets - skipped_before)
        return events

    def _take(self, frame: Frame, events: list[TelemetryEvent]) -> None:
        """Judge one frame and take its packets."""
        if frame.verdict:
            vcid = -1 if frame.verdict in _UNREADABLE else frame.vcid
            self._reject(Reject(frame.verdict), vcid, events)
            return
        channel = self._channels[frame.vcid]
        if not self._check_count(channel, frame, events):
            return
        self.counters.add("frames_received")
        if frame.corrected_count:
            self.counters.add("frames_corrected")
            self.counters.add("symbols_corrected", frame.corrected_count)
        if self._has_ocf and not (self._has_field and self.ocf_word == frame.ocf_word):
            self._has_field = True
            self.ocf_word = frame.ocf_word
            events.append(FieldReceived(vcid=frame.vcid, ocf_word=frame.ocf_word))
        if frame.insert:
            events.append(InsertReceived(vcid=frame.vcid, octets=frame.insert))
        if frame.vcid == CHANNEL_IDLE or (frame.pointer == POINTER_IDLE and not frame.data):
            self.counters.add("frames_idle")
            return
        packets, rejects = channel.assembler.add(frame.data, frame.pointer)
        telemetry = [packet for packet in packets if not is_idle(packet)]
        self.counters.add("packets_received", len(telemetry))
        self.counters.add("packets_idle", len(packets) - len(telemetry))
        quality = Quality.CORRECTED if frame.corrected_count else Quality.CLEAN
        events += [PacketReceived(vcid=frame.vcid, packet=packet, quality=quality) for packet in telemetry]
        for reject in rejects:
            self._reject(reject, frame.vcid, events)

    def _check_count(self, channel: _Channel, frame: Frame, events: list[TelemetryEvent]) -> bool:
        """Compare a frame count with the expected one; false for a repeated frame."""
        expected = channel.expected if channel.expected >= 0 else frame.count
        ahead = (frame.count - expected) % self._count_modulus
        if ahead == self._count_modulus - 1 and frame.data == channel.last_data:
            self._reject(Reject.FRAME_REPEATED, frame.vcid, events)
            return False
        if ahead:
            if ahead < self._count_modulus // 2:
                self.counters.add("frames_missing", ahead)
                events.append(FrameGap(vcid=frame.vcid, missing_count=ahead))
            else:
                self.counters.add("channel_restarts")
                events.append(ChannelRestarted(vcid=frame.vcid, count=frame.count))
            if channel.assembler.drop():
                self._reject(Reject.PACKET_INCOMPLETE, frame.vcid, events)
        channel.expected = (frame.count + 1) % self._count_modulus
        channel.last_data = frame.data
        return True

    def _reject(self, reason: Reject, vcid: int, events: list[TelemetryEvent]) -> None:
        """Count and report a reject."""
        self.counters.add(reason.name.lower())
        events.append(Rejected(reason=reason, vcid=vcid))
