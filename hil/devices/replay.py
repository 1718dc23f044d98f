"""The replay backend: what a battery monitor measured in a recorded run, at the same ticks."""

from collections.abc import Sequence
from pathlib import Path

from flight.dictionary.power import PACK_COUNT_MAX
from hil.devices.battery import PackRow
from hil.devices.columns import ColumnFolder

__all__ = ["ReplayedBattery"]

_FIELDS = (
    "pack_voltage_v",
    "pack_current_a",
    "pack_temperature_k",
    "cell_voltage_min_v",
    "cell_voltage_max_v",
)


class ReplayedBattery:
    """Serve the recorded readings; before the first and between two of them the last one stands.

    Parameters
    ----------
    run : Path
        A run directory that recorded ``BatteryReading``.

    Raises
    ------
    FileNotFoundError, KeyError
        The run recorded no battery readings.
    """

    def __init__(self, run: Path) -> None:
        folder = ColumnFolder(run / "channels")
        columns = folder.fields("BatteryReading")
        values, width = folder.rows("BatteryReading")
        self._rows: list[tuple[int, list[PackRow | None]]] = []
        for start in range(0, len(values), width):
            row = values[start : start + width]
            mask = int(row[columns["valid_mask"].first])
            firsts = [columns[name].first for name in _FIELDS]
            packs: list[PackRow | None] = []
            for pack in range(PACK_COUNT_MAX):
                a, b, c, d, e = (row[first + pack] for first in firsts)
                packs.append((a, b, c, d, e) if mask >> pack & 1 else None)
            self._rows.append((int(row[0]), packs))
        self._next = 0

    def _advance(self, tick: int) -> None:
        while self._next < len(self._rows) and self._rows[self._next][0] <= tick:
            self._next += 1

    def read(self, tick: int) -> Sequence[PackRow | None]:
        """Return the reading that stands at this tick; none is valid before the first."""
        self._advance(tick)
        return self._rows[self._next - 1][1] if self._next else []

    def close(self) -> None:
        """Nothing to release."""
