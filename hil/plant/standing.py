"""Setpoints that keep the satellite alive where no flight software runs: for plots, notebooks and tests."""

from hil.plant.actuators import LOOP_COUNT, NODE_COUNT, NodeState
from hil.plant.channels import LOOPS
from hil.plant.core import Plant

__all__ = ["StandingControl"]

_LEASE_NS = 3_000_000_000
_GAIN_PER_K = 0.02
_RESET_PER_K_S = 4e-4
_FALLBACK_W = 250.0


class StandingControl:
    """Equal caps for all nodes at full load, and a proportional-integral bypass valve per loop.

    What is not named here stays as the plant starts: sections track their maximum power, packs take and
    give what they can, pumps run, terminals are stowed, the attitude is nominal.

    Parameters
    ----------
    plant : Plant
        The satellite.
    cap_w : float
        Power cap of each node, W; 18 nodes at 2.8 kW are the 50 kW of the reference scenario.
    supply_k : float
        Coolant temperature that the valves hold, K.
    """

    def __init__(self, plant: Plant, *, cap_w: float = 2800.0, supply_k: float = 305.0) -> None:
        self._plant, self._cap_w, self._supply_k = plant, cap_w, supply_k
        self._bypass_frac = [0.5] * LOOP_COUNT

    def act(self, time_s: float) -> None:  # noqa: ARG002 - the hook of simulate() gives the time
        """Renew the leases and move the valves; call once a second."""
        supply = self._plant.sense("loops")[LOOPS.slice("supply_temperature_k")]
        for loop, temperature_k in enumerate(supply):
            error_k = temperature_k - self._supply_k
            held = min(1.0, max(0.0, self._bypass_frac[loop] - _RESET_PER_K_S * error_k))
            self._bypass_frac[loop] = held
            self._plant.set_bypass(loop, min(1.0, max(0.0, held - _GAIN_PER_K * error_k)))
        until_ns = self._plant.time_ns + _LEASE_NS
        for node in range(NODE_COUNT):
            self._plant.set_node(
                node, NodeState.RUN, cap_w=self._cap_w, lease_until_ns=until_ns, fallback_w=_FALLBACK_W
            )
            self._plant.set_job_load(node, 1.0)
