"""The whole way up under security and COP-1 over a bad channel: in order, once, no gap."""

import os
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from flight.bus.disk import MemoryDisk
from flight.link.clcw import Clcw
from flight.link.cop1 import Abandoned, Acknowledged, Alerted, Ready, Submission
from flight.link.errors import LocalLinkError
from flight.link.events import PacketReceived
from flight.link.keys import builtin_test_keys
from flight.link.packet import build_packet
from flight.link.profile import Profile, load_builtin
from flight.link.security import SecurityEnd
from flight.link.security_options import SecurityOptions, SequenceOptions
from flight.link.sequenced import BACKLOG_COUNT_MAX, Radiate, SequencedSender
from flight.link.telecommand import TelecommandReceiver, TelecommandSender

PLAIN = load_builtin("plain_telecommand")
PROFILE = replace(
    PLAIN,
    security=SecurityOptions(
        mode="gcm",
        spi=3,
        key="TEST-uplink",
        key_class="test",
        iv_octets=12,
        mac_octets=16,
        reserve_count=1,
    ),
    sequence=SequenceOptions(
        mode="cop1", window_count=8, sent_max_count=4, timer_ms=1000, transmission_max_count=3
    ),
)
KEYS = builtin_test_keys()


def packet_of(handle: int) -> bytes:
    return build_packet(apid=40, is_command=True, sequence_count=handle & 0x3FFF, data=handle.to_bytes(4))


def handle_of(packet: bytes) -> int:
    return int.from_bytes(packet[-4:])


def receiver(profile: Profile, disk: MemoryDisk) -> TelecommandReceiver:
    return TelecommandReceiver(profile, SecurityEnd(profile, is_sender=False, keys=KEYS, disk=disk), disk)


def sender(profile: Profile, disk: MemoryDisk) -> SequencedSender:
    security = SecurityEnd(profile, is_sender=True, keys=KEYS, disk=disk)
    return SequencedSender(profile, 0, TelecommandSender(profile, security))


class BadChannel(RuleBasedStateMachine):
    """Data units may be lost, repeated and reordered, control commands and control words lost or repeated."""

    def __init__(self) -> None:
        super().__init__()
        self.now_ns = 0
        self.ground_disk, self.board_disk = MemoryDisk(), MemoryDisk()
        self.ground = sender(PROFILE, self.ground_disk)
        self.board = receiver(PROFILE, self.board_disk)
        self.up: list[tuple[bytes, bool]] = []
        self.down: list[int] = []
        self.submitted = 0
        self.delivered: list[int] = []
        self.acknowledged: list[int] = []
        self.abandoned: dict[int, bool] = {}
        self.forgotten: set[int] = set()

    def drain(self) -> None:
        for effect in self.ground.effects():
            match effect:
                case Radiate(unit=unit, handle=handle):
                    self.up.append((unit, handle < 0))
                case Acknowledged(handle=handle):
                    self.acknowledged.append(handle)
                case Abandoned(handle=handle, sent=sent):
                    self.abandoned[handle] = sent
                case _:
                    assert isinstance(effect, Ready | Alerted)

    @rule(count=st.integers(1, 6))
    def submit(self, count: int) -> None:
        for _ in range(count):
            submission = Submission(handle=self.submitted, map_id=0, packet=packet_of(self.submitted))
            assert self.ground.submit(self.now_ns, submission)
            self.submitted += 1
        self.drain()

    @rule(count=st.integers(1, 8))
    def arrive(self, count: int) -> None:
        for unit, _ in self.up[:count]:
            for event in self.board.receive(unit):
                if isinstance(event, PacketReceived):
                    self.delivered.append(handle_of(event.packet))
        del self.up[:count]

    @rule()
    def report(self) -> None:
        self.down.append(self.board.clcw(0).pack())

    @precondition(lambda self: self.down)
    @rule(is_repeated=st.booleans())
    def hear(self, is_repeated: bool) -> None:
        word = self.down[0] if is_repeated else self.down.pop(0)
        self.ground.take_word(self.now_ns, word)
        self.drain()

    @precondition(lambda self: self.down)
    @rule()
    def lose_word(self) -> None:
        self.down.pop(0)

    @precondition(lambda self: self.up)
    @rule(data=st.data())
    def lose_unit(self, data: st.DataObject) -> None:
        del self.up[data.draw(st.integers(0, len(self.up) - 1))]

    @precondition(lambda self: self.up)
    @rule(data=st.data())
    def repeat_unit(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.up) - 1))
        to = at if self.up[at][1] else data.draw(st.integers(at, len(self.up)))
        self.up.insert(to, self.up[at])

    @precondition(lambda self: len(self.up) > 1)
    @rule(data=st.data())
    def delay_data_unit(self, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(self.up) - 1))
        if not self.up[at][1]:
            unit = self.up.pop(at)
            self.up.insert(data.draw(st.integers(at, len(self.up))), unit)

    @rule(seconds=st.integers(1, 5))
    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.now_ns += 1_000_000_000
            self.ground.advance(self.now_ns)
        self.drain()

    @rule()
    def crash_on_board(self) -> None:
        self.board = receiver(PROFILE, self.board_disk)

    @rule()
    def crash_on_ground(self) -> None:
        """Start anew from the disk, while words that answer to the sender before are still under way."""
        self.forgotten |= set(range(self.submitted)) - set(self.acknowledged) - set(self.abandoned)
        self.ground = sender(PROFILE, self.ground_disk)

    @rule(has_room=st.booleans())
    def fill(self, has_room: bool) -> None:
        self.board.has_room = has_room

    @invariant()
    def in_order_once_no_gap(self) -> None:
        assert self.delivered == sorted(set(self.delivered))
        assert self.acknowledged == sorted(set(self.acknowledged))
        assert set(self.acknowledged) <= set(self.delivered)
        known_lost = {handle for handle in self.abandoned if handle not in self.delivered}
        if self.delivered:
            assert set(range(self.delivered[-1])) - set(self.delivered) <= known_lost | self.forgotten
        never_sent = {handle for handle, sent in self.abandoned.items() if not sent}
        assert not never_sent & set(self.delivered)

    def teardown(self) -> None:
        """Let the channel be good again: everything not given up arrives, and nothing more is given up."""
        self.board.has_room = True
        for _ in range(40 + self.submitted):
            self.arrive(len(self.up))
            self.report()
            while self.down:
                self.hear(is_repeated=False)
            self.now_ns += 400_000_000
            self.ground.advance(self.now_ns)
            self.drain()
        self.in_order_once_no_gap()
        assert set(range(self.submitted)) == set(self.delivered) | set(self.abandoned) | self.forgotten
        assert self.ground.is_ready
        known = set(self.acknowledged) | set(self.abandoned)
        assert known | self.forgotten == set(range(self.submitted))
        assert not known & self.forgotten


