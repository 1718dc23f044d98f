"""Live clients: their requests in the tick in which they came, journalled when they can change anything."""

from typing import Protocol

from ground.archive.records import ArchiveSink, JournalRow
from ground.script.requests import Answer, Arm, Cancel, Fire, Hello, Refused, SendCommand
from ground.script.wire import WireError, decode_request, encode
from ground.server.operator import Operator
from ground.server.session import Session
from ground.server.waits import Wait

__all__ = ["ClientPort", "Mail", "Visitors"]

_SESSIONS_MAX = 64
_WAITS_MAX = 256

Mail = tuple[bytes, bytes, bytes]
"""(client, request number, octets)."""


class ClientPort(Protocol):
    """The door: never waits."""

    def receive(self) -> list[Mail]:
        """Return what came since the last call, at most a bounded number."""

    def send(self, mail: Mail) -> bool:
        """Send an answer; False when the client is gone."""

    def close(self) -> None:
        """Close the door."""


class Visitors:
    """Serve live clients through a door.

    Parameters
    ----------
    port : ClientPort or None
        None: nobody can come.
    replay : tuple of JournalRow
        Requests of an earlier run that are put again at their times.
    """

    def __init__(
        self,
        port: ClientPort | None,
        operator: Operator,
        archive: ArchiveSink,
        replay: tuple[JournalRow, ...] = (),
    ) -> None:
        self._port = port
        self._operator = operator
        self._archive = archive
        self._replay = list(replay)
        self._sessions: dict[bytes, Session] = {}
        self._waits: dict[tuple[bytes, bytes], Wait] = {}
        self.interactive = bool(replay)
        self.rejected_count = 0

    @property
    def deadline_ns(self) -> int | None:
        """When the first of the open waits runs out, or the next request of the replay is due."""
        ends = [wait.window.end_ns for wait in self._waits.values()]
        return min([*ends, *(row.time_ns for row in self._replay[:1])], default=None)

    def step(self, now_ns: int) -> None:
        """Take requests, answer what can be answered."""
        while self._replay and self._replay[0].time_ns <= now_ns:
            row = self._replay.pop(0)
            self._take((row.client.encode(), b"", row.request), now_ns)
        if self._port is None:
            return
        for mail in self._port.receive():
            self._take(mail, now_ns)
        for (client, number), wait in list(self._waits.items()):
            answer = wait.poll(now_ns)
            if answer is not None:
                self._waits.pop((client, number)).end()
                self._send(client, number, answer)

    def _take(self, mail: Mail, now_ns: int) -> None:
        client, number, octets = mail
        try:
            request = decode_request(octets)
        except WireError as error:
            self.rejected_count += 1
            self._send(client, number, Refused(reason="request", text=str(error)))
            return
        session = self._session(client)
        if session is None or len(self._waits) >= _WAITS_MAX:
            self._send(client, number, Refused(reason="busy", text="clients must be fewer, got too many"))
            return
        if isinstance(request, SendCommand | Arm | Fire | Cancel | Hello):
            self._journal(client, octets, now_ns, changes=not isinstance(request, Hello))
        made = self._operator.handle(session, request, now_ns)
        if isinstance(made, Answer):
            self._send(client, number, made)
        elif self._waits.setdefault((client, number), made) is not made:
            made.end()
            self._send(client, number, Refused(reason="request", text="number must be new, got it twice"))

    def _journal(self, client: bytes, octets: bytes, now_ns: int, *, changes: bool) -> None:
        self._archive.put(JournalRow(time_ns=now_ns, client=client.hex(), request=octets))
        if changes and not self.interactive:
            self.interactive = True
            self._archive.store("interactive", "yes")

    def _session(self, client: bytes) -> Session | None:
        session = self._sessions.get(client)
        if session is None and len(self._sessions) < _SESSIONS_MAX:
            session = self._sessions[client] = self._operator.open_session(f"client {client.hex()}")
        return session

    def _send(self, client: bytes, number: bytes, answer: Answer) -> None:
        if self._port is not None and number and not self._port.send((client, number, encode(answer))):
            self._forget(client)

    def _forget(self, client: bytes) -> None:
        """Drop a client that is gone, with what it waited for."""
        self._sessions.pop(client, None)
        for key in [key for key in self._waits if key[0] == client]:
            self._waits.pop(key).end()

    def close(self) -> None:
        """Let everyone go."""
        for wait in self._waits.values():
            wait.end()
        self._waits.clear()
        if self._port is not None:
            self._port.close()
