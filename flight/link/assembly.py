"""Space packets out of the packet zones of one virtual channel."""

from flight.link._clink import ffi, lib
from flight.link.errors import Reject
from flight.link.frame import POINTER_IDLE, POINTER_NONE
from flight.link.packet import HEADER_OCTETS


class PacketAssembler:
    """Reassemble the packets of one virtual channel from consecutive packet zones.

    Parameters
    ----------
    packet_octets_max
        Longer packets are refused and the channel waits for the next first header pointer.

    Source: 732.0-B-4 clause 4.1.4.2 (M_PDU); 133.0-B-2 clause 4.1.
    """

    __slots__ = ("_is_synced", "_offsets", "_packet_octets_max", "_partial", "_split")

    def __init__(self, packet_octets_max: int) -> None:
        self._packet_octets_max = packet_octets_max
        self._partial = b""
        self._is_synced = False
        self._offsets = ffi.new("uint32_t[]", 16)
        self._split = ffi.new("dd_split *")

    def drop(self) -> bool:
        """Forget the packet begun, since zones are missing; say whether there was one."""
        had_partial = bool(self._partial)
        self._partial = b""
        self._is_synced = False
        return had_partial

    def add(self, zone: bytes, pointer: int) -> tuple[list[bytes], list[Reject]]:
        """Take the next zone of the channel; return the packets completed and the rejects.

        There are two rejects at most: one of the packet begun earlier, one of the octets after the packets.
        """
        rejects: list[Reject] = []
        if self._is_synced and pointer != self._expected_pointer(zone):
            rejects.append(Reject.POINTER_MISMATCH if pointer != POINTER_IDLE else Reject.PACKET_INCOMPLETE)
            self.drop()
        if pointer == POINTER_IDLE:
            self._is_synced = True
            return [], rejects
        if not self._is_synced:
            if pointer == POINTER_NONE:
                return [], rejects
            zone = zone[pointer:]
            self._is_synced = True
        packets, refused = self._cut(self._partial + zone)
        return packets, rejects + refused

    def _expected_pointer(self, zone: bytes) -> int:
        """Return the first header pointer that fits the packet begun."""
        begun = len(self._partial)
        if begun == 0:
            return 0
        header = self._partial[:HEADER_OCTETS] + zone[:HEADER_OCTETS]
        rest = (header[4] << 8 | header[5]) + HEADER_OCTETS + 1 - begun
        return rest if rest < len(zone) else POINTER_NONE

    def _cut(self, stream: bytes) -> tuple[list[bytes], list[Reject]]:
        """Cut whole packets off a stream that starts with a header; keep the rest."""
        packets: list[bytes] = []
        at = 0
        view = memoryview(stream)
        capacity = len(self._offsets)
        split = self._split
        while True:
            rest = view[at:]
            lib.dd_packet_split(
                ffi.from_buffer("uint8_t[]", rest),
                len(rest),
                self._packet_octets_max,
                self._offsets,
                capacity,
                split,
            )
            count = split.packet_count
            edges = [*self._offsets[0:count], split.consumed]
            packets += [stream[at + edges[i] : at + edges[i + 1]] for i in range(count)]
            at += split.consumed
            if split.verdict:
                self.drop()
                return packets, [Reject(split.verdict)]
            if count < capacity:
                self._partial = stream[at:]
                return packets, []
