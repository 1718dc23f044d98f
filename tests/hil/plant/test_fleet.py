"""A fleet lives as its satellites would alone."""

from dataclasses import replace
from threading import Thread

import pytest

from hil.plant.actuators import NodeState
from hil.plant.core import Plant
from hil.plant.errors import PlantError
from hil.plant.fleet import Fleet
from hil.plant.params import odc100_dawn_dusk, odc100_mid_inclination

COUNT = 12


def satellites():
    bases = (odc100_mid_inclination(), odc100_dawn_dusk())
    return [
        replace(bases[k % 2], orbit=replace(bases[k % 2].orbit, raan_rad=0.3 * k, anomaly_rad=0.5 * k))
        for k in range(COUNT)
    ]


def order(plant: Plant, k: int) -> None:
    for node in range(18):
        plant.set_node(node, NodeState.RUN, cap_w=2000.0 + 100.0 * k, lease_until_ns=2**62, fallback_w=250.0)
        plant.set_job_load(node, 1.0)
    if k == 3:
        plant.inject("section_open", section=5.0)


def test_fleet_equals_single_satellites_bit_for_bit(epoch_ns: int) -> None:
    fleet = Fleet(satellites(), seeds=range(COUNT), epoch_tai_ns=epoch_ns)
    singles = [Plant(p, seed=k, epoch_tai_ns=epoch_ns) for k, p in enumerate(satellites())]
    for k, plant in enumerate(singles):
        order(plant, k)
        order(fleet[k], k)
    fleet.step(0.1, step_count=200)
    fleet.step(0.5)
    for plant in singles:
        for _ in range(200):
            plant.step(0.1)
        plant.step(0.5)
    assert [plant.snapshot() for plant in singles] == [fleet[k].snapshot() for k in range(len(fleet))]
    for group, field, first, count in (("nodes", "node_power_w", 18, 18), ("world", "beta_rad", 5, 1)):
        expected = [plant.truth(group)[first : first + count] for plant in singles]
        assert fleet.truth(group, field).tolist() == expected


def test_fleets_step_in_threads_at_the_same_time(epoch_ns: int) -> None:
    fleets = [Fleet(satellites()[:3], seeds=[1, 2, 3], epoch_tai_ns=epoch_ns) for _ in range(3)]
    threads = [Thread(target=fleet.step, args=(0.1, 300)) for fleet in fleets[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fleets[2].step(0.1, 300)
    images = [[fleet[k].snapshot() for k in range(3)] for fleet in fleets]
    assert images[0] == images[1] == images[2]


def test_a_satellite_of_a_fleet_can_be_restored(epoch_ns: int) -> None:
    fleet = Fleet(satellites()[:2], seeds=[1, 2], epoch_tai_ns=epoch_ns)
    image = fleet[0].snapshot()
    fleet.step(0.1, 10)
    fleet[1].restore(image)
    fleet.step(0.1, 10)
    single = Plant(satellites()[0], seed=1, epoch_tai_ns=epoch_ns)
    for _ in range(10):
        single.step(0.1)
    assert fleet[1].snapshot() == single.snapshot()
    assert fleet.truth("navigation", "position_eci_m")[1].tolist() == single.truth("navigation")[:3]


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (lambda fleet: fleet.step(0.0), "dt_s must be 0.001 to 1, got 0.0 s"),
        (lambda fleet: fleet.step(float("nan")), "dt_s must be 0.001 to 1, got nan s"),
        (lambda fleet: fleet.step(0.1, 0), "step_count must be 1 to 1000, got 0"),
        (lambda fleet: fleet.truth("bus", "volts"), "got bus.volts"),
        (lambda fleet: fleet.truth("ledger", "array_maximum_power_w"), "worked out in every step"),
        (lambda _: Fleet([], seeds=[], epoch_tai_ns=0), "1 to 100000 satellites, got 0"),
        (lambda _: Fleet(satellites(), seeds=[1], epoch_tai_ns=0), "one per satellite, 12, got 1"),
        (lambda _: Fleet(satellites()[:1], seeds=[-1], epoch_tai_ns=0), "seed must be 0"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_moves(action, words: str, epoch_ns: int) -> None:
    fleet = Fleet(satellites()[:1], seeds=[1], epoch_tai_ns=epoch_ns)
    with pytest.raises(PlantError) as caught:
        action(fleet)
    assert words in str(caught.value)
    assert fleet[0].time_ns == epoch_ns
