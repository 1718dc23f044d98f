"""The sending end of telecommand: packets into frames or segments, secured if so set, and units."""

from flight.link.coding import crc16, encode_cltu, random_sequence
from flight.link.errors import LocalLinkError
from flight.link.frame import SEGMENT_FIRST, SEGMENT_LAST, SEGMENT_MIDDLE, Frame
from flight.link.frame_tc import TcCodec
from flight.link.packet import require_packet
from flight.link.profile import Profile
from flight.link.security import SecurityEnd, require_security

_FRAME_HEADER_OCTETS = 5
_FECF_OCTETS = 2


class TelecommandSender:
    """Put packets into frames and transmission units; a long one is cut into segments.

    Parameters
    ----------
    profile
        Of kind "tc".
    security
        Sending end of the profile's security; none exactly where the profile has none.

    Attributes
    ----------
    packet_octets_max
        Longest packet that one frame carries whole.

    Raises
    ------
    LocalLinkError
        When the profile is of another kind, or `security` does not fit it.

    Source: 232.0-B-4 clause 4.1, 231.0-B-4 clause 5, 355.0-B-2 clause 4.
    """

    def __init__(self, profile: Profile, security: SecurityEnd | None = None) -> None:
        require_security(profile, security)
        self._codec = TcCodec(profile)
        self._profile = profile
        self._security = security
        self._sequence = random_sequence(profile.coding.randomiser, profile.frame.length_octets)
        overhead_octets = max((one.overhead_octets for one in profile.associations), default=0)
        room_octets = self._codec.data_octets_max - overhead_octets
        self.packet_octets_max = min(room_octets, profile.limits.packet_octets_max)

    def send(self, vcid: int, map_id: int, packet: bytes) -> bytes:
        """Return the transmission unit (CLTU) that carries one packet in one type-BD frame.

        A packet that one frame does not hold goes in a run of segments, a unit for each, as far as
        `limits.packet_octets_max` of the profile and the segment header allow.

        Parameters
        ----------
        vcid
            A virtual channel of the profile.
        map_id
            Multiplexer access point 0..63; 0 where the profile has no segment header.
        packet
            One whole packet.

        Raises
        ------
        LocalLinkError
            When an argument is out of its range, or no association serves.
        """
        size = self.packet_octets_max
        if size < len(packet) <= self._profile.limits.packet_octets_max and self._codec.has_segments:
            self._require_access(vcid, map_id, packet)
            pieces = [packet[at : at + size] for at in range(0, len(packet), size)]
            flags = [SEGMENT_FIRST, *[SEGMENT_MIDDLE] * (len(pieces) - 2), SEGMENT_LAST]
            return b"".join(
                self._unit(Frame(vcid=vcid, map_id=map_id, segment_flags=flag, data=piece, is_bypass=True))
                for flag, piece in zip(flags, pieces, strict=True)
            )
        self.require(vcid, map_id, packet)
        return self._unit(Frame(vcid=vcid, map_id=map_id, data=packet, is_bypass=True))

    def send_sequenced(self, vcid: int, map_id: int, packet: bytes, count: int) -> bytes:
        """Return the unit of one type-AD frame with N(S) `count`; each call secures anew.

        Raises
        ------
        LocalLinkError
            As `send`.
        """
        self.require(vcid, map_id, packet)
        return self._unit(Frame(vcid=vcid, map_id=map_id, data=packet, count=count))

    def send_control(self, vcid: int, command: bytes) -> bytes:
        """Return the unit of one type-BC frame, secured as data are unless the profile says otherwise.

        Raises
        ------
        LocalLinkError
            When the channel is not the profile's, or no association serves.
        """
        self._require_channel(vcid)
        return self._unit(Frame(vcid=vcid, data=command, is_bypass=True, is_control=True))

    def require(self, vcid: int, map_id: int, packet: bytes) -> None:
        """Refuse what does not go in one frame.

        Raises
        ------
        LocalLinkError
            When an argument is out of its range.
        """
        self._require_access(vcid, map_id, packet)
        if len(packet) > self.packet_octets_max:
            msg = f"packet must be <= {self.packet_octets_max} octets, got {len(packet)} octets (telecommand)"
            raise LocalLinkError(msg, field="packet", clause="232.0-B-4 4.1.3.2")

    def _require_access(self, vcid: int, map_id: int, packet: bytes) -> None:
        self._require_channel(vcid)
        map_max = 63 if self._profile.frame.segment_header else 0
        if not 0 <= map_id <= map_max:
            msg = f"map_id must be in [0, {map_max}], got {map_id} (telecommand)"
            raise LocalLinkError(msg, field="map_id", clause="232.0-B-4 4.1.3.2.2")
        require_packet(packet, self._profile.packet_kinds)

    def _require_channel(self, vcid: int) -> None:
        if vcid not in self._profile.frame.channels:
            msg = f"vcid must be one of {list(self._profile.frame.channels)}, got {vcid} (telecommand)"
            raise LocalLinkError(msg, field="vcid")

    def _unit(self, frame: Frame) -> bytes:
        """Build, secure and code one frame."""
        is_clear = frame.is_control and self._profile.sequence.control == "clear"
        if self._security is None or is_clear:
            return self._coded(self._codec.encode(frame))
        options = self._security.form(frame.vcid)
        room = b"".join((bytes(options.head_octets), frame.data, bytes(options.mac_octets)))
        secured = Frame(
            vcid=frame.vcid,
            map_id=frame.map_id,
            segment_flags=frame.segment_flags,
            data=room,
            count=frame.count,
            is_bypass=frame.is_bypass,
            is_control=frame.is_control,
        )
        octets = bytearray(self._codec.encode(secured))
        header_octets = _FRAME_HEADER_OCTETS + (self._codec.has_segments and not frame.is_control)
        end = len(octets) - _FECF_OCTETS * self._profile.frame.fecf
        verdict = self._security.apply(frame.vcid, octets, header_octets, end)
        if verdict:
            msg = f"association must serve, got verdict {verdict} (telecommand, channel {frame.vcid})"
            raise LocalLinkError(msg, field="security")
        if self._profile.frame.fecf:
            octets[end:] = crc16(bytes(octets[:end])).to_bytes(_FECF_OCTETS)
        return self._coded(bytes(octets))

    def _coded(self, frame: bytes) -> bytes:
        """Return the unit of one frame, or the frame where the profile has no code."""
        return frame if self._profile.coding.code == "none" else encode_cltu(frame, self._sequence)
