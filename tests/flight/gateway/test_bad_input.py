"""Classes of bad input that felled other link stacks, through the uplink as it is flown, with their counters.

BI-01 to BI-05 are those of `csrc/test/test_refusals.c`, which has them for the core.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from reference.link.ends import flown_ends

from flight.bus.disk import MemoryDisk
from flight.dictionary.application import NoOperation
from flight.dictionary.pus import Telecommand, build_telecommand
from flight.dictionary.types import App
from flight.gateway.counts import COUNTED
from flight.gateway.refusals import RefusalCounts
from flight.gateway.uplink import Uplink
from flight.link.coding import crc16, encode_cltu, random_sequence
from flight.link.errors import LocalLinkError
from flight.link.frame import Frame
from flight.link.numbers import NUMBER_MAX, NumberStore
from flight.link.packet import build_packet
from flight.link.telecommand import TelecommandSender

SEQUENCE = random_sequence("tc255", 1024)
HEAD = 6
"""Octets of frame and segment header, before the security header."""


class Link:
    """A ground sender and the board's uplink, with the counts of what the board refused."""

    def __init__(self) -> None:
        self.ground, self.board = flown_ends(MemoryDisk()), flown_ends(MemoryDisk())
        self.start()

    def start(self) -> None:
        """Start both ends, as after a crash of both."""
        profile = self.ground.telecommand
        self.sender = TelecommandSender(profile, self.ground.security(profile, is_sender=True))
        self.uplink = Uplink(self.board)
        self.counts = RefusalCounts()
        self.taken = 0

    def unit(self, count: int = 0) -> bytes:
        """Return the unit of one bypass command."""
        return self.sender.send(0, 0, build_telecommand(NoOperation(), App.POWER, count))

    def frame(self, count: int = 0) -> bytearray:
        """Return the secured frame of one bypass command, without its checksum."""
        unit = self.unit(count)
        blocks = b"".join(unit[at : at + 7] for at in range(2, len(unit) - 8, 8))
        plain = bytes(a ^ b for a, b in zip(blocks, SEQUENCE, strict=False))
        return bytearray(plain[: ((plain[2] & 3) << 8 | plain[3]) - 1])

    def hear(self, *units: bytes) -> dict[str, int]:
        """Take units; return what was refused, by name, since the start."""
        for unit in units:
            for one in (*self.uplink.receive(unit, 0), *self.uplink.carrier_lost(0)):
                if isinstance(one, Telecommand):
                    self.taken += 1
                else:
                    self.counts.add(one)
        return {name: self.counts.count(name) for name in COUNTED if self.counts.count(name)}


def closed(frame: Sequence[int]) -> bytes:
    """Return the unit of a frame with a good checksum, as whoever knows the standards can make it."""
    octets = bytes(frame)
    return encode_cltu(octets + crc16(octets).to_bytes(2), SEQUENCE)


@pytest.fixture
def link() -> Link:
    return Link()


def test_the_harness_itself_gets_a_command_through(link: Link) -> None:
    assert link.hear(closed(link.frame())) == {}
    assert link.taken == 1


def test_bi_01_lengths_against_the_buffer(link: Link) -> None:
    for length in (0, 1, 4, 5, 6, 7, 1023):
        frame = link.frame()
        frame[2:4] = (frame[2] & 0xFC | length >> 8, length & 0xFF)
        link.hear(closed(frame))
    exact = len(link.frame()) + 1
    for length in (exact - 1, exact + 1):
        frame = link.frame()
        frame[2:4] = (frame[2] & 0xFC | length >> 8, length & 0xFF)
        link.hear(closed(frame))
    for octets in range(17):
        link.hear(link.unit()[:octets])
    for kept in (HEAD, HEAD + 1, HEAD + 13, HEAD + 14, HEAD + 29, HEAD + 30):  # MAC longer than what there is
        frame = link.frame()[:kept]
        total = len(frame) + 1
        frame[2:4] = (frame[2] & 0xFC | total >> 8, total & 0xFF)
        link.hear(closed(frame))
    found = link.hear()
    assert link.taken == 0
    assert {"frame_length", "cltu_empty", "security_length"} <= set(found)


