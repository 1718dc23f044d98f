"""Check and route the outboxes of a tick; count everything that is refused or lost."""

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
        self._arrival = 0

    def refuse(self, reason: BusReject, source: int, message_id: int) -> None:
        """Count bad input by name; the first of each kind and sender, and each power of ten, is evented."""
        count = self.ledger.reject(reason, source)
        if is_announced(count):
            event = BusRejected(reason=reason, application=source, message_id=message_id, count=count)
            self.notices.append(event)

    def route(self, port: Port, outbox: list[bytes], routed: list[bytes]) -> None:
        """Check and route the outbox of one application."""
        routes, ledger = port.routes, self.ledger
        tick_octets = port.outbox_tick.to_bytes(8)
        arrival, sequence = self._arrival, port.sequence
        if len(outbox) > BUNDLE_OCTETS_MAX // MESSAGE_OCTETS_MAX:
            outbox = self._within_bundle(port, outbox)
        for octets in outbox:
            route = routes.get(octets[:HEADER_FIXED_OCTETS])
            if route is None or not HEADER_OCTETS <= len(octets) <= MESSAGE_OCTETS_MAX:
                found = self._find_route(port, octets)
                if found is None:
                    continue
                route = found
            own_sequence = int.from_bytes(octets[10:14])
            if octets[14:22] != tick_octets or not 0 < (own_sequence - sequence & 0xFFFFFFFF) < 0x80000000:
                self.refuse(BusReject.MALFORMED, port.app, route.message_id)
                continue
            sequence = own_sequence
            routed.append(octets)
            arrival += 1
            for ear in route.ears:
                ledger.offered_count += 1
                if ear.pipe.put(arrival, octets):
                    self._note_loss(ear.app, ear.pipe.lost_count, route.message_id)
        self._arrival, port.sequence = arrival, sequence

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
