from dataclasses import replace

import pytest

from flight.dictionary.navigation import NavigationReading
from flight.dictionary.power import ArrayReading, BatteryReading, BusReading
from flight.power import readings
from flight.power.eclipse import Forecast

NOW_NS = 2_152_709_197_000_000_000
BUS = BusReading(
    time_ns=NOW_NS,
    bus_voltage_v=160.0,
    array_power_w=120_000.0,
    battery_power_w=-30_000.0,
    compute_power_w=70_000.0,
    optical_power_w=300.0,
    thermal_power_w=700.0,
    housekeeping_power_w=4400.0,
    shed_count=0,
    switch_mask=0,
    valid_mask=0x7F,
)
BATTERY = BatteryReading(
    time_ns=NOW_NS,
    pack_voltage_v=(150.0, 0.0, 151.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    pack_current_a=(20.0, 0.0, 22.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    pack_temperature_k=(290.0, 0.0, 294.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    cell_voltage_min_v=(3.7, 0.0, 3.72, 0.0, 0.0, 0.0, 0.0, 0.0),
    cell_voltage_max_v=(3.8, 0.0, 3.79, 0.0, 0.0, 0.0, 0.0, 0.0),
    valid_mask=0b101,
)
NAVIGATION = NavigationReading(
    time_ns=NOW_NS,
    position_eci_m=(6_978_137.0, 0.0, 0.0),
    velocity_eci_m_per_s=(0.0, 4546.0, 6033.0),
    q_body_from_eci=(1.0, 0.0, 0.0, 0.0),
    rate_body_rad_per_s=(0.0, 0.0, 0.0),
    sun_dir_body=(1.0, 0.0, 0.0),
    sun_irradiance_w_per_m2=1361.0 * 0.98,
    valid_mask=0x1F,
)


@pytest.mark.parametrize(
    ("bit", "name"),
    [
        (0, "voltage_v"),
        (1, "array_power_w"),
        (2, "battery_power_w"),
        (3, "compute_power_w"),
        (4, "optical_power_w"),
        (5, "thermal_power_w"),
        (6, "housekeeping_power_w"),
    ],
)
def test_a_cleared_bit_takes_one_value_away(bit: int, name: str) -> None:
    whole = readings.bus_picture(BUS)
    partial = readings.bus_picture(replace(BUS, valid_mask=0x7F & ~(1 << bit)))
    assert getattr(whole, name) is not None
    assert getattr(partial, name) is None
    others = [other for other in ("voltage_v", "array_power_w", "housekeeping_power_w") if other != name]
    assert all(getattr(partial, other) == getattr(whole, other) for other in others)


def test_the_load_is_the_sum_of_what_is_known() -> None:
    assert readings.bus_picture(BUS).load_power_w == pytest.approx(75_400.0)
    assert readings.bus_picture(None).load_power_w == 0.0


def test_extremes_are_those_of_the_valid_packs() -> None:
    extremes = readings.pack_extremes(BATTERY)
    assert extremes is not None
    assert (extremes.cell_voltage_min_v, extremes.cell_voltage_max_v) == (3.7, 3.8)
    assert (extremes.temperature_min_k, extremes.temperature_max_k) == (290.0, 294.0)
    assert extremes.pack_voltage_v == pytest.approx(150.5)
    assert readings.pack_extremes(replace(BATTERY, valid_mask=0)) is None
    assert readings.pack_extremes(None) is None
    assert [pack.valid for pack in readings.pack_readings(BATTERY)] == [True, False, True] + [False] * 5


def test_sections_are_judged_when_read_and_switched_on() -> None:
    array = ArrayReading(
        time_ns=NOW_NS,
        section_voltage_v=(130.0,) * 24,
        section_current_a=(40.0,) * 24,
        section_temperature_k=(330.0,) * 24,
        gimbal_angle_rad=(0.0, 0.0),
        valid_mask=0xFFFFFF & ~0b10,
    )
    powers_w, judged = readings.section_picture(array, 0xFFFFFF & ~0b100)
    assert powers_w == (5200.0,) * 24
    assert [index for index, use in enumerate(judged) if not use] == [1, 2]


def test_sunlight_is_relative_to_one_astronomical_unit() -> None:
    assert readings.sunlit_frac(NAVIGATION) == pytest.approx(0.98)
    assert readings.sunlit_frac(replace(NAVIGATION, valid_mask=0x0F)) == 0.0
    assert readings.sunlit_frac(None) == 0.0


def test_the_forecast_coasts_without_a_fix() -> None:
    made = readings.eclipse_forecast(None, NAVIGATION, NOW_NS)
    assert made is not None
    assert made.period_s == pytest.approx(5801.0, abs=40.0)
    later_ns = NOW_NS + 7_000_000_000_000
    coasted = readings.eclipse_forecast(made, replace(NAVIGATION, valid_mask=0), later_ns)
    assert isinstance(coasted, Forecast)
    assert coasted.exit_ns >= later_ns
    assert readings.eclipse_forecast(None, None, NOW_NS) is None
