"""The 18 compute nodes, as their agents report them."""

from math import isfinite

from flight.bus.application import Application, Config, Inbox, Now
from flight.dictionary.compute import NodeReading, NodeState
from flight.dictionary.types import App
from hil.devices.bench import Bench, Pick, mask_of
from hil.plant.channels import NODES

__all__ = ["NodesDevice"]

_STATE = Pick(NODES, "node_state")
_POWER = Pick(NODES, "node_power_w")
_DIE = Pick(NODES, "die_temperature_max_k")
_THROUGHPUT = Pick(NODES, "node_throughput_frac")
_CAP = Pick(NODES, "node_cap_w")
_HEARTBEAT = Pick(NODES, "heartbeat_count")
_PROGRESS = Pick(NODES, "job_progress_s")
_BOOST = 7
"""The plant's word for a node above its rated power; for the flight software such a node runs."""


class NodesDevice(Application):
    """Publish the nodes; bit i of the mask is node i. A hung node is not reported: its heartbeat stands still.

    Parameters
    ----------
    config : Config
        From the manifest; no options.
    bench : Bench
        The shared plant.
    """

    APP = App.NODES

    def __init__(self, config: Config, bench: Bench) -> None:
        super().__init__(config)
        self._bench = bench

    def step(self, now: Now, inbox: Inbox) -> None:  # noqa: ARG002  setpoints go to the world
        """Read the reports of t(n)."""
        reading = self._bench.plant.sense("nodes")
        columns = (_POWER.raw(reading), _DIE.raw(reading), _THROUGHPUT.raw(reading))
        self.publish(
            NodeReading(
                time_ns=now.time_ns,
                node_state=tuple([_reported(state) for state in _STATE.whole(reading)]),
                node_power_w=_POWER.finite(reading),
                die_temperature_max_k=_DIE.finite(reading),
                throughput_frac=_THROUGHPUT.finite(reading),
                node_cap_w=_CAP.finite(reading),
                heartbeat_count=_HEARTBEAT.whole(reading),
                job_progress_s=_PROGRESS.finite(reading),
                valid_mask=mask_of([isfinite(p + d + t) for p, d, t in zip(*columns, strict=True)]),
            )
        )


def _reported(state: int) -> int:
    if state == _BOOST or state == NodeState.HUNG:
        return NodeState.RUN.value
    return state
