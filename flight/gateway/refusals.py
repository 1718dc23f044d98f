"""Counts of what was refused on the way up, by reason and by layer. Pure."""

from typing import cast

from flight.gateway.uplink import Refusal
from flight.link.errors import is_decade

__all__ = ["RefusalCounts"]

LAYERS = ("cltu", "frame", "security", "packet", "command")


class RefusalCounts:
    """Every refusal has a name and a counter."""

    def __init__(self) -> None:
        self._by_name: dict[str, int] = {}
        self._by_layer = dict.fromkeys(LAYERS, 0)

    def add(self, refusal: Refusal) -> int:
        """Count one; return the count of its name when it is to be announced (1, 10, 100...), else 0."""
        count = self._by_name[refusal.name] = self._by_name.get(refusal.name, 0) + 1
        self._by_layer[refusal.layer] += 1
        return count if is_decade(count) else 0

    def count(self, name: str) -> int:
        """Return how many were refused for one reason."""
        return self._by_name.get(name, 0)

    def layer_count(self, layer: str) -> int:
        """Return how many were refused in one layer."""
        return self._by_layer[layer]

    def snapshot(self) -> tuple[object, ...]:
        """Return all counts."""
        return (tuple(self._by_name.items()), tuple(self._by_layer.items()))

    def restore(self, state: tuple[object, ...]) -> None:
        """Take a snapshot."""
        names, layers = cast("tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]", state)
        self._by_name, self._by_layer = dict(names), dict(layers)
