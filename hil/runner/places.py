"""Files that a command line names: scenarios, rigs, procedures, and the run directory that it gets."""

from pathlib import Path

from hil.runner.errors import RunnerError

__all__ = ["find_file", "find_procedure", "keep_text", "make_run_folder", "read_text"]

_ROOT = Path(__file__).resolve().parents[2]
_FOLDERS = {"scenario": _ROOT / "hil" / "scenarios", "rig": _ROOT / "hil" / "rigs"}
_RUNS = Path("runs")
_RUNS_MAX = 100_000


def find_file(name: str, kind: str) -> Path:
    """Return a scenario or a rig by its path, or by its name in the folder of its kind.

    Raises
    ------
    RunnerError
        There is none; the text names those of the folder.
    """
    folder = _FOLDERS[kind]
    for path in (Path(name), folder / name, folder / f"{name}.toml"):
        if path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in folder.glob("*.toml")))
    raise RunnerError(f"{kind} must be a file or one of {known}, got {name}")


def find_procedure(name: str, scenario: Path) -> Path | None:
    """Return a procedure's file: relative to the scenario's folder, or to the project; None for no name.

    Raises
    ------
    RunnerError
        There is no such file.
    """
    if not name:
        return None
    for path in (scenario.parent / name, _ROOT / name):
        if path.is_file():
            return path.resolve()
    raise RunnerError(f"procedure must be a file, got {name} ({scenario.name})")


def make_run_folder(out: Path | None, stem: str) -> Path:
    """Make a run directory: the one asked for, or the next free number under ``runs``.

    Raises
    ------
    RunnerError
        The folder asked for is in use, or cannot be made.
    """
    try:
        return _with_logs((_free_folder(stem) if out is None else _folder_asked_for(out)).resolve())
    except OSError as error:
        where = _RUNS if out is None else out
        raise RunnerError(f"out must be a folder that can be made, got {where}: {error.strerror}") from None


def _folder_asked_for(out: Path) -> Path:
    """Make a folder, or take one that is empty."""
    try:
        out.mkdir(parents=True)
    except FileExistsError:
        if not out.is_dir() or any(out.iterdir()):
            raise RunnerError(f"out must be a new or empty folder, got {out}") from None
    return out


def _free_folder(stem: str) -> Path:
    """Make the folder of the next free number."""
    for number in range(1, _RUNS_MAX):
        folder = _RUNS / f"{stem}-{number}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return folder
    raise RunnerError(f"runs must have a free number, got none below {_RUNS_MAX}")


def read_text(path: Path) -> str:
    """Return the text of a file."""
    return path.read_text(encoding="utf-8")


def keep_text(path: Path, text: str) -> None:
    """Write a text file."""
    path.write_text(text, encoding="utf-8")


def _with_logs(folder: Path) -> Path:
    """Add the folders that the processes of a run write to."""
    for name in ("logs", "state"):
        (folder / name).mkdir()
    return folder
