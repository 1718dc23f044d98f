"""A table of steps, run one after another: each is named, timed, and its failure does not stop the next."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

# Test files side by side, one for each core; a file's tests share what they fly, so they stay together.
# A process that dies, as one does at a report of the sanitizers, ends the run: with a new one in its place
# pytest-xdist may wait for ever.
SIDE_BY_SIDE = ("-n", "auto", "--dist", "loadfile", "--max-worker-restart", "0")
_HANGING_S = 2400  # four times what the longest step takes on a slow machine


class Skip(Exception):  # noqa: N818 - it is no error
    """Raised by a step that this machine cannot run; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One gate: a function that raises when the gate is shut.

    Parameters
    ----------
    name
        What the gate holds, as it is printed.
    action
        Raises `subprocess.CalledProcessError` or `AssertionError` on failure, `Skip` where it cannot run.
    is_fast
        Whether `.ci/check --fast` runs it.
    """

    name: str
    action: Callable[[], None]
    is_fast: bool = field(default=True)


def tool(name: str, *arguments: str) -> Callable[[], None]:
    """Return an action that runs a program of `.venv` and shows its output only when it fails."""
    return lambda: quiet([str(BIN / name), *arguments])


def ctest_command(build: str | Path, timeout_s: int) -> list[str]:
    """Return the command that runs the C tests of a build, as many at a time as there are cores."""
    options = ("--output-on-failure", "--no-tests=error", "--timeout", str(timeout_s))
    return [str(BIN / "ctest"), "--test-dir", str(build), "--parallel", str(os.cpu_count() or 1), *options]


def quiet(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Run a command in the root; show its output only when it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        sys.stdout.flush()
        sys.stdout.buffer.write(done.stdout)
    done.check_returncode()


def loud(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Run a command in the root and let its output through as it comes; one that hangs is ended."""
    sys.stdout.flush()
    try:
        subprocess.run(
            command, cwd=ROOT, env={**os.environ, **(environment or {})}, check=True, timeout=_HANGING_S
        )
    except subprocess.TimeoutExpired as error:
        raise AssertionError(f"must end within {_HANGING_S} s: {' '.join(command)}") from error


def run(steps: Sequence[Step]) -> int:
    """Run all steps, print a line for each and return the exit code."""
    failed: list[str] = []
    skipped: list[str] = []
    for step in steps:
        print(f"== {step.name}", flush=True)
        start_s = time.monotonic()
        try:
            step.action()
            verdict = "ok"
        except Skip as reason:
            verdict = f"SKIPPED: {reason}"
            skipped.append(f"{step.name} ({reason})")
        except subprocess.CalledProcessError as error:
            verdict = f"FAILED with exit code {error.returncode}"
            failed.append(step.name)
        except (AssertionError, OSError) as error:
            verdict = f"FAILED: {error}"
            failed.append(step.name)
        print(f"   {verdict} [{time.monotonic() - start_s:.1f} s]", flush=True)
    if skipped:
        print(f"skipped: {'; '.join(skipped)}")
    print(f"FAILED: {', '.join(failed)}" if failed else f"all {len(steps) - len(skipped)} steps passed")
    return 1 if failed else 0
