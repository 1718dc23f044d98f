"""What the simulated devices have in common: they stand on one bench, and read it once it has moved."""

from flight.bus.application import Application, Config, Inbox, Now
from hil.devices.bench import Bench

__all__ = ["Device"]


class Device(Application):
    """A device of the simulated satellite.

    In tick 0 the plant has not moved yet and no power flows, so the first reading is that of the first period
    after it. Setpoints do not come here: the world carries them out.

    Parameters
    ----------
    config : Config
        From the manifest.
    bench : Bench
        The shared plant.
    """

    def __init__(self, config: Config, bench: Bench) -> None:
        super().__init__(config)
        self.plant = bench.plant
        self.bench = bench

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002  setpoints go to the world
        """Read the sensors of t(n)."""
        if now.tick > 0:
            self.bench.motion.advance(now.tick)
            self.read(now)

    def read(self, now: Now) -> None:
        """Publish the readings of t(n)."""
        raise NotImplementedError