# A fault planted in the acknowledgement of part of a window was seen in some runs of 40 only.
_EXAMPLE_COUNT = 250 if os.environ.get("CI") == "true" else 40
TestBadChannel = BadChannel.TestCase
TestBadChannel.settings = settings(max_examples=_EXAMPLE_COUNT, stateful_step_count=50, deadline=None)


def test_lockout_is_left_without_losing_what_waits() -> None:
    ground, board = sender(PROFILE, MemoryDisk()), receiver(PROFILE, MemoryDisk())
    stray = TelecommandSender(PROFILE, SecurityEnd(PROFILE, is_sender=True, keys=KEYS, disk=MemoryDisk()))
    board.receive(stray.send_sequenced(0, 0, packet_of(99), 100))
    assert board.clcw(0).lockout
    ground.submit(0, Submission(handle=0, map_id=0, packet=packet_of(0)))
    delivered = []
    for second in range(8):
        ground.take_word(second, board.clcw(0).pack())
        for effect in ground.effects():
            if isinstance(effect, Radiate):
                events = board.receive(effect.unit)
                delivered += [handle_of(e.packet) for e in events if isinstance(e, PacketReceived)]
    assert delivered == [0]
    assert board.counters["control_commands"] == 2


def test_words_from_before_a_restart_acknowledge_nothing() -> None:
    ground, board = sender(PROFILE, disk := MemoryDisk()), receiver(PROFILE, MemoryDisk())
    words: list[int] = []
    ground.take_word(0, board.clcw(0).pack())
    for handle in range(4):
        ground.submit(0, Submission(handle=handle, map_id=0, packet=packet_of(handle)))
    for second in range(4):
        for effect in ground.effects():
            if isinstance(effect, Radiate):
                board.receive(effect.unit)
                words.append(board.clcw(0).pack())
        ground.take_word(second, words[-1])
    assert board.counters["packets_received"] == 4
    ground = sender(PROFILE, disk)  # started anew: what it sends is lost, what it hears is old
    ground.submit(0, Submission(handle=9, map_id=0, packet=packet_of(9)))
    for second, word in enumerate(words):
        ground.take_word(second, word)
        assert Acknowledged(handle=9) not in ground.effects()
    assert not ground.is_ready


def test_words_of_others_are_passed_over() -> None:
    ground = sender(PROFILE, MemoryDisk())
    ground.take_word(0, 0xFFFFFFFF)
    ground.take_word(0, Clcw(vcid=5).pack())
    assert ground.clcw is None
    assert ground.effects() == []


def test_backlog_is_bounded_and_checked() -> None:
    ground = sender(PROFILE, MemoryDisk())
    taken = [
        ground.submit(0, Submission(handle=handle, map_id=0, packet=packet_of(handle)))
        for handle in range(BACKLOG_COUNT_MAX + 1)
    ]
    assert taken == [True] * BACKLOG_COUNT_MAX + [False]
    with pytest.raises(LocalLinkError, match=r"map_id must be in \[0, 63\], got 64"):
        ground.submit(0, Submission(handle=1, map_id=64, packet=packet_of(1)))
