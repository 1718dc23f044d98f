"""One second of power management without a bus: what silence of each device does."""

import pytest

from flight.dictionary.grants import GrantReason
from flight.dictionary.power import BatteryReading, BusReading, PowerMode, PowerParameters
from flight.power import law
from flight.power.manager import Decision, Inputs, advance
from flight.power.memory import Memory
from flight.power.report import events

NOW_NS = 2_152_709_197_000_000_000


def battery(voltage_v: float = 150.0, current_a: float = 20.0) -> BatteryReading:
    eight = (1.0,) * 8
    return BatteryReading(
        time_ns=NOW_NS,
        pack_voltage_v=tuple(voltage_v * x for x in eight),
        pack_current_a=tuple(current_a * x for x in eight),
        pack_temperature_k=tuple(293.15 * x for x in eight),
        cell_voltage_min_v=tuple((voltage_v / 40.0 - 0.01) * x for x in eight),
        cell_voltage_max_v=tuple((voltage_v / 40.0 + 0.01) * x for x in eight),
        valid_mask=0xFF,
    )


def bus(voltage_v: float = 160.0) -> BusReading:
    return BusReading(
        time_ns=NOW_NS,
        bus_voltage_v=voltage_v,
        array_power_w=50_000.0,
        battery_power_w=24_000.0,
        compute_power_w=15_000.0,
        optical_power_w=100.0,
        thermal_power_w=500.0,
        housekeeping_power_w=8000.0,
        shed_count=0,
        switch_mask=0,
        valid_mask=0x7F,
    )


def step(
    memory: Memory,
    seconds: int,
    *,
    pack: BatteryReading | None = None,
    line: BusReading | None = None,
    safe: bool = False,
) -> tuple[Memory, Decision]:
    inputs = Inputs(
        time_ns=NOW_NS + seconds * 1_000_000_000,
        dt_s=1.0,
        safe_ordered=safe,
        compute_request_w=130_000.0,
        optical_request_w=400.0,
        array=None,
        battery=pack,
        bus=line,
        navigation=None,
    )
    return advance(memory, inputs, PowerParameters())


def test_nothing_is_known_and_little_is_granted_before_the_first_reading() -> None:
    memory, decision = step(Memory(), 0)
    assert memory.mode == PowerMode.STANDBY
    assert decision.charge == law.UNSEEN_CHARGE
    assert decision.lease_supply_w == 0.0
    assert decision.grants.compute_w == 0.0


def test_the_first_reading_starts_the_filters_and_the_mode() -> None:
    memory, decision = step(Memory(), 0, pack=battery(), line=bus())
    assert memory.battery.known_count == 8
    assert memory.mode == PowerMode.SUNLIT
    assert 0.3 < decision.charge_frac < 0.9
    assert decision.grants.optical_w == 400.0
    assert decision.grants.compute_w <= 50_000.0


def test_a_silent_monitor_leaves_the_estimate_to_the_distribution() -> None:
    memory, first = step(Memory(), 0, pack=battery(), line=bus())
    for second in range(1, 601):
        memory, decision = step(memory, second, line=bus())
    # 24 kW from the bus for ten minutes, 5 % of loss, eight packs of 105 Ah near 148 V.
    used_frac = 24_000.0 / 0.95 * 600.0 / 3600.0 / (8 * 105.0 * 148.0)
    assert decision.charge_frac == pytest.approx(first.charge_frac - used_frac, abs=0.005)
    assert decision.charge == law.UNSEEN_CHARGE


@pytest.mark.requirement("POW-006")
def test_an_undervoltage_sheds_and_says_so() -> None:
    before, _ = step(Memory(), 0, pack=battery(), line=bus())
    after, decision = step(before, 1, pack=battery(), line=bus(141.0))
    assert after.tier == 2
    assert decision.grants.compute_w <= law.COMPUTE_REDUCED_W
    assert decision.grants.reason == GrantReason.LOW_CHARGE
    assert [type(event).__name__ for event in events(before, after, decision)] == [
        "LoadShed",
        "PowerModeChanged",
    ]
    assert after.mode == PowerMode.LOW_ENERGY


@pytest.mark.requirement("POW-010")
def test_safe_mode_grants_nothing_and_takes_all_charge() -> None:
    before, _ = step(Memory(), 0, pack=battery(), line=bus())
    after, decision = step(before, 1, pack=battery(), line=bus(), safe=True)
    assert after.mode == PowerMode.SAFE
    assert decision.grants.compute_w == decision.grants.optical_w == 0.0
    assert decision.charge.current_max_a > 50.0


@pytest.mark.parametrize("voltage_v", [0.0, 5.0, 1e6, -1e6])
def test_absurd_readings_never_break_the_step(voltage_v: float) -> None:
    memory, _ = step(Memory(), 0, pack=battery(), line=bus())
    for second in range(1, 30):
        memory, decision = step(memory, second, pack=battery(voltage_v, 1e6), line=bus(voltage_v))
        assert 0.0 <= decision.charge_frac <= 1.0
        assert decision.grants.compute_w >= 0.0
