"""Both ends of telecommand: bypass frames in BCH transmission units."""

from flight.link.clcw import Clcw
from flight.link.coding import CLTU_START_OCTETS, decode_cltu, encode_cltu, find_cltu, random_sequence
from flight.link.errors import REJECT_NAMES, Counters, LocalLinkError, Reject
from flight.link.events import PacketReceived, Quality, Rejected, TelecommandEvent
from flight.link.frame import SEGMENT_WHOLE, Frame, TcCodec
from flight.link.packet import APID_IDLE, HEADER_OCTETS, require_packet
from flight.link.profile import Profile

COUNTER_NAMES = ("units_received", "frames_received", "packets_received", "bits_corrected", *REJECT_NAMES)

_BLOCK_DATA_OCTETS = 7
_FILL_OCTETS_MAX = 6


class TelecommandSender:
    """Put single packets into bypass frames and transmission units.

    Parameters
    ----------
    profile
        Of kind "tc".

    Raises
    ------
    LocalLinkError
        When the profile is of another kind.

    Source: 232.0-B-4 clause 4.1, 231.0-B-4 clause 5.
    """

    def __init__(self, profile: Profile) -> None:
        self._codec = TcCodec(profile)
        self._profile = profile
        self._sequence = random_sequence(profile.coding.randomiser, profile.frame.length_octets)
        self.packet_octets_max = min(self._codec.data_octets_max, profile.limits.packet_octets_max)

    def send(self, vcid: int, map_id: int, packet: bytes) -> bytes:
        """Return the transmission unit (CLTU) that carries one packet in one type-BD frame.

        Parameters
        ----------
        vcid
            A virtual channel of the profile.
        map_id
            Multiplexer access point 0..63; 0 where the profile has no segment header.
        packet
            One whole space packet, at most `packet_octets_max` octets.

        Raises
        ------
        LocalLinkError
            When an argument is out of its range.
        """
        if vcid not in self._profile.frame.channels:
            msg = f"vcid must be one of {list(self._profile.frame.channels)}, got {vcid} (telecommand)"
            raise LocalLinkError(msg, field="vcid")
        map_max = 63 if self._profile.frame.segment_header else 0
        if not 0 <= map_id <= map_max:
            msg = f"map_id must be in [0, {map_max}], got {map_id} (telecommand)"
            raise LocalLinkError(msg, field="map_id", clause="232.0-B-4 4.1.3.2.2")
        require_packet(packet)
        if len(packet) > self.packet_octets_max:
            msg = f"packet must be <= {self.packet_octets_max} octets, got {len(packet)} octets (telecommand)"
            raise LocalLinkError(msg, field="packet", clause="232.0-B-4 4.1.3.2")
        frame = self._codec.encode(Frame(vcid=vcid, map_id=map_id, data=packet, is_bypass=True))
        return encode_cltu(frame, self._sequence)


