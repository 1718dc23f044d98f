"""Live clients: served in the tick, journalled, replayed, forgotten when they are gone."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ground.archive.query import ArchiveReader
from ground.script.requests import (
    Answer,
    CommandState,
    ConditionJudged,
    Hello,
    Overview,
    Refused,
    Request,
    SendCommand,
    WaitPacket,
    WaitTime,
)
from ground.script.wire import decode_answer, decode_request, encode
from ground.server.visitors import Mail

TIER = SendCommand(application="POWER", name="SetLoadTier", arguments=(("tier", 1),))


@dataclass
class Door:
    """A door whose visitors are lists."""

    inbox: list[Mail] = field(default_factory=list)
    outbox: list[Mail] = field(default_factory=list)
    gone: set[bytes] = field(default_factory=set)
    closed: bool = False

    def ask(self, request: Request | bytes, number: int = 1, client: bytes = b"A") -> None:
        octets = request if isinstance(request, bytes) else encode(request)
        self.inbox.append((client, number.to_bytes(8, "big"), octets))

    def receive(self) -> list[Mail]:
        taken, self.inbox = self.inbox, []
        return taken

    def send(self, mail: Mail) -> bool:
        if mail[0] in self.gone:
            return False
        self.outbox.append(mail)
        return True

    def answers(self, client: bytes = b"A") -> list[Answer]:
        return [decode_answer(octets) for who, _, octets in self.outbox if who == client]

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def loop(make_loop, publish, door: Door):
    made = make_loop(clients=door)
    made.each_tick = publish
    return made


def test_client_commands_and_is_answered_in_the_same_tick(loop, door: Door, satellite) -> None:
    door.ask(Hello(client="me", dictionary_hash=0))
    door.ask(TIER, number=2)
    loop.step()
    overview, state = door.answers()
    assert isinstance(overview, Overview)
    assert overview.satellite == 109
    assert isinstance(state, CommandState)
    assert state.state == "queued"
    loop.run(1)
    assert len(satellite.commands) == 1


def test_wait_is_answered_when_its_time_has_come(loop, door: Door) -> None:
    door.ask(WaitTime(duration_s=1.5))
    door.ask(WaitPacket(application="POWER", message="PowerStatus", packet_count=2, timeout_s=60.0), number=2)
    loop.run(1.5)
    assert door.answers() == [ConditionJudged(passed=True, sample=None, waited_s=1.1)]
    loop.step()
    assert len(door.answers()) == 2


@pytest.mark.parametrize("octets", [b"", b"\xc1", b"\x90", encode(WaitTime(duration_s=1.0))[:-1]])
def test_bad_octets_are_refused_and_counted(loop, door: Door, octets: bytes) -> None:
    door.ask(octets)
    loop.step()
    answer = door.answers()[0]
    assert isinstance(answer, Refused)
    assert answer.reason == "request"
    assert loop.node._visitors.rejected_count == 1


def test_number_used_twice_is_refused(loop, door: Door) -> None:
    for _ in range(2):
        door.ask(WaitTime(duration_s=9.0))
    loop.step()
    assert [type(answer) for answer in door.answers()] == [Refused]


def test_client_that_is_gone_is_forgotten_with_its_waits(loop, door: Door) -> None:
    listeners = loop.node._store._listeners[(16, 0x1100)]
    before = list(listeners)
    door.ask(WaitPacket(application="POWER", message="PowerStatus", packet_count=99, timeout_s=60.0))
    door.ask(WaitTime(duration_s=0.5), number=2)
    loop.step()
    assert listeners != before
    assert loop.node.next_wake_ns is not None
    door.gone.add(b"A")
    loop.run(1)
    assert loop.node.next_wake_ns is None
    assert listeners == before


def test_clients_and_their_waits_are_bounded(loop, door: Door) -> None:
    for client in range(70):
        door.ask(Hello(client="x", dictionary_hash=0), client=client.to_bytes(2, "big"))
    loop.step()
    busy = [octets for _, _, octets in door.outbox if isinstance(decode_answer(octets), Refused)]
    assert len(busy) == 6


def test_run_is_marked_interactive_only_by_what_changes_something(
    loop, door: Door, archive_path: Path
) -> None:
    door.ask(Hello(client="me", dictionary_hash=0))
    door.ask(WaitTime(duration_s=0.1), number=2)
    loop.run(1)
    assert not loop.node.summary().interactive
    door.ask(TIER, number=3)
    loop.run(1)
    assert loop.node.summary().interactive
    loop.node.close()
    assert door.closed
    reader = ArchiveReader(archive_path)
    assert ("interactive", "yes") in reader.meta()
    assert [type(decode_request(row.request)) for row in reader.journal()] == [Hello, SendCommand]
    reader.close()


def test_journal_replays_the_run(
    make_loop, publish, door: Door, satellite, archive_path: Path, tmp_path: Path
) -> None:
    loop = make_loop(clients=door)
    loop.each_tick = publish
    loop.run(2.3)
    door.ask(Hello(client="me", dictionary_hash=0))
    door.ask(TIER, number=2)
    loop.run(3)
    first = [(one.now_ns, command.sequence) for one, command in [(loop, c) for c in satellite.commands]]
    stages = loop.node.summary().commands
    loop.node.close()
    reader = ArchiveReader(archive_path)
    journal = reader.journal()
    reader.close()
    archive_path.unlink()
    satellite.commands.clear()
    satellite.sequences.restore(())
    again = make_loop(replay=journal)
    again.each_tick = publish
    again.run(5.3)
    assert len(satellite.commands) == len(first) == 1
    assert again.node.summary().interactive
    replayed = again.node.summary().commands
    assert [one.stage_times_ns[:6] for one in replayed] == [one.stage_times_ns[:6] for one in stages]
