"""The ground node of one satellite: what is received goes in, what is radiated comes out.

Sans-I/O: time and octets are arguments; archive, procedure and clients are handed in.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flight.dictionary.exports import export_json
from flight.dictionary.laser import GroundLaserBatchRejected
from flight.dictionary.pus import build_telecommand
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App
from flight.link.errors import is_decade
from flight.link.slots import Slot, SlotRing
from ground.alarms.engine import AlarmEngine
from ground.archive.records import AlarmRow, ArchiveSink, JournalRow
from ground.command.authorise import TokenDesk
from ground.command.build import BuiltCommand
from ground.command.desk import CommandDesk
from ground.command.reports import report_of
from ground.command.resume import resume_commands
from ground.command.tracking import NS_PER_S, Tracker
from ground.server.config import GroundConfig
from ground.server.operator import Operator
from ground.server.running import ProcedureRun, Resumable
from ground.server.summary import GroundSummary, command_summary
from ground.server.visitors import ClientPort, Visitors
from ground.station.core import RADIO, Station
from ground.station.laser import LASER, BatchRejected, LaserStation
from ground.telemetry.events import EventLog
from ground.telemetry.intake import Intake
from ground.telemetry.store import TelemetryStore

__all__ = ["GroundNode", "StationView"]

_RUNNING = "procedure_running"
"""Named value: the procedure that has begun and not ended; found at the start, the node died in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationView:
    """What the antenna says: whether the satellite is in view, and where it is."""

    in_view: bool
    azimuth_rad: float
    elevation_rad: float
    range_m: float


