"""Applications that misbehave on purpose, for tests with real processes."""

import os
import time
from collections.abc import Mapping

from flight.bus.application import Application, Config, Inbox, Now
from flight.dictionary.application import ParameterValue
from flight.dictionary.types import App


class UnrulyApplication(Application):
    """Publishes a value each tick, and does what its options say in one tick.

    Options: ``die_tick`` ends the process, ``sleep_tick`` and ``sleep_s`` keep it busy, ``wall`` publishes
    the wall clock, ``hash`` publishes a number that depends on the seed of string hashes, ``draw`` publishes
    an unseeded draw.
    """

    PERIOD_MS = 100
    HOUSEKEEPING_PERIOD_S = 0

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.count = 0

    def step(self, now: Now, _inbox: Inbox) -> None:
        options = self.config.options
        self.count += 1
        if options.get("die_tick") == now.tick and self.restart_count == 0:
            os._exit(7)
        if options.get("sleep_tick") == now.tick:
            time.sleep(float(options["sleep_s"]))  # type: ignore[arg-type]
        value = float(self.count)
        if options.get("wall"):
            value = time.time()
        if options.get("hash"):
            value = float("abcdefghij".index(next(iter(set("abcdefghij")))))
        if options.get("draw"):
            value = float(int.from_bytes(os.urandom(2)))
        self.publish(ParameterValue(application=int(self.app), parameter_id=now.tick % 65536, value=value))

    def snapshot(self) -> tuple[object, ...]:
        return (self.count,)

    def restore(self, state: tuple[object, ...]) -> None:
        (self.count,) = state  # type: ignore[assignment]


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Build any number of them."""
    return [UnrulyApplication(config) for config in configs.values()]


def fail(configs: Mapping[App, Config]) -> list[Application]:
    """Fail to build."""
    raise RuntimeError(f"planted for {len(configs)}")
