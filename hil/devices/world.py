"""The world: it moves the simulated satellite from t(n-1) to t(n) with the setpoints that arrived in tick n.

It has the lowest id of its group and so runs before the devices, which then read the plant at t(n). What
only the runner may see, the plant's truth, goes to a side file and never over the bus.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from flight.bus.application import Application, Config, Inbox, Now, Policy, Subscription
from flight.dictionary.compute import NodeSetpoint
from flight.dictionary.declare import Message
from flight.dictionary.optical import TerminalSetpoint
from flight.dictionary.power import ArraySetpoint, BusSetpoint
from flight.dictionary.thermal import LoopSetpoint
from flight.dictionary.types import App
from hil.devices.actuators import Actuators
from hil.devices.bench import Bench

__all__ = ["TimedFault", "TruthSink", "WorldDevice"]

_SETPOINTS: tuple[type[Message], ...] = (
    ArraySetpoint,
    BusSetpoint,
    LoopSetpoint,
    NodeSetpoint,
    TerminalSetpoint,
)


class TruthSink(Protocol):
    """Keeps the plant's truth outside the bus."""

    def put(self, tick: int) -> None:
        """Read and keep the truth of one tick."""

    def close(self) -> None:
        """Complete what was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedFault:
    """A fault of the plant with its ticks.

    Parameters
    ----------
    onset_tick : int
        Tick before whose step it is injected.
    end_tick : int or None
        Tick before whose step it is cleared; None: never.
    name : str
        Name of the plant's fault.
    parameters : Mapping
        Parameters of the plant's fault.
    """

    onset_tick: int
    end_tick: int | None = None
    name: str
    parameters: Mapping[str, object] = field(default_factory=dict)


class WorldDevice(Application):
    """Obey setpoints, inject faults, step the plant.

    Parameters
    ----------
    config : Config
        From the manifest.
    bench : Bench
        The shared plant.
    faults : tuple of TimedFault
        Faults of the plant, by tick.
    truth : TruthSink
        Keeps the truth of each tick, outside the bus.
    """

    APP = App.WORLD
    PERIOD_MS = 100
    SUBSCRIPTIONS = tuple(Subscription(message=cls, depth=4, policy=Policy.DROP_OLDEST) for cls in _SETPOINTS)

    def __init__(
        self, config: Config, bench: Bench, faults: tuple[TimedFault, ...], truth: TruthSink
    ) -> None:
        super().__init__(config)
        self._plant = bench.plant
        self._actuators = Actuators(bench)
        self._truth = truth
        self._tick = 0
        onsets = [(fault.onset_tick, True, fault) for fault in faults]
        ends = [(fault.end_tick, False, fault) for fault in faults if fault.end_tick is not None]
        self._agenda = sorted(
            [*onsets, *ends], key=lambda item: (item[0], item[1], item[2].name), reverse=True
        )

    def step(self, now: Now, inbox: Inbox) -> None:
        """Move the plant to t(n); tick 0 is the initial state, in which no power flows yet."""
        for received in inbox.received:
            message = received.message
            if message is not None:
                self._actuators.obey(message)
        while self._agenda and self._agenda[-1][0] <= now.tick:
            _, begins, fault = self._agenda.pop()
            act = self._plant.inject if begins else self._plant.clear
            act(fault.name, **{key: _parameter(value) for key, value in fault.parameters.items()})
        while self._tick < now.tick:  # in real time a tick may have been skipped: the plant goes through it
            self._tick += 1
            self._plant.step(now.dt_s)
        if now.tick > 0:
            self._truth.put(now.tick)

    def close(self) -> None:
        """Complete the truth log."""
        self._truth.close()


def _parameter(value: object) -> float | str:
    """Return a fault's parameter as the plant takes it: a word or a number."""
    return value if isinstance(value, str) else float(str(value))
