"""The station's core: channel octets become packets, packets become transmission units.

Sans-I/O: the octets come from whoever has an antenna, simulated or real, with the time at which they came.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flight.link.events import ChannelRestarted, FrameGap, PacketReceived, Rejected, TelemetryEvent
from flight.link.packet import parse_header
from flight.link.profile import Profile
from flight.link.receiver import TelemetryReceiver
from flight.link.telecommand import TelecommandSender
from ground.station.gaps import GapFinding, PacketGaps

__all__ = ["FramesMissing", "Station", "StationEvent", "StationPacket"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StationPacket:
    """A space packet that came down.

    Parameters
    ----------
    channel : int
        Virtual channel.
    gap : GapFinding
        What its sequence count told.
    """

    channel: int
    apid: int
    sequence_count: int
    quality: str
    octets: bytes
    gap: GapFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class FramesMissing:
    """Frames of a virtual channel did not come, or its sender restarted (``missing_count`` 0)."""

    channel: int
    missing_count: int


StationEvent = StationPacket | FramesMissing


class Station:
    """Receiver and sender of one satellite.

    Parameters
    ----------
    telemetry : Profile
        Of the way down.
    telecommand : Profile
        Of the way up.
    last_counts : mapping of int to int
        Counts of the last packets of an earlier run, by application process id.
    first_count : int or None
        First count of every channel and of every other application, see :class:`PacketGaps`.
    """

    def __init__(
        self,
        telemetry: Profile,
        telecommand: Profile,
        *,
        last_counts: Mapping[int, int] | None = None,
        first_count: int | None = None,
    ) -> None:
        self._receiver = TelemetryReceiver(telemetry, first_count=None if last_counts else first_count)
        self._sender = TelecommandSender(telecommand)
        self._channel_up = telecommand.frame.channels[0]
        self._gaps = PacketGaps(last_counts, first_count)
        self.packets_by_channel: Counter[int] = Counter()
        self.packets_by_apid: Counter[int] = Counter()

    def receive(self, octets: bytes) -> list[StationEvent]:
        """Take octets of the channel, in any cut; return packets and gaps in their order."""
        made: list[StationEvent] = []
        for event in self._receiver.receive(octets):
            taken = self._take(event)
            if taken is not None:
                made.append(taken)
        return made

    def _take(self, event: TelemetryEvent) -> StationEvent | None:
        match event:
            case PacketReceived():
                return self._take_packet(event)
            case FrameGap():
                return FramesMissing(channel=event.vcid, missing_count=event.missing_count)
            case ChannelRestarted():
                return FramesMissing(channel=event.vcid, missing_count=0)
            case Rejected():
                return None
            case _:
                return None

    def _take_packet(self, event: PacketReceived) -> StationPacket:
        header = parse_header(event.packet)
        self.packets_by_channel[event.vcid] += 1
        self.packets_by_apid[header.apid] += 1
        return StationPacket(
            channel=event.vcid,
            apid=header.apid,
            sequence_count=header.sequence_count,
            quality=event.quality.value,
            octets=event.packet,
            gap=self._gaps.take(header.apid, header.sequence_count),
        )

    def frame(self, packet: bytes) -> bytes:
        """Return the transmission unit that carries one telecommand packet.

        Raises
        ------
        LocalLinkError
            When the packet is too long for a frame.
        """
        return self._sender.send(self._channel_up, 0, packet)

    def counters(self) -> tuple[tuple[str, int], ...]:
        """Return everything counted, by name: frames, packets, rejects, gaps, late and repeated packets."""
        gaps = (
            ("packets_missing", self._gaps.missing_count),
            ("packets_late", self._gaps.late_count),
            ("packets_repeated", self._gaps.repeated_count),
        )
        return (*self._receiver.counters.items(), *gaps)