class TelecommandReceiver:
    """Find transmission units in octets, correct them and take the packets of their bypass frames.

    Frames under sequence control and control commands are rejected by name: the profile has no COP-1.

    Parameters
    ----------
    profile
        Of kind "tc", the sender's.

    Attributes
    ----------
    counters
        Counts by the names in `COUNTER_NAMES`.

    Raises
    ------
    LocalLinkError
        When the profile is of another kind.

    Source: 231.0-B-4 clauses 3.5 and 5, 232.0-B-4 clause 4.3.
    """

    def __init__(self, profile: Profile) -> None:
        self._codec = TcCodec(profile)
        self._correct = profile.coding.correct
        blocks = -(-profile.frame.length_octets // _BLOCK_DATA_OCTETS)
        self._unit_octets_max = blocks * _BLOCK_DATA_OCTETS
        self._sequence = random_sequence(profile.coding.randomiser, self._unit_octets_max)
        self._packet_octets_max = profile.limits.packet_octets_max
        self._buffer = bytearray()
        self._is_in_unit = False
        self._bypass_counts = dict.fromkeys(profile.frame.channels, 0)
        self.counters = Counters(COUNTER_NAMES)

    def receive(self, data: bytes) -> list[TelecommandEvent]:
        """Take received octets, in any cut; return what happened, in order.

        A unit is taken when its tail, or anything else that is not a block, has come; see `end_of_signal`.
        """
        self._buffer += data
        events: list[TelecommandEvent] = []
        while self._next_unit(events, is_last=False):
            pass
        return events

    def end_of_signal(self) -> list[TelecommandEvent]:
        """Say that the carrier is gone: take the unit begun as it is and forget the rest."""
        events: list[TelecommandEvent] = []
        while self._next_unit(events, is_last=True):
            pass
        self._buffer.clear()
        return events

    def clcw(self, vcid: int) -> Clcw:
        """Return the control word of a virtual channel: its bypass counter (FARM-B); no sequence control.

        Raises
        ------
        KeyError
            When the channel is not in the profile.
        """
        return Clcw(vcid=vcid, bypass_count=self._bypass_counts[vcid])

    def snapshot(self) -> tuple[tuple[int, int], ...]:
        """Return (channel, bypass counter) pairs, for `restore`; octets of a unit begun are not kept."""
        return tuple(self._bypass_counts.items())

    def restore(self, state: tuple[tuple[int, int], ...]) -> None:
        """Take over the bypass counters of the channels both profiles have."""
        for vcid, count in state:
            if vcid in self._bypass_counts:
                self._bypass_counts[vcid] = count % 4

    def _next_unit(self, events: list[TelecommandEvent], *, is_last: bool) -> bool:
        """Take one unit off the buffer; false when more octets are needed."""
        if not self._is_in_unit:
            at = find_cltu(self._buffer, int(self._correct))
            if at < 0:
                del self._buffer[: max(0, len(self._buffer) - 1)]
                return False
            del self._buffer[: at + CLTU_START_OCTETS]
            self._is_in_unit = True
        # One block more than the longest unit has, so that its tail is seen.
        octets_max = self._unit_octets_max + _BLOCK_DATA_OCTETS
        blocks = decode_cltu(bytes(self._buffer), correct=self._correct, octets_max=octets_max)
        is_full = len(blocks.data) == octets_max
        if not (blocks.is_ended or is_full or is_last):
            return False
        del self._buffer[: blocks.consumed_octets]
        self._is_in_unit = False
        self.counters.add("units_received")
        self.counters.add("bits_corrected", blocks.corrected_count)
        if is_full:
            self._reject(Reject.CLTU_TOO_LONG, -1, events)
        elif not blocks.data:
            self._reject(Reject.CLTU_EMPTY, -1, events)
        else:
            quality = Quality.CORRECTED if blocks.corrected_count else Quality.CLEAN
            self._take_frames(self._derandomise(blocks.data), quality, events)
        return True

    def _derandomise(self, data: bytes) -> bytes:
        """Remove the randomiser's sequence; the fill after the frame is garbled by it and ignored anyway."""
        if not self._sequence:
            return data
        size = len(data)
        return (int.from_bytes(data) ^ int.from_bytes(self._sequence[:size])).to_bytes(size)

    def _take_frames(self, data: bytes, quality: Quality, events: list[TelecommandEvent]) -> None:
        """Take the frames of a unit; what is shorter than a block behind a frame is fill."""
        at = 0
        while True:
            frame, size = self._codec.decode(data[at:])
            if frame.verdict:
                self._reject(Reject(frame.verdict), -1, events)
            else:
                self._take_frame(frame, quality, events)
            at += size
            if size == 0 or len(data) - at <= _FILL_OCTETS_MAX:
                return

    def _take_frame(self, frame: Frame, quality: Quality, events: list[TelecommandEvent]) -> None:
        """Take the packets of a good frame."""
        if frame.is_control:
            self._reject(Reject.CONTROL_COMMAND, frame.vcid, events)
            return
        if not frame.is_bypass:
            self._reject(Reject.SEQUENCE_CONTROLLED, frame.vcid, events)
            return
        if frame.segment_flags != SEGMENT_WHOLE and self._codec.has_segments:
            self._reject(Reject.SEGMENT_FLAGS, frame.vcid, events)
            return
        self.counters.add("frames_received")
        self._bypass_counts[frame.vcid] = (self._bypass_counts[frame.vcid] + 1) % 4
        self._take_packets(frame, quality, events)

    def _take_packets(self, frame: Frame, quality: Quality, events: list[TelecommandEvent]) -> None:
        """Cut the frame data into packets; what is not a packet ends the frame."""
        data = frame.data
        at = 0
        while at < len(data):
            if data[at] >> 5:
                self._reject(Reject.PACKET_VERSION, frame.vcid, events)
                return
            rest = len(data) - at
            size = (
                (data[at + 4] << 8 | data[at + 5]) + HEADER_OCTETS + 1 if rest > HEADER_OCTETS else rest + 1
            )
            if size > rest or size > self._packet_octets_max:
                self._reject(Reject.PACKET_LENGTH, frame.vcid, events)
                return
            if (data[at] << 8 | data[at + 1]) & APID_IDLE != APID_IDLE:
                self.counters.add("packets_received")
                events.append(
                    PacketReceived(
                        vcid=frame.vcid, packet=data[at : at + size], quality=quality, map_id=frame.map_id
                    )
                )
            at += size

    def _reject(self, reason: Reject, vcid: int, events: list[TelecommandEvent]) -> None:
        """Count and report a reject."""
        self.counters.add(reason.name.lower())
        events.append(Rejected(reason=reason, vcid=vcid))
