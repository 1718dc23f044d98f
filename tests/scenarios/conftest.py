"""Scenarios flown once for all tests of a session."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from flight.executive.executive import Clock
from hil.runner.front import Request, run_scenario

ROOT = Path(__file__).parents[2]
Fly = Callable[..., Path]


@pytest.fixture(scope="session")
def fly(tmp_path_factory: pytest.TempPathFactory) -> Fly:
    """Return what flies a shipped scenario, with some of its lines changed, and leaves its run directory."""

    def run(
        name: str,
        *,
        changes: dict[str, str] | None = None,
        rig: str | None = None,
        clock: Clock | None = Clock.INPROCESS,
        duration_s: float | None = None,
    ) -> Path:
        home = tmp_path_factory.mktemp(name)
        text = (ROOT / "hil" / "scenarios" / f"{name}.toml").read_text(encoding="utf-8")
        for before, after in (changes or {}).items():
            assert before in text
            text = text.replace(before, after)
        path = home / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        request = Request(scenario=str(path), rig=rig, clock=clock, out=home / "run", duration_s=duration_s)
        return run_scenario(request, Console(file=io.StringIO()))[0]

    return run


@pytest.fixture(scope="session")
def orbit(fly: Fly) -> Path:
    """Return the run directory of one whole orbit."""
    return fly("one_orbit")
