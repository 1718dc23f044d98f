"""A scripted application and loops around it, for tests of the bus."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from flight.bus.application import Application, Config, Inbox, Now, Received, Subscription
from flight.bus.coordinator import Coordinator
from flight.bus.exchange import Work
from flight.bus.group import Group, Unit
from flight.bus.inprocess import InProcess
from flight.bus.manifest import rights_of
from flight.bus.settings import Injection, Settings
from flight.dictionary.declare import Command, Message
from flight.dictionary.types import App

Act = Callable[["Probe", Now, Inbox], None]


class Probe(Application):
    """Does what it is told in each step, and keeps what it heard."""

    PERIOD_MS = 100
    HOUSEKEEPING_PERIOD_S = 0

    def __init__(self, config: Config, act: Act | None = None) -> None:
        super().__init__(config)
        self._act = act
        self.heard: list[tuple[int, Message]] = []
        self.woke: list[tuple[int, Message | None]] = []
        self.stepped: list[int] = []

    def step(self, now: Now, inbox: Inbox) -> None:
        self.stepped.append(now.tick)
        for one in inbox.received:
            if one.message is not None:
                self.heard.append((now.tick, one.message))
        if self._act is not None:
            self._act(self, now, inbox)

    def receive(self, now: Now, message: Received) -> None:
        self.woke.append((now.tick, message.message))


def probe(
    app: App,
    act: Act | None = None,
    *,
    hears: Sequence[Subscription] = (),
    **changes: object,
) -> Unit:
    """Return a unit of one probe; ``changes`` are class attributes."""
    cls = type(f"Probe{app.name}", (Probe,), {"SUBSCRIPTIONS": tuple(hears), **changes})
    return Unit(lambda configs: [cls(configs[app], act)], {app: Config(app=app)})


class Loop:
    """In-process loop over some units."""

    RIGHTS_TO_COMMAND: ClassVar[frozenset[App]] = frozenset({App.GATEWAY})

    def __init__(
        self,
        *units: Unit,
        injections: Sequence[Injection] = (),
        settings: Settings | None = None,
        rights: Mapping[int, frozenset[int]] | None = None,
        on_down: Callable[[int, int], int | None] | None = None,
    ) -> None:
        self.group = Group(units)
        apps = [App(one.app) for one in self.group.declared()]
        may = {int(app): rights_of(app, sends_commands=app in self.RIGHTS_TO_COMMAND) for app in apps}
        self.routed: list[tuple[int, bytes]] = []
        self.coordinator = Coordinator(
            self.group.declared(),
            {**may, **(rights or {})},
            settings=settings or Settings(),
            injections=injections,
            recorder=self,
            on_down=on_down,
        )
        self.clock = InProcess(self.coordinator, self.group)
        self.clock.begin()

    def put(self, tick: int, routed: Sequence[bytes]) -> None:
        """Keep what was routed (the loop is its own recorder)."""
        self.routed += [(tick, octets) for octets in routed]

    def run(self, ticks: int) -> None:
        """Run some ticks."""
        self.clock.run(ticks)

    def probe(self, app: App) -> Probe:
        """Return the present object of a probe."""
        found = self.group.application(app)
        assert isinstance(found, Probe)
        return found


def work(app: int, *, due: bool = True, skipped_count: int = 0) -> Work:
    """Return work without mail."""
    return Work(int(app), due, skipped_count, 0, [], plain=True)


def command_at(tick: int, command: Command, destination: App) -> Act:
    """Return an act that sends one command in one tick."""

    def act(app: Probe, now: Now, _: Inbox) -> None:
        if now.tick == tick:
            app.publish(command, destination=destination)

    return act
