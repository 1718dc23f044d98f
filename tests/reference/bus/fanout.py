"""Applications that all hear one another, for the benchmark of deliveries; and one that talks to itself."""

from collections.abc import Mapping

from reference.bus.mixed import RING, lease

from flight.bus.application import Application, Config, Inbox, Now, Policy, Subscription
from flight.bus.manifest import Manifest, Participant
from flight.dictionary.application import ParameterValue
from flight.dictionary.grants import Grant
from flight.dictionary.types import App


class FanoutApplication(Application):
    """Sends so many leases a tick to everybody (option ``count``), and reads all it hears."""

    PERIOD_MS = 100
    HOUSEKEEPING_PERIOD_S = 0
    SUBSCRIPTIONS = (Subscription(message=Grant, depth=64, policy=Policy.REJECT_NEW),)

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._leases = [
            lease(App.POWER, index, float(index)) for index in range(int(str(config.options["count"])))
        ]
        self.heard_count = 0

    def step(self, now: Now, inbox: Inbox) -> None:
        assert now.tick >= 0
        self.heard_count += len(inbox.messages(Grant))
        for one in self._leases:
            self.publish(one)


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Build any number of them."""
    return [FanoutApplication(config) for config in configs.values()]


def manifest(applications: int, messages: int, processes: int) -> Manifest:
    """Return so many applications over processes (0: in-process); the first sends all messages of a tick."""
    return Manifest(
        participants=tuple(
            Participant(
                app=app,
                factory="reference.bus.fanout:build",
                process=f"p{index % processes}" if processes else "coordinator",
                options={"count": messages if index == 0 else 0},
            )
            for index, app in enumerate(RING[:applications])
        )
    )


class TalkingApplication(Application):
    """Hears one small message a tick from itself, and answers it."""

    PERIOD_MS = 100
    HOUSEKEEPING_PERIOD_S = 0
    SUBSCRIPTIONS = (Subscription(message=ParameterValue),)

    def step(self, now: Now, inbox: Inbox) -> None:
        heard = inbox.latest(ParameterValue)
        value = 0.0 if heard is None else heard.value
        self.publish(ParameterValue(application=16, parameter_id=now.tick & 0xFFFF, value=value + 1.0))


def build_talker(configs: Mapping[App, Config]) -> list[Application]:
    """Build the one that talks to itself."""
    return [TalkingApplication(config) for config in configs.values()]


def talker() -> Manifest:
    """Return one application in one process."""
    factory = "reference.bus.fanout:build_talker"
    return Manifest(participants=(Participant(app=App.POWER, factory=factory, process="p0"),))
