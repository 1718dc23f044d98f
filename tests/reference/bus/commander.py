"""An application that sends commands at given ticks, for tests of the executive."""

from collections.abc import Mapping

from flight.bus.application import Application, Config, Inbox, Now, Subscription
from flight.dictionary.declare import Command
from flight.dictionary.executive import SystemModeOrder
from flight.dictionary.types import App

SENT: dict[int, tuple[Command, App]] = {}
"""What to send, by tick."""


class CommanderApplication(Application):
    """Sends the commands of ``SENT``."""

    PERIOD_MS = 100
    SUBSCRIPTIONS = (Subscription(message=SystemModeOrder),)

    def step(self, now: Now, inbox: Inbox) -> None:
        assert len(inbox) < 3
        if now.tick in SENT:
            command, destination = SENT[now.tick]
            self.publish(command, destination=destination)


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Build the commander."""
    return [CommanderApplication(config) for config in configs.values()]
