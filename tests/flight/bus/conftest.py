"""Fixtures for buses with real processes."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from reference.bus.zygote import Zygote

from flight.bus.children import ProcessControl
from flight.bus.disk import MemoryDisk
from flight.bus.manifest import Manifest
from flight.bus.settings import Injection
from flight.executive.executive import Clock, Executive, RunSettings
from flight.executive.process_control import RealProcessControl

TOKEN = bytes(range(16))
TESTS = str(Path(__file__).resolve().parents[2])

MakeExecutive = Callable[..., Executive]


@pytest.fixture
def run_dir() -> Iterator[Path]:
    """Give a private folder whose path is short enough for a socket."""
    folder = Path(mkdtemp(prefix="dd"))
    yield folder
    rmtree(folder)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """Give a starter of processes that is quick enough for hundreds of them."""
    with Zygote(os.pathsep.join([TESTS, *filter(None, [os.environ.get("PYTHONPATH")])])) as starter:
        yield starter


@pytest.fixture
def make_executive(run_dir: Path) -> Iterator[MakeExecutive]:
    """Give a maker of executives; each is closed at the end, whatever happens."""
    made: list[Executive] = []

    def make(
        manifest: Manifest,
        clock: Clock,
        injections: Sequence[Injection] = (),
        control: ProcessControl | None = None,
        **changes: object,
    ) -> Executive:
        folder = run_dir / str(len(made))
        folder.mkdir(mode=0o700)
        executive = Executive(
            manifest,
            RunSettings(clock=clock, **changes),  # type: ignore[arg-type]
            MemoryDisk(),
            run_dir=folder,
            control=control or RealProcessControl(folder, [TESTS]),
            token=TOKEN,
            injections=injections,
        )
        made.append(executive)
        return executive

    yield make
    for executive in made:
        if executive.star is not None:
            executive.star.close()
