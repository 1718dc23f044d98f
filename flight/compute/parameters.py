"""Parameters of the compute application: the rule between them, and where the defaults come from.

Defaults: 85 C keeps 2 K to the 87 C of the hardware throttle; 6.5 kW and 1.3 kW are a GB300 NVL72 class
node at full load and idle; the fallback is 18 sleeping nodes of 250 W; 2 s of silence are two missed reports.
"""

from flight.dictionary.compute import ComputeParameters

__all__ = ["ComputeParameters", "conflict"]


def conflict(parameters: ComputeParameters) -> str | None:
    """Return why a set of parameters contradicts itself, or None."""
    if parameters.node_power_idle_w >= parameters.node_power_max_w:
        return (
            f"node_power_idle_w must be below node_power_max_w, got {parameters.node_power_idle_w:g} W "
            f"and {parameters.node_power_max_w:g} W (compute parameters)"
        )
    return None
