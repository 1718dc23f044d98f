"""The battery monitor as a participant: it publishes what its backend measured, whichever backend that is.

Backends: ``sim`` (channels of the plant), ``replay`` (a recorded run), ``emulated`` and ``real`` (a unit at
the end of a serial line). An application cannot tell which one serves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Protocol

from flight.bus.application import Application, Config, Inbox, Now
from flight.dictionary.power import PACK_COUNT_MAX, BatteryReading
from flight.dictionary.types import App
from hil.devices.bench import Bench, Pick
from hil.plant.channels import BATTERY

__all__ = ["BatteryBackend", "BatteryDevice", "PackRow", "SimulatedBattery"]

PackRow = tuple[float, float, float, float, float]
"""Of one pack: voltage (V), current (A, discharge positive), temperature (K), lowest and highest cell (V)."""

_NO_PACK: PackRow = (0.0, 0.0, 0.0, 0.0, 0.0)
_PICKS = tuple(
    Pick(BATTERY, name)
    for name in (
        "pack_voltage_v",
        "pack_current_a",
        "pack_temperature_k",
        "cell_voltage_min_v",
        "cell_voltage_max_v",
    )
)


class BatteryBackend(Protocol):
    """Where the monitor's measurements come from."""

    def read(self, tick: int) -> Sequence[PackRow | None]:
        """Return one row per pack at a due tick; None for a pack that has no valid measurement."""

    def close(self) -> None:
        """Release what the backend holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedBattery:
    """The monitor of the simulated satellite: the plant's channels as they are."""

    bench: Bench

    def read(self, tick: int) -> Sequence[PackRow | None]:
        """Read the channels of t(n)."""
        self.bench.motion.advance(tick)
        reading = self.bench.plant.sense("battery")
        columns = [pick.raw(reading)[: self.bench.pack_count] for pick in _PICKS]
        rows: list[PackRow | None] = []
        for voltage_v, current_a, temperature_k, low_v, high_v in zip(*columns, strict=True):
            row = (voltage_v, current_a, temperature_k, low_v, high_v)
            rows.append(row if isfinite(sum(row)) else None)
        return rows

    def close(self) -> None:
        """Nothing to release."""


class BatteryDevice(Application):
    """Publish the packs at 1 Hz; bit i of the mask is pack i, packs that do not exist read zero.

    Parameters
    ----------
    config : Config
        From the manifest; option ``backend`` and what that backend needs.
    backend : BatteryBackend
        Where the measurements come from.
    """

    APP = App.BATTERY

    def __init__(self, config: Config, backend: BatteryBackend) -> None:
        super().__init__(config)
        self._backend = backend

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002  setpoints go to the world
        """Read and publish; the first reading is that of the first second, as of every device."""
        if now.tick == 0:
            return
        rows = list(self._backend.read(now.tick))[:PACK_COUNT_MAX]
        rows += [None] * (PACK_COUNT_MAX - len(rows))
        columns = tuple(zip(*[row or _NO_PACK for row in rows], strict=True))
        self.publish(
            BatteryReading(
                time_ns=now.time_ns,
                pack_voltage_v=columns[0],
                pack_current_a=columns[1],
                pack_temperature_k=columns[2],
                cell_voltage_min_v=columns[3],
                cell_voltage_max_v=columns[4],
                valid_mask=sum(1 << index for index, row in enumerate(rows) if row is not None),
            )
        )

    def close(self) -> None:
        """Release the backend."""
        self._backend.close()
