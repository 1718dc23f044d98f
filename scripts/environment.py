"""The set-up that `sil`, `test` and `bench` share: find Python, make `.venv`, install, build the C core.

It runs under whatever `python3` the machine has, so it uses the standard library only and syntax that an
old interpreter can read: such an interpreter must get as far as looking for a newer one. A stamp inside
`.venv` holds digests of `pyproject.toml` and of `csrc/`; while they agree there is nothing to do and a start
costs milliseconds.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "dawndusk.json"
PYTHON_NAMES = ("python3.13", "python3.12", "python3.11", "python3", "python")
TEST_EXTRAS = ("dev", "interop", "rig", "tui", "web")
ORACLE_EXTRAS = (*TEST_EXTRAS, "oracle")  # other people's simulators, half a gigabyte: for CI and benchmarks

_VERSION_PROBE = "import sys; raise SystemExit(sys.version_info < (3, 11))"
_HEADER_PROBE = (
    "import os, sysconfig;"
    "raise SystemExit(not os.path.exists(os.path.join(sysconfig.get_path('include'), 'Python.h')))"
)
_REQUIREMENTS_PROBE = """
import json, pathlib, sys, tomllib
table = tomllib.loads(pathlib.Path("pyproject.toml").read_text("utf-8"))
extras = table["project"]["optional-dependencies"]
wanted = [*table["build-system"]["requires"], "cmake>=3.26", "ninja", *table["project"]["dependencies"]]
print(json.dumps(wanted + [line for extra in sys.argv[1:] for line in extras[extra]]))
"""


def prepare(extras: Sequence[str] = ()) -> None:
    """Make `.venv` hold this checkout with the named extras, or exit with one line that says what is missing.

    Parameters
    ----------
    extras
        Names of optional dependency groups of `pyproject.toml`, beyond those that are already there.
    """
    if _is_current(_read_stamp(), extras):
        return
    with _only_one():
        stamp = _read_stamp()
        if _is_current(stamp, extras):
            return
        _install(stamp, sorted({*extras, *_extras_of(stamp)}))


def run_in_venv(program: str, arguments: Sequence[str]) -> None:
    """Become a program of `.venv`; does not return.

    Parameters
    ----------
    program
        Name of the program in `.venv/bin`.
    arguments
        Its arguments, passed on as they are.
    """
    path = VENV / "bin" / program
    if not path.exists():
        _stop(f".venv/bin/{program} must exist, got none: remove .venv and start again")
    os.environ["VIRTUAL_ENV"] = str(VENV)
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    sys.stdout.flush()
    os.execv(path, [str(path), *arguments])


def _install(stamp: dict[str, object], extras: Sequence[str]) -> None:
    """Bring `.venv` up to date."""
    _check_compiler()
    if stamp.get("root") != str(ROOT) or not PYTHON.exists():
        _make_venv()
        stamp = {}
    # Until all is done the stamp holds no digests, so that an interrupted set-up is taken up again.
    STAMP.write_text(json.dumps({"root": str(ROOT)}), encoding="utf-8")
    if not _has_requirements(stamp, extras):
        _say("installing what it needs into .venv (about a minute, once)")
        _install_requirements(extras)
    _say("building the C core")
    _pip("--no-build-isolation", "--no-deps", "--editable", ".")
    state = {"root": str(ROOT), "extras": list(extras), **_digests()}
    STAMP.write_text(json.dumps(state), encoding="utf-8")


def _make_venv() -> None:
    """Make an empty virtual environment with the newest supported Python of this machine."""
    python = _find_python()
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run(
        [python, "-m", "venv", str(VENV)], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        _stop("Python's venv module is needed: apt-get install python3-venv (or your system's equivalent)")
    # The resolver of pip 23.2, which comes with early Python 3.11, dies on fastcrc~=0.3 of spacepackets.
    _pip("--upgrade", "pip>=24.2")


def _find_python() -> str:
    """Return an interpreter that is new enough and has its headers."""
    found = [sys.executable, *(shutil.which(name) or "" for name in PYTHON_NAMES)]
    recent = [path for path in found if path and _succeeds([path, "-c", _VERSION_PROBE])]
    if not recent:
        _stop("Python 3.11 or newer is needed: apt-get install python3 (or your system's equivalent)")
    for path in recent:
        if _succeeds([path, "-c", _HEADER_PROBE]):
            return path
    return _stop("the Python headers are needed: apt-get install python3-dev (or your system's equivalent)")


def _check_compiler() -> None:
    """Exit with one line unless a C compiler can compile against the C library."""
    names = [os.environ.get("CC", ""), "cc", "gcc", "clang"]
    compilers = [path for path in map(shutil.which, filter(None, names)) if path]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "probe.c"
        source.write_text('#include <stdio.h>\nint main(void) { return puts("") < 0; }\n', encoding="utf-8")
        for compiler in compilers:
            if _succeeds([compiler, str(source), "-o", str(source.with_suffix(""))]):
                return
    _stop("a C compiler is needed: apt-get install gcc libc6-dev (or your system's equivalent)")


def _install_requirements(extras: Sequence[str]) -> None:
    """Install the build tools, the dependencies and the extras that `pyproject.toml` names."""
    answer = subprocess.run(
        [str(PYTHON), "-c", _REQUIREMENTS_PROBE, *extras], check=True, cwd=ROOT, stdout=subprocess.PIPE
    )
    _pip(*json.loads(answer.stdout.decode("utf-8")))


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments]
    if subprocess.run(command, check=False, cwd=ROOT).returncode != 0:
        _stop("the set-up stopped: pip says above what it could not install or build")


def _has_requirements(stamp: dict[str, object], extras: Sequence[str]) -> bool:
    return stamp.get("pyproject") == _digests()["pyproject"] and set(extras) <= _extras_of(stamp)


def _is_current(stamp: dict[str, object], extras: Sequence[str]) -> bool:
    same = all(stamp.get(key) == value for key, value in _digests().items())
    return same and stamp.get("root") == str(ROOT) and set(extras) <= _extras_of(stamp) and PYTHON.exists()


def _extras_of(stamp: dict[str, object]) -> set[str]:
    extras = stamp.get("extras", [])
    return {str(extra) for extra in extras} if isinstance(extras, list) else set()


def _read_stamp() -> dict[str, object]:
    """Return the stamp, or nothing where there is none that can be read."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _digests() -> dict[str, str]:
    """Return digests of all that the installation is made from."""
    core = hashlib.sha256()
    for path in sorted((ROOT / "csrc").rglob("*")):
        if path.suffix in {".c", ".h", ".txt"}:
            core.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    pyproject = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    return {"core": core.hexdigest(), "pyproject": pyproject.hexdigest()}


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Let one set-up run at a time; a second one waits and then finds nothing left to do."""
    lock = ROOT / "build" / "environment.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _succeeds(command: Sequence[str]) -> bool:
    try:
        done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def _say(text: str) -> None:
    sys.stderr.write(f"dawndusk: {text}\n")
    sys.stderr.flush()


def _stop(text: str) -> str:
    """Exit with one line; typed as if it returned, so that a search can end with it."""
    raise SystemExit(f"dawndusk: {text}")
