"""The seat in which an application runs: what happens to it in a tick, the same under every clock."""

from collections.abc import Callable
from functools import partial
from typing import Final

import msgpack

from flight.bus.application import Application
from flight.bus.bodies import Bodies, Refusal
from flight.bus.desk import describe
from flight.bus.exchange import Declared, Reply, Snapshot, Start, Work, declared_subscriptions, next_due
from flight.bus.mail import Inbox, Now, Received
from flight.dictionary.application import ApplicationHousekeeping, ApplicationStarted, Overrun, StepFailed
from flight.dictionary.declare import Message

__all__ = ["NO_STATE", "OLDER_BOOT", "SNAPSHOT_OCTETS_MAX", "Seat", "declare"]

SNAPSHOT_OCTETS_MAX = 256 * 1024
NO_STATE = 0xFFFFFFFF
"""State age in ``ApplicationStarted`` of an application that starts without a snapshot."""

OLDER_BOOT = 0xFFFFFFFE
"""State age of an application that starts with the state of an earlier boot."""

_COMMAND_KIND = 0x40


_reply: Final[Callable[[tuple[object, ...]], Reply]] = partial(tuple.__new__, Reply)
_now: Final[Callable[[tuple[int, int, float, float]], Now]] = partial(tuple.__new__, Now)
"""Named tuples without a call of their Python constructors: half the time."""


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
    bodies : Bodies
        Decodes messages; shared by all seats of a process.
    restartable : bool
        Whether it has memory of its own and can come back; only then a snapshot is worth its time.
    """

    def __init__(self, application: Application, bodies: Bodies, *, restartable: bool = True) -> None:
        config = application.config
        self.application: Final = application
        self.declared: Final = declare(application)
        self._bodies: Final = bodies
        self._restartable: Final = restartable
        self._desk: Final = application.desk
        self._outbox: Final = application.outbox
        self._pack: Final[Callable[[object], bytes]] = msgpack.Packer(autoreset=True).pack
        self._app_octets: Final = int(application.app).to_bytes(2)
        self._waking: Final = frozenset(
            i.to_bytes(2) for i, _, _, wake in self.declared.subscriptions if wake
        )
        self._wakes_itself: Final = type(application).take_wake is not Application.take_wake
        self._period_ticks: Final = self.declared.period_ms // config.tick_ms
        self._counters: Final = application.counters
        self._epoch_ns: Final = config.epoch_ns
        self._tick_ms: Final = config.tick_ms
        self._tick_ns: Final = config.tick_ms * 1_000_000
        self._tick_s: Final = config.tick_ms / 1000.0
        self._second_ticks: Final = 1000 // config.tick_ms
        self._dt_s: Final = max(self.declared.period_ms, config.tick_ms) / 1000.0
        self._boundary = 0
        self._due = -1
        self._lost_count = 0
        self._state_tick: int | None = None
        self._saved: Snapshot | None = None
        self._is_unusual = True
        self._refused: Final[set[bytes]] = set()

    def start(self, start: Start) -> None:
        """Take sequence count, restart count and snapshot."""
        self._outbox.sequence = start.sequence
        self.application.restart_count = start.restart_count
        self._saved = start.snapshot
        self._due = next_due(self.declared, self._tick_ms, start.tick - 1)

    def run(self, tick: int, work: Work) -> Reply:
        """Run one tick; whatever the application does, a reply comes back."""
        app, outbox, counters = self.application, self._outbox, self._counters
        now = _now((tick, self._epoch_ns + tick * self._tick_ns, tick * self._tick_s, self._dt_s))
        outbox.begin(tick)
        if self._refused:
            self._refused.clear()
        mail = work.mail
        if self._is_unusual or work.skipped_count or work.lost_count != self._lost_count:
            self._handle_unusual(tick, work)
        if self._desk.pending:
            self._desk.expire(tick)
        if mail:
            counters.received += len(mail)
            if not work.plain:
                mail = self._deliver(now, mail)
        if (app.wake_tick is not None or self._wakes_itself) and app.take_wake(tick):
            self._guarded(app.woken, now)
        if work.due:
            self._step(now, mail)
        snapshot = self._each_second(now) if tick >= self._boundary else None
        counters.published += len(outbox.messages)
        return _reply((work.app, outbox.messages, self._next_wake(tick), snapshot, outbox.refusals))

    def _step(self, now: Now, mail: list[bytes]) -> None:
        """Run the step that is due."""
        self._counters.step += 1
        count = len(self._outbox.messages)
        try:
            self.application.step(now, Inbox(mail, self._open))
        except Exception as error:  # containment is the purpose; counted and evented
            self._contain(count, error)
        tick = now.tick
        if tick == self._due:
            self._due = tick + self._period_ticks
        else:
            self._due = next_due(self.declared, self._tick_ms, tick)

    def _handle_unusual(self, tick: int, work: Work) -> None:
        """Announce a start, skipped ticks; take note of losses."""
        counters = self._counters
        if self._is_unusual:
            self._announce(tick)
        counters.lost += work.lost_count - self._lost_count
        self._lost_count = work.lost_count
        if work.skipped_count:
            counters.overrun += 1
            self.application.emit(Overrun(application=self.application.app, skipped_count=work.skipped_count))

    def _deliver(self, now: Now, mail: list[bytes]) -> list[bytes]:
        """Give commands to the desk, waking messages to ``receive``; return the inbox of a step."""
        inbox: list[bytes] = []
        for octets in mail:
            if octets[2] & 0xF0 == _COMMAND_KIND and octets[6:8] == self._app_octets:
                self._desk.take(now, Received(octets, self._open))
                continue
            if octets[2:4] in self._waking:
                self._guarded(self.application.receive, now, Received(octets, self._open))
            inbox.append(octets)
        return inbox

    def _open(self, octets: bytes) -> Message | None:
        found = self._bodies[octets]
        if found.__class__ is not Refusal:
            return found  # type: ignore[return-value]  # a ``cast`` would be a call for every message
        if octets not in self._refused:
            self._refused.add(octets)
            self._counters.decode_error += 1
            source, message_id = int.from_bytes(octets[4:6]), int.from_bytes(octets[2:4])
            self._outbox.refusals.append((int(found.reason), source, message_id))
        return None

    def _guarded(self, call: Callable[..., None], *arguments: object) -> None:
        """Call the application, containing its faults."""
        count = len(self._outbox.messages)
        try:
            call(*arguments)
        except Exception as error:  # containment is the purpose; counted and evented
            self._contain(count, error)

    def _contain(self, message_count: int, error: Exception) -> None:
        """Withdraw what a faulty call published and say so; the state stays, the next tick goes on."""
        app = self.application
        self._outbox.withdraw(message_count)
        app.emit(StepFailed(application=app.app, text=describe(error)))

    def _announce(self, tick: int) -> None:
        app = self.application
        self._is_unusual = False
        if self._saved is not None:
            self._restore(self._saved)
        age = NO_STATE
        if self._state_tick is not None:
            age = tick - self._state_tick if self._state_tick <= tick else OLDER_BOOT
        app.emit(
            ApplicationStarted(application=app.app, restart_count=app.restart_count, state_age_ticks=age)
        )

    def _each_second(self, now: Now) -> bytes | None:
        app = self.application
        second = now.tick // self._second_ticks
        self._boundary = (second + 1) * self._second_ticks
        period_s = app.HOUSEKEEPING_PERIOD_S
        if period_s and second % period_s == app.app % period_s:
            self._guarded(self._publish_housekeeping, now)
        if not self._restartable:
            return None
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

    def _next_wake(self, tick: int) -> int:
        """Return the next tick for a step, the duties of each second, a time-out, or ``wake_at``."""
        wake, asked = self._boundary, self.application.wake_tick
        if tick < self._due < wake + self._second_ticks:
            wake = self._due
        if asked is None and not self._desk.pending:
            return wake
        for one in (self._desk.next_deadline(), asked):
            if one is not None and one < wake:
                wake = max(one, tick + 1)
        return wake
