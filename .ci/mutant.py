"""A mutant: one text of the product replaced, which a named test must notice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cross import Processor

_COMPILER = shutil.which("cc") or "cc"
VECTORS = "test/test_vectors.c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One text in one file replaced by another; `test` must then fail.

    Attributes
    ----------
    file
        Below csrc/link, or below flight/link.
    before, after
        The text, which must occur, and what stands there instead (first place only).
    test
        C file below csrc, or a test file of pytest.
    """

    file: str
    before: str
    after: str
    test: str = VECTORS


def changed(file: str, *changes: tuple[str, str], test: str = VECTORS) -> list[Mutant]:
    """Return a mutant of one file for each pair of texts."""
    return [Mutant(file=file, before=before, after=after, test=test) for before, after in changes]


def passes(
    objects: Sequence[Path],
    program: Path,
    arguments: Sequence[str],
    limit_s: float,
    *,
    other: Processor | None = None,
) -> bool:
    """Link a C test and return whether it ends well within a time; one that cannot be linked does not.

    Parameters
    ----------
    objects
        Of the core and of the test.
    program
        Where to put it.
    arguments
        Its arguments, for a harness the number of inputs.
    limit_s
        Seconds of wall time.
    other
        The processor they are for, when it is not this one.
    """
    # test_cipher_faults.c is the libcrypto that the core loads, so its functions are exported.
    compiler, runner = (other.compiler, other.runner) if other else (_COMPILER, ())
    command = [compiler, *map(str, objects), "-rdynamic", "-lm", "-ldl", "-o", str(program)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        return False
    try:
        done = subprocess.run(
            [*runner, program, *arguments], capture_output=True, check=False, timeout=limit_s
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit("mutant.py is used by .ci/run")
