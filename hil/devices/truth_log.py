"""The runner's side files of the plant's truth: columns of float64, by the process that steps the plant.

Truth never crosses the bus. The ledger's powers are kept every tick, because the energy ledger is
integrated from them; all else once a second.
"""

import json
import struct
from pathlib import Path
from typing import BinaryIO

from hil.devices.motion import LEDGER_GROUP
from hil.plant.channels import Group
from hil.plant.core import Plant

__all__ = ["LineLog", "TruthLog"]

_TICK = struct.Struct("=d")


class TruthLog:
    """Write truth groups of a plant as rows of ``tick, values``.

    Parameters
    ----------
    folder : Path
        Where the files go; made when it is missing.
    plant : Plant
        The plant to read.
    groups : tuple of Group
        Groups to keep: the ledger each tick, the others once a second. None: nothing is written.
    tick_ns : int
        Length of one tick, for the index.
    every_s : int
        Seconds between two rows of every group, 1 or more. Above 1 a row of the ledger holds the mean powers
        since the one before, so that the energies stay exact.
    """

    def __init__(
        self, folder: Path, plant: Plant, groups: tuple[Group, ...], tick_ns: int, every_s: int = 1
    ) -> None:
        self._plant = plant
        self._every_s = every_s
        self._second_count = 0
        self._sums: list[float] = []
        self._sum_count = 0
        self._ledger: BinaryIO | None = None
        self._rows: list[tuple[str, BinaryIO]] = []
        self._row = _TICK
        if not groups:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for group in groups:
            stream = (folder / f"{group.name}.f64").open("wb")
            if group.name == LEDGER_GROUP:
                self._ledger = stream
                self._row = struct.Struct(f"={group.width + 1}d")
            else:
                self._rows.append((group.name, stream))
        index = {group.name: [(field.name, field.count) for field in group.fields] for group in groups}
        (folder / "index.json").write_text(json.dumps({"tick_ns": tick_ns, "messages": index}, indent=1))

    def put_rows(self, rows: bytes) -> None:
        """Keep rows of the ledger group, one a tick."""
        if self._ledger is None:
            return
        if self._every_s == 1:
            self._ledger.write(rows)
            return
        for _, *row in self._row.iter_unpack(rows):
            self._sums = [a + b for a, b in zip(self._sums, row, strict=True)] if self._sums else row
            self._sum_count += 1

    def put_second(self, tick: int) -> None:
        """Read and keep the other groups."""
        self._second_count += 1
        if self._second_count % self._every_s:
            return
        head = _TICK.pack(tick)
        if self._ledger is not None and self._sum_count:
            self._ledger.write(self._row.pack(tick, *(value / self._sum_count for value in self._sums)))
            self._sums, self._sum_count = [], 0
        for name, stream in self._rows:
            stream.write(head + self._plant.truth_octets(name))

    def close(self) -> None:
        """Finish the files."""
        for _, stream in self._rows:
            stream.close()
        if self._ledger is not None:
            self._ledger.close()


class LineLog:
    """Lines of text in a file, or nowhere.

    Parameters
    ----------
    path : Path or None
        The file; None: lines are dropped.
    """

    def __init__(self, path: Path | None) -> None:
        self._stream = None if path is None else path.open("w", encoding="ascii")

    def put(self, line: str) -> None:
        """Keep one line."""
        if self._stream is not None:
            self._stream.write(line + "\n")

    def close(self) -> None:
        """Finish the file."""
        if self._stream is not None:
            self._stream.close()
