"""A small bus with the application under test and scripted neighbours."""

from collections.abc import Callable, Mapping, Sequence

import pytest

from flight.bus.application import Application, Config, Inbox, Now, Policy, Received, Subscription
from flight.bus.coordinator import Coordinator
from flight.bus.group import Group, Unit
from flight.bus.inprocess import InProcess
from flight.bus.manifest import rights_of
from flight.bus.settings import Injection, Settings
from flight.dictionary.declare import Message
from flight.dictionary.types import App

Script = Mapping[int, Sequence[Message]]


def actor(app: App, script: Script, hears: Sequence[type[Message]]) -> type[Application]:
    """Return an application that says what the script has for a tick, and keeps what it hears."""

    class Actor(Application):
        APP = app
        PERIOD_MS = 100
        HOUSEKEEPING_PERIOD_S = 0
        SUBSCRIPTIONS = tuple(
            Subscription(message=cls, depth=1024, policy=Policy.REJECT_NEW) for cls in hears
        )

        def __init__(self, config: Config) -> None:
            super().__init__(config)
            self.heard: list[tuple[int, Received]] = []

        def step(self, now: Now, inbox: Inbox) -> None:
            self.heard += [(now.tick, received) for received in inbox.received]
            for message in script.get(now.tick, ()):
                self.publish(message)

        def of(self, cls: type[Message]) -> list[Message]:
            return [r.message for _, r in self.heard if isinstance(r.message, cls)]

    return Actor


class Loop:
    """Applications on an in-process bus of 100 ms ticks."""

    def __init__(self, *classes: type[Application], injections: Sequence[Injection] = ()) -> None:
        configs = {cls.APP: Config(app=cls.APP) for cls in classes}
        units = [
            Unit(lambda given, cls=cls: [cls(given[cls.APP])], {cls.APP: configs[cls.APP]}) for cls in classes
        ]
        self.group = Group(units)
        rights = {int(cls.APP): rights_of(cls.APP, sends_commands=cls.APP is App.GATEWAY) for cls in classes}
        self.coordinator = Coordinator(
            self.group.declared(), rights, settings=Settings(), injections=injections
        )
        self.driver = InProcess(self.coordinator, self.group)
        self.driver.begin()

    def run(self, ticks: int) -> None:
        self.driver.run(ticks)

    def __getitem__(self, app: App) -> Application:
        return self.group.application(app)


@pytest.fixture
def make_actor() -> Callable[[App, Script, Sequence[type[Message]]], type[Application]]:
    return actor


@pytest.fixture
def make_loop() -> Callable[..., Loop]:
    return Loop
