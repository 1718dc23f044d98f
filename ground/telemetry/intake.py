"""Packets become records, values, events and reports."""

from collections import Counter

from flight.dictionary.declare import Event, Message
from flight.dictionary.executive import BootRecord
from flight.dictionary.pus import PusReject, Telemetry, Verification, parse_telemetry
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from ground.archive.records import ArchiveSink, EventRow, GapRow, LineRow, PacketRow
from ground.station.core import FramesMissing, StationEvent, StationPacket
from ground.telemetry.events import EventLog
from ground.telemetry.store import TelemetryStore

__all__ = ["Intake"]


class Intake:
    """Take what the station received.

    Parameters
    ----------
    archive : ArchiveSink
        Where everything is kept; the raw packet first.
    store : TelemetryStore
        Where housekeeping values go.
    log : EventLog
        Where event reports go.
    """

    def __init__(self, archive: ArchiveSink, store: TelemetryStore, log: EventLog) -> None:
        self._archive = archive
        self._store = store
        self._log = log
        self.kinds: Counter[str] = Counter()
        self.rejects: Counter[str] = Counter()
        self.dictionary_differs = False

    def take(self, event: StationEvent, now_ns: int) -> tuple[Verification, int] | None:
        """Take a packet or a gap; return a command verification with its onboard time, if it was one."""
        if isinstance(event, FramesMissing):
            row = GapRow(
                time_ns=now_ns,
                layer="frame",
                channel=event.channel,
                first_count=-1,
                missing_count=event.missing_count,
                link=event.link,
            )
            self._archive.put(row)
            return None
        self._note_gap(event, now_ns)
        return self._take_packet(event, now_ns)

    def _note_gap(self, packet: StationPacket, now_ns: int) -> None:
        gap = packet.gap
        if not gap.missing_count and not gap.late:
            return
        row = GapRow(
            time_ns=now_ns,
            layer="late" if gap.late else "packet",
            channel=packet.apid,
            first_count=packet.sequence_count if gap.late else gap.first_count,
            missing_count=1 if gap.late else gap.missing_count,
            link=packet.link,
        )
        self._archive.put(row)

    def _take_packet(self, packet: StationPacket, now_ns: int) -> tuple[Verification, int] | None:
        parsed = parse_telemetry(packet.octets)
        if isinstance(parsed, PusReject):
            kind = parsed.reason.name.lower()
            self.rejects[kind] += 1
            self._put_packet(packet, now_ns, kind=kind, generation_ns=None, structure_id=None)
            return None
        kind = parsed.kind.name.lower()
        self.kinds[kind] += 1
        content = parsed.content
        structure_id = content.SPEC.id if isinstance(content, Message) else None
        self._put_packet(packet, now_ns, kind=kind, generation_ns=parsed.time_ns, structure_id=structure_id)
        if isinstance(content, Verification):
            return content, parsed.time_ns
        if isinstance(content, Event):
            self.note(parsed.application, content, parsed.time_ns, now_ns)
        elif isinstance(content, Message):
            self._take_message(parsed, content, now_ns)
        return None

    def _put_packet(
        self,
        packet: StationPacket,
        now_ns: int,
        *,
        kind: str,
        generation_ns: int | None,
        structure_id: int | None,
    ) -> None:
        row = PacketRow(
            reception_ns=now_ns,
            generation_ns=generation_ns,
            channel=packet.channel,
            apid=packet.apid,
            sequence_count=packet.sequence_count,
            kind=kind,
            structure_id=structure_id,
            quality=packet.quality,
            octets=packet.octets,
            link=packet.link,
        )
        self._archive.put(row)

    def note(self, source: App, event: Event, generation_ns: int, now_ns: int) -> None:
        """Log and archive an event: one that came down, or one of the ground's own."""
        record = self._log.put(source, event, generation_ns=generation_ns, reception_ns=now_ns)
        row = EventRow(
            reception_ns=now_ns,
            generation_ns=generation_ns,
            source=int(source),
            event_id=event.SPEC.id,
            name=type(event).__name__,
            severity=record.severity,
            text=record.text,
        )
        self._archive.put(row)

    def _take_message(self, parsed: Telemetry, message: Message, now_ns: int) -> None:
        self._store.put(parsed.application, message, packet_ns=parsed.time_ns, reception_ns=now_ns)
        if isinstance(message, BootRecord):
            self._compare_dictionaries(message, now_ns)

    def _compare_dictionaries(self, boot: BootRecord, now_ns: int) -> None:
        """Tell the operator, once, when the satellite speaks another dictionary."""
        if boot.dictionary_hash == DICTIONARY.hash or self.dictionary_differs:
            return
        self.dictionary_differs = True
        text = (
            "dictionary must be the same on board and on the ground,"
            f" got {boot.dictionary_hash:016x} on board and {DICTIONARY.hash:016x} here"
        )
        self._archive.put(LineRow(time_ns=now_ns, origin="ground", text=text))
