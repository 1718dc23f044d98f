"""Packets out of the packet zones of one virtual channel, zone by zone."""

from flight.link._clink import ffi, lib
from flight.link.errors import Reject
from flight.link.packet import SPACE_ONLY

_ZONE_OCTETS_MAX = lib.DD_POINTER_IDLE
_PARTS_MORE = 4


class PacketAssembler:
    """Reassemble the packets of one virtual channel from consecutive packet zones.

    For batches of frames without a copy see `flight.link.spans`.

    Parameters
    ----------
    packet_octets_max
        Longer packets are refused and the channel waits for the next first header pointer.
    kinds
        Kinds of packets (see `flight.link.packet`).

    Source: 732.0-B-4 clause 4.1.4.2 (M_PDU); 133.0-B-2 clause 4.1; 133.1-B-3 clause 4.1.
    """

    __slots__ = ("_capacity", "_done", "_mpdu", "_partial", "_parts", "_row")

    def __init__(self, packet_octets_max: int, kinds: int = SPACE_ONLY) -> None:
        self._partial = b""
        self._mpdu = ffi.new("dd_mpdu *", {"packet_max": packet_octets_max, "kinds": kinds})
        self._row = ffi.new("dd_row *")
        self._done = ffi.new("size_t *")
        packet_octets_min = lib.DD_PACKET_MIN if kinds == SPACE_ONLY else 1
        self._capacity = _ZONE_OCTETS_MAX // packet_octets_min + _PARTS_MORE
        self._parts = ffi.new("dd_part[]", self._capacity)

    def drop(self) -> bool:
        """Forget the packet begun, since zones are missing; say whether there was one."""
        self._partial = b""
        return bool(lib.dd_mpdu_drop(self._mpdu))

    def add(self, zone: bytes, pointer: int) -> tuple[list[bytes], list[Reject]]:
        """Take the next zone of the channel; return the packets completed and the rejects.

        There are two rejects at most: one of the packet begun earlier, one of the octets after the packets.
        """
        packets: list[bytes] = []
        rejects: list[Reject] = []
        self._row.pointer = pointer
        self._row.data_octets = len(zone)
        octets = ffi.from_buffer("uint8_t[]", zone)
        count = lib.dd_mpdu_unpack(
            self._mpdu, 0, octets, self._row, 1, self._parts, self._capacity, self._done
        )
        for part in self._parts[0:count]:
            if part.verdict:
                rejects.append(Reject(part.verdict))
                self._partial = b""
                continue
            begin = part.offset
            piece = self._partial + zone[begin : begin + part.octets]
            if part.flags & lib.DD_PART_LAST:
                packets.append(piece)
                piece = b""
            self._partial = piece
        return packets, rejects
