from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.thermal import law
from flight.thermal.radiator import Radiator

RADIATOR = Radiator()


@pytest.mark.requirement("THM-001")
@given(st.floats(260.0, 300.0), st.floats(304.0, 325.0), st.floats(0.4, 1.8))
def test_feedforward_mixes_to_the_set_point_when_it_can(panel_k: float, return_k: float, flow: float) -> None:
    set_k = 303.15
    bypass_frac = law.bypass_feedforward_frac(
        RADIATOR, set_k=set_k, return_k=return_k, panel_k=panel_k, flow_kg_per_s=flow
    )
    mixed_k = law.mixed_k(
        RADIATOR, return_k=return_k, panel_k=panel_k, flow_kg_per_s=flow, bypass_frac=bypass_frac
    )
    assert 0.0 <= bypass_frac <= 1.0
    if bypass_frac > 0.0:
        assert mixed_k == pytest.approx(set_k, abs=0.06)
    else:
        assert mixed_k >= set_k


def test_feedforward_opens_fully_when_everything_is_too_cold_and_closes_when_too_warm() -> None:
    cold = law.bypass_feedforward_frac(
        RADIATOR, set_k=303.15, return_k=290.0, panel_k=270.0, flow_kg_per_s=1.0
    )
    warm = law.bypass_feedforward_frac(
        RADIATOR, set_k=303.15, return_k=330.0, panel_k=320.0, flow_kg_per_s=1.0
    )
    assert cold > 0.999
    assert warm == 0.0


def order(
    trim: law.LoopTrim, error_k: float, *, feedforward: float = 0.5, highest: float = 1.0
) -> law.ValveOrder:
    return law.bypass_order(
        trim,
        feedforward_frac=feedforward,
        error_k=error_k,
        gap_k=10.0,
        gain_per_k=0.04,
        reset_s=40.0,
        dt_s=1.0,
        bypass_max_frac=highest,
    )


@given(st.floats(-50.0, 50.0), st.floats(0.0, 1.0), st.floats(-0.5, 0.5))
def test_the_valve_stays_on_its_stroke(error_k: float, feedforward: float, integral: float) -> None:
    made = order(law.LoopTrim(integral), error_k, feedforward=feedforward, highest=0.8)
    assert 0.0 <= made.bypass_frac <= 0.8


def test_the_integrator_waits_at_the_stop() -> None:
    trim = law.LoopTrim()
    for _ in range(600):
        trim = order(trim, 4.0, feedforward=1.0).trim
    assert trim.integral_frac == 0.0
    assert order(trim, -1.0, feedforward=1.0).bypass_frac < 1.0


@pytest.mark.requirement("THM-001")
@pytest.mark.parametrize("model_error_k", [-2.0, 2.0])
@pytest.mark.parametrize("gap_k", [6.0, 18.0])
def test_a_wrong_feedforward_is_trimmed_away_without_swinging(model_error_k: float, gap_k: float) -> None:
    # Mixing point with a slow valve and two ticks of dead time; the feed-forward misses by two kelvins.
    return_k, bypass, trim = 303.15 + 0.5 * gap_k, 0.5, law.LoopTrim()
    waiting = deque([0.5, 0.5], maxlen=2)
    feedforward = (303.15 + model_error_k - (return_k - gap_k)) / gap_k
    supplies_k = []
    for _ in range(900):
        wanted = waiting[0]
        bypass += min(max(wanted - bypass, -0.05), 0.05)
        supply_k = return_k - gap_k * (1.0 - bypass)
        made = law.bypass_order(
            trim,
            feedforward_frac=feedforward,
            error_k=303.15 - supply_k,
            gap_k=gap_k,
            gain_per_k=0.04,
            reset_s=40.0,
            dt_s=1.0,
            bypass_max_frac=1.0,
        )
        trim = made.trim
        waiting.append(made.bypass_frac)
        supplies_k.append(supply_k)
    assert abs(supplies_k[300] - 303.15) < 1.0
    assert max(abs(k - 303.15) for k in supplies_k[600:]) < 0.1


@pytest.mark.requirement("THM-002")
@given(st.floats(0.4, 1.0), st.floats(0.0, 120_000.0))
def test_the_pump_moves_at_a_bounded_rate_between_its_limits(present: float, heat_w: float) -> None:
    speed = law.pump_speed_frac(
        present, heat_w=heat_w, speed_min_frac=0.4, flow_nominal_kg_per_s=1.8, dt_s=1.0
    )
    assert 0.4 <= speed <= 1.0
    assert -0.005 - 1e-12 <= speed - present <= 0.05 + 1e-12


def test_the_pump_settles_at_the_nominal_rise() -> None:
    speed = 1.0
    for _ in range(300):
        speed = law.pump_speed_frac(
            speed, heat_w=40_000.0, speed_min_frac=0.4, flow_nominal_kg_per_s=1.8, dt_s=1.0
        )
    assert 40_000.0 / (3500.0 * 1.8 * speed) == pytest.approx(8.0)


@pytest.mark.requirement("THM-004")
@pytest.mark.parametrize(
    ("margin_k", "frac"), [(30.0, 1.0), (10.0, 1.0), (2.5, 0.8), (-5.0, 0.6), (-40.0, 0.6)]
)
def test_cold_panels_limit_the_bypass_continuously(margin_k: float, frac: float) -> None:
    assert law.bypass_max_frac(margin_k) == pytest.approx(frac)


@pytest.mark.requirement("THM-005")
@pytest.mark.parametrize(
    ("temperature_k", "power_w"), [(300.0, 0.0), (293.15, 0.0), (291.15, 300.0), (270.0, 800.0)]
)
def test_the_battery_heater_is_proportional_and_bounded(temperature_k: float, power_w: float) -> None:
    heat_w = law.battery_heater_w(temperature_k=temperature_k, set_k=293.15, power_max_w=800.0)
    assert heat_w == pytest.approx(power_w)


@pytest.mark.requirement("THM-006")
@given(st.floats(0.0, 150_000.0), st.floats(0.0, 20_000.0), st.floats(0.0, 0.5), st.floats(-10.0, 30.0))
def test_the_heat_grant_never_exceeds_what_the_radiators_reject(
    deliverable_w: float, overhead_w: float, margin: float, excess_k: float
) -> None:
    granted_w = law.heat_grant_w(
        deliverable_w=deliverable_w, overhead_w=overhead_w, margin_frac=margin, supply_excess_k=excess_k
    )
    assert 0.0 <= granted_w <= max(0.0, deliverable_w - overhead_w)


def test_a_hot_supply_takes_the_grant_back() -> None:
    grants_w = [
        law.heat_grant_w(
            deliverable_w=80_000.0, overhead_w=10_000.0, margin_frac=0.0, supply_excess_k=excess_k
        )
        for excess_k in (0.0, 1.0, 5.0, 11.0, 40.0)
    ]
    assert grants_w == pytest.approx([70_000.0, 70_000.0, 56_000.0, 35_000.0, 21_000.0])
