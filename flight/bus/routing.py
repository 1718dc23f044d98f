"""Who may send what, and where it goes: the table behind every message.

The first ten octets of a message (version, flags, id, source, destination, schema) decide everything, so they
are checked once and the way found is remembered under them.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from flight.bus.envelope import VERSION
from flight.bus.exchange import Declared
from flight.bus.mail import Policy
from flight.bus.pipes import COMMAND_DEPTH, Mailbox, Pipe, SeveredPipe
from flight.dictionary.declare import Kind, Message
from flight.dictionary.executive import BusReject
from flight.dictionary.registry import DICTIONARY

__all__ = ["Ear", "Route", "RouteTable"]

_FIXED = struct.Struct(">BBHHHH")


class Ear(NamedTuple):
    """One application that hears a message, the pipe in which the message waits, and whether it wakes."""

    app: int
    pipe: Pipe
    wake: bool


class Route(NamedTuple):
    """The way of all messages with one fixed part."""

    message_id: int
    ears: tuple[Ear, ...]
    ear_count: int


class RouteTable:
    """Find the way of a message.

    Parameters
    ----------
    declared : iterable of Declared
        What every application hears.
    may_publish : mapping of int to frozenset of int
        Application id to the message ids that the manifest allows it to publish.

    Attributes
    ----------
    cuts : set of (int, int)
        Applications that are cut off, and of which message (0: of all); ways found before do not know of it.
    """

    def __init__(self, declared: Iterable[Declared], may_publish: Mapping[int, frozenset[int]]) -> None:
        self.mailboxes: Final[dict[int, Mailbox]] = {}
        self.severed: Final = SeveredPipe()
        self.cuts: Final[set[tuple[int, int]]] = set()
        self._may_publish: Final = may_publish
        self._commands: Final[dict[int, Pipe]] = {}
        self._subscribers: Final[dict[int, list[tuple[int, int, Policy, bool]]]] = {}
        self._pipes: Final[dict[tuple[int, int, int], Pipe]] = {}
        for one in sorted(declared):
            box = self.mailboxes[one.app] = Mailbox()
            self._commands[one.app] = box.add_pipe(COMMAND_DEPTH, Policy.REJECT_NEW, wake=True)
            for message_id, depth, policy, wake in one.subscriptions:
                self._subscribers.setdefault(message_id, []).append((one.app, depth, Policy(policy), wake))

    def find(self, source: int, fixed: bytes) -> Route | BusReject:
        """Return the way of a message from one application, or why it has none.

        Parameters
        ----------
        source : int
            The application whose outbox holds the message.
        fixed : bytes
            Its first ten octets.
        """
        version, flags, message_id, claimed, destination, schema = _FIXED.unpack(fixed)
        if version != VERSION or flags:
            return BusReject.MALFORMED
        cls = DICTIONARY.find(message_id)
        if cls is None:
            return BusReject.UNKNOWN_MESSAGE
        if claimed != source or message_id not in self._may_publish.get(source, ()):
            return BusReject.WRONG_SENDER
        if schema != DICTIONARY.schema_hash(cls):
            return BusReject.WRONG_SCHEMA
        ears = self._ears(cls, source, destination)
        if ears is None:
            return BusReject.UNKNOWN_DESTINATION
        if self.cuts:
            ears = tuple([self._severed(ear, source, message_id) for ear in ears])
        return Route(message_id, ears, len(ears))

    def _severed(self, ear: Ear, source: int, message_id: int) -> Ear:
        """Return the ear, or one that nobody listens at where a cut lies between the two."""
        ways = ((app, one) for app in (source, ear.app) for one in (0, message_id))
        if ear.app == source or self.cuts.isdisjoint(ways):
            return ear
        return Ear(ear.app, self.severed, wake=False)

    def _ears(self, cls: type[Message], source: int, destination: int) -> tuple[Ear, ...] | None:
        """Return who hears it; None when its destination does not exist or does not fit its class."""
        if cls.SPEC.kind is Kind.COMMAND:
            if destination not in self.mailboxes or cls.SPEC.destination not in (None, destination):
                return None
            return (Ear(destination, self._commands[destination], wake=True),)
        if destination and destination not in self.mailboxes:
            return None
        subscribers = self._subscribers.get(cls.SPEC.id, [])
        return tuple(
            Ear(app, self._pipe(app, source, cls.SPEC.id, depth, policy, wake=wake), wake)
            for app, depth, policy, wake in subscribers
            if destination in (0, app)
        )

    def _pipe(
        self, app: int, source: int, message_id: int, depth: int, policy: Policy, *, wake: bool
    ) -> Pipe:
        """Return the pipe of a subscription; ``KEEP_NEWEST`` has one for each source."""
        key = (app, message_id, source if policy is Policy.KEEP_NEWEST else 0)
        pipe = self._pipes.get(key)
        if pipe is None:
            pipe = self._pipes[key] = self.mailboxes[app].add_pipe(depth, policy, wake=wake)
        return pipe
