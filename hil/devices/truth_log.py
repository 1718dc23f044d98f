"""The runner's side files of the plant's truth: columns of float64, by the process that steps the plant.

Truth never crosses the bus. The ledger's powers are kept every tick, because the energy ledger is
integrated from them; all else once a second.
"""

import json
import struct
from pathlib import Path
from typing import BinaryIO

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
    every : tuple of (Group, int)
        Groups with the number of ticks from one row to the next.
    tick_ns : int
        Length of one tick, for the index.
    """

    def __init__(
        self, folder: Path, plant: Plant, every: tuple[tuple[Group, int], ...], tick_ns: int
    ) -> None:
        self._plant = plant
        self._rows: list[tuple[str, int, BinaryIO]] = []
        if not every:
            return
        folder.mkdir(parents=True, exist_ok=True)
        self._rows = [
            (group.name, ticks, (folder / f"{group.name}.f64").open("wb")) for group, ticks in every
        ]
        index = {group.name: [(field.name, field.count) for field in group.fields] for group, _ in every}
        (folder / "index.json").write_text(json.dumps({"tick_ns": tick_ns, "messages": index}, indent=1))

    def put(self, tick: int) -> None:
        """Keep the truth of one tick."""
        head = _TICK.pack(tick)
        for name, every_ticks, stream in self._rows:
            if tick % every_ticks == 0:
                stream.write(head + self._plant.truth_octets(name))

    def close(self) -> None:
        """Finish the files."""
        for _, _, stream in self._rows:
            stream.close()


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
