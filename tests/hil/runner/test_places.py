"""Where a run keeps its files."""

from pathlib import Path

import pytest

from hil.runner.errors import RunnerError
from hil.runner.places import make_run_folder


def test_new_and_empty_folders_are_taken(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new/deep"):
        folder = make_run_folder(tmp_path / name, "orbit")
        assert sorted(path.name for path in folder.iterdir()) == ["logs", "state"]


def test_folder_in_use_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep", encoding="utf-8")
    with pytest.raises(RunnerError, match="new or empty folder"):
        make_run_folder(tmp_path, "orbit")
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(RunnerError, match=r"can be made, got .*file/run: Not a directory"):
        make_run_folder(tmp_path / "file" / "run", "orbit")


def test_runs_are_numbered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = [make_run_folder(None, "orbit") for _ in range(2)]
    assert [folder.name for folder in made] == ["orbit-1", "orbit-2"]
