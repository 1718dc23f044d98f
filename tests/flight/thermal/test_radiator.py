import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.thermal.radiator import (
    STEFAN_BOLTZMANN_W_PER_M2_K4,
    Radiator,
    RadiatorEstimate,
    balance,
    carried_w,
    deliverable_w,
    mean_panel_k,
    outlet_k,
)

RADIATOR = Radiator()


@given(st.floats(280.0, 330.0), st.floats(-20_000.0, 20_000.0), st.floats(0.3, 1.8))
def test_deliverable_heat_is_what_the_panels_emit_in_steady_state(
    supply_k: float, environment_w: float, flow: float
) -> None:
    heat_w = deliverable_w(RADIATOR, environment_w=environment_w, supply_k=supply_k, flow_kg_per_s=flow)
    if heat_w == 0.0:
        return
    # Independent check: from the heat follow inlet, outlet and panel temperature, which must balance.
    inlet_k = supply_k + heat_w / (flow * 3500.0)
    low_k, high_k = 150.0, inlet_k
    for _ in range(60):
        panel_k = 0.5 * (low_k + high_k)
        if outlet_k(RADIATOR, inlet_k, panel_k, flow) < supply_k:
            low_k = panel_k
        else:
            high_k = panel_k
    emitted_w = RADIATOR.emitting_m2 * STEFAN_BOLTZMANN_W_PER_M2_K4 * panel_k**4
    assert emitted_w == pytest.approx(heat_w + environment_w, abs=5.0)


@pytest.mark.requirement("THM-003")
@given(st.floats(280.0, 320.0), st.floats(0.1, 10.0), st.floats(-10_000.0, 20_000.0))
def test_capacity_rises_with_the_supply_and_falls_with_the_environment(
    supply_k: float, more_k: float, environment_w: float
) -> None:
    def capacity_w(supply: float, environment: float) -> float:
        return deliverable_w(RADIATOR, environment_w=environment, supply_k=supply, flow_kg_per_s=1.8)

    assert capacity_w(supply_k + more_k, environment_w) > capacity_w(supply_k, environment_w)
    assert capacity_w(supply_k, environment_w + 1000.0) < capacity_w(supply_k, environment_w)


def test_perfect_contact_reaches_the_grey_body_equilibrium() -> None:
    # Closed form: 62.5 kW on 110 m2 of emissivity 0.9 with sink 0 sit at 324.8316 K (125 kW on 220 m2).
    ideal = Radiator(contact_w_per_k=1e9)
    heat_w = deliverable_w(ideal, environment_w=0.0, supply_k=324.8316, flow_kg_per_s=1e6)
    assert heat_w == pytest.approx(62_500.0, rel=1e-4)


@given(st.floats(285.0, 340.0), st.floats(250.0, 340.0), st.floats(0.05, 2.0))
def test_the_outlet_lies_between_panel_and_return(return_k: float, panel_k: float, flow: float) -> None:
    out_k = outlet_k(RADIATOR, return_k, panel_k, flow)
    assert min(panel_k, return_k) - 1e-9 <= out_k <= max(panel_k, return_k) + 1e-9


@pytest.mark.requirement("THM-003")
def test_the_environment_is_found_from_a_radiator_that_is_not_in_balance() -> None:
    # Truth: panels of a true emissivity 4 % below the model's, driven by a heat that changes; explicit steps.
    truth = Radiator(emitting_m2=0.96 * RADIATOR.emitting_m2)
    panel_k, estimate = 290.0, RadiatorEstimate()
    environment_w = 7500.0
    for second in range(1800):
        coolant_w = 35_000.0 + 5000.0 * ((second // 300) % 2)
        for _ in range(10):
            emitted_w = truth.emitting_m2 * STEFAN_BOLTZMANN_W_PER_M2_K4 * panel_k**4
            panel_k += 0.1 * (coolant_w + environment_w - emitted_w) / truth.heat_j_per_k
        estimate = balance(RADIATOR, estimate, coolant_w=coolant_w, panel_k=panel_k, dt_s=1.0)
    lacking_w = 0.04 * RADIATOR.emitting_m2 * STEFAN_BOLTZMANN_W_PER_M2_K4 * panel_k**4
    assert estimate.environment_w == pytest.approx(environment_w + lacking_w, abs=300.0)


def test_panel_mean_emits_like_the_panels() -> None:
    panels_k = (280.0, 290.0, 300.0, 310.0)
    mean_k = mean_panel_k(panels_k)
    assert mean_k**4 == pytest.approx(sum(k**4 for k in panels_k) / 4.0, rel=1e-12)


def test_carried_heat_of_the_design_point() -> None:
    # 75 kW raise 1.8 kg/s of 3.5 kJ/kgK by 11.9 K.
    assert carried_w(1.8, 303.15 + 11.905, 303.15) == pytest.approx(75_000.0, rel=1e-3)
