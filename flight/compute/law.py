"""Power caps: the sum over the nodes never exceeds the smaller grant less a reserve.

Caps bind in 50 to 100 ms at the node; a cap made from a reading of tick n binds from tick n + 2. A node never
runs below what its lowest clock needs, so a small budget is spent on few nodes and the others sleep.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "NODE_EFFICIENCY_FRAC",
    "Fleet",
    "base_w",
    "effective_cap_w",
    "guarded_frac",
    "ramped_w",
    "split_caps",
]

NODE_EFFICIENCY_FRAC = 0.95
"""Node side per bus side: 160 V to 50 V converter of ODC-100."""
NODE_RUN_MIN_W = 2100.0
"""Node at the lowest clock with four busy accelerators, with 100 W to spare."""
NODE_SLEEP_W = 250.0
NODE_OFF_W = 60.0
GUARD_BAND_K = 3.0
"""The guard begins this far below the limit."""
GUARD_DOWN_PER_K_S = 0.02
GUARD_UP_PER_S = 0.005
GUARD_MIN_FRAC = 0.3


def effective_cap_w(*, granted_w: float, ceiling_w: float, reserve_frac: float, fallback_w: float) -> float:
    """Return the node-side watts to share out.

    Parameters
    ----------
    granted_w : float
        The smaller of the electrical and the thermal lease, at the bus (what the bus gives becomes heat).
    ceiling_w : float
        Limit that the ground ordered, at the bus.
    reserve_frac : float
        Share of what exceeds the fallback that is held back.
    fallback_w : float
        Power that is booked for ever, at the bus.
    """
    smallest_w = min(granted_w, ceiling_w)
    return NODE_EFFICIENCY_FRAC * (smallest_w - reserve_frac * max(0.0, smallest_w - fallback_w))


def ramped_w(present_w: float, wanted_w: float, *, ramp_up_w_per_s: float, dt_s: float) -> float:
    """Return the next total: down at once, up no faster than the ramp."""
    if wanted_w <= present_w:
        return wanted_w
    return min(wanted_w, present_w + ramp_up_w_per_s * dt_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Which nodes take what: ``service`` may run, ``starting`` come up, the others are off."""

    service: tuple[bool, ...]
    starting: tuple[bool, ...]
    busy: tuple[bool, ...]

    @property
    def count(self) -> int:
        """Number of nodes."""
        return len(self.service)


def base_w(total_w: float, fleet: Fleet, node_idle_w: float) -> tuple[float, ...]:
    """Return what each node gets before any may run.

    A node that is off keeps its baseboard controller, one in service sleeps, and one that starts gets idle
    power, in turn, as far as ``total_w`` goes; otherwise its guard holds it asleep.
    """
    powers_w = [
        NODE_SLEEP_W if on or up else NODE_OFF_W for on, up in zip(fleet.service, fleet.starting, strict=True)
    ]
    left_w = total_w - sum(powers_w)
    for index, up in enumerate(fleet.starting):
        if up and left_w >= node_idle_w - NODE_SLEEP_W:
            powers_w[index] = node_idle_w
            left_w -= node_idle_w - NODE_SLEEP_W
    return tuple(powers_w)


def chosen(total_w: float, fleet: Fleet, node_idle_w: float) -> tuple[bool, ...]:
    """Return which nodes in service may run under ``total_w``: those with a job first, then by index.

    Each needs the power of its lowest clock; the others sleep.
    """
    left_w = total_w - sum(base_w(total_w, fleet, node_idle_w))
    count = max(0, int(left_w / (NODE_RUN_MIN_W - NODE_SLEEP_W)))
    ready = sorted([(not fleet.busy[index], index) for index, on in enumerate(fleet.service) if on])
    picked = {index for _, index in ready[:count]}
    return tuple([index in picked for index in range(fleet.count)])


def split_caps(
    total_w: float, before_w: Sequence[float], active: Sequence[bool], limit_w: Sequence[float]
) -> tuple[float, ...]:
    """Return one cap per node with ``sum(caps) <= total_w``.

    Parameters
    ----------
    before_w : sequence of float
        What each node gets anyway (``base_w``).
    active : sequence of bool
        Nodes that may run.
    limit_w : sequence of float
        Highest cap of each node: its own maximum, what the die-temperature guard leaves, idle power without
        a job.

    Notes
    -----
    Active nodes get equal watts (throughput is concave in power, so equal caps do the most work); what one
    cannot take goes to the others, in at most one round per node.
    """
    reserved_w = sum(before_w)
    if reserved_w >= total_w:
        scale = max(total_w, 0.0) / reserved_w if reserved_w > 0.0 else 0.0
        return tuple([base * scale for base in before_w])
    caps_w = list(before_w)
    open_nodes = [index for index, on in enumerate(active) if on]
    left_w = total_w - sum([base for base, on in zip(before_w, active, strict=True) if not on])
    while open_nodes:
        share_w = left_w / len(open_nodes)
        tight = [index for index in open_nodes if limit_w[index] <= share_w]
        if not tight:
            for index in open_nodes:
                caps_w[index] = share_w
            break
        for index in tight:
            caps_w[index] = limit_w[index]
            left_w -= limit_w[index]
        open_nodes = [index for index in open_nodes if limit_w[index] > share_w]
    return tuple(caps_w)


def bus_w(node_w: float) -> float:
    """Return what the bus gives for ``node_w`` at the nodes."""
    return node_w / NODE_EFFICIENCY_FRAC


def fallback_per_node_w(fallback_w: float, count: int) -> float:
    """Return each node's share of the fallback, at the node."""
    return NODE_EFFICIENCY_FRAC * fallback_w / count


def demand_w(service_count: int, job_count: int, *, node_max_w: float, node_idle_w: float) -> float:
    """Return the watts that the payload could use at the bus: full power for each job, idle for the rest."""
    busy = min(service_count, job_count)
    return bus_w(busy * node_max_w + (service_count - busy) * node_idle_w)


def guarded_frac(present_frac: float, *, die_k: float, limit_k: float, dt_s: float) -> float:
    """Return the share of full power that the die temperature leaves a node.

    An integrator: it falls by 2 % a second for each kelvin above ``limit - 3 K`` and recovers by 0.5 % a
    second below; the hardware throttle at 87 C stays behind it.
    """
    excess_k = die_k - (limit_k - GUARD_BAND_K)
    step_frac = -GUARD_DOWN_PER_K_S * excess_k if excess_k > 0.0 else GUARD_UP_PER_S
    return min(max(present_frac + step_frac * dt_s, GUARD_MIN_FRAC), 1.0)
