"""Both ends of a link at line rate: buffers bound once, batches of frames, one record to a frame.

Rows are numpy structured arrays over the C core's `dd_row`; the interpreter lock is released while the core
works. What a batch makes may lie in memory of the caller, such as the slots of `flight.link.slots`, whose
descriptors are on the bus.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight.link._clink import ffi, lib
from flight.link.chain import Chain, start_chain
from flight.link.errors import LocalLinkError
from flight.link.profile import Profile
from flight.link.security import SecurityEnd
from flight.link.slots import batch_octets, info_octets

ROW = np.dtype(
    [
        ("count", "u4"),
        ("gap", "u4"),
        ("ocf", "u4"),
        ("data_offset", "u4"),
        ("data_octets", "u4"),
        ("pointer", "u2"),
        ("spacecraft", "u2"),
        ("corrected", "i2"),
        ("channel", "u1"),
        ("flags", "u1"),
        ("verdict", "u1"),
        ("sa_index", "u1"),
        ("lead_octets", "u2"),
    ]
)
"""One frame; the fields are those of `dd_row` in csrc/link/cdef_chain.h."""

BITS_ALL = lib.DD_BITS_ALL
"""Bitstream data pointer of a full frame; else it is the place of the last bit (732.0-B-4, 4.1.4.3)."""
BITS_IDLE = lib.DD_BITS_IDLE
"""Bitstream data pointer of a frame that holds no data."""
RESTARTED = lib.DD_RESTARTED
"""Flag of a row: the count went back, so its sender came back from an older state."""

Octets = NDArray[np.uint8]
Rows = NDArray[np.void]


SenderImage = tuple[tuple[int, ...], int, bytes]
"""State of a sending end: next counts of its channels, cells of the idle register, octets that wait."""


class SendRing:
    """Sending end: fill `rows` and `zones`, then `send`.

    Parameters
    ----------
    profile
        Of kind "aos" or "tm".
    frame_count
        Frames of a batch at most.
    security
        Associations of the sending end, exactly when the profile has security.
    outputs
        Memory of the caller for the CADUs of a batch, each at least `batch_octets` long; none: its own.

    Attributes
    ----------
    rows
        shape (frame_count,), `ROW`: channel, pointer, ocf and flags are read, the rest is written.
    zones
        shape (frame_count, zone octets), uint8: data of the frames that are not idle, one after the other.
        Where associations have fields of several lengths, a zone is as long as `zone_octets` of its channel.
    inserts
        shape (frame_count, insert octets), uint8: insert zone of each row, idle ones too.
    cadus
        shape (CADUs, octets), uint8: what `send` made in the first of the outputs.

    Raises
    ------
    LocalLinkError
        When security is missing, its cipher runs frame by frame from Python (see `flight.link.frame`), or an
        output is too short.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        frame_count: int = 256,
        security: SecurityEnd | None = None,
        outputs: Sequence[memoryview] = (),
    ) -> None:
        marked_octets = len(profile.marker) + profile.frame.length_octets
        self._chain = start_chain(profile, is_sender=True, security=security, work_octets=8 * marked_octets)
        _require_core(self._chain)
        self._security = security
        layout = self._chain.layout
        size = batch_octets(profile, frame_count)
        self.rows = np.zeros(frame_count, ROW)
        self.zones = np.zeros((frame_count, layout.zone_octets), np.uint8)
        places = list(outputs) or [memoryview(bytearray(size))]
        if any(place.nbytes < size for place in places):
            msg = f"outputs must hold {size} octets, got {min(place.nbytes for place in places)} (ring)"
            raise LocalLinkError(msg, field="outputs")
        self.cadus = np.frombuffer(places[0], np.uint8, size).reshape(-1, layout.cadu_octets)
        self._c_rows = ffi.from_buffer("dd_row[]", self.rows, require_writable=True)
        self._c_zones = ffi.from_buffer("uint8_t[]", self.zones)
        self._c_outputs = [ffi.from_buffer("uint8_t[]", place, require_writable=True) for place in places]
        self.inserts = np.zeros((frame_count, profile.frame.insert_octets), np.uint8)
        self._c_inserts = ffi.from_buffer("uint8_t[]", self.inserts)
        self._chain.record.inserts = self._c_inserts if self.inserts.size else ffi.NULL
        self._chain.record.inserts_size = self.inserts.nbytes

    def send(self, frame_count: int, *, output: int = 0) -> int:
        """Make CADUs of the first rows in one of the outputs; return how many.

        With slices the last part of a frame waits for the next batch.

        Raises
        ------
        LocalLinkError
            When there are not so many rows, a channel is unknown, or no numbers are reserved.
        """
        if not 0 <= frame_count <= len(self.rows):
            msg = f"frame_count must be in [0, {len(self.rows)}], got {frame_count} frames (ring)"
            raise LocalLinkError(msg, field="frame_count")
        if self._security is not None:
            self._security.serving(frame_count)
            self._chain.record.sa_count = self._security.count
        done = lib.dd_tx_batch(
            self._chain.record,
            self._c_rows,
            frame_count,
            self._c_zones,
            self.zones.nbytes,
            self._c_outputs[output],
            self.cadus.nbytes,
            self._chain.total,
        )
        if done < 0:
            msg = f"rows must fit the profile and its numbers, got verdict {-done} (ring)"
            raise LocalLinkError(msg, field="rows")
        return self._chain.total.cadu_count

    def zone_octets(self, vcid: int) -> int:
        """Return the data octets of a frame on a virtual channel."""
        return self._chain.zone_octets(vcid)

    @property
    def waiting_octets(self) -> int:
        """Octets of the stream of frames that wait for the rest of a codeblock (slices)."""
        return self._chain.record.work_octets

    def snapshot(self) -> SenderImage:
        """Return counts and the octets that wait, for `restore`; numbers of security are on their disk."""
        record = self._chain.record
        return (tuple(record.counts), record.idle_state, bytes(self._chain.work[: record.work_octets]))

    def restore(self, state: SenderImage) -> None:
        """Take over a state made by `snapshot` with the same profile."""
        record = self._chain.record
        counts, record.idle_state, waiting = state
        record.counts = list(counts)
        self._chain.work[: len(waiting)] = waiting
        record.work_octets = len(waiting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over all batches of a receiver."""

    cadu_count: int = 0
    frame_count: int = 0
    unrepairable_count: int = 0
    corrected_count: int = 0
    skipped_count: int = 0


class ReceiveRing:
    """Receiving end: put CADUs into `cadus`, then `receive`; or `take` a stream of octets or bits.

    Parameters
    ----------
    profile
        Of kind "aos" or "tm".
    cadu_count
        CADUs of a batch at most.
    security
        Associations of the receiving end, exactly when the profile has security.
    first_count
        Frame count that the first frame of every channel must have for no gap; None takes any.
    is_bitwise
        The stream of `take` may begin at any bit and be inverted.

    Attributes
    ----------
    rows
        shape (rows,), `ROW`: what `receive` found.
    cadus
        shape (cadu_count, octets), uint8; worked on in place.
    data
        shape (octets,), uint8: the memory into which `data_offset` of a row points.
    offsets
        shape (cadu_count,), uint64: where the CADUs of the last `take` began, bits since the start.
    totals
        Sums since the start.

    Raises
    ------
    LocalLinkError
        When security is missing, or its cipher runs frame by frame from Python.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        cadu_count: int = 256,
        security: SecurityEnd | None = None,
        first_count: int | None = None,
        is_bitwise: bool = False,
    ) -> None:
        marked_octets = len(profile.marker) + profile.frame.length_octets
        block_octets = cadu_count * profile.block_octets
        self._chain = start_chain(
            profile, is_sender=False, security=security, work_octets=2 * marked_octets + block_octets
        )
        _require_core(self._chain)
        self._security = security
        if first_count is not None:
            for vcid in range(64):
                self._chain.record.counts[vcid] = first_count
        row_count = cadu_count
        if self._chain.is_sliced:
            row_count = cadu_count * (info_octets(profile) // marked_octets + 2)
        self.rows = np.zeros(row_count, ROW)
        self.cadus = np.zeros((cadu_count, profile.cadu_octets), np.uint8)
        work = np.frombuffer(self._chain.work, np.uint8)
        self.data: Octets = work if self._chain.is_sliced else self.cadus.reshape(-1)
        self.totals = Totals()
        self._c_rows = ffi.from_buffer("dd_row[]", self.rows, require_writable=True)
        self._c_cadus = ffi.from_buffer("uint8_t[]", self.cadus, require_writable=True)
        self._stream = bytearray()
        self._consumed = ffi.new("size_t *")
        self.offsets = np.zeros(cadu_count, np.uint64)
        self._c_offsets = ffi.from_buffer("uint64_t[]", self.offsets, require_writable=True)
        self.sync = ffi.new(
            "dd_sync *",
            {
                "marker": profile.marker.ljust(lib.DD_MARKER_MAX, b"\0"),
                "marker_octets": len(profile.marker),
                "cadu_octets": profile.cadu_octets,
                "mismatch_max": profile.coding.marker_mismatch_max,
                "is_bitwise": is_bitwise,
                "offsets": self._c_offsets,
            },
        )

    def receive(self, cadu_count: int) -> Rows:
        """Take the first CADUs of `cadus`; return a view of the rows that they gave.

        Raises
        ------
        LocalLinkError
            When there are not so many CADUs.
        """
        if not 0 <= cadu_count <= len(self.cadus):
            msg = f"cadu_count must be in [0, {len(self.cadus)}], got {cadu_count} CADUs (ring)"
            raise LocalLinkError(msg, field="cadu_count")
        total = self._chain.total
        if self._security is not None:
            self._chain.record.sa_count = self._security.count
        size = cadu_count * self.cadus.shape[1]
        done = lib.dd_rx_batch(self._chain.record, self._c_cadus, size, self._c_rows, len(self.rows), total)
        if self._security is not None:
            self._security.keep()
        before = self.totals
        self.totals = Totals(
            cadu_count=before.cadu_count + total.cadu_count,
            frame_count=before.frame_count + total.frame_count,
            unrepairable_count=before.unrepairable_count + total.unrepairable_count,
            corrected_count=before.corrected_count + total.corrected_count,
            skipped_count=before.skipped_count + total.skipped_octets,
        )
        return self.rows[:done]

    @property
    def stream_base(self) -> int:
        """Octets of the stream of frames before `data` (slices); they count as long as rows are looked at."""
        return self._chain.record.work_base

    def take(self, octets: bytes) -> int:
        """Append a piece of the stream; return how many CADUs it gave, ready for `receive`.

        Call it with nothing until it returns 0 when more may wait than `cadus` holds.
        """
        self._stream += octets
        with memoryview(self._stream) as view:
            found = lib.dd_sync_take(
                self.sync,
                ffi.from_buffer("uint8_t[]", view),
                len(view),
                self._c_cadus,
                self.cadus.nbytes,
                self._consumed,
            )
        del self._stream[: self._consumed[0]]
        return int(found)


def _require_core(chain: Chain) -> None:
    """Refuse a cipher that runs frame by frame from Python: there is no line rate with it."""
    if chain.is_staged:
        name = "none" if chain.security is None else chain.security.crypto.name
        msg = f"cipher must run in the C core, got {name} (ring; use flight.link.frame)"
        raise LocalLinkError(msg, field="security")
