import pytest

from flight.thermal.observer import SupplyEstimate, observe


def run(estimate: SupplyEstimate, measured_k: float | None, model_k: float, seconds: int) -> SupplyEstimate:
    for _ in range(seconds):
        estimate, _ = observe(estimate, measured_k=measured_k, model_k=model_k, dt_s=1.0)
    return estimate


def test_a_sensor_near_the_model_is_believed() -> None:
    estimate = run(SupplyEstimate(300.0), 303.0, 301.5, 30)
    assert not estimate.refused
    assert estimate.temperature_k == pytest.approx(302.25, abs=0.5)


@pytest.mark.requirement("THM-007")
def test_a_sensor_that_stays_apart_is_refused_after_twenty_seconds_and_the_model_leads() -> None:
    estimate = run(SupplyEstimate(303.0), 320.0, 303.0, 19)
    assert not estimate.refused
    estimate = run(estimate, 320.0, 303.0, 20)
    assert estimate.refused
    assert estimate.temperature_k == pytest.approx(303.0, abs=0.1)


@pytest.mark.requirement("THM-007")
def test_a_refused_sensor_is_taken_back_when_it_agrees_for_long_enough() -> None:
    refused = run(SupplyEstimate(303.0), 320.0, 303.0, 40)
    assert run(refused, 303.5, 303.0, 10).refused
    back = run(refused, 303.5, 303.0, 30)
    assert not back.refused
    assert back.temperature_k == pytest.approx(303.25, abs=0.3)


def test_a_missing_sensor_leaves_the_model() -> None:
    estimate = run(SupplyEstimate(303.0), None, 310.0, 30)
    assert not estimate.refused
    assert estimate.temperature_k == pytest.approx(310.0, abs=0.01)


def test_a_short_spike_is_no_refusal() -> None:
    estimate = run(SupplyEstimate(303.0), 330.0, 303.0, 5)
    estimate = run(estimate, 303.0, 303.0, 1)
    assert estimate.contrary_s == 0.0
