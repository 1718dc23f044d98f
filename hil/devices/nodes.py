"""The 18 compute nodes, as their agents report them."""

from math import isfinite

from flight.bus.application import Now
from flight.dictionary.compute import NodeReading, NodeState
from flight.dictionary.types import App
from hil.devices.bench import Pick, mask_of
from hil.devices.device import Device
from hil.plant.channels import NODES

__all__ = ["NodesDevice"]

_STATE = Pick(NODES, "node_state")
_POWER = Pick(NODES, "node_power_w")
_DIE = Pick(NODES, "die_temperature_max_k")
_THROUGHPUT = Pick(NODES, "node_throughput_frac")
_CAP = Pick(NODES, "node_cap_w")
_HEARTBEAT = Pick(NODES, "heartbeat_count")
_PROGRESS = Pick(NODES, "job_progress_s")
_CORRECTABLE = Pick(NODES, "correctable_count")
_UNCORRECTABLE = Pick(NODES, "uncorrectable_count")
_LOST = Pick(NODES, "lost_mask")
_TRIPS = Pick(NODES, "trip_count")
_BOOST = 7
"""The plant's word for a node above its rated power; for the flight software such a node runs."""


class NodesDevice(Device):
    """Publish the nodes; bit i of the mask is node i. Of a hung node only the heartbeat tells."""

    APP = App.NODES

    def read(self, now: Now) -> None:
        """Read the reports of t(n)."""
        reading = self.plant.sense("nodes")
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
                correctable_count=_CORRECTABLE.whole(reading),
                uncorrectable_count=_UNCORRECTABLE.whole(reading),
                lost_mask=_LOST.whole(reading),
                trip_count=_TRIPS.whole(reading),
            )
        )


def _reported(state: int) -> int:
    if state in (_BOOST, NodeState.HUNG):
        return NodeState.RUN.value
    return state
