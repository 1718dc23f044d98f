"""How the simulated satellite moves through the ticks: as late as nobody can tell, and then in one call.

The plant takes one step per tick, with the setpoints that stood in that tick. Between two ticks in which a
setpoint arrives or a device reads, nobody can see it, so those steps are taken together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from hil.plant.core import Plant

__all__ = ["LEDGER_GROUP", "Motion", "TimedFault", "TruthSink"]

LEDGER_GROUP = "ledger"
"""Group of the plant's truth of which a row is kept each tick: the powers of the energy ledger."""


class TruthSink(Protocol):
    """Keeps the plant's truth outside the bus."""

    def put_rows(self, rows: bytes) -> None:
        """Keep rows of the ledger group, one a tick."""

    def put_second(self, tick: int) -> None:
        """Read and keep the other groups."""

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


class Motion:
    """Move a plant to a tick.

    Parameters
    ----------
    plant : Plant
        The plant, at tick 0: its initial state, in which no power flows yet.
    tick_ms : int
        Length of a tick, a divisor of 1000.
    faults : sequence of TimedFault
        Faults of the plant, by tick.
    truth : TruthSink
        Keeps the truth, outside the bus.
    """

    def __init__(self, plant: Plant, tick_ms: int, faults: Sequence[TimedFault], truth: TruthSink) -> None:
        self._plant: Final = plant
        self._tick_s: Final = tick_ms / 1000.0
        self._second_ticks: Final = 1000 // tick_ms
        self._truth: Final = truth
        onsets = [(fault.onset_tick, True, fault) for fault in faults]
        ends = [(fault.end_tick, False, fault) for fault in faults if fault.end_tick is not None]
        self._agenda: Final = sorted(
            [*onsets, *ends], key=lambda item: (item[0], item[1], item[2].name), reverse=True
        )
        self.tick = 0

    def advance(self, tick: int) -> None:
        """Be at t(tick): take the steps that are missing, none when it is there already."""
        while self.tick < tick:
            self._change_faults(self.tick + 1)
            until = min(tick, (self.tick // self._second_ticks + 1) * self._second_ticks)
            if self._agenda:
                until = min(until, self._agenda[-1][0] - 1)
            first, count = self.tick + 1, until - self.tick
            self._truth.put_rows(self._plant.run(count, self._tick_s, LEDGER_GROUP, first))
            self.tick = until
            if until % self._second_ticks == 0:
                self._truth.put_second(until)

    def close(self) -> None:
        """Complete what was kept of the truth."""
        self._truth.close()

    def _change_faults(self, tick: int) -> None:
        """Inject and clear what is due before the step to a tick."""
        while self._agenda and self._agenda[-1][0] <= tick:
            _, begins, fault = self._agenda.pop()
            act = self._plant.inject if begins else self._plant.clear
            act(fault.name, **{key: _parameter(value) for key, value in fault.parameters.items()})


def _parameter(value: object) -> float | str:
    """Return a fault's parameter as the plant takes it: a word or a number."""
    return value if isinstance(value, str) else float(str(value))
