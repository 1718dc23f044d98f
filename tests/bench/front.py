"""The front of the benchmarks: `scripts/bench [NAME...] [--json]`.

A benchmark is a file `bench_<name>.py` in this folder with `run() -> Iterable[Row]`. Rows are printed as
they come, as lines of a table or as one JSON object each. The exit code is 0 unless a benchmark crashed: a
bar that is missed is a result, printed as such.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import sys
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parent))

from bench.row import Row  # noqa: E402 - importable only with tests/ on the path
from rich.console import Console  # noqa: E402
from rich.text import Text  # noqa: E402

VERDICTS = {True: "yes", False: "NO", None: "skip"}
COLOURS = {True: "green", False: "bold red", None: "yellow"}


@dataclass(slots=True)
class Tally:
    """Counts of a whole call."""

    rows: list[Row] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the closing line."""
        skip_count = sum(row.holds is None for row in self.rows)
        miss_count = sum(row.holds is False for row in self.rows)
        hold_count = len(self.rows) - skip_count - miss_count
        crashed = f", crashed: {', '.join(self.crashed)}" if self.crashed else ""
        return f"{len(self.rows)} rows: {hold_count} hold, {miss_count} missed, {skip_count} skips{crashed}"


def main(arguments: Sequence[str]) -> int:
    """Run the named benchmarks, or all, and return the exit code."""
    files = {path.stem.removeprefix("bench_"): path for path in sorted(FOLDER.glob("bench_*.py"))}
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure and compare with the bars.")
    parser.add_argument(
        "names", metavar="NAME", nargs="*", help=f"one of: {', '.join(files)}; none means all"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per row instead of a table")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in files:
            parser.error(f"NAME must be one of {', '.join(files)}, got {name}")
    console = Console(highlight=False, soft_wrap=True)
    errors = Console(stderr=True, highlight=False)
    show: Callable[[str, Row], None] = _show_json if options.json else _TableLines(console)
    if not options.json:
        console.print(f"{platform.machine()}, Python {platform.python_version()}, {_processor()}")
    tally = Tally()
    for name in options.names or files:
        _run_one(name, files[name], show, tally, errors)
    (errors if options.json else console).print(tally.summary())
    return 1 if tally.crashed else 0


def _run_one(name: str, path: Path, show: Callable[[str, Row], None], tally: Tally, errors: Console) -> None:
    """Run one benchmark; a crash is told and the next one runs all the same."""
    try:
        for row in _load(path)():
            tally.rows.append(row)
            show(name, row)
    except Exception:  # whatever a benchmark raises, the others still run
        tally.crashed.append(name)
        errors.print(traceback.format_exc(), markup=False)


def _load(path: Path) -> Callable[[], Iterable[Row]]:
    """Return the `run` of a benchmark file."""
    spec = importlib.util.spec_from_file_location(f"bench.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"benchmark must be a Python file, got {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.run


def _show_json(benchmark: str, row: Row) -> None:
    print(json.dumps({"benchmark": benchmark, **asdict(row)}), flush=True)


class _TableLines:
    """Prints rows as lines under one heading."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._columns = f"{'benchmark: figure':<52}{'value':>12} {'unit':<12}{'ratio':>9}  {'bar':<16}holds"

    def __call__(self, benchmark: str, row: Row) -> None:
        """Print one row, and the heading before the first."""
        if self._columns:
            self._console.print(self._columns, style="bold")
            self._columns = ""
        reference = "" if row.reference is None else f" / {row.reference} {_figure(row.reference_value)}"
        line = Text(f"{benchmark + ': ' + row.name:<52}{_figure(row.value):>12} {row.unit:<12}")
        line.append(f"{_figure(row.ratio):>9}  {row.bar or '':<16}")
        line.append(f"{VERDICTS[row.holds]:<5}", style=COLOURS[row.holds])
        line.append(f" {row.note}{reference}", style="dim")
        self._console.print(line)


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def _processor() -> str:
    """Return the processor's name as Linux knows it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
