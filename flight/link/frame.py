"""Transfer frames over the C core: batches of AOS frames, single telecommand frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flight.link._clink import ffi, lib
from flight.link.coding import random_sequence
from flight.link.errors import LocalLinkError
from flight.link.profile import CHANNEL_IDLE, Profile

POINTER_NONE = lib.DD_POINTER_NONE
POINTER_IDLE = lib.DD_POINTER_IDLE
SEGMENT_WHOLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One transfer frame.

    Attributes
    ----------
    vcid
        Virtual channel; 63 carries only idle data (aos).
    count
        Frame count of the channel: 24 or 28 bits (aos), N(S) (tc).
    data
        Packet zone (aos; empty on channel 63), or frame data without the segment header (tc).
    pointer
        First header pointer (aos): offset in `data`, `POINTER_NONE` or `POINTER_IDLE`.
    ocf_word
        Operational control field, 0 where the profile has none (aos).
    map_id, segment_flags
        From the segment header (tc).
    is_bypass, is_control, is_replay
        Flags of the header.
    verdict
        0, or a number of `flight.link.errors.Reject`; then only what could be read is set.
    """

    vcid: int
    count: int = 0
    data: bytes = b""
    pointer: int = 0
    ocf_word: int = 0
    map_id: int = 0
    segment_flags: int = SEGMENT_WHOLE
    is_bypass: bool = False
    is_control: bool = False
    is_replay: bool = False
    verdict: int = 0


class _Record(Protocol):
    """A `dd_frame` of the C core."""

    count: int
    ocf: int
    data_offset: int
    data_octets: int
    pointer: int
    channel: int
    segment: int
    flags: int
    verdict: int


class AosCodec:
    """Build and parse batches of AOS frames with their markers, randomiser included.

    Parameters
    ----------
    profile
        Of kind "aos".

    Attributes
    ----------
    zone_octets
        Octets of packet data in each frame.

    Raises
    ------
    LocalLinkError
        When the profile is of another kind.
    """

    def __init__(self, profile: Profile) -> None:
        _require_kind(profile, "aos")
        self._profile = c_profile(profile)
        self._sequence = random_sequence(profile.coding.randomiser, profile.frame.length_octets)
        self._c_sequence = ffi.from_buffer("uint8_t[]", self._sequence)
        self._idle_state = ffi.new("uint32_t *", 0xFFFFFFFF)
        self._marker_octets = len(profile.marker)
        self.cadu_octets = profile.cadu_octets
        self.zone_octets = lib.dd_aos_zone(self._profile)

    @property
    def idle_state(self) -> int:
        """Register of the idle data generator, 32 bits, never 0."""
        return int(self._idle_state[0])

    @idle_state.setter
    def idle_state(self, state: int) -> None:
        self._idle_state[0] = state or 0xFFFFFFFF

    def encode(self, frames: Sequence[Frame]) -> bytes:
        """Return the CADUs of the frames, one after the other.

        Raises
        ------
        LocalLinkError
            When the data of a packet frame are not exactly `zone_octets`, or a field is too wide.
        """
        for frame in frames:
            size = 0 if frame.vcid == CHANNEL_IDLE else self.zone_octets
            if len(frame.data) != size or not 0 <= frame.pointer <= POINTER_NONE or frame.count >> 28:
                msg = (
                    f"frame data must be {size} octets, got {len(frame.data)} octets "
                    f"(channel {frame.vcid}, pointer {frame.pointer}, count {frame.count})"
                )
                raise LocalLinkError(msg, field="data", clause="732.0-B-4 4.1")
        return self.encode_zones(
            [(frame.vcid, frame.count, frame.pointer, frame.ocf_word) for frame in frames],
            b"".join(frame.data for frame in frames),
        )

    def encode_zones(self, headers: Sequence[tuple[int, int, int, int]], zones: bytes) -> bytes:
        """Return CADUs from (channel, count, pointer, control word) rows and the joined packet zones.

        This is the fast way in for `flight.link.sender`; rows on channel 63 take no zone.

        Raises
        ------
        LocalLinkError
            When the zones are fewer than the rows need.
        """
        out = bytearray(len(headers) * self.cadu_octets)
        records = ffi.new("dd_frame[]", len(headers))
        for record, (vcid, count, pointer, ocf_word) in zip(records, headers, strict=True):
            record.channel = vcid
            record.count = count
            record.pointer = pointer
            record.ocf = ocf_word
        done = lib.dd_aos_encode(
            self._profile,
            records,
            len(headers),
            ffi.from_buffer("uint8_t[]", zones),
            len(zones),
            self._c_sequence,
            len(self._sequence),
            self._idle_state,
            ffi.from_buffer("uint8_t[]", out),
            len(out),
        )
        if done < 0:
            msg = f"zones must fill {len(headers)} frames, got {len(zones)} octets (encode)"
            raise LocalLinkError(msg, field="zones", clause="732.0-B-4 4.1")
        return bytes(out)

    def decode(self, cadus: bytes | bytearray) -> list[Frame]:
        """Parse whole CADUs that follow one another; octets after the last whole one are left alone.

        Markers are not looked at (see `flight.link.sync`). Every frame has its own verdict.
        """
        work = bytearray(cadus)
        count = len(work) // self.cadu_octets
        records = ffi.new("dd_frame[]", count)
        lib.dd_aos_decode(
            self._profile,
            ffi.from_buffer("uint8_t[]", work),
            len(work),
            self._c_sequence,
            len(self._sequence),
            records,
            count,
        )
        return [
            _frame_of(records[i], work, i * self.cadu_octets + self._marker_octets, is_aos=True)
            for i in range(count)
        ]


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
        return _frame_of(record[0], data, 0, is_aos=False), size


def _frame_of(record: _Record, octets: bytes | bytearray, base: int, *, is_aos: bool) -> Frame:
    """Make a frame from a C record; `base` is the offset of the frame in `octets`."""
    begin = base + record.data_offset
    flags = record.flags
    segment = record.segment
    return Frame(
        vcid=record.channel,
        count=record.count,
        data=bytes(octets[begin : begin + record.data_octets]),
        pointer=record.pointer,
        ocf_word=record.ocf,
        map_id=segment & 0x3F,
        segment_flags=SEGMENT_WHOLE if is_aos else segment >> 6,
        is_bypass=bool(flags & lib.DD_BYPASS),
        is_control=bool(flags & lib.DD_CONTROL),
        is_replay=bool(flags & lib.DD_REPLAY),
        verdict=record.verdict,
    )


def c_profile(profile: Profile) -> object:
    """Return the C struct of a profile (`dd_profile *`)."""
    flags = (
        profile.frame.ocf * lib.DD_OCF
        | profile.frame.fecf * lib.DD_FECF
        | profile.frame.count_cycle * lib.DD_COUNT_CYCLE
        | profile.frame.segment_header * lib.DD_SEGMENT
    )
    return ffi.new(
        "dd_profile *",
        {
            "channel_mask": sum(1 << vcid for vcid in profile.frame.channels),
            "frame_octets": profile.frame.length_octets,
            "spacecraft": profile.frame.spacecraft_id,
            "flags": flags,
            "marker_octets": len(profile.marker),
            "marker": profile.marker.ljust(lib.DD_MARKER_MAX, b"\0"),
        },
    )


def _require_kind(profile: Profile, kind: str) -> None:
    """Refuse a profile of another kind."""
    if profile.frame.kind != kind:
        msg = f"frame.kind must be {kind}, got {profile.frame.kind} (profile {profile.name})"
        raise LocalLinkError(msg, field="frame.kind")
