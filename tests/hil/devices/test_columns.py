"""Column files."""

from __future__ import annotations

import json
from array import array
from pathlib import Path

import pytest

from hil.devices.columns import ColumnFolder


def folder(path: Path, octets: bytes) -> ColumnFolder:
    index = {"tick_ns": 100, "messages": {"A": [["x_v", 1], ["y_a", 2]], "B": [["z_w", 1]]}}
    (path / "index.json").write_text(json.dumps(index))
    (path / "A.f64").write_bytes(octets)
    return ColumnFolder(path)


def test_fields_lie_where_the_index_says(tmp_path: Path) -> None:
    made = folder(tmp_path, array("d", [0, 1, 2, 3, 10, 4, 5, 6]).tobytes())
    assert made.owners == ["A", "B"]
    assert (made.fields("A")["y_a"].first, made.fields("A")["y_a"].count) == (2, 2)
    values, width = made.rows("A")
    assert (list(values), width) == ([0, 1, 2, 3, 10, 4, 5, 6], 4)


@pytest.mark.parametrize("cut", range(1, 9))
def test_torn_row_is_dropped(tmp_path: Path, cut: int) -> None:
    made = folder(tmp_path, array("d", range(8)).tobytes()[:-cut])
    assert list(made.rows("A")[0]) == [0, 1, 2, 3]


def test_folder_without_index_is_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ColumnFolder(tmp_path)
