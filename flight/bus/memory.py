"""Memory that processes of one machine share: a file of the run's private folder, mapped.

A file, not a named segment: it lies behind the folder's mode 0700, goes with that folder however the run
ends, and no tracker process has to be told of it. One without a path is memory of its own.
"""

import mmap
import os
from pathlib import Path
from typing import Final

__all__ = ["SharedMemory"]


class SharedMemory:
    """Zeroed memory of a fixed size, or what another process has written there.

    Parameters
    ----------
    path : str
        File; made, readable by its owner alone, when it is missing. Empty: memory of this object alone.
    octets : int
        Size.

    Raises
    ------
    ValueError
        When the file cannot be made or has another size.
    """

    def __init__(self, path: str, octets: int) -> None:
        self._path: Final = path
        self.view: Final = memoryview(_mapped(path, octets) if path else bytearray(octets))

    def remove(self) -> None:
        """Take the file away; who has mapped it keeps the memory until the end of the process."""
        if self._path:
            Path(self._path).unlink(missing_ok=True)


def _mapped(path: str, octets: int) -> mmap.mmap:
    """Map a file; the map holds it without a descriptor of ours."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ValueError(
            f"shared memory must be a file that can be made, got {path}: {error.strerror}"
        ) from None
    try:
        found = os.fstat(file).st_size
        if found not in (0, octets):
            raise ValueError(f"shared memory must have {octets} octets, got {found} octets ({path})")
        os.ftruncate(file, octets)
        return mmap.mmap(file, octets)
    finally:
        os.close(file)
