"""Data units longer than a packet, as runs of space packets with sequence flags; and back."""

from dataclasses import dataclass

from flight.link.errors import LocalLinkError, Reject
from flight.link.packet import COUNT_MODULUS, UNSEGMENTED, SpacePacketHeader

CONTINUATION = 0
FIRST = 1
LAST = 2


def segment_packets(
    *, apid: int, is_command: bool, first_count: int, data: bytes, data_octets_max: int
) -> list[bytes]:
    """Return the packets that carry `data`: one unsegmented, or a first, continuations and a last.

    Parameters
    ----------
    apid, is_command
        Of every packet; no secondary header, which would be repeated in each.
    first_count
        Sequence count of the first packet, 0..16383.
    data
        At least one octet.
    data_octets_max
        Octets of a packet's data field at most, 1..65536.

    Raises
    ------
    LocalLinkError
        When a field is out of its range.

    Source: 133.0-B-2 clause 4.1.3.4.2.
    """
    if not 1 <= data_octets_max <= 1 << 16:
        msg = f"data_octets_max must be in [1, 65536], got {data_octets_max} octets (segmentation)"
        raise LocalLinkError(msg, field="data_octets_max", clause="133.0-B-2 4.1.3.5")
    pieces = [data[at : at + data_octets_max] for at in range(0, len(data), data_octets_max)] or [b""]
    last = len(pieces) - 1
    packets = []
    for index, piece in enumerate(pieces):
        flags = UNSEGMENTED if last == 0 else FIRST if index == 0 else LAST if index == last else CONTINUATION
        header = SpacePacketHeader(
            apid=apid,
            is_command=is_command,
            has_secondary_header=False,
            sequence_flags=flags,
            sequence_count=(first_count + index) % COUNT_MODULUS,
            data_octets=len(piece),
        )
        packets.append(header.pack() + piece)
    return packets


@dataclass(slots=True)
class _Unit:
    """A data unit under way and the count of its next packet."""

    data: bytearray
    next_count: int


class SegmentAssembler:
    """Join the segments of each application process id.

    Parameters
    ----------
    data_octets_max
        Longer data units are refused.

    Source: 133.0-B-2 clause 4.1.3.4.2.
    """

    __slots__ = ("_data_octets_max", "_units")

    def __init__(self, data_octets_max: int) -> None:
        self._data_octets_max = data_octets_max
        self._units: dict[int, _Unit] = {}

    def add(self, header: SpacePacketHeader, data: bytes) -> tuple[bytes | None, Reject | None]:
        """Take the next packet; return the data unit that it ends, and what was thrown away.

        A data unit whose packets do not follow one another by count, a continuation without a first packet
        and a first without its last are `Reject.SEGMENT_FLAGS`, one that is too long `Reject.PACKET_LENGTH`.
        """
        unit = self._units.pop(header.apid, None)
        broken = Reject.SEGMENT_FLAGS if unit is not None else None
        if header.sequence_flags == UNSEGMENTED:
            return data, broken
        if header.sequence_flags == FIRST:
            unit = _Unit(bytearray(), header.sequence_count)
        elif unit is None or header.sequence_count != unit.next_count:
            return None, Reject.SEGMENT_FLAGS
        else:
            broken = None
        if len(unit.data) + len(data) > self._data_octets_max:
            return None, Reject.PACKET_LENGTH
        unit.data += data
        unit.next_count = (header.sequence_count + 1) % COUNT_MODULUS
        if header.sequence_flags == LAST:
            return bytes(unit.data), None
        self._units[header.apid] = unit
        return None, broken
