"""Check and route the outboxes of a tick; count everything that is refused or lost."""

import struct
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from flight.bus.envelope import BUNDLE_OCTETS_MAX, HEADER_FIXED_OCTETS, HEADER_OCTETS, MESSAGE_OCTETS_MAX
from flight.bus.exchange import Declared
from flight.bus.ledger import Ledger, is_announced
from flight.bus.port import Port
from flight.bus.routing import Route, RouteTable
from flight.dictionary.declare import Event
from flight.dictionary.executive import BusReject, BusRejected, PipeLoss

__all__ = ["NOTICES_MAX", "Router"]

_sequence_and_tick = struct.Struct(">IQ").unpack_from

NOTICES_MAX = 256
"""Events that wait for the executive; more than that in one tick are only counted."""


class Router:
    """Everything about the way of messages.

    Parameters
    ----------
    declared : sequence of Declared
        What every application declared.
    may_publish : mapping of int to frozenset of int
        Application id to message ids.
    tick_ms : int
        Base tick.
    """

    def __init__(
        self, declared: Sequence[Declared], may_publish: Mapping[int, frozenset[int]], tick_ms: int
    ) -> None:
        self.ledger: Final = Ledger()
        self.notices: Final[deque[Event]] = deque(maxlen=NOTICES_MAX)
        self._table: Final = RouteTable(declared, may_publish)
        boxes = self._table.mailboxes
        self.ports: Final = {one.app: Port(one, boxes[one.app], tick_ms) for one in sorted(declared)}

    def refuse(self, reason: BusReject, source: int, message_id: int) -> None:
        """Count bad input by name; the first of each kind and sender, and each power of ten, is evented."""
        count = self.ledger.reject(reason, source)
        if is_announced(count):
            event = BusRejected(reason=reason, application=source, message_id=message_id, count=count)
            self.notices.append(event)

    def route(self, port: Port, outbox: list[bytes], tick: int, routed: list[bytes]) -> None:
        """Check and route the outbox of one application.

        Parameters
        ----------
        port : Port
            The application.
        outbox : list[bytes]
            What it published in ``port.outbox_tick``.
        tick : int
            The tick that is being closed.
        routed : list[bytes]
            Takes the messages that were routed.
        """
        routes = port.routes
        sequence, sent_tick = port.sequence, port.outbox_tick
        offered_count = 0
        if len(outbox) > BUNDLE_OCTETS_MAX // MESSAGE_OCTETS_MAX:
            outbox = self._within_bundle(port, outbox)
        for octets in outbox:
            route = routes.get(octets[:HEADER_FIXED_OCTETS])
            if route is None or not HEADER_OCTETS <= len(octets) <= MESSAGE_OCTETS_MAX:
                route = self._find_route(port, octets)
                if route is None:
                    continue
            own_sequence, own_tick = _sequence_and_tick(octets, HEADER_FIXED_OCTETS)
            is_next = own_sequence == sequence + 1 or _is_later(own_sequence, sequence)
            if own_tick != sent_tick or not is_next:
                self.refuse(BusReject.MALFORMED, port.app, route.message_id)
                continue
            sequence = own_sequence
            routed.append(octets)
            offered_count += route.ear_count
            for app, pipe, wake in route.ears:
                if pipe.put(octets):
                    self._note_loss(app, pipe.lost_count, route.message_id)
                if wake:
                    self.ports[app].wake(tick + 1)
        port.sequence = sequence
        self.ledger.offered_count += offered_count

    @property
    def cut_count(self) -> int:
        """Copies that ended where a fault has cut their way."""
        return self._table.severed.cut_count

    def cut(self, app: int, message_id: int) -> None:
        """Cut an application off from all others: whatever one sends, or one message only."""
        self._table.cuts.add((app, message_id))
        self._forget_ways()

    def join(self, app: int, message_id: int) -> None:
        """End such a cut."""
        self._table.cuts.discard((app, message_id))
        self._forget_ways()

    def _forget_ways(self) -> None:
        for port in self.ports.values():
            port.routes.clear()

    def _find_route(self, port: Port, octets: bytes) -> Route | None:
        """Find the way of a message the first time its fixed part is seen; None when it is refused."""
        if len(octets) > MESSAGE_OCTETS_MAX:
            found: Route | BusReject = BusReject.OVERSIZED
        elif len(octets) < HEADER_OCTETS:
            found = BusReject.TRUNCATED
        else:
            found = self._table.find(port.app, octets[:HEADER_FIXED_OCTETS])
        if isinstance(found, BusReject):
            self.refuse(found, port.app, int.from_bytes(octets[2:4]))
            return None
        port.routes[octets[:HEADER_FIXED_OCTETS]] = found
        return found

    def _within_bundle(self, port: Port, outbox: list[bytes]) -> list[bytes]:
        """Return the messages that fit into one bundle; the rest is refused."""
        octets_total = 0
        for index, octets in enumerate(outbox):
            octets_total += len(octets)
            if octets_total > BUNDLE_OCTETS_MAX:
                for one in outbox[index:]:
                    self.refuse(BusReject.OVERSIZED, port.app, int.from_bytes(one[2:4]))
                return outbox[:index]
        return outbox

    def _note_loss(self, app: int, count: int, message_id: int) -> None:
        self.ports[app].lost_count += 1
        if is_announced(count):
            self.notices.append(PipeLoss(application=app, message_id=message_id, count=count))


def _is_later(sequence: int, last: int) -> bool:
    """Return whether a sequence count follows another, modulo 2**32."""
    return 0 < (sequence - last & 0xFFFFFFFF) < 0x80000000
