"""Column files: rows of float64, the tick first, and one index per folder that names the columns."""

import json
from array import array
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ColumnFolder", "FieldColumns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldColumns:
    """Where the elements of a field lie in a row."""

    name: str
    first: int
    count: int


class ColumnFolder:
    """One folder of column files.

    Parameters
    ----------
    folder : Path
        Holds ``index.json`` and one ``.f64`` file per owner (message or truth group).

    Raises
    ------
    FileNotFoundError
        There is no index.
    """

    def __init__(self, folder: Path) -> None:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        self._folder = folder
        self.tick_ns: int = index["tick_ns"]
        self._fields: dict[str, dict[str, FieldColumns]] = {}
        for owner, columns in index["messages"].items():
            first = 1
            self._fields[owner] = {}
            for name, count in columns:
                self._fields[owner][name] = FieldColumns(name=name, first=first, count=count)
                first += count

    @property
    def owners(self) -> list[str]:
        """Names of all messages or groups."""
        return list(self._fields)

    def fields(self, owner: str) -> dict[str, FieldColumns]:
        """Return the columns of an owner; KeyError when there is none."""
        return self._fields[owner]

    def path(self, owner: str) -> Path:
        """Return the file of an owner."""
        return self._folder / f"{owner}.f64"

    def width(self, owner: str) -> int:
        """Return the number of values in a row of an owner, the tick included."""
        return 1 + sum(item.count for item in self._fields[owner].values())

    def rows(self, owner: str) -> "tuple[array[float], int]":
        """Return all values of an owner, row after row, and the width of a row, without a torn last one."""
        width = self.width(owner)
        octets = self.path(owner).read_bytes()
        whole = len(octets) - len(octets) % (8 * width)
        return array("d", octets[:whole]), width
