"""Slots in shared memory: what lies there is taken whole and once, or refused by name."""

import random
import struct
import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.link.errors import LocalLinkError
from flight.link.profile import load_builtin
from flight.link.ring import SendRing
from flight.link.security_options import SecurityOptions
from flight.link.slots import GENERATION_MAX, RingShape, Slot, SlotFault, SlotRing, batch_octets

SHAPE = RingShape(slot_count=3, slot_octets=100, cadu_octets=20)


def memory() -> bytearray:
    return bytearray(SHAPE.memory_octets)


def put(ring: SlotRing, octets: bytes) -> Slot:
    place = ring.begin()
    ring.octets(place)[: len(octets)] = octets
    return ring.commit(place, len(octets) // SHAPE.cadu_octets)


def took(ring: SlotRing, slot: Slot, room_octets: int = 100) -> SlotFault | bytes:
    out = bytearray(room_octets)
    fault = ring.read(slot, memoryview(out))
    return bytes(out[: slot.size_octets]) if fault is None else fault


def test_reader_in_the_same_memory_takes_what_the_writer_put() -> None:
    shared = memory()
    writer, reader = (SlotRing(memoryview(shared), SHAPE) for _ in range(2))
    slot = put(writer, b"abcd" * 10)
    assert slot == Slot(slot=0, generation=1, cadu_count=2, size_octets=40, crc32=zlib.crc32(b"abcd" * 10))
    assert took(reader, slot) == b"abcd" * 10
    assert took(reader, put(writer, b"e" * 100)) == b"e" * 100


def test_layout_is_the_one_that_is_described() -> None:
    shared = memory()
    ring = SlotRing(memoryview(shared), SHAPE)
    put(ring, b"x" * 20)
    put(ring, b"y" * 60)
    assert struct.unpack_from("<4sHHIII", shared) == (b"DDrg", 1, 3, 100, 20, 2)
    second = 64 + 64 + 128  # ring head, head of the first slot, its 100 octets filled up to 128
    assert struct.unpack_from("<II", shared, second) == (2, 60)
    assert shared[second + 64 : second + 124] == b"y" * 60


@pytest.mark.parametrize("bit", [0, 7, 8 * 39 + 7])
def test_flipped_octet_in_the_ring_is_refused(bit: int) -> None:
    ring = SlotRing(memoryview(memory()), SHAPE)
    slot = put(ring, b"abcd" * 10)
    ring.octets(0)[bit // 8] ^= 1 << bit % 8
    assert took(ring, slot) is SlotFault.SLOT_CHECKSUM
    ring.octets(0)[bit // 8] ^= 1 << bit % 8
    assert took(ring, slot) == b"abcd" * 10


def test_slot_that_was_written_over_is_stale() -> None:
    ring = SlotRing(memoryview(memory()), SHAPE)
    slots = [put(ring, bytes([number]) * 40) for number in range(4)]
    assert took(ring, slots[0]) is SlotFault.SLOT_STALE
    assert [took(ring, slot) for slot in slots[1:]] == [bytes([number]) * 40 for number in (1, 2, 3)]
    ring.begin()  # the writer has begun to write over the second one
    assert took(ring, slots[1]) is SlotFault.SLOT_STALE
    assert took(ring, replace(slots[1], generation=0)) is SlotFault.SLOT_STALE


def test_same_octets_of_another_batch_are_stale_all_the_same() -> None:
    ring = SlotRing(memoryview(memory()), SHAPE)
    first = put(ring, b"a" * 40)
    for _ in range(3):
        put(ring, b"a" * 40)
    assert took(ring, first) is SlotFault.SLOT_STALE


def test_batch_written_over_while_it_is_copied_is_stale() -> None:
    shared = memory()
    ring = SlotRing(memoryview(shared), SHAPE)
    slot = put(ring, b"a" * 40)

    class Overtaken(SlotRing):
        def octets(self, slot: int) -> memoryview:
            ring.begin()
            put(ring, b"b" * 40)
            put(ring, b"b" * 40)
            put(ring, b"b" * 40)
            return super().octets(slot)

    assert took(Overtaken(memoryview(shared), SHAPE), slot) is SlotFault.SLOT_STALE


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"slot": 3}, SlotFault.SLOT_UNKNOWN),
        ({"slot": 65535}, SlotFault.SLOT_UNKNOWN),
        ({"slot": -1}, SlotFault.SLOT_UNKNOWN),
        ({"size_octets": 0, "cadu_count": 0}, SlotFault.SLOT_SIZE),
        ({"cadu_count": 3}, SlotFault.SLOT_SIZE),
        ({"size_octets": 60, "cadu_count": 3}, SlotFault.SLOT_SIZE),
        ({"size_octets": 120, "cadu_count": 6}, SlotFault.SLOT_SIZE),
        ({"size_octets": 0xFFFFFFFF, "cadu_count": 65535}, SlotFault.SLOT_SIZE),
        ({"generation": 2}, SlotFault.SLOT_STALE),
        ({"crc32": 0}, SlotFault.SLOT_CHECKSUM),
    ],
)
def test_impossible_descriptor_changes_nothing(change: dict[str, int], fault: SlotFault) -> None:
    shared = memory()
    ring = SlotRing(memoryview(shared), SHAPE)
    slot = put(ring, b"abcd" * 10)
    before = bytes(shared)
    assert took(ring, replace(slot, **change)) is fault
    assert bytes(shared) == before
    assert took(ring, slot) == b"abcd" * 10


