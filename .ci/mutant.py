"""A mutant: one text of the product replaced, which a named test must notice."""

from __future__ import annotations

import sys
from dataclasses import dataclass

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


if __name__ == "__main__":
    sys.exit("mutant.py is used by .ci/run")
