"""The example in the README of the link runs as printed."""

import doctest
from pathlib import Path

README = Path(__file__).parents[3] / "flight" / "link" / "README.md"


def test_example_runs_as_printed() -> None:
    result = doctest.testfile(str(README), module_relative=False)
    assert result.attempted > 5
    assert result.failed == 0
