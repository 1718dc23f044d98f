"""What the simulated devices share: one plant, and the words that select parts of a reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from hil.devices.motion import Motion
from hil.plant.channels import Group
from hil.plant.core import Plant

__all__ = ["Bench", "Pick", "mask_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The simulated satellite that all devices of one process stand on."""

    plant: Plant
    motion: Motion
    pack_count: int
    pack_current_max_a: float


class Pick:
    """One field of a sensed group, cut out and made fit for the bus.

    Parameters
    ----------
    group : Group
        Group of the plant's channel list.
    name : str
        Field of the group.
    """

    __slots__ = ("_slice",)

    def __init__(self, group: Group, name: str) -> None:
        self._slice = group.slice(name)

    def raw(self, values: Sequence[float]) -> Sequence[float]:
        """Return the elements as sensed, NaN included."""
        return values[self._slice]

    def finite(self, values: Sequence[float]) -> tuple[float, ...]:
        """Return the elements with 0.0 in the place of every value that is missing."""
        return tuple([value if isfinite(value) else 0.0 for value in values[self._slice]])

    def whole(self, values: Sequence[float]) -> tuple[int, ...]:
        """Return status words and counts as whole numbers."""
        return tuple([int(value) if isfinite(value) else 0 for value in values[self._slice]])


def mask_of(flags: Sequence[object]) -> int:
    """Return a mask with bit i set where element i is true."""
    mask = 0
    for index, flag in enumerate(flags):
        if flag:
            mask |= 1 << index
    return mask
