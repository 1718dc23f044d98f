from dataclasses import replace

from flight.dictionary.power import BusReading
from flight.dictionary.thermal import LoopReading
from flight.thermal import readings

LOOPS = LoopReading(
    time_ns=1,
    supply_temperature_k=(303.0, 304.0),
    return_temperature_k=(310.0, 311.0),
    flow_kg_per_s=(1.0, 1.1),
    pump_speed_frac=(0.6, 0.7),
    bypass_frac=(0.2, 0.3),
    pump_power_w=(100.0, 110.0),
    panel_temperature_k=tuple(290.0 + index for index in range(14)),
    battery_temperature_k=295.0,
    valid_mask=(1 << 27) - 1,
)


def test_each_loop_gets_its_own_values_and_panels() -> None:
    first, second = readings.loop_picture(LOOPS, 0), readings.loop_picture(LOOPS, 1)
    assert (first.supply_k, first.return_k, first.flow_kg_per_s) == (303.0, 310.0, 1.0)
    assert (second.pump_speed_frac, second.bypass_frac, second.pump_power_w) == (0.7, 0.3, 110.0)
    assert first.panel_k == tuple(290.0 + index for index in range(7))
    assert second.panel_k == tuple(297.0 + index for index in range(7))


def test_cleared_bits_take_values_away_in_field_order() -> None:
    cleared = [0, 3, 4, 7, 8, 11, 12, 25, 26]
    mask = LOOPS.valid_mask
    for bit in cleared:
        mask &= ~(1 << bit)
    partial = replace(LOOPS, valid_mask=mask)
    first, second = readings.loop_picture(partial, 0), readings.loop_picture(partial, 1)
    assert (first.supply_k, second.supply_k) == (None, 304.0)
    assert (first.return_k, second.return_k) == (310.0, None)
    assert (first.flow_kg_per_s, second.flow_kg_per_s) == (None, 1.1)
    assert (first.pump_speed_frac, second.pump_speed_frac) == (0.6, None)
    assert (first.bypass_frac, second.bypass_frac) == (None, 0.3)
    assert (first.pump_power_w, second.pump_power_w) == (100.0, None)
    assert len(first.panel_k) == len(second.panel_k) == 6
    assert readings.battery_temperature_k(partial) is None
    assert readings.panel_extremes_k(partial) == (291.0, 302.0)


def test_extremes_need_a_panel() -> None:
    assert readings.panel_extremes_k(LOOPS) == (290.0, 303.0)
    assert readings.panel_extremes_k(replace(LOOPS, valid_mask=0)) is None


def test_compute_power_is_taken_when_valid() -> None:
    bus = BusReading(
        time_ns=1,
        bus_voltage_v=160.0,
        array_power_w=0.0,
        battery_power_w=0.0,
        compute_power_w=5.0,
        optical_power_w=0.0,
        thermal_power_w=0.0,
        housekeeping_power_w=0.0,
        shed_count=0,
        switch_mask=0,
        valid_mask=8,
    )
    assert readings.compute_power_w(bus) == 5.0
    assert readings.compute_power_w(replace(bus, valid_mask=7)) is None
    assert readings.compute_power_w(None) is None
