"""How this boot came about: counts that survive, and why the last run ended."""

import struct
from enum import IntEnum
from typing import Final, NamedTuple

from flight.bus.disk import Disk
from flight.executive.store import SlotStore

__all__ = ["RESETS_MAX", "Boot", "BootLog", "ResetType"]

RESETS_MAX = 2
"""Unasked resets in a row after which the next boot starts cold."""

_FORM = struct.Struct(">IIB")


class ResetType(IntEnum):
    """Why the software starts."""

    POWER_ON = 1
    """First start, or a start in which no state is kept."""
    ORDERLY = 2
    """The last run was ended in order; state is kept."""
    UNASKED = 3
    """The last run ended without saying so; state is kept, ``RESETS_MAX`` times in a row."""


class Boot(NamedTuple):
    """One boot.

    Parameters
    ----------
    boot_count : int
        Boots of this state folder, this one included.
    reset_count : int
        Unasked resets in a row.
    reset_type : ResetType
        Why the software starts.
    version : tuple of int
        Major, minor, patch.
    """

    boot_count: int
    reset_count: int
    reset_type: ResetType
    version: tuple[int, int, int]

    @property
    def keeps_state(self) -> bool:
        """Whether snapshots of the last run may be used."""
        return self.reset_type is not ResetType.POWER_ON


class BootLog:
    """The boot record on disk.

    Parameters
    ----------
    disk : Disk
        State folder.
    """

    def __init__(self, disk: Disk) -> None:
        self._store: Final = SlotStore(disk, "boot")

    def begin(self, version: tuple[int, int, int]) -> Boot:
        """Count this boot; until ``end`` is called the next one will take this one's end for unasked."""
        saved = self._store.load()
        boot_count, reset_count, was_orderly = 0, 0, False
        if saved is not None and len(saved) == _FORM.size:
            boot_count, reset_count, was_orderly = _FORM.unpack(saved)
        if not boot_count:
            reset_type, reset_count = ResetType.POWER_ON, 0
        elif was_orderly:
            reset_type, reset_count = ResetType.ORDERLY, 0
        elif reset_count < RESETS_MAX:
            reset_type, reset_count = ResetType.UNASKED, reset_count + 1
        else:
            reset_type, reset_count = ResetType.POWER_ON, 0
        boot = Boot(boot_count + 1, reset_count, reset_type, version)
        self._store.save(_FORM.pack(boot.boot_count, boot.reset_count, 0))
        return boot

    def end(self, boot: Boot) -> None:
        """Note that this run ends in order."""
        self._store.save(_FORM.pack(boot.boot_count, boot.reset_count, 1))
