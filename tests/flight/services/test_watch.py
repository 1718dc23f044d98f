from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.power import BatteryReading, BusReading
from flight.services.watch import Change, Watch, Watching, WatchState, advance, read

S = 1_000_000_000
WATCH = Watch(
    id=1,
    message=BusReading,
    field="bus_voltage_v",
    valid_bit=0,
    low=137.0,
    high=173.0,
    value_dead_band=1.0,
    persistence_s=3.0,
    stale_s=10.0,
)
START = Watching(WatchState.INSIDE, 0, 0)


def run(values):
    """Advance once a second; return the changes by second."""
    now, changes = START, {}
    for second, value in enumerate(values, 1):
        now, change = advance(WATCH, now, value, second * S)
        if change is not Change.NONE:
            changes[second] = change
    return changes


@pytest.mark.requirement("MON-001")
def test_it_trips_once_after_the_persistence():
    assert run([150.0, 136.0, 136.0, 136.0, 136.0, 136.0, 136.0]) == {5: Change.TRIPPED}


def test_a_value_back_inside_restarts_the_persistence():
    assert run([136.0, 136.0, 136.0, 150.0, 136.0, 136.0, 136.0]) == {}


@pytest.mark.requirement("MON-002")
def test_it_clears_past_the_dead_band_only():
    assert run([130.0] * 4 + [137.5, 137.9, 138.0, 150.0]) == {4: Change.TRIPPED, 7: Change.CLEARED}
    assert run([180.0] * 4 + [172.5, 172.0]) == {4: Change.TRIPPED, 6: Change.CLEARED}


@pytest.mark.requirement("MON-003")
def test_it_turns_stale_once_and_lives_again_with_the_next_value():
    assert run([150.0] + [None] * 20 + [150.0] + [None] * 9) == {11: Change.STALE}
    assert run([None] * 10 + [130.0] * 4) == {10: Change.STALE, 14: Change.TRIPPED}


@given(st.lists(st.one_of(st.none(), st.floats(100.0, 200.0)), max_size=60))
def test_trips_and_clears_alternate_and_no_trip_comes_without_persistence(values):
    changes = run(values)
    kinds = [Change.NONE, *changes.values()]
    for before, change in pairwise(kinds):
        assert (change is Change.CLEARED) <= (before is Change.TRIPPED)
        assert (before is Change.TRIPPED) <= (change is not Change.TRIPPED)
    for second, change in changes.items():
        if change is Change.TRIPPED:
            recent = [v for v in values[second - 4 : second] if v is not None]
            assert all(not 137.0 <= v <= 173.0 for v in recent)


def reading(**changes):
    values = {
        "time_ns": 0,
        "bus_voltage_v": 151.0,
        "array_power_w": 0.0,
        "battery_power_w": 0.0,
        "compute_power_w": 0.0,
        "optical_power_w": 0.0,
        "thermal_power_w": 0.0,
        "housekeeping_power_w": 0.0,
        "shed_count": 0,
        "switch_mask": 0,
        "valid_mask": 1,
    }
    return BusReading(**(values | changes))


@pytest.mark.requirement("MON-004")
def test_a_value_counts_only_with_its_valid_bit():
    assert read(WATCH, reading()) == 151.0
    assert read(WATCH, reading(valid_mask=0xFE)) is None


def test_an_item_of_a_repeated_field_is_read_by_its_index():
    watch = Watch(
        id=2,
        message=BatteryReading,
        field="cell_voltage_min_v",
        index=2,
        low=2.8,
        high=4.15,
        value_dead_band=0.0,
        persistence_s=0.0,
    )
    zeros = (0.0,) * 8
    cells = (3.0, 3.1, 3.2, 3.3, 0.0, 0.0, 0.0, 0.0)
    message = BatteryReading(
        time_ns=0,
        pack_voltage_v=zeros,
        pack_current_a=zeros,
        pack_temperature_k=zeros,
        cell_voltage_min_v=cells,
        cell_voltage_max_v=zeros,
        valid_mask=0,
    )
    assert read(watch, message) == 3.2


@pytest.mark.parametrize("dead_band", [-0.1, 18.0, 20.0])
def test_a_dead_band_must_leave_room_to_clear(dead_band):
    with pytest.raises(ValueError, match="value_dead_band must be in"):
        Watch(
            id=1,
            message=BusReading,
            field="bus_voltage_v",
            low=137.0,
            high=173.0,
            value_dead_band=dead_band,
            persistence_s=3.0,
        )
