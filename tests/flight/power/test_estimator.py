from math import cos, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.power.pack import Pack

from flight.power.cell import cell_voltage_v, pack_resistance_ohm
from flight.power.estimator import (
    Decay,
    PackEstimate,
    first_estimate,
    median_current_a,
    predict,
    trusted_current_a,
    update,
)

SECOND = Decay.over(1.0)


def orbit_current_a(time_s: float) -> float:
    """62 A out for the 2,130 s of an eclipse, 37 A in for the rest, with a ripple."""
    base_a = 62.0 if time_s % 5801.0 < 2130.0 else -37.0
    return base_a + 3.0 * cos(2.0 * pi * time_s / 90.0)


@pytest.mark.requirement("POW-001")
@pytest.mark.parametrize("bias_frac", [-0.005, 0.005])
@pytest.mark.parametrize(
    ("resistance_ratio", "limit_frac"), [(0.95, 0.02), (1.05, 0.02), (0.9, 0.03), (1.1, 0.03)]
)
def test_charge_stays_within_its_limit_with_half_a_percent_of_current_error(
    bias_frac: float, resistance_ratio: float, limit_frac: float
) -> None:
    pack = Pack(0.85, resistance_ratio)
    estimate = first_estimate(pack.run(0.0, 0.1), 0.0, 293.15)
    worst_frac = 0.0
    for second in range(2 * 5801):
        current_a = orbit_current_a(second)
        voltage_v = pack.run(current_a, 1.0) * 1.001
        measured_a = current_a * (1.0 + bias_frac) + 0.3
        estimate, _ = update(predict(estimate, measured_a, SECOND), voltage_v, measured_a, 293.15)
        worst_frac = max(worst_frac, abs(estimate.charge_frac - pack.charge_frac))
    assert worst_frac < limit_frac


@pytest.mark.requirement("POW-001")
@pytest.mark.parametrize("start_error_frac", [-0.2, 0.2])
def test_a_wrong_start_is_worked_off_within_an_hour(start_error_frac: float) -> None:
    pack = Pack(0.7)
    estimate = first_estimate(pack.run(0.0, 0.1), 0.0, 293.15)
    wrong = PackEstimate(pack.charge_frac + start_error_frac, 0.0, 0.0, 0.01, 0.0, 0.0, 0.25, 0.0, 0.25)
    for second in range(3600):
        current_a = orbit_current_a(second)
        voltage_v = pack.run(current_a, 1.0)
        wrong, _ = update(predict(wrong, current_a, SECOND), voltage_v, current_a, 293.15)
    assert estimate.charge_frac == pytest.approx(0.7, abs=0.01)
    assert wrong.charge_frac == pytest.approx(pack.charge_frac, abs=0.02)


@given(st.floats(0.02, 0.98), st.floats(-100.0, 100.0), st.floats(263.0, 318.0))
def test_the_first_estimate_explains_the_first_reading(
    charge_frac: float, current_a: float, k: float
) -> None:
    voltage_v = 40.0 * cell_voltage_v(charge_frac) - pack_resistance_ohm(k) * current_a
    assert first_estimate(voltage_v, current_a, k).charge_frac == pytest.approx(charge_frac, abs=1e-5)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(-120.0, 120.0), st.floats(80.0, 180.0)), min_size=1, max_size=60))
def test_covariance_stays_positive_and_charge_stays_a_fraction(readings: list[tuple[float, float]]) -> None:
    estimate = first_estimate(146.0, 0.0, 293.15)
    for current_a, voltage_v in readings:
        estimate, _ = update(predict(estimate, current_a, SECOND), voltage_v, current_a, 293.15)
        assert 0.0 <= estimate.charge_frac <= 1.0
        assert estimate.p_charge_frac2 > 0.0
        assert estimate.p_fast_v2 > 0.0
        assert estimate.p_slow_v2 > 0.0
        assert estimate.p_charge_frac2 * estimate.p_slow_v2 >= estimate.p_charge_slow_v**2 * 0.999999


def test_a_stuck_voltage_is_refused_and_counted() -> None:
    estimate = first_estimate(146.0, 0.0, 293.15)
    for _ in range(600):
        estimate, _ = update(predict(estimate, 0.0, SECOND), 146.0, 0.0, 293.15)
    before_frac = estimate.charge_frac
    for _ in range(5):
        estimate, residual_v = update(predict(estimate, 0.0, SECOND), 120.0, 0.0, 293.15)
        assert residual_v < -20.0
    assert estimate.reject_count == 5
    assert estimate.charge_frac == pytest.approx(before_frac, abs=1e-9)


def test_a_lonely_current_sensor_is_overruled_by_its_siblings() -> None:
    siblings_a = [60.0, 61.0, 59.5, 60.5, 0.0, 60.2, 60.1, 59.9]
    middle_a = median_current_a(siblings_a)
    assert middle_a == pytest.approx(60.1)
    assert trusted_current_a(0.0, middle_a) == middle_a
    assert trusted_current_a(61.0, middle_a) == 61.0
    assert trusted_current_a(0.0, median_current_a([0.0, 60.0])) == 0.0
