from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.grants import GrantReason
from flight.power import law


def sizes(
    *,
    load_max_w: float = 100_000.0,
    safe_w: float = 200_000.0,
    fixed_w: float = 9000.0,
    compute_request_w: float = 130_000.0,
    optical_request_w: float = 400.0,
    margin_frac: float = 0.05,
    tier: int = 0,
) -> law.GrantSizes:
    return law.grant_sizes(
        load_max_w=load_max_w,
        safe_w=safe_w,
        fixed_w=fixed_w,
        compute_request_w=compute_request_w,
        optical_request_w=optical_request_w,
        margin_frac=margin_frac,
        compute_max_w=130_000.0,
        tier=tier,
        in_eclipse=False,
    )


@pytest.mark.requirement("POW-005")
@given(
    st.floats(0.0, 3e5), st.floats(0.0, 3e5), st.floats(0.0, 3e4), st.floats(0.0, 2e5), st.floats(0.0, 600.0),
    st.floats(0.0, 0.3), st.integers(0, 3),
)  # fmt: skip
def test_grants_and_fixed_loads_fit_the_plan_and_the_safe_supply(
    load_w: float, safe_w: float, fixed_w: float, compute_w: float, optical_w: float, margin: float, tier: int
) -> None:
    made = sizes(
        load_max_w=load_w,
        safe_w=safe_w,
        fixed_w=fixed_w,
        compute_request_w=compute_w,
        optical_request_w=optical_w,
        margin_frac=margin,
        tier=tier,
    )
    assert made.compute_w >= 0.0
    assert made.optical_w >= 0.0
    assert made.compute_w + made.optical_w <= max(0.0, min(load_w, safe_w) - fixed_w) + 1e-6
    assert made.compute_w <= compute_w
    assert made.optical_w <= optical_w


@pytest.mark.requirement("POW-006")
def test_load_is_shed_compute_first_and_survival_grants_nothing() -> None:
    compute_w = [sizes(tier=tier).compute_w for tier in range(4)]
    assert compute_w == sorted(compute_w, reverse=True)
    assert compute_w[2] == 20_000.0
    assert sizes(tier=2).optical_w == 400.0
    assert sizes(tier=3).compute_w == sizes(tier=3).optical_w == 0.0
    assert sizes(tier=3).reason == GrantReason.SHED


def tier_of(tier: int, charge_frac: float, *, bus_v: float | None = 160.0, ordered: int = 0) -> int:
    return law.load_tier(
        tier,
        charge_frac=charge_frac,
        floor_frac=0.25,
        bus_voltage_v=bus_v,
        cell_margin_v=0.5,
        ordered_tier=ordered,
    )


@pytest.mark.requirement("POW-006")
@pytest.mark.parametrize(
    ("charge_frac", "bus_v", "expected"),
    [
        (0.6, 160.0, 0),
        (0.29, 160.0, 1),
        (0.24, 160.0, 2),
        (0.14, 160.0, 3),
        (0.6, 141.0, 2),
        (0.6, None, 0),
        (0.6, 0.0, 0),
    ],
)
def test_the_tier_follows_charge_and_bus(charge_frac: float, bus_v: float | None, expected: int) -> None:
    assert tier_of(0, charge_frac, bus_v=bus_v) == expected


@pytest.mark.requirement("POW-006")
def test_a_tier_is_released_one_step_at_a_time_with_hysteresis() -> None:
    assert tier_of(2, 0.26) == 2
    assert tier_of(2, 0.31) == 1
    assert tier_of(1, 0.31) == 1
    assert tier_of(1, 0.36) == 0
    assert tier_of(3, 0.9) == 2
    assert tier_of(2, 0.9, bus_v=145.0) == 2
    assert tier_of(2, 0.9, ordered=2) == 2


@given(st.floats(0.0, 1.0), st.floats(0.0, 0.2), st.integers(0, 3))
def test_more_charge_never_sheds_more(charge_frac: float, more_frac: float, tier: int) -> None:
    assert tier_of(tier, charge_frac + more_frac) <= tier_of(tier, charge_frac)


