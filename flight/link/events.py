"""What a receiver reports: frozen events, in the order in which things happened."""

from dataclasses import dataclass
from enum import Enum

from flight.link.errors import Reject


class Quality(Enum):
    """Say whether a packet arrived as it was sent or after a repair."""

    CLEAN = "clean"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketReceived:
    """A whole space packet.

    Attributes
    ----------
    vcid
        Virtual channel it came on.
    packet
        The packet, header included.
    quality
        `Quality.CORRECTED` when a coding layer repaired octets of a frame or unit that carried it.
    map_id
        Multiplexer access point (telecommand only, else 0).
    """

    vcid: int
    packet: bytes
    quality: Quality = Quality.CLEAN
    map_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameGap:
    """Frames of a virtual channel are missing: `missing_count` of them before the one just taken."""

    vcid: int
    missing_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRestarted:
    """A virtual channel's count went backwards, to `count`: its sender has restarted from an older state."""

    vcid: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Something was thrown away; `vcid` is -1 where the channel cannot be known."""

    reason: Reject
    vcid: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReceived:
    """The operational control field of a good frame changed to `ocf_word` (32 bits, see `clcw`)."""

    vcid: int
    ocf_word: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertReceived:
    """The insert zone of a good frame, an idle one too; it belongs to the whole physical channel."""

    vcid: int
    octets: bytes


TelemetryEvent = PacketReceived | FrameGap | ChannelRestarted | Rejected | FieldReceived | InsertReceived
TelecommandEvent = PacketReceived | Rejected
