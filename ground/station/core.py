"""The station's core: channel octets become packets, packets become transmission units.

Sans-I/O: the octets come from whoever has an antenna, simulated or real, with the time at which they came.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flight.link.cop1 import Acknowledged, Alerted, Submission
from flight.link.ends import LinkEnds
from flight.link.events import ChannelRestarted, FrameGap, PacketReceived, Rejected, TelemetryEvent
from flight.link.packet import COUNT_MODULUS, parse_header
from flight.link.receiver import TelemetryReceiver
from flight.link.sequenced import Radiate, SequencedSender
from flight.link.telecommand import TelecommandSender
from ground.station.gaps import GapFinding, PacketGaps

__all__ = ["RADIO", "FramesMissing", "Station", "StationEvent", "StationPacket"]

RADIO = "radio"
"""Name of the link by radio in the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationPacket:
    """A space packet that came down.

    Parameters
    ----------
    channel : int
        Virtual channel.
    gap : GapFinding
        What its sequence count told.
    link : str
        By which link it came.
    """

    channel: int
    apid: int
    sequence_count: int
    quality: str
    octets: bytes
    gap: GapFinding
    link: str = RADIO


@dataclass(frozen=True, slots=True, kw_only=True)
class FramesMissing:
    """Frames of a virtual channel did not come, or its sender restarted (``missing_count`` 0)."""

    channel: int
    missing_count: int
    link: str = RADIO


StationEvent = StationPacket | FramesMissing


class Station:
    """Receiver and sender of one satellite.

    Parameters
    ----------
    ends : LinkEnds
        Profiles of both ways, keys and disk.
    last_counts : mapping of int to int
        Counts of the last packets of an earlier run, by application process id.
    first_count : int or None
        First count of every channel and of every other application, see :class:`PacketGaps`.
    """

    def __init__(
        self,
        ends: LinkEnds,
        *,
        last_counts: Mapping[int, int] | None = None,
        first_count: int | None = None,
    ) -> None:
        telemetry, telecommand = ends.telemetry, ends.telecommand
        self._secured = (
            ends.security(telemetry, is_sender=False),
            ends.security(telecommand, is_sender=True),
        )
        down, up = self._secured
        first = None if last_counts else first_count
        self._receiver = TelemetryReceiver(telemetry, first_count=first, security=down)
        self._sender = TelecommandSender(telecommand, up)
        self._channel_up = telecommand.frame.channels[0]
        self._sequenced = (
            SequencedSender(telecommand, self._channel_up, self._sender)
            if telecommand.sequence.is_on
            else None
        )
        self._now_ns = 0
        self._units: list[bytes] = []
        self._acknowledged: list[tuple[int, int]] = []
        self._resent_count = 0
        self._alert_count = 0
        self._gaps = PacketGaps(last_counts, first_count)
        self.packets_by_channel: Counter[int] = Counter()
        self.packets_by_apid: Counter[int] = Counter()

    def may_frame(self) -> bool:
        """Return whether a telecommand would go out at once; a full window of sequence control holds it."""
        return self._sequenced is None or self._sequenced.has_room

    @property
    def due_ns(self) -> int | None:
        """When :meth:`advance` has something to do, None for never."""
        return None if self._sequenced is None else self._sequenced.due_ns

    def advance(self, now_ns: int) -> None:
        """Let time pass: what is not acknowledged in time is sent again."""
        self._now_ns = now_ns
        if self._sequenced is not None:
            self._sequenced.advance(now_ns)
            self._note_effects()

    def receive(self, octets: bytes) -> list[StationEvent]:
        """Take octets of the channel, in any cut; return packets and gaps in their order."""
        made: list[StationEvent] = []
        frame_count = self._receiver.counters["frames_received"]
        for event in self._receiver.receive(octets):
            taken = self._take(event)
            if taken is not None:
                made.append(taken)
        if self._sequenced is not None and self._receiver.counters["frames_received"] != frame_count:
            self._sequenced.take_word(self._now_ns, self._receiver.ocf_word)
            self._note_effects()
        return made

    def take_acknowledged(self) -> list[tuple[int, int]]:
        """Return (application, sequence count) of the telecommands that the satellite's FARM-1 took."""
        acknowledged, self._acknowledged = self._acknowledged, []
        return acknowledged

    def take_units(self) -> list[bytes]:
        """Return the transmission units that sequence control wants radiated: control commands, repeats."""
        units, self._units = self._units, []
        return units

    def withdraw(self) -> None:
        """Give up what is not acknowledged: it must not be sent again."""
        if self._sequenced is not None:
            self._sequenced.terminate(self._now_ns)
            self._note_effects()
        self._units.clear()

    def _note_effects(self, handle: int = -1) -> bytes:
        """Sort what sequence control does; return the first unit of the packet named."""
        unit = b""
        for effect in [] if self._sequenced is None else self._sequenced.effects():
            match effect:
                case Radiate(unit=made, handle=named, attempt=1) if named == handle >= 0:
                    unit = made
                case Radiate(unit=made, attempt=attempt):
                    self._resent_count += attempt > 1
                    self._units.append(made)
                case Acknowledged(handle=named):
                    self._acknowledged.append(divmod(named, COUNT_MODULUS))
                case Alerted():
                    self._alert_count += 1
                case _:
                    continue
        return unit

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
        if self._sequenced is None:
            return self._sender.send(self._channel_up, 0, packet)
        header = parse_header(packet)
        handle = header.apid * COUNT_MODULUS + header.sequence_count
        self._sequenced.submit(self._now_ns, Submission(handle=handle, map_id=0, packet=packet))
        return self._note_effects(handle)

    def counters(self) -> tuple[tuple[str, int], ...]:
        """Return everything counted, by name: frames, packets, rejects, gaps, late and repeated packets."""
        gaps = (
            ("packets_missing", self._gaps.missing_count),
            ("packets_late", self._gaps.late_count),
            ("packets_repeated", self._gaps.repeated_count),
        )
        sequence = (("units_repeated", self._resent_count), ("sequence_alerts", self._alert_count))
        fault_count = sum(end.fault_count for end in self._secured if end is not None)
        return (*self._receiver.counters.items(), *gaps, *sequence, ("disk_faults", fault_count))
