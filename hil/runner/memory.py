"""Memory of a run: the sum of the proportional set sizes of this process and everything below it (Linux)."""

import os
from collections.abc import Iterator
from pathlib import Path

from hil.runner.machine import wall_clock_ns

__all__ = ["MemoryMeter", "family_of", "proportional_set_kb"]

_PROC = Path("/proc")
_PERIOD_S = 2.0


def family_of(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield pid
    for task in _entries(_PROC / str(pid) / "task"):
        for child in _text(task / "children").split():
            yield from family_of(int(child))


def proportional_set_kb(pid: int) -> int:
    """Return the proportional set size: private pages plus a share of each shared one; 0 when it has ended.

    Source: Linux Documentation/filesystems/proc, smaps_rollup.
    """
    for line in _text(_PROC / str(pid) / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


class MemoryMeter:
    """Sample now and then, keep the peak.

    Parameters
    ----------
    pid : int or None
        Head of the family; None: this process.
    """

    def __init__(self, pid: int | None = None) -> None:
        self._pid = os.getpid() if pid is None else pid
        self._next_s = 0.0
        self.peak_kb = 0
        self.process_count = 0

    def sample_when_due(self) -> None:
        """Sample every two seconds; in between it costs one look at the clock."""
        now_s = wall_clock_ns() / 1e9
        if now_s >= self._next_s:
            self._next_s = now_s + _PERIOD_S
            self.sample()

    def sample(self) -> None:
        """Add up the family now."""
        family = list(family_of(self._pid))
        self.process_count = max(self.process_count, len(family))
        self.peak_kb = max(self.peak_kb, sum(map(proportional_set_kb, family)))

    @property
    def peak_mb(self) -> float:
        """Largest sum so far, in units of 10^6 octets."""
        return self.peak_kb * 1024 / 1e6


def _text(path: Path) -> str:
    """Return a file of /proc; its process may end at any moment."""
    try:
        return path.read_text(encoding="ascii")
    except OSError:
        return ""


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
