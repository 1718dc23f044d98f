"""The satellite under standing setpoints stays within its limits."""

from hil.plant.core import Plant
from hil.plant.life import simulate
from hil.plant.params import odc100_mid_inclination
from hil.plant.standing import StandingControl


def test_supply_settles_on_its_set_point_and_nodes_on_their_cap(epoch_ns: int) -> None:
    plant = Plant(odc100_mid_inclination(), seed=3, epoch_tai_ns=epoch_ns)
    control = StandingControl(plant, cap_w=3000.0, supply_k=304.0)
    fields = ["loops.supply_temperature_k", "nodes.node_power_w", "accelerators.die_temperature_k"]
    kept = simulate(plant, 900.0, fields, each=control.act)
    assert abs(kept["loops.supply_temperature_k"][-100:] - 304.0).max() < 1.5
    assert abs(kept["nodes.node_power_w"][-1] - 3000.0).max() < 1.0
    assert kept["accelerators.die_temperature_k"].max() < 360.15
    assert plant.input_rejects_count == 0
