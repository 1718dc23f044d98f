"""Builds of the C core with sanitizers or gcov counters, each installed in a small environment of its own.

The environment sees the packages of `.venv` but not its editable install, so that `flight` and `hil` there
bring the instrumented extensions.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from steps import BIN, ROOT, SIDE_BY_SIDE, quiet

CORE_TESTS = ("tests/flight/link", "tests/hil/plant")
SANITIZER_OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=0:halt_on_error=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    # The interpreter's own allocator would hide a read beyond the end of a bytes object.
    "PYTHONMALLOC": "malloc",
}


def build(kind: str, switch: str) -> Path:
    """Build and install the project with a CMake switch on.

    Parameters
    ----------
    kind
        Name of the folder below `build/`.
    switch
        The switch of `csrc/CMakeLists.txt`, such as `DD_SANITIZE`.

    Returns
    -------
    Path
        The interpreter that imports the instrumented extensions.
    """
    home = ROOT / "build" / kind
    shutil.rmtree(home, ignore_errors=True)
    quiet([str(BIN / "python"), "-m", "venv", "--without-pip", str(home / "venv")])
    python = home / "venv" / "bin" / "python"
    (_site(python) / "packages_of_dot_venv.pth").write_text(f"{_site(BIN / 'python')}\n", encoding="utf-8")
    settings = {f"cmake.define.{switch}": "ON", "cmake.define.DD_TESTS": "ON", "install.strip": "false"}
    settings["build-dir"] = str(home / "cmake")
    options = [f"--config-settings={key}={value}" for key, value in settings.items()]
    pip = [str(BIN / "python"), "-m", "pip", "--python", str(python), "install", "--quiet"]
    quiet([*pip, "--no-build-isolation", "--no-deps", *options, "."], {"PATH": search_path()})
    return python


def search_path() -> str:
    """Return a search path with the build tools of `.venv` first."""
    return f"{BIN}:/usr/local/bin:/usr/bin:/bin"


def pytest_command(python: Path, *arguments: str) -> list[str]:
    """Return the command that runs pytest with an instrumented build and not with the checkout's folders."""
    options = ("-q", "-p", "no:cacheprovider", "-m", "not long", *SIDE_BY_SIDE)
    return [str(python), "-P", "-m", "pytest", *options, *arguments]


def pytest_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what the tests and the processes they start need to import the instrumented build."""
    own = {"PYTHONSAFEPATH": "1", "CI": "true", "HYPOTHESIS_PROFILE": "instrumented"}
    return {**own, **(extra or {})}


def sanitizer_environment() -> dict[str, str]:
    """Return the settings under which an uninstrumented interpreter can load sanitized extensions."""
    libraries = []
    compiler = shutil.which("gcc") or "gcc"
    for name in ("libasan.so", "libubsan.so"):
        found = subprocess.run(
            [compiler, f"-print-file-name={name}"], check=True, capture_output=True, text=True
        )
        libraries.append(found.stdout.strip())
    return pytest_environment({"LD_PRELOAD": " ".join(libraries), **SANITIZER_OPTIONS})


def uncovered_faults(build_folder: Path) -> list[str]:
    """Return the files of `csrc` with lines that no test reached, but for what this processor closes.

    Parameters
    ----------
    build_folder
        CMake folder that holds the counters.
    """
    report = build_folder / "gcov.json"
    filters = ("--root", ".", "--filter", "csrc/", "--exclude", "csrc/(test|fuzz)/", "--no-markers")
    merging = ("--gcov-ignore-parse-errors=all", "--merge-mode-functions=merge-use-line-0")
    quiet([str(BIN / "gcovr"), *filters, *merging, "--json", str(report), str(build_folder)])
    allowed = _closed_doors()
    faults: list[str] = []
    line_count = missed_count = 0
    for file in json.loads(report.read_text(encoding="utf-8"))["files"]:
        missed = sorted({line["line_number"] for line in file["lines"] if line["count"] == 0})
        line_count += len({line["line_number"] for line in file["lines"]})
        missed_count += len(missed)
        if len(missed) > allowed.get(file["file"], 0):
            faults.append(f"{file['file']}: lines without a test: {_ranges(missed)}")
    print(f"   {line_count - missed_count} of {line_count} lines of csrc reached, {missed_count} not")
    return faults


def _closed_doors() -> dict[str, int]:
    """Return how many lines of each file this processor cannot reach, after `pyproject.toml`."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rows = table["tool"]["dawndusk"]["uncovered"]
    has = set(Path("/proc/cpuinfo").read_text(encoding="utf-8").split())
    return {row["path"]: row["line_count_max"] for row in rows if not has.issuperset(row["without"].split())}


def _ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers as text, neighbours joined: ``3, 7-9``."""
    starts = [number for number in numbers if number - 1 not in numbers]
    ends = [number for number in numbers if number + 1 not in numbers]
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


def _site(python: Path) -> Path:
    """Return the folder in which an interpreter keeps its packages."""
    probe = "import sysconfig; print(sysconfig.get_path('platlib'))"
    found = subprocess.run([str(python), "-c", probe], check=True, capture_output=True, text=True)
    return Path(found.stdout.strip())


if __name__ == "__main__":
    sys.exit("instrumented.py is used by .ci/run")