def test_batch_longer_than_its_reader_is_refused_by_size() -> None:
    ring = SlotRing(memoryview(memory()), SHAPE)
    assert took(ring, put(ring, b"a" * 60), room_octets=59) is SlotFault.SLOT_SIZE


numbers = st.integers(0, (1 << 32) - 1)


@given(
    st.builds(Slot, slot=numbers, generation=numbers, cadu_count=numbers, size_octets=numbers, crc32=numbers),
    st.randoms(use_true_random=False),
)
def test_no_descriptor_and_no_memory_raises(slot: Slot, source: random.Random) -> None:
    shared = memory()
    ring = SlotRing(memoryview(shared), SHAPE)
    good = put(ring, b"abcd" * 10)
    for _ in range(5):
        shared[source.randrange(64, len(shared))] ^= source.randrange(256)
    for one in (slot, good, replace(good, slot=slot.slot % 4)):
        found = took(ring, one)
        assert isinstance(found, SlotFault) or found == b"abcd" * 10


def test_writer_that_starts_again_goes_on_counting() -> None:
    shared = memory()
    for number in range(1, 8):
        slot = put(SlotRing(memoryview(shared), SHAPE), b"a" * 20)
        assert (slot.generation, slot.slot) == (number, (number - 1) % 3)


def test_generation_goes_round_without_nought() -> None:
    shared = memory()
    ring = SlotRing(memoryview(shared), SHAPE)
    struct.pack_into("<I", shared, 16, GENERATION_MAX)
    assert put(ring, b"a" * 20).generation == 1


def test_memory_that_does_not_fit_is_refused() -> None:
    with pytest.raises(LocalLinkError, match=f"memory must have {SHAPE.memory_octets} octets, got 639"):
        SlotRing(memoryview(bytearray(SHAPE.memory_octets - 1)), SHAPE)
    shared = memory()
    SlotRing(memoryview(shared), SHAPE)
    with pytest.raises(LocalLinkError, match="memory must hold a ring of RingShape"):
        SlotRing(memoryview(shared), replace(SHAPE, slot_octets=90))
    with pytest.raises(LocalLinkError, match="ring must have 1 to 1024 slots"):
        replace(SHAPE, slot_count=0)
    with pytest.raises(LocalLinkError, match="batch must have 1 to 100 octets, got 120"):
        SlotRing(memoryview(shared), SHAPE).commit(0, 6)


@pytest.mark.parametrize("name", ["laser", "plain_telemetry"])
def test_slot_holds_the_longest_batch(name: str) -> None:
    profile = load_builtin(name)
    profile = replace(profile, security=SecurityOptions(mode="none"))
    ring = SendRing(profile, frame_count=9, outputs=[memoryview(bytearray(batch_octets(profile, 9)))])
    assert max(ring.send(9) for _ in range(12)) * profile.cadu_octets <= batch_octets(profile, 9)
    shape = RingShape.of(profile, frame_count=9, slot_count=4)
    assert shape.slot_octets == batch_octets(profile, 9)