def test_bi_02_lengths_inside(link: Link) -> None:
    whole = build_packet(apid=16, is_command=True, sequence_count=1, data=b"12345678")
    too_long, at_most = whole[:5] + b"\xff" + whole[6:], whole[:4] + b"\xff\xff" + whole[6:]
    for wrong in (too_long, at_most, whole[:5], b"\xe0" * 20):  # a sender of ours would refuse them
        link.hear(link.sender._unit(Frame(vcid=0, data=wrong, is_bypass=True)))
    found = link.hear()
    assert link.taken == 0
    assert found == {"packet_length": 3, "packet_version": 1}


def test_bi_03_noise_in_the_framing(link: Link) -> None:
    draw = random.Random(3)
    unit = link.unit()
    for bit in draw.sample(range(16, 8 * len(unit) - 64), 40):
        for other in (bit, 16 + (bit - 16) // 64 * 64 + draw.randrange(56)):
            changed = bytearray(unit)
            changed[bit >> 3] ^= 0x80 >> (bit & 7)
            if other != bit:
                changed[other >> 3] ^= 0x80 >> (other & 7)
            link.hear(bytes(changed))
    for size in (1, 2, 9, 10, 63, 1000, 5000):
        link.hear(draw.randbytes(size))
    link.hear(unit[:40] + unit[:60] + b"\xeb\x90" + unit[:30])
    found = link.hear()
    assert link.taken <= 1  # one wrong bit is repaired; then it is a replay
    assert found["security_replayed"] >= 35
    assert found["cltu_empty"] + found.get("frame_length", 0) + found.get("frame_checksum", 0) > 0


def test_bi_04_replay_and_order(link: Link) -> None:
    first, second, third = (link.unit(count) for count in range(3))
    assert link.hear(first, first) == {"security_replayed": 1}
    assert link.hear(third, second) == {"security_replayed": 2}
    assert link.taken == 2
    link.start()
    assert link.hear(first, second, third) == {"security_replayed": 3}
    assert link.taken == 0
    assert link.hear(link.unit(3)) == {"security_replayed": 3}
    assert link.taken == 1
    NumberStore(link.ground.disk, "link_s_1").store(NUMBER_MAX - 1)
    link.start()
    with pytest.raises(LocalLinkError, match="association must serve"):
        link.unit(4)


def _changed(link: Link, at: int, octets: bytes) -> bytes:
    frame = link.frame()
    begin = at if at >= 0 else len(frame) + at
    frame[begin : begin + len(octets)] = octets
    return closed(frame)


def test_bi_05_security_state(link: Link) -> None:
    frame = link.frame()
    off_by_a_bit = bytes([frame[-1] ^ 1])
    own = link.uplink._receiver
    unkeyed = (0xFFFF).to_bytes(2)
    frame[-1:] = off_by_a_bit
    assert link.hear(closed(frame)) == {"security_tag": 1}
    assert link.hear(_changed(link, -16, bytes(16))) == {"security_tag": 2}
    assert link.hear(_changed(link, HEAD, unkeyed)) == {"security_tag": 2, "security_spi": 1}
    assert link.hear(_changed(link, HEAD + 2, b"\x7f"))["security_iv"] == 1
    moved = link.frame()
    moved[4] ^= 1  # N(S): bound by the code too
    assert link.hear(closed(moved))["security_tag"] == 3
    other = link.frame()
    other[2] |= 0x04  # another virtual channel
    assert link.hear(closed(other))["frame_channel"] == 1
    assert link.taken == 0
    assert own.counters["packets_received"] == 0


def test_bi_05_control_commands_outside_security_move_nothing(link: Link) -> None:
    """Unlock and Set V(R) of a stranger, in clear as 355.0-B-2 has them: refused; genuine frames go on."""
    for command in (b"\0", b"\x82\0\x55", b"\x82\0\x99", b"\x13"):
        header = b"\x30\x6d" + (5 + len(command) + 2 - 1).to_bytes(2) + b"\0"
        link.hear(closed(header + command))
    assert link.hear() == {"security_control": 4}
    assert link.uplink.counts["control_commands"] == 0
    link.hear(link.sender.send_sequenced(0, 0, build_telecommand(NoOperation(), App.POWER, 1), 0))
    assert link.taken == 1
    link.hear(link.sender.send_control(0, b"\0"), link.sender.send_control(0, b"\x82\0\0"))
    link.hear(link.sender.send_sequenced(0, 0, build_telecommand(NoOperation(), App.POWER, 1), 0))
    assert (link.taken, link.uplink.counts["control_commands"]) == (2, 2)
    assert link.hear() == {"security_control": 4}
