"""The section converters on the satellite: what tracking takes over an orbit, modes, limits, holding back."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from hil.plant.actuators import NODE_COUNT, SECTION_COUNT, NodeState, SectionMode
from hil.plant.channels import ARRAY
from hil.plant.core import Plant
from hil.plant.params import ArrayParams, BatteryParams, odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
ORBIT_STEPS = 58_010
VOLTAGE, CURRENT = ARRAY.slice("section_voltage_v"), ARRAY.slice("section_current_a")
MODE, TEMPERATURE = ARRAY.slice("section_mode"), ARRAY.slice("section_temperature_k")


def make(charge_frac: float = 0.5, **array: float) -> Plant:
    params = replace(
        odc100_mid_inclination(),
        array=ArrayParams(**array),
        battery=BatteryParams(pack_count=8, charge_initial_frac=charge_frac),
    )
    return Plant(params, seed=1, epoch_tai_ns=EPOCH_NS)


def load(plant: Plant, cap_w: float) -> None:
    for node in range(NODE_COUNT):
        plant.set_node(node, NodeState.RUN, cap_w=cap_w, lease_until_ns=2**62, fallback_w=250.0)
        plant.set_job_load(node, 1.0)


def harvest(plant: Plant, steps: Iterable[int], cap_w: float) -> float:
    """Return array energy over its true maximum, without the first 5 s of each sunlit arc."""
    taken = possible = 0.0
    sunlit_steps = 0
    load(plant, cap_w)
    for step in steps:
        plant.step()
        lit = plant.truth("world")[0] > 0.0
        sunlit_steps = sunlit_steps + 1 if lit else 0
        if sunlit_steps > 50 and step % 3 == 0:
            ledger = plant.truth("ledger")
            taken += ledger[0]
            possible += ledger[1]
    assert SectionMode.LIMITED not in plant.truth("array")[MODE]
    return taken / possible


@pytest.mark.slow
def test_tracking_takes_99_percent_over_an_orbit() -> None:
    """Bar of reference 3.1; 99.85 % measured. The load takes all, so that nothing is held back."""
    assert 0.997 <= harvest(make(), range(ORBIT_STEPS), 5500.0) <= 1.0


@pytest.mark.slow
def test_tracking_takes_98_percent_over_an_orbit_with_half_a_section_in_shadow() -> None:
    plant = make()
    plant.inject("section_part_shadow", section=3, shaded_frac=0.5, light_frac=0.3)
    assert 0.997 <= harvest(plant, range(ORBIT_STEPS), 5500.0) <= 1.0


@pytest.mark.parametrize("light_frac", [0.2, 0.55])
def test_a_section_in_half_shadow_gives_98_percent_of_its_own_higher_peak(light_frac: float) -> None:
    """All sections in the shadow, so that the array's maximum is theirs; the lower peak has 45 to 85 %."""
    plant = make()
    for _ in range(100):
        plant.step()
    for section in range(SECTION_COUNT):
        plant.inject("section_part_shadow", section=section, shaded_frac=0.5, light_frac=light_frac)
    for _ in range(100):
        plant.step()
    assert 0.98 <= harvest(plant, range(700), 2500.0) <= 1.0


def test_sections_held_back_give_all_again_at_once() -> None:
    """Held back for 400 s of warming after night, they deliver what they can as soon as they may."""
    plant = make()
    charge(plant, 0.0)
    to_sunrise(plant)
    cold_k = plant.truth("array")[TEMPERATURE][7]
    for _ in range(4000):
        plant.step()
    assert plant.truth("array")[TEMPERATURE][7] > cold_k + 80.0
    assert SectionMode.LIMITED in plant.truth("array")[MODE]
    charge(plant, 150.0)
    for _ in range(3):
        plant.step()
    ledger = plant.truth("ledger")
    assert SectionMode.LIMITED not in plant.truth("array")[MODE]
    assert ledger[0] >= 0.98 * ledger[1]


