"""READMEs hold what is generated for them; nothing in them drifts from the code."""

import generated
import pytest

from flight.bus.application import Application
from flight.dictionary.types import App


@pytest.mark.parametrize("folder", generated.FOLDERS)
def test_generated_parts_of_a_readme_are_as_generated(folder):
    readme = generated.ROOT / "flight" / folder / "README.md"
    assert readme.exists()
    assert generated.stale(folder) == [], "run `python tests/generated.py`"


@pytest.mark.parametrize("folder", [name for name in generated.FOLDERS if name != "executive"])
def test_a_readme_has_marks_for_its_inputs_and_outputs(folder):
    text = (generated.ROOT / "flight" / folder / "README.md").read_text(encoding="utf-8")
    assert text.count("<!-- generated: io -->") == text.count("<!-- end: io -->") == 1


def test_every_application_of_a_folder_is_found():
    services = [cls.APP for cls in generated.applications("services")]
    assert services == [App.EVENTS, App.HOUSEKEEPING, App.MONITORING]
    assert all(issubclass(cls, Application) for cls in generated.applications("gateway"))


def test_a_change_is_seen_and_renewed(tmp_path, monkeypatch):
    folder = tmp_path / "flight" / "gateway"
    folder.mkdir(parents=True)
    readme = folder / "README.md"
    readme.write_text("# x\n<!-- generated: io -->\nold\n<!-- end: io -->\nafter\n")
    parts = [("io", "new")]
    monkeypatch.setattr(generated, "ROOT", tmp_path)
    monkeypatch.setattr(generated, "parts", lambda _: iter(parts))
    assert generated.stale("gateway") == ["io"]
    generated.renew("gateway")
    assert readme.read_text() == "# x\n<!-- generated: io -->\nnew\n<!-- end: io -->\nafter\n"
    assert generated.stale("gateway") == []
