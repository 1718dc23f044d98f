"""The seat in which an application runs: everything that happens to it in a tick, the same under every clock."""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgpack

from flight.bus.application import Application
from flight.bus.desk import describe
from flight.bus.exchange import Declared, Reply, Snapshot, Start, Work, declared_subscriptions, next_due
from flight.bus.mail import Inbox, Now, Received
from flight.dictionary.application import ApplicationHousekeeping, ApplicationStarted, Overrun, StepFailed
from flight.dictionary.declare import Message
from flight.dictionary.executive import BusReject

__all__ = ["NO_STATE", "SNAPSHOT_OCTETS_MAX", "Refusal", "Seat", "declare"]

SNAPSHOT_OCTETS_MAX = 256 * 1024
NO_STATE = 0xFFFFFFFF
"""State age in ``ApplicationStarted`` of an application that starts without a snapshot."""

_COMMAND_KIND = 0x40


class Refusal(NamedTuple):
    """A body that could not be decoded."""

    reason: BusReject


OpenBody = Callable[[bytes], "Message | Refusal"]


def declare(application: Application) -> Declared:
    """Return what an application declares of itself.

    Raises
    ------
    ValueError
        When period, offset or latency do not fit the base tick.
    """
    tick_ms, period, offset = application.config.tick_ms, application.PERIOD_MS, application.OFFSET_MS
    name = application.app.name
    if period < 0 or period % tick_ms:
        raise ValueError(
            f"period must be a multiple of the base tick of {tick_ms} ms, got {period} ms ({name})"
        )
    if not 0 <= offset < max(period, 1) or offset % tick_ms:
        raise ValueError(
            f"offset must be a multiple of {tick_ms} ms below the period, got {offset} ms ({name})"
        )
    if not 0 <= application.LATENCY_TICKS <= max(0, period // tick_ms - 1):
        raise ValueError(
            f"latency must be less than the period, got {application.LATENCY_TICKS} ticks ({name})"
        )
    return Declared(
        int(application.app),
        period,
        offset,
        application.LATENCY_TICKS,
        declared_subscriptions(application.SUBSCRIPTIONS),
    )


class Seat:
    """Runs one application.

    Parameters
    ----------
    application : Application
        The application, freshly built.
    open_body : callable
        Decodes a message or says why not; shared by all seats of a process, so that a message that several
        applications read is decoded once.
    """

    def __init__(self, application: Application, open_body: OpenBody) -> None:
        config = application.config
        self.application: Final = application
        self.declared: Final = declare(application)
        self._open_body: Final = open_body
        self._desk: Final = application.desk
        self._outbox: Final = application.outbox
        self._pack: Final[Callable[[object], bytes]] = msgpack.Packer(autoreset=True).pack
        self._app_octets: Final = int(application.app).to_bytes(2)
        self._waking: Final = frozenset(
            i.to_bytes(2) for i, _, _, wake in self.declared.subscriptions if wake
        )
        self._tick_ns: Final = config.tick_ms * 1_000_000
        self._tick_s: Final = config.tick_ms / 1000.0
        self._second_ticks: Final = 1000 // config.tick_ms
        self._dt_s: Final = max(self.declared.period_ms, config.tick_ms) / 1000.0
        self._second = -1
        self._lost_count = 0
        self._state_tick: int | None = None
        self._saved: Snapshot | None = None
        self._announced = False

    def start(self, start: Start) -> None:
        """Take sequence count, restart count and snapshot."""
        self._outbox.sequence = start.sequence
        self.application.restart_count = start.restart_count
        self._saved = start.snapshot

    def run(self, tick: int, work: Work) -> Reply:
        """Run one tick; whatever the application does, a reply comes back."""
        app = self.application
        config = app.config
        now = Now(tick, config.epoch_ns + tick * self._tick_ns, tick * self._tick_s, self._dt_s)
        self._outbox.begin(tick)
        counters = app.counters
        if not self._announced:
            self._announce(tick)
        counters.received += len(work.mail)
        if work.lost_count != self._lost_count:
            counters.lost += work.lost_count - self._lost_count
            self._lost_count = work.lost_count
        if work.skipped_count:
            counters.overrun += 1
            app.emit(Overrun(application=app.app, skipped_count=work.skipped_count))
        if self._desk.pending:
            self._desk.expire(tick)
        inbox = self._deliver(now, work.mail) if work.mail else []
        if app.take_wake(tick):
            self._guarded(lambda: app.woken(now))
        if work.due:
            counters.step += 1
            self._guarded(lambda: app.step(now, Inbox(inbox)))
        snapshot = None
        second = tick // self._second_ticks
        if second != self._second:
            self._second = second
            snapshot = self._each_second(now, second)
        outbox = self._outbox
        counters.published += len(outbox.messages)
        due = next_due(self.declared, config.tick_ms, tick)
        return Reply(work.app, outbox.messages, self._next_wake(tick, due), snapshot, outbox.refusals)

    def _deliver(self, now: Now, mail: list[bytes]) -> list[Received]:
        """Give commands to the desk, waking messages to ``receive``; return the inbox of a step."""
        inbox: list[Received] = []
        for octets in mail:
            received = Received(octets, self._open)
            if octets[2] & 0xF0 == _COMMAND_KIND and octets[6:8] == self._app_octets:
                self._desk.take(now, received)
                continue
            if octets[2:4] in self._waking:
                self._guarded(lambda received=received: self.application.receive(now, received))  # type: ignore[misc]
            inbox.append(received)
        return inbox

    def _open(self, octets: bytes) -> Message | None:
        found = self._open_body(octets)
        if isinstance(found, Refusal):
            self.application.counters.decode_error += 1
            source, message_id = int.from_bytes(octets[4:6]), int.from_bytes(octets[2:4])
            self._outbox.refusals.append((int(found.reason), source, message_id))
            return None
        return found

    def _guarded(self, call: Callable[[], None]) -> None:
        """Contain a fault: what the call published is withdrawn, the state stays, the next tick goes on."""
        app = self.application
        mark = self._outbox.mark()
        try:
            call()
        except Exception as error:  # containment is the purpose; counted and evented
            self._outbox.withdraw(mark)
            app.emit(StepFailed(application=app.app, text=describe(error)))

    def _announce(self, tick: int) -> None:
        app = self.application
        self._announced = True
        if self._saved is not None:
            self._restore(self._saved)
        age = NO_STATE if self._state_tick is None else tick - self._state_tick
        app.emit(
            ApplicationStarted(application=app.app, restart_count=app.restart_count, state_age_ticks=age)
        )

    def _each_second(self, now: Now, second: int) -> bytes | None:
        app = self.application
        period_s = app.HOUSEKEEPING_PERIOD_S
        if period_s and second % period_s == app.app % period_s:
            self._guarded(lambda: self._publish_housekeeping(now))
        desk = self._desk.snapshot()
        try:
            base = (app.counters.snapshot(), self._lost_count, desk, app.streams.snapshot())
            octets = self._pack((app.SNAPSHOT_VERSION, base, app.snapshot()))
            if len(octets) > SNAPSHOT_OCTETS_MAX:
                raise ValueError(f"snapshot must be <= {SNAPSHOT_OCTETS_MAX} octets, got {len(octets)}")
        except Exception as error:  # as in _guarded
            app.emit(StepFailed(application=app.app, text=describe(error)))
            return None
        return octets

    def _restore(self, snapshot: Snapshot) -> None:
        """Take a snapshot of the same version; a fault in it leaves the application as freshly built."""
        app = self.application
        try:
            version, base, state = msgpack.unpackb(snapshot.octets, use_list=False, strict_map_key=False)
            if version != app.SNAPSHOT_VERSION:
                return
            counts, lost_count, desk, streams = base
            app.restore(state)
            app.counters.restore(counts)
            app.streams.restore(streams)
        except Exception as error:  # as in _guarded
            app.emit(StepFailed(application=app.app, text=describe(error)))
            return
        self._lost_count = lost_count
        self._state_tick = snapshot.tick
        self._desk.restore(desk)

    def _publish_housekeeping(self, now: Now) -> None:
        app, counters = self.application, self.application.counters
        app.publish(
            ApplicationHousekeeping(
                time_ns=now.time_ns,
                application=app.app,
                mode=app.mode,
                restart_count=app.restart_count,
                accepted_count=counters.accepted,
                rejected_count=counters.rejected,
                completed_count=counters.completed,
                failed_count=counters.failed,
                received_count=counters.received,
                published_count=counters.published,
                lost_count=counters.lost,
                decode_error_count=counters.decode_error,
                overrun_count=counters.overrun,
                step_count=counters.step,
            )
        )

    def _next_wake(self, tick: int, due: int) -> int:
        """Return the next tick for a step, time-outs, ``wake_at`` and the duties of each second."""
        second = tick // self._second_ticks + 1
        wake = second * self._second_ticks
        if 0 <= due and (due < wake or due // self._second_ticks == second):
            wake = due
        if self._desk.pending:
            wake = min(wake, self._desk.next_deadline() or wake)
        asked = self.application.wake_tick
        if asked is not None and asked < wake:
            wake = asked
        return wake if wake > tick else tick + 1
