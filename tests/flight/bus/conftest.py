"""Fixtures for buses with real processes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import mkdtemp

import pytest

from flight.bus.manifest import Level, Manifest, Participant
from flight.bus.settings import Injection
from flight.dictionary.types import App
from flight.executive.disk import MemoryDisk
from flight.executive.executive import Clock, Executive, RunSettings
from flight.executive.process_control import RealProcessControl

TOKEN = bytes(range(16))
TESTS = str(Path(__file__).resolve().parents[2])

MakeExecutive = Callable[..., Executive]


@pytest.fixture
def run_dir() -> Iterator[Path]:
    """Give a private folder whose path is short enough for a socket."""
    import shutil

    folder = Path(mkdtemp(prefix="dd"))
    yield folder
    shutil.rmtree(folder)


def participants(
    apps: Mapping[App, str], factory: str, options: Mapping[App, Mapping[str, object]] | None = None
) -> tuple[Participant, ...]:
    """Return participants of one factory, by application and process."""
    chosen = options or {}
    return tuple(
        Participant(
            app=app,
            factory=factory,
            process=process,
            level=Level.APPLICATION,
            sends_commands=True,
            options=chosen.get(app, {}),
        )
        for app, process in apps.items()
    )


@pytest.fixture
def make_executive(run_dir: Path) -> Iterator[MakeExecutive]:
    """Give a maker of executives; each is closed at the end, whatever happens."""
    made: list[Executive] = []

    def make(
        manifest: Manifest,
        clock: Clock,
        injections: Sequence[Injection] = (),
        **changes: object,
    ) -> Executive:
        folder = run_dir / str(len(made))
        folder.mkdir(mode=0o700)
        executive = Executive(
            manifest,
            RunSettings(clock=clock, **changes),  # type: ignore[arg-type]
            MemoryDisk(),
            run_dir=folder,
            control=RealProcessControl(folder, [TESTS]),
            token=TOKEN,
            injections=injections,
        )
        made.append(executive)
        return executive

    yield make
    for executive in made:
        if executive.star is not None:
            executive.star.close()
