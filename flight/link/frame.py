"""Transfer frames of fixed length over the C core: batches of AOS or TM frames."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from flight.link._clink import ffi, lib
from flight.link.chain import insert_offset, start_chain
from flight.link.errors import LocalLinkError
from flight.link.profile import CHANNEL_IDLE, Profile
from flight.link.security import SecurityEnd

POINTER_NONE = lib.DD_POINTER_NONE
POINTER_IDLE = lib.DD_POINTER_IDLE
SEGMENT_MIDDLE, SEGMENT_FIRST, SEGMENT_LAST, SEGMENT_WHOLE = range(4)


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
    insert
        Insert zone (aos); when sending, empty is a zone of zeros.
    corrected_count
        Symbols that the code repaired in its codeblock (aos, tm).
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
    insert: bytes = b""
    corrected_count: int = 0
    verdict: int = 0


class _Row(Protocol):
    """A `dd_row` of the C core."""

    count: int
    ocf: int
    data_offset: int
    data_octets: int
    pointer: int
    corrected: int
    channel: int
    flags: int
    verdict: int
    lead_octets: int


class AosCodec:
    """Build and parse batches of AOS or TM frames with their markers: security, code, randomiser included.

    Parameters
    ----------
    profile
        Of kind "aos" or "tm", without slices.
    is_sender
        Which end it is; without security a codec serves both.
    security
        Associations of this end, exactly when the profile has security.

    Attributes
    ----------
    zone_octets
        Octets of data in a frame with the shortest security fields; see `zone_octets_of`.

    Raises
    ------
    LocalLinkError
        When the profile is of another kind or sliced, or security is missing.
    """

    def __init__(
        self, profile: Profile, *, is_sender: bool = True, security: SecurityEnd | None = None
    ) -> None:
        if profile.coding.code == "rs_slices":
            msg = f"coding.code must be none or rs, got rs_slices (profile {profile.name}; slices: Ring)"
            raise LocalLinkError(msg, field="coding.code")
        self._chain = start_chain(profile, is_sender=is_sender, security=security, leaves_counts=True)
        self._record = self._chain.record
        self._security = security
        self._spacecraft_id = profile.frame.spacecraft_id
        self._is_tm = profile.frame.kind == "tm"
        self._count_limit = 1 << (8 if self._is_tm else 28)
        self._marker_octets = len(profile.marker)
        self._has_forms = len({one.lengths for one in profile.associations}) > 1
        self._insert_octets = profile.frame.insert_octets
        self._insert_offset = insert_offset(profile)
        self.cadu_octets = profile.cadu_octets
        self.zone_octets = self._chain.layout.zone_octets

    def zone_octets_of(self, vcid: int) -> int:
        """Return the octets of data in each frame that is sent on a channel."""
        return self._chain.zone_octets(vcid) if self._has_forms else self.zone_octets

    @property
    def idle_state(self) -> int:
        """Register of the idle data generator, 32 bits, never 0."""
        return int(self._record.idle_state)

    @idle_state.setter
    def idle_state(self, state: int) -> None:
        self._record.idle_state = state or 0xFFFFFFFF

    def encode(self, frames: Sequence[Frame]) -> bytes:
        """Return the CADUs of the frames, one after the other.

        Raises
        ------
        LocalLinkError
            When the data of a packet frame or its insert zone are of another size, or a field is too wide.
        """
        for frame in frames:
            size = 0 if frame.vcid == CHANNEL_IDLE else self.zone_octets_of(frame.vcid)
            has_fields = 0 <= frame.pointer <= POINTER_NONE and 0 <= frame.count < self._count_limit
            if len(frame.data) != size or not has_fields:
                msg = (
                    f"frame data must be {size} octets, got {len(frame.data)} octets "
                    f"(channel {frame.vcid}, pointer {frame.pointer}, count {frame.count})"
                )
                raise LocalLinkError(msg, field="data", clause="732.0-B-4 4.1")
        return b"".join(
            self.encode_zones(
                [(frame.vcid, frame.count, frame.pointer, frame.ocf_word)], frame.data, frame.insert
            )
            for frame in frames
        )

    def encode_zones(
        self, headers: Sequence[tuple[int, int, int, int]], zones: bytes, inserts: bytes = b""
    ) -> bytes:
        """Return CADUs from (channel, count, pointer, control word) rows and the joined packet zones.

        This is the fast way in for `flight.link.sender`; rows on channel 63 take no zone, and the counts of
        each channel's rows follow one another. `inserts` are the insert zones: one for each row, one for all,
        or none, which is zeros.

        Raises
        ------
        LocalLinkError
            When zones or insert zones are not those of the rows, or security has no number for them.
        """
        size = len(headers)
        if len(inserts) not in (0, self._insert_octets, size * self._insert_octets):
            condition = f"0, {self._insert_octets} or {size} times so many octets"
            msg = f"insert zones must be {condition}, got {len(inserts)} octets (encode)"
            raise LocalLinkError(msg, field="inserts", clause="732.0-B-4 4.1.3")
        out = bytearray(size * self.cadu_octets)
        rows = ffi.new("dd_row[]", size)
        counts = self._record.counts
        counted: set[int] = set()
        for row, (vcid, count, pointer, ocf_word) in zip(rows, headers, strict=True):
            row.channel = vcid
            row.pointer = pointer
            row.ocf = ocf_word
            if vcid not in counted:
                counted.add(vcid)
                counts[vcid] = count
        if self._security is not None:
            self._security.serving(size)
            self._record.sa_count = self._security.count
        octets = ffi.from_buffer("uint8_t[]", out)
        c_inserts = ffi.from_buffer("uint8_t[]", inserts)
        self._record.inserts = c_inserts if inserts else ffi.NULL
        self._record.inserts_size = len(inserts)
        given = (self._record, rows, size, ffi.from_buffer("uint8_t[]", zones), len(zones), octets, len(out))
        if self._chain.is_staged:
            done = lib.dd_tx_build(*given)
            done = self._seal(rows, out, octets) if done >= 0 else done
        else:
            done = lib.dd_tx_batch(*given, self._chain.total)
        if done < 0:
            msg = f"zones must fill {size} frames, got {len(zones)} octets (encode, verdict {-done})"
            raise LocalLinkError(msg, field="zones", clause="732.0-B-4 4.1")
        return bytes(out)

    def decode(self, cadus: bytes | bytearray) -> list[Frame]:
        """Parse whole CADUs that follow one another; octets after the last whole one are left alone.

        Markers are not looked at (see `flight.link.sync`). Every frame has its own verdict.
        """
        work = bytearray(cadus)
        count = len(work) // self.cadu_octets
        rows = ffi.new("dd_row[]", count)
        if self._security is not None:
            self._record.sa_count = self._security.count
        octets = ffi.from_buffer("uint8_t[]", work)
        lib.dd_rx_batch(self._record, octets, len(work), rows, count, self._chain.total)
        if self._chain.is_staged:
            for index, row in enumerate(rows):
                if row.verdict == lib.DD_STAGED:
                    self._open(row, work, index * self.cadu_octets + self._marker_octets)
        return [_frame_of_row(row, work, self._insert(row, work)) for row in rows]

    def _insert(self, row: _Row, work: bytearray) -> bytes:
        """Return the insert zone of a good frame."""
        begin = row.data_offset - row.lead_octets + self._insert_offset
        return b"" if row.verdict else bytes(work[begin : begin + self._insert_octets])

    def _seal(self, rows: Iterable[_Row], out: bytearray, octets: object) -> int:
        """Secure built frames from Python and finish them; return the frames done or a verdict."""
        security = self._security
        layout = self._chain.layout
        count = 0
        for index, row in enumerate(rows):
            count += 1
            if security is None or (row.channel == CHANNEL_IDLE and not self._is_tm):
                continue
            begin = index * self.cadu_octets + self._marker_octets
            frame = bytearray(out[begin : begin + layout.secured_octets])
            verdict = security.apply(row.channel, frame, layout.header_octets, layout.secured_octets)
            if verdict:
                return -verdict
            out[begin : begin + layout.secured_octets] = frame
        return int(lib.dd_tx_code(self._record, count, octets, len(out)))

    def _open(self, row: _Row, work: bytearray, begin: int) -> None:
        """Open one received frame from Python."""
        security = self._security
        if security is None:
            return
        layout = self._chain.layout
        frame = bytes(work[begin : begin + layout.secured_octets])
        header_octets = row.data_offset - begin - layout.pointer_offset + layout.header_octets
        opened = security.open(self._spacecraft_id, row.channel, frame, header_octets, layout.secured_octets)
        row.verdict = opened.verdict
        if opened.verdict:
            return
        security.commit(opened.index, opened.number)
        row.data_offset = opened.data_offset
        row.data_octets = len(opened.data)
        work[begin + row.data_offset : begin + row.data_offset + row.data_octets] = opened.data
        octets = ffi.from_buffer("uint8_t[]", memoryview(work)[begin:])
        lib.dd_rx_opened(self._record, octets, ffi.addressof(row))
        row.lead_octets = row.data_offset
        row.data_offset += begin


def _frame_of_row(row: _Row, octets: bytearray, insert: bytes) -> Frame:
    """Make a frame from a row of the chain."""
    begin = row.data_offset
    return Frame(
        vcid=row.channel,
        count=row.count,
        data=bytes(octets[begin : begin + row.data_octets]),
        pointer=row.pointer,
        ocf_word=row.ocf,
        is_replay=bool(row.flags & lib.DD_REPLAY),
        insert=insert,
        corrected_count=max(0, row.corrected),
        verdict=row.verdict,
    )


def count_modulus(profile: Profile) -> int:
    """Return how many values the frame count of a channel has (aos, tm)."""
    if profile.frame.kind == "tm":
        return 1 << 8
    return 1 << (28 if profile.frame.count_cycle else 24)


def require_packets(profile: Profile) -> None:
    """Refuse a profile whose frames carry no packets.

    Raises
    ------
    LocalLinkError
        When they do not.
    """
    if profile.frame.content != "packets":
        msg = f"frame.content must be packets, got {profile.frame.content} (profile {profile.name})"
        raise LocalLinkError(msg, field="frame.content")
