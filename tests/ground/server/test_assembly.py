"""A node from paths: archive, procedure and door as planned."""

from pathlib import Path

import pytest
from reference.link.ends import plain_ends

from ground.archive.query import ArchiveReader
from ground.script.loops import find_loops
from ground.server.assembly import GroundPlan, open_node
from ground.server.config import GroundConfig


@pytest.fixture
def config() -> GroundConfig:
    return GroundConfig(satellite=5, token_key=b"k", ends=plain_ends())


def test_node_runs_the_script_and_fills_the_archive(config: GroundConfig, tmp_path: Path) -> None:
    script = tmp_path / "talk.py"
    script.write_text("def run(sat):\n    sat.say('hello')\n    sat.wait(1)\n")
    node = open_node(GroundPlan(config=config, archive=tmp_path / "a.sqlite", procedure=script, durable=True))
    for tick in range(20):
        node.step(tick * 100_000_000, [], None)
    assert node.summary().procedure.lines == ("hello", "WAIT: 1 seconds")
    node.close()
    node.close()
    reader = ArchiveReader(tmp_path / "a.sqlite")
    assert dict(reader.meta())["procedure"] == "passed"
    assert reader.satellite == 5
    reader.close()


def test_missing_procedure_is_refused_before_anything_is_made(config: GroundConfig, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"procedure must be a file, got .*none\.py"):
        open_node(GroundPlan(config=config, archive=tmp_path / "a.sqlite", procedure=tmp_path / "none.py"))
    assert list(tmp_path.iterdir()) == []


def test_live_node_is_listed_until_it_is_closed(
    config: GroundConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAWNDUSK_RUNTIME_DIR", str(tmp_path / "loops"))
    node = open_node(GroundPlan(config=config, archive=tmp_path / "a.sqlite", live=True, name="orbit"))
    assert [(entry.satellite, entry.name) for entry in find_loops()] == [(5, "orbit")]
    node.close()
    assert find_loops() == ()
