"""Maximum-power tracking in the section's firmware: peaks, probes, scans, and while held back."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant.section import Section

from hil.plant._cplant import ffi, lib

EXPECTED_V = 134.0
PERIOD = 100


@dataclass(slots=True)
class Bench:
    """One tracker on one section of a fixed light, whose temperature is the reference."""

    section: Section
    state: Any
    model: Any
    voltage_v: float = 0.0
    current_a: float = 0.0

    def run(self, calls: int, *, held_back: bool = False, temperature_k: float = 301.15) -> list[float]:
        """Return the power of each call."""
        twin, powers = self.section, []
        lit = [twin.photo_a, twin.dark_a, twin.voc_v, twin.slope_v, twin.series_ohm, twin.shunt_s]
        shadow = [twin.shaded_frac, twin.light_frac, twin.substring_count, twin.bypass_a, twin.bypass_v]
        row = ffi.new("dd_shade *", [lit, *shadow])
        for _ in range(calls):
            lib.dd_tracker_update(
                self.state, self.model, self.voltage_v, self.current_a, temperature_k, held_back
            )
            self.voltage_v = self.state.reference_v
            self.current_a = lib.dd_shade_current(row, self.voltage_v)
            powers.append(self.voltage_v * self.current_a)
        return powers

    def maximum(self) -> float:
        """Return the higher peak, by the twin on a fine grid of currents."""
        twin = self.section
        edges = (twin.photo_a, twin.photo_a * twin.light_frac)
        return max(
            share * edge * twin.voltage(share * edge)
            for edge in edges
            for share in [0.85 + 0.006 * k for k in range(25)]
        )

    def section_maximum_v(self) -> float:
        """Return the voltage of maximum power without shadow, by the twin on a fine grid of currents."""
        twin = self.section
        currents = [twin.photo_a * (0.85 + 0.0005 * k) for k in range(300)]
        return twin.voltage(max(currents, key=lambda current: current * twin.voltage(current)))


def bench(shaded_frac: float = 0.5, light_frac: float = 1.0, photo_a: float = 49.5) -> Bench:
    twin = Section(
        photo_a=photo_a,
        dark_a=49.4,
        voc_v=151.0,
        slope_v=5.229136,
        series_ohm=0.06,
        shunt_s=5e-4,
        shaded_frac=shaded_frac,
        light_frac=light_frac,
        bypass_a=1e-5,
    )
    state, model = ffi.new("dd_tracker *"), ffi.new("dd_tracker_model *")
    state.direction, state.wait_count = 1.0, 5
    model.maximum_v, model.slope_v_per_k, model.reference_k = EXPECTED_V, -0.34, 301.15
    model.light_v, model.full_a, model.dark_a, model.step_v = 5.229136, 49.5, 0.5, 0.25
    model.period_count = PERIOD
    return Bench(section=twin, state=state, model=model)


@given(st.floats(0.1, 0.75), st.floats(0.0, 1.0))
def test_any_shadow_is_tracked_at_its_higher_peak(shaded_frac: float, light_frac: float) -> None:
    unit = bench(shaded_frac, light_frac)
    unit.run(400)
    found = sorted(unit.run(120))[60]
    assert found >= 0.97 * unit.maximum()


def test_a_healthy_section_loses_one_sample_a_period() -> None:
    unit = bench()
    unit.run(300)
    powers = unit.run(10 * PERIOD)
    best = unit.maximum()
    assert sum(power < 0.9 * best for power in powers) in {9, 10, 11}
    assert sum(powers) / len(powers) >= 0.985 * best


def test_a_shadow_that_stays_is_scanned_once_in_ten_probes() -> None:
    unit = bench(0.5, 0.45)
    unit.run(500)
    scans = 0
    for _ in range(10 * PERIOD * 2):
        before = unit.state.phase
        unit.run(1)
        scans += before == 1 and unit.state.phase == 2
    assert 1 <= scans <= 3


def test_a_sudden_shadow_is_searched_at_once() -> None:
    unit = bench()
    unit.run(150)
    shaded = bench(0.5, 0.3)
    unit.section = shaded.section
    unit.run(80)
    assert sorted(unit.run(20))[10] >= 0.97 * unit.maximum()


def test_the_reference_follows_the_temperature_while_held_back() -> None:
    """A section that warmed by 60 K while held back starts 20 V lower, not where it was."""
    unit = bench()
    unit.run(200)
    cold = unit.state.reference_v
    unit.run(50, held_back=True, temperature_k=361.15)
    assert unit.state.reference_v == pytest.approx(cold - 0.34 * 60.0, abs=1.0)


def test_in_the_dark_the_tracker_waits_at_the_expected_voltage() -> None:
    unit = bench(1.0, 0.0, photo_a=0.0)
    powers = unit.run(200)
    assert max(powers) == 0.0
    unit.run(1) if unit.state.phase else None
    assert unit.state.reference_v == pytest.approx(EXPECTED_V)


def test_a_search_that_is_cut_off_by_the_bus_is_not_begun_again_at_once() -> None:
    """Sections that search together give enough together, and would be cut off and begin again for ever."""
    unit = bench(shaded_frac=0.0)
    unit.run(400)
    unit.state.phase, unit.state.power_last_w, unit.state.offset_v = 1, 100.0, 18.0
    unit.state.settled_w = unit.state.settled_a = 0.0  # a probe has found too little: a scan begins
    unit.state.reference_v = unit.voltage_v = 26.8
    unit.current_a = 49.4
    assert max(unit.run(20)) < 0.5 * unit.maximum()
    unit.run(1, held_back=True)
    assert min(unit.run(PERIOD - 10)) > 0.9 * unit.maximum()


@pytest.mark.parametrize("direction", [-1.0, 1.0])
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=5))
def test_a_section_that_is_held_back_now_and_then_does_not_walk_off(
    direction: float, pattern: list[tuple[int, int]]
) -> None:
    unit = bench(shaded_frac=0.0)
    unit.model.period_count = 1_000_000  # no probe: this is about the climb
    unit.state.wait_count = 1_000_000
    unit.run(400)
    unit.state.direction = direction
    for free_count, held_count in pattern * 200:
        unit.run(free_count)
        unit.run(held_count, held_back=True)
    assert abs(unit.state.reference_v - unit.section_maximum_v()) <= 6 * unit.model.step_v
