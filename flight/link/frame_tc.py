"""Telecommand transfer frames over the C core, one at a time."""

from typing import Protocol

from flight.link._clink import ffi, lib
from flight.link.chain import profile_values
from flight.link.errors import LocalLinkError
from flight.link.frame import Frame
from flight.link.profile import Profile


class _Record(Protocol):
    """A `dd_frame` of the C core."""

    count: int
    data_offset: int
    data_octets: int
    channel: int
    segment: int
    flags: int
    verdict: int


class TcCodec:
    """Build and parse telecommand frames (without their transmission unit).

    Parameters
    ----------
    profile
        Of kind "tc".

    Attributes
    ----------
    data_octets_max
        Longest data of a frame that is not a control frame.
    has_segments
        Frames carry a segment header.

    Raises
    ------
    LocalLinkError
        When the profile is of another kind.
    """

    def __init__(self, profile: Profile) -> None:
        _require_kind(profile, "tc")
        self._profile = c_profile(profile)
        self._frame_octets_max = profile.frame.length_octets
        self.has_segments = profile.frame.segment_header
        overhead = 5 + profile.frame.segment_header + 2 * profile.frame.fecf
        self.data_octets_max = profile.frame.length_octets - overhead

    def encode(self, frame: Frame) -> bytes:
        """Return the octets of one frame.

        Raises
        ------
        LocalLinkError
            When data are empty or longer than a frame carries.
        """
        record = ffi.new("dd_frame *")
        record.channel = frame.vcid
        record.count = frame.count
        record.segment = frame.segment_flags << 6 | frame.map_id
        record.flags = frame.is_bypass * lib.DD_BYPASS | frame.is_control * lib.DD_CONTROL
        out = bytearray(self._frame_octets_max)
        size = lib.dd_tc_build(
            self._profile,
            record,
            ffi.from_buffer("uint8_t[]", frame.data),
            len(frame.data),
            ffi.from_buffer("uint8_t[]", out),
            len(out),
        )
        if size < 0:
            msg = (
                f"frame data must be in [1, {self.data_octets_max}] octets, got {len(frame.data)} octets "
                f"(channel {frame.vcid})"
            )
            raise LocalLinkError(msg, field="data", clause="232.0-B-4 4.1.3")
        return bytes(out[:size])

    def decode(self, data: bytes) -> tuple[Frame, int]:
        """Parse the frame at the start of `data`; return it and its octets by its length field, or 0."""
        record = ffi.new("dd_frame *")
        size = lib.dd_tc_parse(self._profile, ffi.from_buffer("uint8_t[]", data), len(data), record)
        return _frame_of(record[0], data), size


def _frame_of(record: _Record, octets: bytes) -> Frame:
    """Make a telecommand frame from a C record."""
    begin = record.data_offset
    flags = record.flags
    return Frame(
        vcid=record.channel,
        count=record.count,
        data=octets[begin : begin + record.data_octets],
        map_id=record.segment & 0x3F,
        segment_flags=record.segment >> 6,
        is_bypass=bool(flags & lib.DD_BYPASS),
        is_control=bool(flags & lib.DD_CONTROL),
        verdict=record.verdict,
    )


def c_profile(profile: Profile) -> object:
    """Return the C struct of a profile (`dd_profile *`)."""
    return ffi.new("dd_profile *", profile_values(profile))


def _require_kind(profile: Profile, kind: str) -> None:
    """Refuse a profile of another kind."""
    if profile.frame.kind != kind:
        msg = f"frame.kind must be {kind}, got {profile.frame.kind} (profile {profile.name})"
        raise LocalLinkError(msg, field="frame.kind")
