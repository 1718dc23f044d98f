"""Packets of whole batches of frames as spans: offsets and lengths in the ring's memory, nothing copied."""

import numpy as np
from numpy.typing import NDArray

from flight.link._clink import ffi, lib
from flight.link.errors import LocalLinkError
from flight.link.profile import Profile
from flight.link.ring import Octets, Rows

PART = np.dtype(
    [
        ("offset", "u4"),
        ("octets", "u4"),
        ("packet_octets", "u4"),
        ("row", "u4"),
        ("identification", "u2"),
        ("sequence", "u2"),
        ("gap", "u2"),
        ("flags", "u1"),
        ("verdict", "u1"),
    ]
)
"""A packet, or as much of it as lies in one frame; the fields are those of `dd_part` (cdef_packet.h)."""

FIRST = lib.DD_PART_FIRST
LAST = lib.DD_PART_LAST
IDLE = lib.DD_PART_IDLE
ENCAPSULATION = lib.DD_PART_ENCAPSULATION

Parts = NDArray[np.void]
_PARTS_MORE = 4


class PacketSpans:
    """Packets in the rows of a `flight.link.ring.ReceiveRing`.

    Parameters
    ----------
    profile
        Of kind "aos" or "tm" with packets.
    part_count
        Parts that one call may return; at least those of one frame.

    Attributes
    ----------
    missing_count
        Packets missing by the sequence counts of their application process ids, over all channels.

    Raises
    ------
    LocalLinkError
        When the frames carry no packets.

    Source: 732.0-B-4 clause 4.1.4.2; 133.0-B-2 clause 4.1.3.4.3 (the count runs per application process id).
    """

    def __init__(self, profile: Profile, *, part_count: int = 16_384) -> None:
        if profile.frame.content != "packets":
            msg = f"frame.content must be packets, got {profile.frame.content} (profile {profile.name})"
            raise LocalLinkError(msg, field="frame.content")
        values = {"packet_max": profile.limits.packet_octets_max, "kinds": profile.packet_kinds}
        self._mpdus = {vcid: ffi.new("dd_mpdu *", values) for vcid in profile.frame.channels}
        self.parts = np.zeros(max(part_count, lib.DD_POINTER_IDLE + _PARTS_MORE), PART)
        self._c_parts = ffi.from_buffer("dd_part[]", self.parts, require_writable=True)
        self._expected = np.full(lib.DD_SEQUENCES, lib.DD_SEQUENCE_ANY, np.uint16)
        self._c_expected = ffi.from_buffer("uint16_t[]", self._expected, require_writable=True)
        self._done = ffi.new("size_t *")
        self.missing_count = 0

    def unpack(self, vcid: int, data: Octets, rows: Rows) -> tuple[Parts, int]:
        """Find the packets of one virtual channel.

        Parameters
        ----------
        vcid
            A virtual channel of the profile.
        data
            shape (octets,), uint8: the ring's memory.
        rows
            shape (frames,), `flight.link.ring.ROW`: a run of the ring's rows; those of other channels and
            those with a verdict are passed over.

        Returns
        -------
        parts
            shape (parts,), `PART`: a view that the next call writes over. The parts of one packet follow
            one another from `FIRST` to `LAST`, over calls too; one with a verdict says what was thrown away.
        row_count
            Rows done; where it is less than were given, call again with the rest.
        """
        count = lib.dd_mpdu_unpack(
            self._mpdus[vcid],
            vcid,
            ffi.from_buffer("uint8_t[]", data),
            ffi.from_buffer("dd_row[]", rows),
            len(rows),
            self._c_parts,
            len(self.parts),
            self._done,
        )
        self.missing_count += lib.dd_sequence_gaps(self._c_expected, self._c_parts, count)
        return self.parts[:count], int(self._done[0])


def pack(
    items: Parts, zone_octets: int, zone_count: int, *, lead: int = 0
) -> tuple[Parts, NDArray[np.uint16], int, int]:
    """Describe zones of packets that lie anywhere in memory, without a copy.

    Parameters
    ----------
    items
        shape (packets,), `PART`: offset and octets of each packet are read.
    zone_octets
        Octets of a zone.
    zone_count
        Zones to fill; there must be octets for them.
    lead
        Octets of the first packet that earlier zones hold.

    Returns
    -------
    parts
        shape (parts,), `PART`: what the zones hold, in order; `row` is the zone.
    pointers
        shape (zone_count,), uint16: first header pointers.
    used_count
        Packets used up.
    lead
        Octets of the packet after those that the zones hold.

    Raises
    ------
    LocalLinkError
        When the packets do not fill the zones, or no pointer reaches over them.

    Source: 732.0-B-4 clause 4.1.4.2.
    """
    parts = np.zeros(len(items) + zone_count, PART)
    pointers = np.zeros(zone_count, np.uint16)
    used, begun = ffi.new("size_t *"), ffi.new("uint32_t *", lead)
    count = lib.dd_mpdu_pack(
        ffi.from_buffer("dd_part[]", items),
        len(items),
        zone_octets,
        used,
        begun,
        ffi.from_buffer("dd_part[]", parts, require_writable=True),
        len(parts),
        ffi.from_buffer("uint16_t[]", pointers, require_writable=True),
        zone_count,
    )
    if count < 0:
        msg = f"packets must fill {zone_count} zones of {zone_octets} octets, got {len(items)} packets (pack)"
        raise LocalLinkError(msg, field="packets", clause="732.0-B-4 4.1.4.2")
    return parts[:count], pointers, int(used[0]), int(begun[0])


def gather(base: Octets, items: Parts, out: Octets) -> int:
    """Copy the octets of parts into `out`, one after the other; return how many.

    Raises
    ------
    LocalLinkError
        When `out` is too small.
    """
    done = lib.dd_parts_gather(
        ffi.from_buffer("uint8_t[]", base),
        ffi.from_buffer("dd_part[]", items),
        len(items),
        ffi.from_buffer("uint8_t[]", out, require_writable=True),
        out.nbytes,
    )
    if done < 0:
        msg = f"out must hold {int(items['octets'].sum())} octets, got {out.nbytes} octets (gather)"
        raise LocalLinkError(msg, field="out")
    return int(done)
