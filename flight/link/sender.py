"""The sending end of telemetry: packets of several virtual channels into AOS frames."""

from dataclasses import dataclass, field

from flight.link._clink import ffi, lib
from flight.link.channels import Shares
from flight.link.errors import LocalLinkError
from flight.link.frame import POINTER_IDLE, AosCodec, count_modulus, require_packets
from flight.link.packet import COUNT_MODULUS, PACKET_OCTETS_MIN, require_packet
from flight.link.profile import CHANNEL_IDLE, Profile
from flight.link.security import SecurityEnd

ChannelState = tuple[int, int, int, int, bytes]
SenderState = tuple[int, int, int, tuple[ChannelState, ...], tuple[int, ...]]
INSERT_COUNT_MAX = 4096
"""Insert zones that may wait in a sender."""

_Header = tuple[int, int, int, int]


@dataclass(slots=True, kw_only=True)
class _Channel:
    """A virtual channel: whole packets wait in `stream`, its first `lead` octets belong to a packet begun."""

    vcid: int
    count: int = 0
    lead: int = 0
    idle_octets: int = 0  # octets of an idle packet at the front, left over from filling a frame
    stream: bytearray = field(default_factory=bytearray)


class TelemetrySender:
    """Multiplex packets into frames, most urgent channel first.

    Parameters
    ----------
    profile
        Of kind "aos" or "tm" with packets; its channel order is the priority, beside guaranteed shares.
    security
        Associations of the sending end, exactly when the profile has security.

    Attributes
    ----------
    ocf_word
        Operational control field of the frames built from now on, 32 bits.
    refused_count
        Packets and insert zones refused because their queue was full.

    Raises
    ------
    LocalLinkError
        When the profile is of another kind or content, or security is missing.

    Source: 732.0-B-4 clauses 4.1.4 and 4.2.
    """

    def __init__(self, profile: Profile, *, security: SecurityEnd | None = None) -> None:
        require_packets(profile)
        self._shares = Shares(profile.shares_permille)
        self._codec = AosCodec(profile, security=security)
        self._is_tm = profile.frame.kind == "tm"
        self._channels = {vcid: _Channel(vcid=vcid) for vcid in profile.frame.channels}
        self._idle_channel = _Channel(vcid=CHANNEL_IDLE)
        self._idle_packet_count = 0
        self._count_modulus = count_modulus(profile)
        self._packet_kinds = profile.packet_kinds
        self._packet_octets_max = profile.limits.packet_octets_max
        self._queue_octets_max = profile.limits.queue_octets_max
        self._insert_octets = profile.frame.insert_octets
        self._inserts = bytearray()
        self.ocf_word = 0
        self.refused_count = 0

    def push(self, vcid: int, packet: bytes) -> bool:
        """Queue one space packet on a channel.

        Returns
        -------
        bool
            False when the queue of the channel is full and the packet was refused (counted).

        Raises
        ------
        LocalLinkError
            When the channel is not in the profile, or `packet` is not one whole packet within the limit.
        """
        channel = self._channel(vcid)
        require_packet(packet, self._packet_kinds)
        if len(packet) > self._packet_octets_max:
            limit = self._packet_octets_max
            msg = f"packet must be <= {limit} octets, got {len(packet)} octets (channel {vcid})"
            raise LocalLinkError(msg, field="packet")
        if len(channel.stream) + len(packet) > self._queue_octets_max:
            self.refused_count += 1
            return False
        channel.stream += packet
        return True

    def push_insert(self, octets: bytes) -> bool:
        """Queue the insert zone of one more frame, of whatever channel; frames without one carry zeros.

        What waits is not in a snapshot: it belongs to the frames of its time.

        Returns
        -------
        bool
            False when `INSERT_COUNT_MAX` zones wait and this one was refused (counted).

        Raises
        ------
        LocalLinkError
            When it is not of the profile's length, or the profile has no insert zone.

        Source: 732.0-B-4 clause 4.1.3.
        """
        if len(octets) != self._insert_octets or not octets:
            msg = (
                f"insert zone must be of {self._insert_octets} octets, > 0, got {len(octets)} octets (sender)"
            )
            raise LocalLinkError(msg, field="insert", clause="732.0-B-4 4.1.3")
        if len(self._inserts) >= INSERT_COUNT_MAX * self._insert_octets:
            self.refused_count += 1
            return False
        self._inserts += octets
        return True

    def pending_octets(self, vcid: int) -> int:
        """Return the octets of packets that wait on a channel, the rest of a packet begun included.

        Raises
        ------
        LocalLinkError
            When the channel is not in the profile.
        """
        channel = self._channel(vcid)
        return len(channel.stream) - channel.idle_octets

    def frames(self, count: int, *, idle: bool, only_idle: bool = True) -> list[bytes]:
        """Build at most `count` CADUs (marker and frame).

        Parameters
        ----------
        count
            Frames the channel can carry now.
        idle
            False: only frames that packets fill; the rest waits. True: the last frame of each channel is
            filled up with an idle packet.
        only_idle
            With `idle`: when no packets wait, fill up to `count` with frames of only idle data.
        """
        headers: list[_Header] = []
        zones: list[bytes] = []
        channels = self._channels.values()
        allotted = self._shares.allot([self._waiting(channel, idle=idle) for channel in channels], count)
        for channel, frame_count in zip(channels, allotted, strict=True):
            self._cut(channel, frame_count, headers, zones)
        while idle and only_idle and len(headers) < count:
            self._idle_frame(headers)
        cadus = self._codec.encode_zones(headers, b"".join(zones), self._take_inserts(len(headers)))
        size = self._codec.cadu_octets
        return [cadus[i : i + size] for i in range(0, len(cadus), size)]

    def snapshot(self) -> SenderState:
        """Return the whole state as plain integers and octets, for `restore`."""
        return (
            self._codec.idle_state,
            self._idle_channel.count,
            self._idle_packet_count,
            tuple((c.vcid, c.count, c.lead, c.idle_octets, bytes(c.stream)) for c in self._channels.values()),
            self._shares.snapshot(),
        )

    def restore(self, state: SenderState) -> None:
        """Take over a state made by `snapshot` of a sender with the same channels.

        Raises
        ------
        LocalLinkError
            When the channels differ.
        """
        idle_state, idle_count, idle_packet_count, channels, share_credits = state
        given = [row[0] for row in channels]
        if given != list(self._channels):
            msg = f"channels must be {list(self._channels)}, got {given} (sender snapshot)"
            raise LocalLinkError(msg, field="channels")
        self._codec.idle_state = idle_state
        self._shares.restore(share_credits)
        self._idle_channel.count = idle_count
        self._idle_packet_count = idle_packet_count
        for vcid, count, lead, idle_octets, stream in channels:
            self._channels[vcid] = _Channel(
                vcid=vcid, count=count, lead=lead, idle_octets=idle_octets, stream=bytearray(stream)
            )

    def _take_inserts(self, count: int) -> bytes:
        """Return the insert zones of the next frames."""
        size = count * self._insert_octets
        zones = bytes(self._inserts[:size])
        del self._inserts[:size]
        return zones.ljust(size, b"\0") if zones else b""

    def _channel(self, vcid: int) -> _Channel:
        """Return a channel of the profile."""
        try:
            return self._channels[vcid]
        except KeyError:
            msg = f"vcid must be one of {list(self._channels)}, got {vcid} (sender)"
            raise LocalLinkError(msg, field="vcid") from None

    def _waiting(self, channel: _Channel, *, idle: bool) -> int:
        """Return the frames that a channel has; with `idle` the last may be filled up."""
        whole, rest = divmod(len(channel.stream), self._codec.zone_octets_of(channel.vcid))
        return whole + (idle and rest > 0 and len(channel.stream) > channel.idle_octets)

    def _cut(self, channel: _Channel, count: int, headers: list[_Header], zones: list[bytes]) -> None:
        """Move `count` zones of a channel into rows; the last is filled up where its packets end."""
        if count == 0:
            return
        zone_octets = self._codec.zone_octets_of(channel.vcid)
        is_filled = len(channel.stream) < count * zone_octets
        if is_filled:
            self._fill(channel)
        pointers = ffi.new("uint16_t[]", count)
        channel.lead = lib.dd_mpdu_pointers(
            ffi.from_buffer("uint8_t[]", channel.stream),
            len(channel.stream),
            self._packet_kinds,
            channel.lead,
            zone_octets,
            pointers,
            count,
        )
        zones.append(bytes(channel.stream[: count * zone_octets]))
        del channel.stream[: count * zone_octets]
        channel.idle_octets = len(channel.stream) if is_filled else 0
        for pointer in pointers:
            headers.append((channel.vcid, channel.count, pointer, self.ocf_word))
            self._advance(channel, 1)

    def _idle_frame(self, headers: list[_Header]) -> None:
        """Add a frame of only idle data: a channel of its own (aos), or the least urgent one (tm)."""
        channel = list(self._channels.values())[-1] if self._is_tm else self._idle_channel
        pointer = POINTER_IDLE if self._is_tm else 0
        headers.append((channel.vcid, channel.count, pointer, self.ocf_word))
        self._advance(channel, 1)

    def _fill(self, channel: _Channel) -> None:
        """Append an idle packet that fills the last zone; a short rest spills over into the next one."""
        rest = -len(channel.stream) % self._codec.zone_octets_of(channel.vcid)
        packet = bytearray(max(rest, PACKET_OCTETS_MIN))
        lib.dd_packet_idle(self._idle_packet_count, ffi.from_buffer("uint8_t[]", packet), len(packet))
        self._idle_packet_count = (self._idle_packet_count + 1) % COUNT_MODULUS
        channel.stream += packet

    def _advance(self, channel: _Channel, frame_count: int) -> None:
        """Count frames of a channel."""
        channel.count = (channel.count + frame_count) % self._count_modulus
