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
    each: Callable[[float], None] | None = None,
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
    period_s : float
        Time between samples, s, at most 1,000 steps.
    each : callable, optional
        Called with the time, s, before the steps of each period, for setpoints and faults; by default
        :class:`~hil.plant.standing.StandingControl` acts.

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
    step_count, row_count = _counts(duration_s, step_s, period_s)
    places = {name: _place(name) for name in fields}
    act = each or StandingControl(plant).act
    rows: dict[str, list[list[float]]] = {group: [] for group, _ in places.values()}
    for row in range(row_count + 1):
        for group, kept in rows.items():
            kept.append(plant.truth(group))
        if row < row_count:
            act(row * period_s)
            plant.run(step_count, step_s, "ledger", 0)
    tables = {group: np.array(table) for group, table in rows.items()}
    return Samples(
        time_s=np.arange(row_count + 1, dtype=np.float64) * np.float64(period_s),
        values={name: tables[group][:, where] for name, (group, where) in places.items()},
    )


def _counts(duration_s: float, step_s: float, period_s: float) -> tuple[int, int]:
    """Return steps a period and periods in all."""
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