def charge(plant: Plant, current_max_a: float) -> None:
    for pack in range(8):
        plant.set_pack(
            pack,
            enabled=True,
            charge_voltage_max_v=166.0,
            charge_current_max_a=current_max_a,
            discharge_current_max_a=210.0,
        )


def to_sunrise(plant: Plant) -> None:
    """Step by seconds through the day and the night."""
    for dark in (False, True):
        while (plant.truth("world")[0] == 0.0) is dark:
            plant.step(1.0)


def test_a_shadowed_section_is_held_back_with_the_others() -> None:
    plant = make(charge_frac=0.99)
    plant.inject("section_part_shadow", section=2, shaded_frac=0.5, light_frac=0.3)
    for _ in range(100):
        plant.step()
    array = plant.truth("array")
    assert array[MODE][2] == SectionMode.LIMITED
    powers = [v * i for v, i in zip(array[VOLTAGE], array[CURRENT], strict=True)]
    ledger = plant.truth("ledger")
    assert 0.2 < powers[2] / powers[5] < 1.0
    assert sum(powers) == pytest.approx(ledger[0])


@pytest.mark.parametrize("shaded", [False, True])
def test_modes_and_limits_hold_in_light_and_in_part_shadow(shaded: bool) -> None:
    plant = make()
    if shaded:
        for section in range(4):
            plant.inject("section_part_shadow", section=section, shaded_frac=0.5, light_frac=0.5)
    plant.set_section(0, SectionMode.OFF)
    plant.set_section(1, SectionMode.FIXED, voltage_v=60.0)
    plant.set_section(2, SectionMode.FIXED, voltage_v=60.0, current_max_a=10.0)
    plant.set_section(3, SectionMode.FIXED, voltage_v=250.0)
    load(plant, 3000.0)
    for _ in range(20):
        plant.step()
    array = plant.truth("array")
    volts, amperes, modes = array[VOLTAGE], array[CURRENT], array[MODE]
    assert (amperes[0], modes[0]) == (0.0, SectionMode.OFF)
    assert (volts[1], modes[1]) == (pytest.approx(60.0), SectionMode.FIXED)
    assert (amperes[2], modes[2]) == (pytest.approx(10.0, rel=2e-3), SectionMode.LIMITED)
    assert amperes[3] == 0.0
    assert volts[0] == pytest.approx(volts[3], rel=0.02)


def test_a_stuck_converter_keeps_its_voltage_while_its_siblings_follow_the_temperature() -> None:
    plant = make()
    load(plant, 5000.0)
    for _ in range(50):
        plant.step()
    plant.inject("converter_stuck", section=4)
    before = plant.truth("array")[VOLTAGE]
    for _ in range(3000):
        plant.step()
    after = plant.truth("array")[VOLTAGE]
    assert after[4] == pytest.approx(before[4])
    assert abs(after[5] - before[5]) > 1.0


def test_years_and_fluence_take_their_share_of_the_current() -> None:
    """XTJ data sheet: 0.89 left at 5e18 and 0.84 at 1e19 1-MeV electrons per m2."""
    full = powers(make())
    for fluence, left in ((5e18, 0.89), (1e19, 0.84)):
        assert powers(make(section_fluence_per_m2=fluence)) == pytest.approx(left * full, rel=6e-3)
    assert powers(make(section_degradation_frac=0.1)) == pytest.approx(0.9 * full, rel=3e-3)
    yearly = make(section_degradation_rate_frac_per_s=1e-3)
    fresh = make(section_degradation_rate_frac_per_s=0.0)
    assert 1.0 - powers(yearly) / powers(fresh) == pytest.approx(1e-3 * 5.0, rel=0.02)


def powers(plant: Plant) -> float:
    """Return the array's true maximum power after 5 s."""
    for _ in range(50):
        plant.step()
    return plant.truth("ledger")[1]
