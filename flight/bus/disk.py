"""Disks for small state: files of a folder, or memory."""

import os
from pathlib import Path
from typing import Final, Protocol

__all__ = ["Disk", "DiskError", "FileDisk", "MemoryDisk"]


class DiskError(OSError):
    """The disk refused to read, write or sync."""


class Disk(Protocol):
    """Files of a state folder."""

    def read(self, name: str, offset: int, octets: int) -> bytes:
        """Return up to so many octets; none when there is no such file. Raises ``DiskError``."""

    def write(self, name: str, offset: int, octets: bytes) -> None:
        """Write octets at an offset, and sync them when the disk is a syncing one. Raises ``DiskError``."""

    def close(self) -> None:
        """Let go of what is held; a later call takes it again."""


class FileDisk:
    """Files of one folder.

    Parameters
    ----------
    folder : Path
        An existing folder.
    sync : bool
        Sync each write; only the realtime clock needs it, as a killed process does not lose the page cache.
    prefix : str
        Before each file name: whose files they are, where several write to one folder.
    """

    def __init__(self, folder: Path, *, sync: bool, prefix: str = "") -> None:
        self._folder: Final = folder
        self._prefix: Final = prefix
        self._sync: Final = sync
        self._files: Final[dict[str, int]] = {}

    def read(self, name: str, offset: int, octets: int) -> bytes:
        """Return up to so many octets; none when there is no such file."""
        try:
            return os.pread(self._file(name), octets, offset)
        except OSError as error:
            raise DiskError(error.errno, f"{name}: {error.strerror}") from error

    def write(self, name: str, offset: int, octets: bytes) -> None:
        """Write octets at an offset."""
        try:
            file = self._file(name)
            if os.pwrite(file, octets, offset) != len(octets):
                raise DiskError(0, f"{name}: short write")
            if self._sync:
                os.fdatasync(file)
        except OSError as error:
            raise DiskError(error.errno, f"{name}: {error.strerror}") from error

    def close(self) -> None:
        """Close all files."""
        while self._files:
            os.close(self._files.popitem()[1])

    def _file(self, name: str) -> int:
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = os.open(
                self._folder / (self._prefix + name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        return file


class MemoryDisk:
    """Files in memory: for runs that leave nothing behind."""

    def __init__(self) -> None:
        self.files: Final[dict[str, bytearray]] = {}

    def read(self, name: str, offset: int, octets: int) -> bytes:
        """Return up to so many octets; none when there is no such file."""
        return bytes(self.files.get(name, b"")[offset : offset + octets])

    def write(self, name: str, offset: int, octets: bytes) -> None:
        """Write octets at an offset."""
        file = self.files.setdefault(name, bytearray())
        if len(file) < offset:
            file.extend(bytes(offset - len(file)))
        file[offset : offset + len(octets)] = octets

    def close(self) -> None:
        """Keep everything: what was written outlives its writer."""