class GroundNode:
    """Receive, archive, command and serve operators, one step at a time.

    Parameters
    ----------
    config : GroundConfig
        Settings.
    archive : ArchiveSink
        Where everything is kept; closed with the node.
    procedure : Resumable or None
        Operator procedure of this run.
    clients : ClientPort or None
        Door for live clients.
    replay : tuple of JournalRow
        Requests of clients of an earlier run, put again at their times.
    ring : SlotRing or None
        Memory into which the receiver of an optical link writes batches; None: there is none.
    """

    def __init__(
        self,
        config: GroundConfig,
        archive: ArchiveSink,
        *,
        procedure: Resumable | None = None,
        clients: ClientPort | None = None,
        replay: tuple[JournalRow, ...] = (),
        ring: SlotRing | None = None,
    ) -> None:
        self._config = config
        self._archive = archive
        self._station = Station(
            config.ends,
            last_counts=archive.last_packet_counts(RADIO),
            first_count=config.first_count,
        )
        self._laser = None
        if ring is not None:
            last_counts = archive.last_packet_counts(LASER)
            self._laser = LaserStation(
                config.ends, ring, last_counts=last_counts, first_count=config.first_count
            )
        self._store = TelemetryStore()
        self._log = EventLog()
        self._intake = Intake(archive, self._store, self._log)
        self._tracker = Tracker(archive, config.track)
        self._desk = CommandDesk(
            archive=archive,
            tracker=self._tracker,
            build_packet=_build_packet,
            frame=self._station.frame,
            ttl_s=config.ttl_s,
            may_frame=self._station.may_frame,
            withdraw=self._station.withdraw,
        )
        self._alarms = AlarmEngine(config.alarms, self._store)
        self._operator = Operator(
            desk=self._desk,
            tracker=self._tracker,
            tokens=TokenDesk(config.token_key),
            store=self._store,
            log=self._log,
            alarms=self._alarms,
            archive=archive,
            satellite=config.satellite,
        )
        running = archive.load(_RUNNING)
        refusal = f"procedure must not run twice, got a crash of the ground in {running}" if running else ""
        self._procedure = ProcedureRun(procedure, self._operator, refusal=refusal)
        self._visitors = Visitors(clients, self._operator, archive, replay)
        self._last_ns: int | None = None
        self._commit_ns = 0
        self._alarm_count = 0
        self._is_closed = False
        self._room_octets = config.uplink_bit_per_s / 8.0

    def step(self, now_ns: int, received: Sequence[bytes], station: StationView | None) -> list[bytes]:
        """Do everything that is due.

        Parameters
        ----------
        now_ns : int
            Ground time (TAI), not before that of the last step.
        received : sequence of bytes
            Channel octets that came since the last step.
        station : StationView or None
            The antenna's view when it was reported anew; else the last one holds.

        Returns
        -------
        units : list of bytes
            Transmission units to radiate, in order.
        """
        if self._last_ns is None:
            self._begin(now_ns)
        if station is not None:
            self._operator.in_view = station.in_view
        self._station.advance(now_ns)
        for octets in received:
            self._receive(octets, now_ns)
        self._note_alarms(now_ns)
        self._tracker.notice_silence(now_ns)
        self._procedure.step(now_ns)
        self._visitors.step(now_ns)
        units = self._release(now_ns)
        if now_ns >= self._commit_ns:
            self._commit_ns = now_ns + int(self._config.commit_period_s * NS_PER_S)
            self._archive.commit()
        self._last_ns = now_ns
        return units

    def take_batch(self, now_ns: int, slot: Slot) -> None:
        """Take what the receiver of the optical link has put into a slot; without one nothing is taken.

        Parameters
        ----------
        now_ns : int
            Ground time (TAI).
        slot : Slot
            The descriptor, whatever it says: a slot that holds something else is refused, counted and logged.
        """
        if self._laser is None:
            return
        if self._last_ns is None:
            self._begin(now_ns)
        for event in self._laser.receive(slot):
            if isinstance(event, BatchRejected):
                if is_decade(event.count):
                    rejected = GroundLaserBatchRejected(count=event.count, reason=event.reason)
                    self._intake.note(App.GROUND, rejected, now_ns, now_ns)
            else:
                self._intake.take(event, now_ns)

    @property
    def next_wake_ns(self) -> int | None:
        """When the node wants its next step at the latest, None when only telemetry can give it work."""
        ends = (self._procedure.deadline_ns, self._visitors.deadline_ns, self._station.due_ns)
        return min((end for end in ends if end is not None), default=None)

    def _begin(self, now_ns: int) -> None:
        self._archive.store("dictionary_hash", f"{DICTIONARY.hash:016x}")
        self._archive.store_dictionary(f"{DICTIONARY.hash:016x}", export_json(DICTIONARY))
        self._archive.store(_RUNNING, self._procedure.name)
        resume_commands(self._archive, self._desk, self._tracker, now_ns)
        self._last_ns = now_ns

    def _receive(self, octets: bytes, now_ns: int) -> None:
        events = self._station.receive(octets)
        for application, sequence_count in self._station.take_acknowledged():
            self._tracker.acknowledge(application, sequence_count, now_ns)
        for event in events:
            verification = self._intake.take(event, now_ns)
            if verification is not None:
                self._tracker.report(report_of(*verification), now_ns)
        self._operator.packet_count = self._station.packets_by_channel.total()

    def _note_alarms(self, now_ns: int) -> None:
        """Archive what changed; an item is only stale while the satellite is in view."""
        self._alarms.expect_telemetry(now_ns, expected=self._operator.in_view)
        for change in self._alarms.take_changes(now_ns):
            self._alarm_count += 1
            row = AlarmRow(
                time_ns=change.time_ns,
                generation_ns=change.generation_ns,
                item=change.item,
                state=str(change.state),
                value=change.value,
                text=change.text,
            )
            self._archive.put(row)

    def _release(self, now_ns: int) -> list[bytes]:
        """Let commands go at the rate of the uplink."""
        full_octets = self._config.uplink_bit_per_s / 8.0
        elapsed_s = 0.0 if self._last_ns is None else (now_ns - self._last_ns) / NS_PER_S
        self._room_octets = min(full_octets, self._room_octets + full_octets * elapsed_s)
        units = self._station.take_units() if self._operator.in_view else []
        self._room_octets -= sum(map(len, units))
        released = self._desk.release(
            now_ns, link_open=self._operator.in_view, room_octets=int(self._room_octets)
        )
        self._room_octets -= sum(map(len, released))
        return units + released

    def summary(self) -> GroundSummary:
        """Return the counts of this run so far."""
        counters = self._station.counters()
        return GroundSummary(
            satellite=self._config.satellite,
            packet_count=self._station.packets_by_channel.total(),
            packets_by_channel=tuple(sorted(self._station.packets_by_channel.items())),
            packets_by_apid=tuple(sorted(self._station.packets_by_apid.items())),
            packets_by_kind=tuple(sorted(self._intake.kinds.items())),
            missing_count=dict(counters)["packets_missing"],
            rejects=tuple(sorted(self._intake.rejects.items())),
            link_counters=counters,
            laser_counters=() if self._laser is None else self._laser.counters(),
            event_count=self._log.count,
            alarm_count=self._alarm_count,
            alarms_active=tuple((item, str(state)) for item, state in self._alarms.active()),
            commands=tuple(command_summary(tracked) for tracked in self._tracker.all()),
            reports_unmatched_count=self._tracker.unmatched_count,
            dictionary_differs=self._intake.dictionary_differs,
            interactive=self._visitors.interactive,
            archive_failure=self._archive.failure,
            procedure=self._procedure.summary(),
        )

    def close(self) -> None:
        """End the procedure, let clients go, leave a whole archive behind; a second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self._procedure.stop()
        self._visitors.close()
        outcome = self._procedure.summary()
        self._archive.store(_RUNNING, "")
        self._archive.store("procedure", f"{outcome.outcome} {outcome.error}".rstrip())
        for name, value_count in self._station.counters():
            self._archive.store_counter("link", name, value_count)
        for name, value_count in () if self._laser is None else self._laser.counters():
            self._archive.store_counter(LASER, name, value_count)
        for name, value_count in self._intake.rejects.items():
            self._archive.store_counter("packet", name, value_count)
        self._archive.close()


def _build_packet(command: BuiltCommand, sequence_count: int, token: int | None) -> bytes:
    return build_telecommand(command.command, command.app, sequence_count, token=token)
