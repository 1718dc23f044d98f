"""Packets out of the data of telecommand frames: whole ones side by side, or a long one in segments."""

from flight.link._clink import ffi, lib
from flight.link.errors import Reject
from flight.link.frame import SEGMENT_FIRST, SEGMENT_LAST, SEGMENT_MIDDLE, SEGMENT_WHOLE
from flight.link.profile import Profile

_HEADER_OCTETS_MAX = lib.DD_ENCAPSULATION_HEADER_MAX


class CommandPackets:
    """Cut frame data into packets and join segments, one run of them for each channel and access point.

    Parameters
    ----------
    profile
        Of kind "tc".

    Source: 232.0-B-4 clauses 4.1.3.2 (segment header) and 4.3.
    """

    __slots__ = ("_has_segments", "_kinds", "_packet_octets_max", "_segments")

    def __init__(self, profile: Profile) -> None:
        self._has_segments = profile.frame.segment_header
        self._kinds = profile.packet_kinds
        self._packet_octets_max = profile.limits.packet_octets_max
        self._segments: dict[tuple[int, int], bytes] = {}

    def take(self, vcid: int, segment: int, data: bytes) -> list[bytes | Reject]:
        """Take the data of an accepted frame; return packets, idle ones too, and rejects, in order.

        Parameters
        ----------
        vcid
            Virtual channel.
        segment
            Segment header: sequence flags (2 bits) and access point (6 bits).
        data
            What follows it.
        """
        found: list[bytes | Reject] = []
        whole = self._join((vcid, segment & 0x3F), segment >> 6, data, found) if self._has_segments else data
        at = 0
        while whole is not None and at < len(whole):
            head = whole[at : at + _HEADER_OCTETS_MAX]
            size = lib.dd_packet_octets(ffi.from_buffer("uint8_t[]", head), len(head), self._kinds)
            if not 0 < size <= min(len(whole) - at, self._packet_octets_max):
                is_version = size == -lib.DD_BAD_PACKET_VERSION
                found.append(Reject.PACKET_VERSION if is_version else Reject.PACKET_LENGTH)
                break
            found.append(whole[at : at + size])
            at += size
        return found

    def _join(
        self, access: tuple[int, int], flags: int, data: bytes, found: list[bytes | Reject]
    ) -> bytes | None:
        """Return what a segment completes."""
        begun = self._segments.pop(access, None)
        if (flags in (SEGMENT_FIRST, SEGMENT_WHOLE)) == (begun is not None):
            found.append(Reject.SEGMENT_FLAGS)
            begun = None
            if flags in (SEGMENT_MIDDLE, SEGMENT_LAST):
                return None
        joined = (begun or b"") + data
        if flags in (SEGMENT_LAST, SEGMENT_WHOLE):
            return joined
        if len(joined) > self._packet_octets_max:
            found.append(Reject.PACKET_LENGTH)
        else:
            self._segments[access] = joined
        return None
