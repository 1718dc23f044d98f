from dataclasses import replace

from flight.thermal.parameters import ThermalParameters, conflict


def test_the_defaults_agree_with_each_other() -> None:
    assert conflict(ThermalParameters()) is None


def test_cold_panels_need_a_turning_pump() -> None:
    cold = replace(ThermalParameters(), panel_temperature_min_k=225.0, pump_speed_min_frac=0.1)
    text = conflict(cold) or ""
    assert text.startswith("pump_speed_min_frac must be at least 0.2 when panels may reach 225 K, got 0.1")
