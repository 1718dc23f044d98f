from dataclasses import replace

from flight.compute.parameters import ComputeParameters, conflict


def test_the_defaults_agree_with_each_other() -> None:
    assert conflict(ComputeParameters()) is None


def test_idle_power_above_full_power_is_refused() -> None:
    text = conflict(replace(ComputeParameters(), node_power_idle_w=2000.0, node_power_max_w=1500.0))
    assert (
        text == "node_power_idle_w must be below node_power_max_w, got 2000 W and 1500 W (compute parameters)"
    )
