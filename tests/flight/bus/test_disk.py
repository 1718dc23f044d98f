import os
from pathlib import Path

import pytest

from flight.bus.disk import DiskError, FileDisk, MemoryDisk
from flight.executive.store import SlotStore


@pytest.mark.parametrize("sync", [True, False])
def test_file_and_memory_behave_alike(tmp_path: Path, sync: bool) -> None:
    file, memory = FileDisk(tmp_path, sync=sync), MemoryDisk()
    for disk in (file, memory):
        assert disk.read("a", 0, 10) == b""
        disk.write("a", 4, b"four")
        disk.write("a", 0, b"0")
        assert disk.read("a", 0, 20) == b"0\0\0\0four"
        assert disk.read("a", 6, 20) == b"ur"
        assert disk.read("b", 0, 1) == b""
    file.close()
    assert (tmp_path / "a").read_bytes() == b"0\0\0\0four"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_only_a_syncing_disk_syncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    for sync in (False, True):
        disk = FileDisk(tmp_path, sync=sync)
        disk.write("a", 0, b"x")
        disk.close()
    assert len(synced) == 1


def test_refusal_of_the_system_is_a_disk_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "planted")

    monkeypatch.setattr(os, "fdatasync", fail)
    disk = FileDisk(tmp_path, sync=True)
    with pytest.raises(DiskError, match="planted"):
        disk.write("a", 0, b"x")
    assert not SlotStore(disk, "a").save(b"payload")
    disk.close()
    with pytest.raises(DiskError):
        FileDisk(tmp_path / "nowhere", sync=False).read("a", 0, 1)


def test_short_write_is_a_disk_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pwrite", lambda *_: 1)
    disk = FileDisk(tmp_path, sync=False)
    with pytest.raises(DiskError, match="short write"):
        disk.write("a", 0, b"xyz")
    disk.close()


def test_files_of_several_applications_lie_side_by_side(tmp_path: Path) -> None:
    one, other = (FileDisk(tmp_path, sync=False, prefix=prefix) for prefix in ("one.", "other."))
    one.write("a", 0, b"1")
    assert other.read("a", 0, 1) == b""
    one.close()
    assert one.read("a", 0, 1) == b"1"
    for disk in (one, other, MemoryDisk()):
        disk.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.a", "other.a"]
