"""An application whose only state is a number on its disk, raised in each step."""

from collections.abc import Mapping

from flight.bus.application import Application, Config, Inbox, Now
from flight.bus.manifest import Manifest, Participant
from flight.dictionary.types import App

FILE = "steps"


class Diarist(Application):
    """Count its steps on its disk."""

    APP = App.POWER
    PERIOD_MS = 100
    HOUSEKEEPING_PERIOD_S = 0

    def step(self, _now: Now, _inbox: Inbox) -> None:
        disk = self.config.disk
        count = int.from_bytes(disk.read(FILE, 0, 4))
        disk.write(FILE, 0, (count + 1).to_bytes(4))


def build(configs: Mapping[App, Config]) -> list[Application]:
    """Build it."""
    return [Diarist(config) for config in configs.values()]


def manifest(state_folder: str) -> Manifest:
    """Return it alone in a process of its own."""
    one = Participant(app=App.POWER, factory="reference.bus.diarist:build", process="power")
    return Manifest(participants=(one,), state_folder=state_folder)
