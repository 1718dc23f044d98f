"""One second of thermal control without a bus: guards, silence, set points."""

from dataclasses import replace

import pytest

from flight.dictionary.thermal import LoopReading, ThermalMode, ThermalParameters
from flight.thermal.manager import Decision, Inputs, advance, with_set_point
from flight.thermal.memory import Memory
from flight.thermal.report import events

CALM = LoopReading(
    time_ns=1_000_000_000,
    supply_temperature_k=(303.15, 303.15),
    return_temperature_k=(311.0, 311.0),
    flow_kg_per_s=(1.3, 1.3),
    pump_speed_frac=(0.72, 0.72),
    bypass_frac=(0.3, 0.3),
    pump_power_w=(220.0, 220.0),
    panel_temperature_k=(297.0,) * 14,
    battery_temperature_k=294.0,
    valid_mask=(1 << 27) - 1,
)


def fly(
    memory: Memory, reading: LoopReading | None, seconds: int, *, safe: bool = False
) -> tuple[Memory, Decision]:
    for second in range(seconds):
        now = None if reading is None else replace(reading, time_ns=reading.time_ns + second * 1_000_000_000)
        inputs = Inputs(
            time_ns=1_000_000_000 * (second + 2), dt_s=1.0, safe_ordered=safe, loops=now, bus=None
        )
        memory, decision = advance(memory, inputs, ThermalParameters())
    return memory, decision


def test_before_the_first_reading_pumps_run_and_nothing_is_granted() -> None:
    memory, decision = fly(Memory(), None, 3)
    assert memory.mode == ThermalMode.STANDBY
    assert [loop.pump_speed_frac for loop in memory.loops] == [1.0, 1.0]
    assert decision.grant_w == 0.0


@pytest.mark.requirement("THM-006")
def test_a_calm_loop_grants_what_is_left_of_its_capacity() -> None:
    memory, decision = fly(Memory(), CALM, 60)
    assert memory.mode == ThermalMode.REGULATE
    assert 0.0 < decision.grant_w < decision.lease_supply_w < decision.capacity_w
    assert decision.heat_rejected_w == pytest.approx(2 * 1.3 * 3500.0 * 7.85, rel=0.1)


@pytest.mark.requirement("THM-008")
def test_a_hot_supply_opens_the_radiator_and_takes_the_grant_down() -> None:
    calm, before = fly(Memory(), CALM, 30)
    hot = replace(
        CALM,
        supply_temperature_k=(315.0, 303.15),
        return_temperature_k=(323.0, 311.0),
        panel_temperature_k=(312.0,) * 14,
    )
    memory, after = fly(calm, hot, 30)
    assert memory.mode == ThermalMode.OVERTEMPERATURE
    assert [loop.bypass_frac for loop in memory.loops] == [0.0, 0.0]
    assert after.grant_w < 0.75 * before.grant_w
    assert [type(event).__name__ for event in events(calm, memory, after)] == ["ThermalModeChanged"]


@pytest.mark.requirement("THM-004")
def test_cold_panels_get_coolant() -> None:
    calm, _ = fly(Memory(), CALM, 5)
    cold = replace(CALM, return_temperature_k=(303.5, 303.5), panel_temperature_k=(230.0,) * 14)
    memory, _ = fly(calm, cold, 30)
    assert memory.mode == ThermalMode.FREEZE_GUARD
    assert all(loop.bypass_frac <= 0.7 for loop in memory.loops)


@pytest.mark.requirement("THM-006")
def test_a_loop_that_stands_still_has_no_capacity() -> None:
    _, whole = fly(Memory(), CALM, 30)
    _, half = fly(Memory(), replace(CALM, flow_kg_per_s=(0.0, 1.3)), 30)
    assert half.capacity_w == pytest.approx(0.5 * whole.capacity_w, rel=0.1)


@pytest.mark.requirement("THM-009")
@pytest.mark.parametrize(
    ("index", "expected"), [(0, (300.0, None)), (1, (None, 300.0)), (255, (300.0, 300.0))]
)
def test_set_points_go_to_their_loops(index: int, expected: tuple[float | None, ...]) -> None:
    memory = with_set_point(Memory(), index, 300.0)
    assert tuple(loop.set_k for loop in memory.loops) == expected


def test_a_supply_out_of_its_band_is_named_once_after_a_minute() -> None:
    calm, _ = fly(Memory(), CALM, 30)
    low = replace(
        CALM,
        supply_temperature_k=(299.0, 303.15),
        bypass_frac=(0.0, 0.3),
        panel_temperature_k=(290.0,) * 7 + (297.0,) * 7,
    )
    memory, named = calm, 0
    for _ in range(120):
        before = memory
        memory, decision = fly(memory, low, 1)
        named += sum(type(event).__name__ == "SupplyOutOfBand" for event in events(before, memory, decision))
    assert named == 1


@pytest.mark.parametrize("temperature_k", [0.0, 1e6, -40.0])
def test_absurd_readings_never_break_the_step(temperature_k: float) -> None:
    pair = (temperature_k, temperature_k)
    absurd = replace(
        CALM, return_temperature_k=pair, panel_temperature_k=(temperature_k,) * 14, flow_kg_per_s=(-5.0, 1e5)
    )
    memory, decision = fly(Memory(), absurd, 60)
    assert all(0.0 <= loop.bypass_frac <= 1.0 for loop in memory.loops)
    assert all(0.4 <= loop.pump_speed_frac <= 1.0 for loop in memory.loops)
    assert decision.grant_w >= 0.0
