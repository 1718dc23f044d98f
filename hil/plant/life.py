"""Let the satellite live without flight software, and keep what it did as numpy arrays."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hil.plant.arrays import Array
from hil.plant.channels import GROUPS
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.standing import StandingControl

__all__ = ["Samples", "simulate"]

_ROWS_MAX = 5_000_000
_STANDING_PERIOD_MAX_S = 2.0
"""The leases of standing setpoints last 3 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """True values over time.

    Parameters
    ----------
    time_s : ndarray, shape (n,)
        Times after the start, s.
    values : mapping of str to ndarray, shape (n, count)
        Name ``group.field`` to its values, in the unit that the name ends with.
    """

    time_s: Array
    values: Mapping[str, Array]

    def __getitem__(self, name: str) -> Array:
        """Return the values of ``group.field``, shape (n, count)."""
        return self.values[name]


def simulate(
    plant: Plant,
    duration_s: float,
    fields: Sequence[str],
    *,
    step_s: float = 0.1,
    period_s: float = 1.0,
    keep_count: int = 1,
    each: Callable[[float], bool | None] | None = None,
) -> Samples:
    """Advance a plant and keep its true values.

    Parameters
    ----------
    plant : Plant
        The satellite, left at the end of the span.
    duration_s : float
        Length, s; rounded to whole periods.
    fields : sequence of str
        What to keep, as ``group.field`` of :mod:`hil.plant.channels`.
    step_s : float
        Length of a step, 0.001 to 1 s, a divisor of ``period_s``.
    period_s, keep_count : float, int
        Time between calls of ``each``, s, at most 1,000 steps; one sample is kept in so many periods.
    each : callable, optional
        Called with the time, s, before the steps of each period, for setpoints and faults; True ends the
        life. By default :class:`~hil.plant.standing.StandingControl`, whose period is at most 2 s.

    Returns
    -------
    Samples
        The first row is the state before the first step.

    Raises
    ------
    PlantError
        If a field is unknown, or the lengths do not fit one another.

    Examples
    --------
    >>> from hil.plant import Plant, odc100_mid_inclination
    >>> plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=2_152_709_197_000_000_000)
    >>> kept = simulate(plant, 60.0, ["bus.bus_voltage_v", "storage.pack_charge_frac"])
    >>> kept["storage.pack_charge_frac"].shape
    (61, 8)
    """
    step_count, row_count = _counts(duration_s, step_s, period_s, keep_count)
    places = {name: _place(name) for name in fields}
    act = each or _standing(plant, period_s)
    rows: dict[str, list[list[float]]] = {group: [] for group, _ in places.values()}
    times_s: list[float] = []
    for row in range(row_count + 1):
        if row % keep_count == 0:
            times_s.append(row * period_s)
            for group, kept in rows.items():
                kept.append(plant.truth(group))
        if row == row_count or act(row * period_s):
            break
        plant.run(step_count, step_s, "ledger", 0)
    return _samples(times_s, rows, places)


def _samples(
    times_s: list[float], rows: Mapping[str, list[list[float]]], places: Mapping[str, tuple[str, slice]]
) -> Samples:
    tables = {group: np.array(table) for group, table in rows.items()}
    values = {name: tables[group][:, where] for name, (group, where) in places.items()}
    return Samples(time_s=np.array(times_s), values=values)


def _standing(plant: Plant, period_s: float) -> Callable[[float], None]:
    if period_s > _STANDING_PERIOD_MAX_S:
        raise PlantError(f"period_s must be at most 2 s for standing setpoints, got {period_s} s (simulate)")
    return StandingControl(plant).act


def _counts(duration_s: float, step_s: float, period_s: float, keep_count: int) -> tuple[int, int]:
    """Return steps a period and periods in all."""
    if keep_count < 1:
        raise PlantError(f"keep_count must be at least 1, got {keep_count} (simulate)")
    if not 0.001 <= step_s <= 1.0:
        raise PlantError(f"step_s must be 0.001 to 1, got {step_s} s (simulate)")
    step_count = round(period_s / step_s)
    if not (1 <= step_count <= 1000 and abs(step_count * step_s - period_s) < 1e-9):
        raise PlantError(f"period_s must be 1 to 1000 steps of {step_s:g} s, got {period_s} s (simulate)")
    if not period_s <= duration_s <= period_s * _ROWS_MAX:
        raise PlantError(
            f"duration_s must be {period_s:g} to {period_s * _ROWS_MAX:g}, got {duration_s} s (simulate)"
        )
    return step_count, round(duration_s / period_s)


def _place(name: str) -> tuple[str, slice]:
    """Return the group of ``group.field`` and where the field lies in it."""
    group_name, _, field_name = name.partition(".")
    for group in GROUPS:
        if group.name == group_name and any(field.name == field_name for field in group.fields):
            return group_name, group.slice(field_name)
    raise PlantError(f"field must be a group.field of hil.plant.channels, got {name!r} (simulate)")
