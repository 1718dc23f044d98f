"""Many satellites in one block of memory, advanced with one call: for campaigns and constellations."""

from collections.abc import Sequence

import numpy as np

from hil.plant._cplant import ffi, lib
from hil.plant.arrays import Array
from hil.plant.core import STEPS_MAX, Plant
from hil.plant.errors import PlantError
from hil.plant.params import PlantParams

__all__ = ["Fleet"]

_COUNT_MAX = 100_000


class Fleet:
    """N satellites; each is also a :class:`~hil.plant.Plant` of its own, ``fleet[i]``.

    One call steps all of them without the interpreter's lock, so that threads may step several fleets at
    once. A satellite's future depends on its own parameters, seed and setpoints alone: it lives exactly as a
    single :class:`~hil.plant.Plant` would.

    Parameters
    ----------
    params : sequence of PlantParams
        One per satellite, 1 to 100,000; each takes less than 64 KiB.
    seeds : sequence of int
        One per satellite, 0 to 2**64 - 1.
    epoch_tai_ns : int
        Start of all, TAI nanoseconds since 1958-01-01.

    Raises
    ------
    PlantError
        If the counts differ or a number is out of range.

    Examples
    --------
    >>> from hil.plant import odc100_mid_inclination
    >>> fleet = Fleet([odc100_mid_inclination()] * 3, seeds=range(3), epoch_tai_ns=2_152_709_197_000_000_000)
    >>> fleet.step(0.1, step_count=10)
    >>> fleet.truth("storage", "pack_charge_frac").shape
    (3, 8)
    """

    __slots__ = ("_plants", "_states", "_values")

    def __init__(self, params: Sequence[PlantParams], seeds: Sequence[int], epoch_tai_ns: int) -> None:
        count = len(params)
        if not 1 <= count <= _COUNT_MAX:
            raise PlantError(f"params must be 1 to {_COUNT_MAX} satellites, got {count} (Fleet)")
        if len(seeds) != count:
            raise PlantError(f"seeds must be one per satellite, {count}, got {len(seeds)} (Fleet)")
        size = lib.dd_plant_size()
        self._states = ffi.new("dd_plant[]", count)
        self._values = np.frombuffer(ffi.buffer(self._states, count * size)).reshape(count, size // 8)
        self._plants = tuple(
            Plant(satellite, seed=seed, epoch_tai_ns=epoch_tai_ns, memory=self._states, index=index)
            for index, (satellite, seed) in enumerate(zip(params, seeds, strict=True))
        )

    def __len__(self) -> int:
        return len(self._plants)

    def __getitem__(self, index: int) -> Plant:
        """Return one satellite, for setpoints, faults, readings and snapshots."""
        return self._plants[index]

    def step(self, dt_s: float = 0.1, step_count: int = 1) -> None:
        """Advance every satellite by ``step_count`` steps (1 to 1,000) of ``dt_s`` (0.001 to 1 s).

        Raises
        ------
        PlantError
            If a number is out of range; nothing has moved then.
        """
        if not 0.001 <= dt_s <= 1.0:
            raise PlantError(f"dt_s must be 0.001 to 1, got {dt_s} s (Fleet.step)")
        if not 1 <= step_count <= STEPS_MAX:
            raise PlantError(f"step_count must be 1 to {STEPS_MAX}, got {step_count} (Fleet.step)")
        lib.dd_plant_step_many(self._states, len(self._plants), dt_s, step_count)

    def truth(self, group: str, field: str) -> Array:
        """Return the true values of a field, shape (satellites, count): a copy.

        The array's maximum power (``ledger``, ``array_maximum_power_w``) is worked out for single satellites
        only, ``fleet[i].truth("ledger")``; here it is refused.
        """
        index = lib.dd_field_find(group.encode(), field.encode())
        if index < 0 or field == "array_maximum_power_w":
            raise PlantError(
                f"field must be of hil.plant.channels, worked out in every step, got {group}.{field} (Fleet)"
            )
        first = lib.dd_field_octets(index) // 8
        return self._values[:, first : first + lib.dd_field_width(index)].copy()
