"""The bulk store: nothing is lost without a count, and a crash loses nothing at all."""

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.bus.disk import DiskError, MemoryDisk
from flight.gateway import bulk
from flight.gateway.bulk import PLACE_COUNT, PLACE_OCTETS, BulkStore

FILE = "bulk"


def image(number: int) -> bytes:
    return number.to_bytes(4) * (number % 100 + 1)


def drained(store: BulkStore) -> list[bytes | None]:
    found = []
    while store.waiting_count:
        found.append(store.peek())
        store.take()
    return found


def balance(store: BulkStore) -> int:
    return store.made_count - store.taken_count - store.dropped_count - store.waiting_count


@pytest.mark.requirement("GTW-010")
@given(st.lists(st.integers(-40, 60), max_size=20))
def test_store_is_a_queue_that_gives_up_its_oldest(steps: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "PLACE_COUNT", 32)  # small, so that it goes round
        store, model, number = BulkStore(MemoryDisk()), deque[bytes](maxlen=32), 0
        for step in steps:
            for _ in range(step):
                store.put(1000 + number, image(number))
                model.append(image(number))
                number += 1
            for _ in range(min(-step, len(model))):
                assert store.peek() == model.popleft()
                store.take()
            assert store.waiting_count == len(model)
            assert store.waiting_octets == sum(map(len, model))
            assert balance(store) == 0
        assert store.dropped_count == store.made_count - store.taken_count - len(model)
        assert drained(store) == list(model)


def test_oldest_time_is_told() -> None:
    store = BulkStore(MemoryDisk())
    assert store.oldest_ns is None
    store.put(5, b"a")
    store.put(9, b"b")
    assert store.oldest_ns == 5
    store.take()
    assert store.oldest_ns == 9


@pytest.mark.requirement("GTW-010")
def test_store_that_comes_back_has_what_came_after_the_snapshot() -> None:
    disk = MemoryDisk()
    store = BulkStore(disk)
    for number in range(10):
        store.put(number, image(number))
    store.take()
    saved = store.snapshot()
    assert all(isinstance(one, int) for one in saved)
    store.take()  # sent after the snapshot: goes again
    for number in range(10, 15):
        store.put(number, image(number))
    again = BulkStore(disk)
    again.restore(saved)
    assert (again.made_count, again.taken_count, again.waiting_count) == (15, 1, 14)
    assert balance(again) == 0
    assert again.oldest_ns == 1
    assert drained(again) == [image(number) for number in range(1, 15)]


def test_record_of_an_earlier_life_is_not_taken_for_a_new_one() -> None:
    disk = MemoryDisk()
    earlier = BulkStore(disk)
    for number in range(8):
        earlier.put(number, b"old")
    store = BulkStore(disk)  # a cold start: nothing of the snapshot is left
    for number in range(100, 103):
        store.put(number, b"new")
    again = BulkStore(disk)
    again.restore(store.snapshot())
    assert drained(again) == [b"new"] * 3


def test_damaged_record_is_given_up_and_counted() -> None:
    disk = MemoryDisk()
    store = BulkStore(disk)
    for number in range(3):
        store.put(number, image(number))
    disk.files[FILE][PLACE_OCTETS + 25] ^= 1
    store.take()
    assert store.peek() is None
    store.drop_damaged()
    assert store.peek() == image(2)
    assert (store.dropped_count, store.fault_count, balance(store)) == (1, 1, 0)
    again = BulkStore(disk)
    disk.files[FILE][2 * PLACE_OCTETS + 25] ^= 1
    again.restore(store.snapshot())
    assert again.peek() is None


class Refusing(MemoryDisk):
    """A disk that refuses to write."""

    is_refusing = True

    def write(self, name: str, offset: int, octets: bytes) -> None:
        if self.is_refusing:
            raise DiskError(28, "no space left")
        super().write(name, offset, octets)


def test_report_that_the_disk_refuses_is_counted() -> None:
    disk = Refusing()
    store = BulkStore(disk)
    store.put(1, b"a")
    disk.is_refusing = False
    store.put(2, b"b")
    store.put(3, b"c" * PLACE_OCTETS)
    assert (store.made_count, store.dropped_count, store.fault_count) == (3, 2, 2)
    assert drained(store) == [b"b"]


def test_file_is_bounded() -> None:
    disk = MemoryDisk()
    store = BulkStore(disk)
    for number in range(PLACE_COUNT + 3):
        store.put(number, b"abc")
    assert len(disk.files[FILE]) <= PLACE_COUNT * PLACE_OCTETS
    assert (store.waiting_count, store.dropped_count) == (PLACE_COUNT, 3)
