"""A set of applications that live in one process, run tick by tick; the same under every clock."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from flight.bus.application import Application
from flight.bus.bodies import Bodies
from flight.bus.config import Config
from flight.bus.exchange import Declared, Reply, Start, Work
from flight.bus.seat import Seat
from flight.dictionary.types import App

__all__ = ["Build", "Group", "Unit"]

Build = Callable[[Mapping[App, Config]], "list[Application]"]
"""A participant factory: makes the applications of the given configurations."""


class Unit:
    """Applications that one factory call builds together; they may share memory.

    Parameters
    ----------
    build : Build
        The factory.
    configs : mapping of App to Config
        Configuration of each.
    """

    def __init__(self, build: Build, configs: Mapping[App, Config]) -> None:
        self._build: Final = build
        self.configs: Final = dict(configs)

    def make(self) -> list[Application]:
        """Build the applications.

        Raises
        ------
        ValueError
            When the factory built others than asked for.
        """
        made = self._build(self.configs)
        if sorted(one.app for one in made) != sorted(self.configs):
            names = ", ".join(one.app.name for one in made)
            wanted = ", ".join(app.name for app in self.configs)
            raise ValueError(f"factory must build {wanted}, got {names}")
        return made


class Group:
    """Applications of one process.

    Parameters
    ----------
    units : sequence of Unit
        What to build; applications run in the order of their ids.
    clock_ns : callable or None
        A clock to account the time of each application with; None: no accounting. No message ever depends on
        it.
    """

    def __init__(self, units: Sequence[Unit], clock_ns: Callable[[], int] | None = None) -> None:
        self._units: Final = {app: unit for unit in units for app in unit.configs}
        self._seats: dict[int, Seat] = {}
        self._bodies: Final = Bodies()
        self._clock_ns: Final = clock_ns
        self._started: Final[set[int]] = set()
        self.busy_ns: dict[int, int] = {}
        for unit in units:
            self._seat(unit)

    def declared(self) -> list[Declared]:
        """Return what each application declares, by id."""
        return [self._seats[app].declared for app in sorted(self._seats)]

    def application(self, app: App) -> Application:
        """Return the present object of an application."""
        return self._seats[app].application

    def start(self, start: Start) -> None:
        """Start an application; one that ran before loses its memory and is built again.

        Raises
        ------
        ValueError
            When it ran before and shares memory with others.
        """
        if start.app in self._started:
            unit = self._units[App(start.app)]
            if len(unit.configs) > 1:
                name = App(start.app).name
                raise ValueError(f"application must have its own memory to start again, got {name}")
            self._seat(unit)
        self._started.add(start.app)
        self._seats[start.app].start(start)

    def run(self, tick: int, works: Sequence[Work]) -> list[Reply]:
        """Run one tick for the applications that have work; never raises."""
        self._bodies.clear()
        clock_ns = self._clock_ns
        if clock_ns is None:
            return [self._seats[work.app].run(tick, work) for work in works]
        replies = []
        for work in works:
            start_ns = clock_ns()
            replies.append(self._seats[work.app].run(tick, work))
            self.busy_ns[work.app] = self.busy_ns.get(work.app, 0) + clock_ns() - start_ns
        return replies

    def close(self) -> None:
        """Let every application release what it holds, and its files."""
        for app in sorted(self._seats):
            application = self._seats[app].application
            application.close()
            application.config.disk.close()

    def _seat(self, unit: Unit) -> None:
        for application in unit.make():
            restartable = len(unit.configs) == 1
            self._seats[int(application.app)] = Seat(application, self._bodies, restartable=restartable)
