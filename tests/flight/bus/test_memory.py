"""Memory that processes share: a private file, gone with its folder, and nobody complains."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from flight.bus.memory import SharedMemory

CHILD = """
import os, signal, sys
from flight.bus.memory import SharedMemory
shared = SharedMemory(sys.argv[1], 4096)
shared.view[:5] = bytes(reversed(bytes(shared.view[:5])))
if sys.argv[2] == "crash":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def child(path: Path, ending: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", CHILD, str(path), ending],
        check=False, capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(("ending", "code"), [("end", 0), ("crash", -9)])
def test_another_process_sees_and_changes_it_and_leaves_quietly(
    tmp_path: Path, ending: str, code: int
) -> None:
    path = tmp_path / "ring"
    shared = SharedMemory(str(path), 4096)
    assert not any(shared.view)
    shared.view[:5] = b"hello"
    done = child(path, ending)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")
    assert bytes(shared.view[:5]) == b"olleh"
    assert sorted(tmp_path.iterdir()) == [path]


def test_file_is_private_and_holds_no_descriptor(tmp_path: Path) -> None:
    before = set(os.listdir("/proc/self/fd"))
    path = tmp_path / "ring"
    shared = SharedMemory(str(path), 4096)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # The map keeps a duplicate of its own; ours is closed.
    assert len(set(os.listdir("/proc/self/fd")) - before) <= 1
    assert shared.view.nbytes == 4096


def test_removed_memory_is_gone_from_the_folder_and_still_there_for_who_has_it(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    shared, other = (SharedMemory(str(path), 64) for _ in range(2))
    shared.remove()
    shared.remove()
    assert not list(tmp_path.iterdir())
    shared.view[0] = 7
    assert other.view[0] == 7


def test_memory_without_a_path_is_its_own() -> None:
    one, other = SharedMemory("", 64), SharedMemory("", 64)
    one.view[0] = 7
    assert other.view[0] == 0
    one.remove()


def test_what_cannot_be_mapped_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ring"
    path.write_bytes(b"x" * 63)
    with pytest.raises(ValueError, match="shared memory must have 64 octets, got 63 octets"):
        SharedMemory(str(path), 64)
    assert path.read_bytes() == b"x" * 63
    with pytest.raises(ValueError, match="shared memory must be a file that can be made"):
        SharedMemory(str(tmp_path / "none" / "ring"), 64)
