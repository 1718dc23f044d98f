"""The shape of the house: what stands at the top, how deep it goes, what every folder and application has."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from checkout import APPLICATIONS, FOLDERS, PRODUCT, ROOT, files

TOP = {*FOLDERS, "README.md", "LICENSE", "pyproject.toml", ".gitignore", ".clang-format"}
PRIVATE = {".git", ".venv", "build", "runs", "dist"}
CACHE_ENDS = ("_cache", ".hypothesis", ".benchmarks", ".coverage", "__pycache__")
ANATOMY = {"README.md", "__init__.py", "app.py", "law.py", "modes.py", "parameters.py"}
DEPTH_MAX = 3


def paths() -> set[str]:
    return {source.path for source in files()}


def folders() -> set[str]:
    return {path.rpartition("/")[0] for path in paths() if "/" in path}


def deep_folders(found: set[str]) -> Iterator[str]:
    """Yield the folders that lie more than three below the top."""
    return (folder for folder in found if folder.count("/") > DEPTH_MAX)


def missing_parts(application: str, found: set[str]) -> set[str]:
    """Return the files of the agreed anatomy that an application lacks."""
    return {name for name in ANATOMY if f"flight/{application}/{name}" not in found}


def strangers_at_the_top(found: set[str]) -> set[str]:
    """Return what stands at the top of the checkout and has no place there."""
    return {name for name in found - TOP - PRIVATE if not name.endswith(CACHE_ENDS)}


def packages_without(name: str, found: set[str]) -> set[str]:
    """Return the folders directly below flight, ground and hil that hold Python but not the named file."""
    packages = {
        "/".join(path.split("/")[:2]) for path in found if path.startswith(PRODUCT) and path.count("/") >= 2
    }
    with_code = {
        folder
        for folder in packages
        if any(path.startswith(folder) and path.endswith(".py") for path in found)
    }
    return {folder for folder in with_code if f"{folder}/{name}" not in found}


def test_top_holds_only_what_the_design_names() -> None:
    assert not strangers_at_the_top({path.name for path in ROOT.iterdir()})


def test_no_folder_lies_deeper_than_three_below_the_top() -> None:
    assert not list(deep_folders(folders()))


@pytest.mark.parametrize("application", APPLICATIONS)
def test_application_has_the_agreed_anatomy(application: str) -> None:
    assert not missing_parts(application, paths())


@pytest.mark.parametrize("name", ["README.md", "__init__.py"])
def test_package_says_what_it_is_for(name: str) -> None:
    assert not packages_without(name, paths())


def test_tests_are_no_packages() -> None:
    assert not [path for path in paths() if path.startswith("tests/") and path.endswith("__init__.py")]


def test_tests_mirror_the_tree() -> None:
    mirrored = {f"tests/{folder}" for folder in folders() if folder.startswith(PRODUCT)}
    tests = {path.rpartition("/")[0] for path in paths() if path.endswith(".py") and "/test_" in path}
    strangers = {
        folder for folder in tests if folder.startswith(tuple(f"tests/{top}" for top in PRODUCT))
    } - mirrored
    assert not strangers


def test_scenarios_and_rigs_are_data() -> None:
    code = [path for path in paths() if path.startswith(("hil/scenarios/", "hil/rigs/"))]
    assert not [path for path in code if not path.endswith((".toml", ".md"))]


def test_commands_of_the_project_file_exist() -> None:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for target in table["project"]["scripts"].values():
        assert f"{target.partition(':')[0].replace('.', '/')}.py" in paths()


def test_ci_runs_the_test_command_of_the_readme() -> None:
    texts = {source.path: source.text for source in files()}
    assert "\n    scripts/test " in texts["README.md"]
    assert 'ROOT / "scripts" / "test"' in texts[".ci/job.py"]


def test_planted_faults_are_seen() -> None:
    assert list(deep_folders({"a/b/c", "a/b/c/d", "a/b/c/d/e"})) == ["a/b/c/d/e"]
    assert missing_parts("power", {"flight/power/app.py"}) == ANATOMY - {"app.py"}
    assert strangers_at_the_top({"flight", "setup.py", ".mypy_cache"}) == {"setup.py"}
    assert packages_without(
        "README.md", {"flight/bus/a.py", "flight/link/a.py", "flight/link/README.md"}
    ) == {"flight/bus"}
