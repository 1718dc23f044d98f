"""The world: it hands the setpoints of tick n to the simulated satellite, where they act from t(n-1) on.

It has the lowest id of its group and so runs before the devices, which then read the plant at t(n). What
only the runner may see, the plant's truth, goes to a side file and never over the bus.
"""

from flight.bus.application import Application, Config, Inbox, Now, Policy, Received, Subscription
from flight.dictionary.compute import NodeSetpoint
from flight.dictionary.declare import Message
from flight.dictionary.optical import TerminalSetpoint
from flight.dictionary.power import ArraySetpoint, BusSetpoint
from flight.dictionary.thermal import LoopSetpoint
from flight.dictionary.types import App
from hil.devices.actuators import Actuators
from hil.devices.bench import Bench

__all__ = ["WorldDevice"]

_SETPOINTS: tuple[type[Message], ...] = (
    ArraySetpoint,
    BusSetpoint,
    LoopSetpoint,
    NodeSetpoint,
    TerminalSetpoint,
)


class WorldDevice(Application):
    """Obey setpoints; the plant moves when it is looked at, and once a second.

    Parameters
    ----------
    config : Config
        From the manifest.
    bench : Bench
        The shared plant.
    """

    APP = App.WORLD
    SUBSCRIPTIONS = tuple(
        Subscription(message=cls, depth=4, policy=Policy.DROP_OLDEST, wake=True) for cls in _SETPOINTS
    )

    def __init__(self, config: Config, bench: Bench) -> None:
        super().__init__(config)
        self._motion = bench.motion
        self._actuators = Actuators(bench)

    def receive(self, now: Now, message: Received) -> None:
        """Let a setpoint act from t(n-1) on."""
        content = message.message
        if content is not None:
            self._motion.advance(now.tick - 1)
            self._actuators.obey(content)

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002  setpoints came to receive
        """Keep up with the time, so that no call is long."""
        self._motion.advance(now.tick)

    def close(self) -> None:
        """Move to the last tick and complete the truth log."""
        self._motion.close()
