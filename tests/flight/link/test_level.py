"""The level that the environment names is the one in use."""

from collections.abc import Iterator

import pytest

from flight.link.coding import level, levels, set_level
from flight.link.errors import LocalLinkError
from flight.link.level import use_level_of_environment


@pytest.fixture(autouse=True)
def _best_level_afterwards() -> Iterator[None]:
    yield
    set_level("")


def test_level_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DD_LEVEL", "scalar")
    use_level_of_environment()
    assert level() == "scalar"


def test_without_it_the_best_level_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    set_level("")
    best = level()
    set_level("scalar")
    monkeypatch.delenv("DD_LEVEL", raising=False)
    use_level_of_environment()
    assert level() == best


def test_levels_are_those_that_can_be_set_and_the_last_is_the_best() -> None:
    set_level("scalar")
    found = levels()
    assert level() == "scalar"
    set_level("")
    assert (found[0], found[-1]) == ("scalar", level())
    for name in found:
        set_level(name)
        assert level() == name


def test_unknown_level_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DD_LEVEL", "mmx")
    with pytest.raises(LocalLinkError, match="level must be one that this processor has, got mmx"):
        use_level_of_environment()
