"""Fixtures of the plant's tests."""

from collections.abc import Callable

import pytest

from hil.plant.actuators import NODE_COUNT, NodeState
from hil.plant.channels import LOOPS
from hil.plant.core import Plant

EPOCH_NS = 2_152_709_197_000_000_000
"""2026-03-20T14:46:00 UTC, March equinox."""


class SimpleControl:
    """The least control under which the satellite lives: equal caps, proportional-integral bypass."""

    def __init__(self, plant: Plant, *, cap_w: float, supply_k: float = 305.0) -> None:
        self.plant, self.cap_w, self.supply_k = plant, cap_w, supply_k
        self.integral_frac = [0.5, 0.5]

    def act(self) -> None:
        """Renew leases and move the valves; call once a second."""
        supply = self.plant.sense("loops")[LOOPS.slice("supply_temperature_k")]
        for loop, temperature_k in enumerate(supply):
            error_k = temperature_k - self.supply_k
            self.integral_frac[loop] = min(1.0, max(0.0, self.integral_frac[loop] - 4e-4 * error_k))
            self.plant.set_bypass(loop, min(1.0, max(0.0, self.integral_frac[loop] - 0.02 * error_k)))
        until_ns = self.plant.time_ns + 3_000_000_000
        for node in range(NODE_COUNT):
            self.plant.set_node(
                node, NodeState.RUN, cap_w=self.cap_w, lease_until_ns=until_ns, fallback_w=250.0
            )
            self.plant.set_job_load(node, 1.0)


@pytest.fixture
def simple_control() -> Callable[..., SimpleControl]:
    """Return the maker of the simple control."""
    return SimpleControl


@pytest.fixture
def epoch_ns() -> int:
    """Return the epoch that all plant tests share."""
    return EPOCH_NS
