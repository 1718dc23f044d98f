"""Two slots: after any crash the last payload or the one before is there, never a mix."""

import itertools
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.bus.disk import DiskError, MemoryDisk
from flight.executive.store import PAYLOAD_OCTETS_MAX, SlotStore


class Write(NamedTuple):
    offset: int
    octets: bytes


class TearingDisk(MemoryDisk):
    """Remembers every write, so that a crash at any octet can be played back."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[Write] = []

    def write(self, name: str, offset: int, octets: bytes) -> None:
        self.writes.append(Write(offset, octets))
        super().write(name, offset, octets)


def _after_crash(writes: list[Write], cut: int) -> MemoryDisk:
    """Return the disk with all writes but the last, and the last one cut off."""
    disk = MemoryDisk()
    for write in writes[:-1]:
        disk.write("state", *write)
    last = writes[-1]
    disk.write("state", last.offset, last.octets[:cut])
    return disk


def test_crash_at_any_octet_leaves_the_last_or_the_one_before() -> None:
    disk = TearingDisk()
    store = SlotStore(disk, "state")
    payloads = [bytes([number]) * (7 + 3 * number) for number in range(6)]
    for payload in payloads:
        assert store.save(payload)
    for count in range(1, len(payloads) + 1):
        writes = disk.writes[:count]
        for cut in range(len(writes[-1].octets) + 1):
            found = SlotStore(_after_crash(writes, cut), "state").load()
            whole = cut == len(writes[-1].octets)
            assert found == (payloads[count - 1] if whole else payloads[count - 2] if count > 1 else None)


def test_flip_of_any_bit_is_seen() -> None:
    disk = TearingDisk()
    store = SlotStore(disk, "state")
    for payload in (b"one", b"two"):
        store.save(payload)
    newest = disk.writes[-1]
    for octet, bit in itertools.product(range(len(newest.octets)), range(8)):
        flipped = MemoryDisk()
        flipped.files["state"] = bytearray(disk.files["state"])
        flipped.files["state"][newest.offset + octet] ^= 1 << bit
        assert SlotStore(flipped, "state").load() == b"one"


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=12), st.integers(0, 12))
def test_newest_is_loaded_also_by_a_store_opened_in_between(payloads: list[bytes], reopen: int) -> None:
    disk = MemoryDisk()
    store = SlotStore(disk, "state")
    for number, payload in enumerate(payloads):
        if number == reopen:
            store = SlotStore(disk, "state")
        assert store.save(payload)
    assert SlotStore(disk, "state").load() == payloads[-1]


class FailingDisk(MemoryDisk):
    """Refuses the writes of chosen numbers."""

    def __init__(self, *failing: int) -> None:
        super().__init__()
        self._failing = failing
        self.offsets: list[int] = []

    def write(self, name: str, offset: int, octets: bytes) -> None:
        self.offsets.append(offset)
        if len(self.offsets) in self._failing:
            raise DiskError(5, "planted")
        super().write(name, offset, octets)


def test_refused_write_condemns_its_slot_and_the_other_goes_on() -> None:
    disk = FailingDisk(3)
    store = SlotStore(disk, "state")
    assert [store.save(bytes([number])) for number in range(6)] == [True, True, False, True, True, True]
    bad = disk.offsets[2]
    assert bad not in disk.offsets[3:]
    assert SlotStore(disk, "state").load() == b"\x05"


def test_two_condemned_slots_leave_the_last_good_payload() -> None:
    disk = FailingDisk(3, 4)
    store = SlotStore(disk, "state")
    assert [store.save(bytes([number])) for number in range(6)] == [True, True, False, False, False, False]
    assert len(disk.offsets) == 4


def test_unreadable_disk_is_an_empty_one() -> None:
    class Unreadable(MemoryDisk):
        def read(self, name: str, offset: int, octets: int) -> bytes:
            raise DiskError(5, f"{name} {offset} {octets}")

    assert SlotStore(Unreadable(), "state").load() is None


def test_payload_has_a_bound() -> None:
    store = SlotStore(MemoryDisk(), "state")
    assert store.save(bytes(PAYLOAD_OCTETS_MAX))
    with pytest.raises(ValueError, match="payload must be <="):
        store.save(bytes(PAYLOAD_OCTETS_MAX + 1))
