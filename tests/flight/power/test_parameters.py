from dataclasses import replace

from flight.power.parameters import PowerParameters, conflict


def test_the_defaults_agree_with_each_other() -> None:
    assert conflict(PowerParameters()) is None


def test_a_floor_above_the_target_is_refused_with_both_numbers() -> None:
    text = conflict(replace(PowerParameters(), charge_floor_frac=0.6, charge_target_frac=0.5))
    assert text == "charge_floor_frac must be below charge_target_frac, got 0.6 and 0.5 (power parameters)"


def test_crossed_cell_limits_are_refused() -> None:
    crossed = replace(PowerParameters(), cell_voltage_min_v=4.0, cell_voltage_max_v=3.9)
    assert "cell_voltage_min_v must be below" in (conflict(crossed) or "")
