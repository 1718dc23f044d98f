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
    """

    def __init__(self, folder: Path, plant: Plant, groups: tuple[Group, ...], tick_ns: int) -> None:
        self._plant = plant
        self._ledger: BinaryIO | None = None
        self._rows: list[tuple[str, BinaryIO]] = []
        if not groups:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for group in groups:
            stream = (folder / f"{group.name}.f64").open("wb")
            if group.name == LEDGER_GROUP:
                self._ledger = stream
            else:
                self._rows.append((group.name, stream))
        index = {group.name: [(field.name, field.count) for field in group.fields] for group in groups}
        (folder / "index.json").write_text(json.dumps({"tick_ns": tick_ns, "messages": index}, indent=1))

    def put_rows(self, rows: bytes) -> None:
        """Keep rows of the ledger group, one a tick."""
        if self._ledger is not None:
            self._ledger.write(rows)

    def put_second(self, tick: int) -> None:
        """Read and keep the other groups."""
        head = _TICK.pack(tick)
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
