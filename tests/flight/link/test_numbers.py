"""Numbers on disk: any torn write leaves the number before it."""

from hypothesis import given
from hypothesis import strategies as st

from flight.bus.disk import MemoryDisk
from flight.link.numbers import NumberStore


@given(st.lists(st.integers(0, (1 << 64) - 1), max_size=8))
def test_last_number_is_read_back(numbers: list[int]) -> None:
    disk = MemoryDisk()
    for number in numbers:
        assert NumberStore(disk, "n").store(number)
    found = NumberStore(disk, "n")
    assert (found.number, found.damaged_count) == ((numbers or [0])[-1], 0)


@given(st.integers(0, 25), st.integers(1, 5))
def test_torn_write_leaves_the_number_before(cut: int, writes: int) -> None:
    disk = MemoryDisk()
    store = NumberStore(disk, "n")
    for number in range(1, writes + 1):
        store.store(number)
    before = bytes(disk.files["n"])
    store.store(99)
    after = disk.files["n"]
    at = (writes + 1) % 2 * 64
    before = before.ljust(len(after), b"\0")
    torn = after[at : at + cut] + before[at + cut : at + 26]
    disk.files["n"][at : at + 26] = torn
    found = NumberStore(disk, "n")
    assert found.number in (writes, 99)
    assert found.number == writes or bytes(torn) == bytes(after[at : at + 26])
    assert not found.is_lost


def test_disk_that_cannot_be_read_has_lost_everything() -> None:
    class Broken(MemoryDisk):
        def read(self, name: str, offset: int, octets: int) -> bytes:
            raise OSError(5, f"{name}: {octets} octets at {offset} cannot be read")

    store = NumberStore(Broken(), "n")
    assert store.is_lost
    assert store.fault_count == 2


def test_refused_write_changes_nothing() -> None:
    class Full(MemoryDisk):
        def write(self, name: str, offset: int, octets: bytes) -> None:
            raise OSError(28, f"{name}: {len(octets)} octets at {offset} do not fit")

    store = NumberStore(Full(), "n")
    assert not store.store(5)
    assert (store.number, store.fault_count) == (0, 1)
