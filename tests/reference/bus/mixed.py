"""The mixed-rate set of the benchmarks: 8 applications at 10, 10, 5, 2, 1, 1, 1, 1 Hz, 2 messages each."""

from collections.abc import Mapping

from flight.bus.application import Application, Config, Inbox, Now, Policy, Subscription
from flight.bus.manifest import Level, Manifest, Participant
from flight.dictionary.grants import Grant, GrantLoop, GrantReason
from flight.dictionary.types import App

RATES_MS = {
    App.WORLD: 100,
    App.NAVIGATION: 100,
    App.ARRAY: 200,
    App.BATTERY: 500,
    App.POWER: 1000,
    App.THERMAL: 1000,
    App.COMPUTE: 1000,
    App.OPTICAL: 1000,
}
RING = tuple(sorted(RATES_MS))


class MixedApplication(Application):
    """Reads all its mail, decodes it, and sends two leases of eleven fields to its neighbour."""

    SUBSCRIPTIONS = (Subscription(message=Grant, depth=64, policy=Policy.DROP_OLDEST),)

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._neighbour = RING[(RING.index(config.app) + 1) % len(RING)]
        self._total_w = 0.0
        self._count = 0
        draw = self.stream("power").uniform
        self._leases = [lease(self._neighbour, index, draw(0.0, 100.0)) for index in range(32)]

    def step(self, _now: Now, inbox: Inbox) -> None:
        for grant in inbox.messages(Grant):
            self._total_w += grant.power_max_w
        count = self._count = self._count + 2
        self.publish(self._leases[(count + int(self._total_w)) % 32], destination=self._neighbour)
        self.publish(self._leases[count % 32], destination=self._neighbour)

    def snapshot(self) -> tuple[object, ...]:
        return (self._total_w, self._count)

    def restore(self, state: tuple[object, ...]) -> None:
        self._total_w, self._count = state  # type: ignore[assignment]


def lease(holder: App, index: int, power_w: float) -> Grant:
    """Return a lease of eleven fields."""
    return Grant(
        id=index,
        epoch=index * 7,
        holder=holder,
        loop=GrantLoop.ELECTRICAL,
        power_max_w=power_w,
        power_floor_w=10.0 + index,
        ramp_w_per_s=500.0,
        valid_from_ns=2_272_147_237_000_000_000 + index,
        valid_until_ns=2_272_147_240_000_000_000 + index,
        fallback_power_w=1000.0,
        reason=GrantReason.NOMINAL,
    )


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Build any of the set."""
    made: list[Application] = []
    for app, config in configs.items():
        name = f"Mixed{app.name.title()}"
        made.append(
            type(name, (MixedApplication,), {"PERIOD_MS": RATES_MS[app], "HOUSEKEEPING_PERIOD_S": 0})(config)
        )
    return made


def manifest(seed: int = 0, processes: int = 0) -> Manifest:
    """Return the set over a number of processes, 0: in-process."""
    return Manifest(
        seed=seed,
        participants=tuple(
            Participant(
                app=app,
                factory="reference.bus.mixed:build",
                process=f"p{index % processes}" if processes else "coordinator",
                level=Level.APPLICATION,
            )
            for index, app in enumerate(RING)
        ),
    )
