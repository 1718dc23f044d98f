"""The housekeeping service: takes messages off the bus by a table and makes housekeeping reports."""

from collections.abc import Mapping
from typing import ClassVar, cast

from flight.bus.application import (
    COMPLETED,
    Application,
    Config,
    Failed,
    Inbox,
    Now,
    Outcome,
    Policy,
    Received,
    Subscription,
)
from flight.dictionary.declare import Command, Message
from flight.dictionary.laser import LaserStatus
from flight.dictionary.layout import pack
from flight.dictionary.radio import RadioStatus
from flight.dictionary.services import BulkReport, HousekeepingReport, SetHousekeepingDivisor
from flight.dictionary.types import App
from flight.services.table import BULK, LIVE, TABLE

__all__ = ["UNKNOWN_ROW", "HousekeepingApplication"]

UNKNOWN_ROW = 256
"""Failure code: the table has no such message on that channel."""

_Row = tuple[int, int]
_MESSAGES = tuple(dict.fromkeys(row.message for row in TABLE))


class HousekeepingApplication(Application):
    """Report every n-th message of each kind and source that is in the table."""

    APP = App.HOUSEKEEPING
    PERIOD_MS = 1000
    OFFSET_MS = 300
    SUBSCRIPTIONS = tuple(Subscription(message=cls, depth=1, policy=Policy.KEEP_NEWEST) for cls in _MESSAGES)
    SNAPSHOT_VERSION = 2
    COMMANDS: ClassVar[Mapping[type[Command], str]] = {SetHousekeepingDivisor: "_set_divisor"}

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._divisors: dict[_Row, int] = {(row.message.SPEC.id, row.channel): row.divisor for row in TABLE}
        self._channels: dict[int, tuple[int, ...]] = {
            cls.SPEC.id: tuple(row.channel for row in TABLE if row.message is cls) for cls in _MESSAGES
        }
        self._seen: dict[tuple[int, int, int], int] = {}
        self._is_heard = True  # until the radio says otherwise
        self._is_kept = False  # until a laser end says so

    def step(self, now: Now, inbox: Inbox) -> None:
        """Report what is due of the last second's messages, in the rows that somebody can take."""
        radio = inbox.latest(RadioStatus)
        if radio is not None:
            self._is_heard = bool(radio.transmitter_on)
        laser = inbox.latest(LaserStatus)
        if laser is not None:
            self._is_kept = bool(laser.is_recording)
        off = {channel for channel, on in ((LIVE, self._is_heard), (BULK, self._is_kept)) if not on}
        for received in inbox.received:
            rows = self._channels[received.message_id]
            due = [c for c in rows if c not in off and self._is_due(received, c)]
            message = received.message if due else None
            if message is not None:
                self._report(now, received, message, due)

    def snapshot(self) -> tuple[object, ...]:
        """Return divisors and counts."""
        divisors = tuple((*row, divisor) for row, divisor in self._divisors.items())
        return (
            divisors,
            tuple((*key, count) for key, count in self._seen.items()),
            self._is_heard,
            self._is_kept,
        )

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot; rows that the table no longer has are left out."""
        divisors, seen, self._is_heard, self._is_kept = cast("_State", state)
        for structure_id, channel, divisor in divisors:
            if (structure_id, channel) in self._divisors:
                self._divisors[structure_id, channel] = divisor
        self._seen = {(i, s, c): count for i, s, c, count in seen if (i, c) in self._divisors}

    def _set_divisor(self, _now: Now, command: SetHousekeepingDivisor) -> Outcome:
        row = (command.structure_id, command.channel)
        if row not in self._divisors:
            return Failed(code=UNKNOWN_ROW)
        self._divisors[row] = command.divisor
        return COMPLETED

    def _is_due(self, received: Received, channel: int) -> bool:
        """Count a message of one source for one row."""
        divisor = self._divisors[received.message_id, channel]
        key = (received.message_id, received.source, channel)
        count = self._seen.get(key, 0)
        self._seen[key] = (count + 1) % divisor if divisor else 0
        return divisor > 0 and count % divisor == 0

    def _report(self, now: Now, received: Received, message: Message, channels: list[int]) -> None:
        time_ns = now.time_ns - (now.tick - received.tick) * self.config.tick_ms * 1_000_000
        data = pack(message)
        structure_id, source = received.message_id, received.source
        for channel in channels:
            report: Message
            if channel == BULK:
                report = BulkReport(time_ns=time_ns, structure_id=structure_id, source=source, data=data)
            else:
                report = HousekeepingReport(
                    time_ns=time_ns, structure_id=structure_id, source=source, channel=channel, data=data
                )
            self.publish(report, cause=received.identity)


_State = tuple[tuple[tuple[int, int, int], ...], tuple[tuple[int, int, int, int], ...], bool, bool]
