import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.compute import law

COUNT = 18
IDLE_W, FULL_W = 1300.0, 6500.0
PHASES = st.lists(st.sampled_from(["service", "starting", "off"]), min_size=COUNT, max_size=COUNT)


def fleet_of(phases: list[str], busy: list[bool]) -> law.Fleet:
    return law.Fleet(
        service=tuple(phase == "service" for phase in phases),
        starting=tuple(phase == "starting" for phase in phases),
        busy=tuple(work and phase == "service" for work, phase in zip(busy, phases, strict=True)),
    )


@pytest.mark.requirement("CMP-003")
@given(
    st.floats(0.0, 150_000.0), PHASES, st.lists(st.booleans(), min_size=COUNT, max_size=COUNT),
    st.lists(st.floats(0.3, 1.0), min_size=COUNT, max_size=COUNT),
)  # fmt: skip
def test_the_sum_of_caps_never_exceeds_the_total(
    total_w: float, phases: list[str], busy: list[bool], guards: list[float]
) -> None:
    fleet = fleet_of(phases, busy)
    active = law.chosen(total_w, fleet, IDLE_W)
    limits_w = [max(IDLE_W, guard * FULL_W) for guard in guards]
    caps_w = law.split_caps(total_w, law.base_w(total_w, fleet, IDLE_W), active, limits_w)
    assert sum(caps_w) <= total_w + 1e-6
    assert all(cap_w >= 0.0 for cap_w in caps_w)
    for index, on in enumerate(active):
        assert not on or fleet.service[index]
        if on:
            assert caps_w[index] <= limits_w[index] + 1e-9
            assert caps_w[index] >= min(law.NODE_RUN_MIN_W, limits_w[index]) - 1e-6


@given(st.floats(10_000.0, 110_000.0), st.floats(0.0, 10_000.0))
def test_more_watts_run_no_fewer_nodes(total_w: float, more_w: float) -> None:
    fleet = fleet_of(["service"] * COUNT, [True] * COUNT)
    assert sum(law.chosen(total_w + more_w, fleet, IDLE_W)) >= sum(law.chosen(total_w, fleet, IDLE_W))


def test_a_small_budget_runs_few_nodes_and_prefers_those_with_a_job() -> None:
    busy = [index in {4, 9} for index in range(COUNT)]
    active = law.chosen(10_000.0, fleet_of(["service"] * COUNT, busy), IDLE_W)
    # 10 kW less 18 sleeping nodes of 250 W leave room for two at 2.1 kW.
    assert [index for index, on in enumerate(active) if on] == [4, 9]


def test_plenty_is_shared_equally_and_what_one_cannot_take_goes_to_the_others() -> None:
    fleet = fleet_of(["service"] * COUNT, [True] * COUNT)
    limits_w = [FULL_W] * COUNT
    limits_w[0] = 3000.0
    base_w = law.base_w(60_000.0, fleet, IDLE_W)
    caps_w = law.split_caps(60_000.0, base_w, (True,) * COUNT, limits_w)
    assert caps_w[0] == 3000.0
    assert caps_w[1:] == pytest.approx([57_000.0 / 17] * 17)


@pytest.mark.requirement("CMP-004")
def test_the_fallback_lets_every_node_sleep() -> None:
    per_node_w = law.fallback_per_node_w(4800.0, COUNT)
    assert per_node_w >= law.NODE_SLEEP_W
    assert law.bus_w(per_node_w * COUNT) == pytest.approx(4800.0)
    total_w = law.effective_cap_w(granted_w=4800.0, ceiling_w=160_000.0, reserve_frac=0.02, fallback_w=4800.0)
    fleet = fleet_of(["service"] * COUNT, [False] * COUNT)
    assert law.base_w(total_w, fleet, IDLE_W) == (250.0,) * COUNT
    assert not any(law.chosen(total_w, fleet, IDLE_W))


@given(st.floats(4800.0, 130_000.0), st.floats(4800.0, 160_000.0), st.floats(0.0, 0.2))
def test_what_is_shared_out_fits_the_grant_at_the_bus(
    granted_w: float, ceiling_w: float, reserve: float
) -> None:
    node_w = law.effective_cap_w(
        granted_w=granted_w, ceiling_w=ceiling_w, reserve_frac=reserve, fallback_w=4800.0
    )
    assert law.bus_w(node_w) <= min(granted_w, ceiling_w) + 1e-6
    assert law.bus_w(node_w) >= (1.0 - reserve) * min(granted_w, ceiling_w) - 1e-6


@pytest.mark.requirement("CMP-003")
def test_the_total_falls_at_once_and_rises_by_the_ramp() -> None:
    assert law.ramped_w(50_000.0, 20_000.0, ramp_up_w_per_s=10_000.0, dt_s=1.0) == 20_000.0
    assert law.ramped_w(20_000.0, 50_000.0, ramp_up_w_per_s=10_000.0, dt_s=1.0) == 30_000.0
    assert law.ramped_w(45_000.0, 50_000.0, ramp_up_w_per_s=10_000.0, dt_s=1.0) == 50_000.0


@pytest.mark.requirement("CMP-005")
@pytest.mark.parametrize("k_per_w", [0.018, 0.025, 0.03])
def test_the_guard_holds_the_die_below_its_limit(k_per_w: float) -> None:
    # A die over a 325 K coolant, first order with 30 s, one reading old; four accelerators take a quarter
    # each.
    die_k, frac, reading_k = 325.0, 1.0, 325.0
    hottest_k = 0.0
    for _ in range(1200):
        frac = law.guarded_frac(frac, die_k=reading_k, limit_k=358.15, dt_s=1.0)
        reading_k = die_k
        die_k += (325.0 + k_per_w * frac * 1500.0 - die_k) / 30.0
        hottest_k = max(hottest_k, die_k)
    assert hottest_k < 360.15
    assert 0.3 <= frac <= 1.0


def test_demand_counts_jobs_and_idle_nodes() -> None:
    demand_w = law.demand_w(18, 10, node_max_w=FULL_W, node_idle_w=IDLE_W)
    assert demand_w == pytest.approx((10 * FULL_W + 8 * IDLE_W) / 0.95)