@dataclass
class Cell:
    """A cell with a resistance that the law does not know exactly."""

    open_v: float
    ohm: float
    current_a: float = 0.0

    @property
    def voltage_v(self) -> float:
        return self.open_v - self.ohm * self.current_a


@pytest.mark.requirement("POW-007")
@pytest.mark.parametrize("resistance_ratio", [0.7, 1.0, 1.3])
@pytest.mark.parametrize("open_v", [3.6, 4.0, 4.08, 4.12])
def test_the_highest_cell_settles_at_its_limit_without_overshoot(
    open_v: float, resistance_ratio: float
) -> None:
    cell = Cell(open_v, resistance_ratio * law.pack_resistance_ohm(293.15) / 40.0)
    for _ in range(30):
        accepted_a = law.accepted_a(
            cell_limit_v=4.13,
            cell_voltage_max_v=cell.voltage_v,
            current_a=cell.current_a,
            temperature_k=293.15,
        )
        cell.current_a = -law.charge_limits(
            cell_limit_v=4.13,
            cell_voltage_max_v=cell.voltage_v,
            accepted_a=accepted_a,
            temperature_min_k=293.15,
            temperature_max_k=293.15,
            planned_power_w=law.RESCUE_CHARGE_W,
            pack_voltage_v=150.0,
            pack_count=8,
        ).current_max_a
        assert cell.voltage_v <= 4.13 + 0.3 * 0.0015 * 105.0
    assert cell.voltage_v <= 4.131
    if -cell.current_a < 100.0:
        assert cell.voltage_v == pytest.approx(4.13, abs=1e-3)


@pytest.mark.requirement("POW-007")
@pytest.mark.parametrize(
    ("temperature_k", "share"),
    [(263.0, 0.0), (273.15, 0.0), (278.15, 0.5), (293.0, 1.0), (313.15, 0.5), (320.0, 0.0)],
)
def test_charge_is_derated_in_cold_and_heat(temperature_k: float, share: float) -> None:
    assert law.charge_derate(temperature_k, temperature_k) == pytest.approx(share)


def test_the_plan_bounds_the_charge_current() -> None:
    limits = law.charge_limits(
        cell_limit_v=4.13,
        cell_voltage_max_v=3.8,
        accepted_a=100.0,
        temperature_min_k=293.0,
        temperature_max_k=293.0,
        planned_power_w=40_000.0,
        pack_voltage_v=150.0,
        pack_count=8,
    )
    assert limits.current_max_a == pytest.approx(0.95 * 40_000.0 / (8 * 150.0))
    assert law.bus_power_w(limits.current_max_a, 150.0, 8) == pytest.approx(40_000.0)


@given(st.floats(0.0, 0.1), st.floats(0.0, 150_000.0))
def test_safe_supply_fades_to_the_array_as_the_battery_empties(charge_frac: float, array_w: float) -> None:
    safe_w = law.safe_supply_w(
        array_power_w=array_w, pack_voltage_v=145.0, pack_count=8, charge_frac=charge_frac
    )
    full_w = law.safe_supply_w(array_power_w=array_w, pack_voltage_v=145.0, pack_count=8, charge_frac=0.5)
    assert array_w <= safe_w <= full_w


def test_switches_open_only_in_the_last_tier() -> None:
    assert law.switch_mask(0) == law.switch_mask(2) == law.ALL_SWITCHES
    assert law.switch_mask(3) == law.HEATER_SWITCH
    assert law.switched(0b1010, 0, on=True) == 0b1011
    assert law.switched(0b1010, 3, on=False) == 0b0010


def test_battery_current_follows_from_bus_power_with_losses_either_way() -> None:
    assert law.battery_current_a(None, 0.5) is None
    discharge_a = law.battery_current_a(10_000.0, 0.5)
    charge_a = law.battery_current_a(-10_000.0, 0.5)
    assert discharge_a == pytest.approx(10_000.0 / 0.95 / (40 * 3.7509))
    assert charge_a == pytest.approx(-10_000.0 * 0.95 / (40 * 3.7509))
