"""The examples of the README and of docstrings do what they say."""

import doctest
import re
from pathlib import Path

import pytest

import ground.console.views
import ground.script.condition
from ground.script.procedure import Procedure, load_procedure

BLOCKS = re.findall(
    r"```python\n(.*?)```", (Path(__file__).parents[2] / "ground/README.md").read_text(), flags=re.DOTALL
)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_readme_example_runs_against_a_satellite(block: str, make_loop, publish, tmp_path: Path) -> None:
    script = tmp_path / "example.py"
    script.write_text(
        "import ground\nwith ground.connect() as sat:\n    sat.wait_packet('POWER', 'PowerStatus')\n" + block
    )
    loop = make_loop(procedure=Procedure("example", load_procedure(script)))
    loop.each_tick = publish
    loop.run(20)
    summary = loop.node.summary().procedure
    assert summary.outcome == "passed", summary.error


def test_readme_has_examples() -> None:
    assert len(BLOCKS) == 2


@pytest.mark.parametrize(
    "module", [ground.console.views, ground.script.condition], ids=lambda module: module.__name__
)
def test_docstring_examples_hold(module) -> None:
    results = doctest.testmod(module)
    assert results.attempted > 0
    assert results.failed == 0
