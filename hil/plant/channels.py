"""The frozen list of what the plant can tell: groups of fields, units, order and sensor quality.

A group is read with one call and comes as a flat tuple, field after field: field ``f`` of a group
occupies ``reading[f.offset : f.offset + f.count]``. Sensed groups pass through their channels (scale,
bias, noise, quantisation, delay); truth groups have no channels and serve the runner and the report only.
"""

from collections.abc import Iterator

from hil.plant.channel_types import Field, Group
from hil.plant.channels_attitude import ATTITUDE
from hil.plant.channels_payload import ACCELERATORS, LOOPS, NAVIGATION, NODES, PARTNERS, RADIATOR, TERMINALS
from hil.plant.channels_power import ARRAY, BATTERY, BUS
from hil.plant.channels_truth import HEAT, LEDGER, MOTION, OPTICS, STORAGE, UPSETS, WORLD

__all__ = [
    "ACCELERATORS",
    "ARRAY",
    "ATTITUDE",
    "BATTERY",
    "BUS",
    "GROUPS",
    "HEAT",
    "LEDGER",
    "LOOPS",
    "MOTION",
    "NAVIGATION",
    "NODES",
    "OPTICS",
    "PARTNERS",
    "RADIATOR",
    "STORAGE",
    "TERMINALS",
    "UPSETS",
    "WORLD",
    "Field",
    "Group",
    "each_field",
]

GROUPS: tuple[Group, ...] = (
    ARRAY,
    BATTERY,
    BUS,
    LOOPS,
    RADIATOR,
    NODES,
    ACCELERATORS,
    TERMINALS,
    NAVIGATION,
    PARTNERS,
    ATTITUDE,
    WORLD,
    STORAGE,
    LEDGER,
    HEAT,
    OPTICS,
    UPSETS,
    MOTION,
)
"""All groups in the order of the C struct; the sensed ones first."""


def each_field() -> Iterator[tuple[Group, Field]]:
    """Yield every field with its group, in the order of the C struct."""
    for group in GROUPS:
        for field in group.fields:
            yield group, field
