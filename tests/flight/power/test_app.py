"""The power application against the simulated satellite around sunset (at 187 s)."""

from itertools import pairwise
from statistics import fmean

import pytest
from closed_loop import EPOCH_NS, Flight

from flight.dictionary.grants import Grant, GrantAcknowledge, GrantLoop
from flight.dictionary.power import (
    BusSetpoint,
    LoadShed,
    PowerMode,
    PowerModeChanged,
    PowerStatus,
    SectionLost,
    SetLoadTier,
    SetSectionEnabled,
)
from flight.dictionary.types import App, Stage

pytestmark = pytest.mark.slow
SUNSET = {"orbit.anomaly_rad": 1.78, "battery.charge_initial_frac": 0.8}
CHARGE = "storage.pack_charge_frac"


@pytest.fixture(scope="module")
def flight() -> Flight:
    """Section 7 opens at 60 s, power is killed at 300 s, tier 3 is ordered at 380 s."""
    made = Flight(
        numbers=SUNSET,
        faults=[{"name": "section_open", "onset_tick": 600, "parameters": {"section": 7}}],
        kills=[(App.POWER, 3000)],
        orders={
            1000: [(App.POWER, SetSectionEnabled(section_index=3, enabled=0))],
            3800: [(App.POWER, SetLoadTier(tier=3))],
        },
    )
    return made.run(400, CHARGE, "bus.bus_voltage_v", "array.section_mode")


@pytest.mark.requirement("POW-001")
def test_the_charge_estimate_stays_within_three_percent_of_truth(flight: Flight) -> None:
    truths = [fmean(packs) for packs in flight.truth(CHARGE)]
    statuses = flight.said(PowerStatus, 2.0)
    assert len(statuses) > 390
    for status in statuses:
        second = round((status.time_ns - EPOCH_NS) * 1e-9)
        assert status.charge_frac == pytest.approx(truths[second - 1], abs=0.03)
        assert status.charge_sigma_frac < 0.05


@pytest.mark.requirement("POW-004")
def test_a_lost_section_is_named_within_thirty_seconds_and_nothing_else_is(flight: Flight) -> None:
    lost = [(time_s, event) for time_s, event in flight.events() if isinstance(event, SectionLost)]
    assert [event.section_index for _, event in lost] == [7]
    assert lost[0][0] - 60.0 <= 30.0


@pytest.mark.requirement("POW-009")
def test_a_killed_application_comes_back_with_its_charge(flight: Flight) -> None:
    before = flight.said(PowerStatus, 290.0, 300.0)[-1]
    after = flight.said(PowerStatus, 300.0)[0]
    assert (after.time_ns - before.time_ns) * 1e-9 <= 3.0
    assert after.charge_frac == pytest.approx(before.charge_frac, abs=0.005)
    assert after.section_failed_mask == 1 << 7


@pytest.mark.requirement("POW-011")
def test_leases_are_renewed_each_second_and_last_three(flight: Flight) -> None:
    grants = [
        grant for grant in flight.said(Grant, 20.0, 280.0)
        if grant.loop == GrantLoop.ELECTRICAL and grant.holder == App.COMPUTE
    ]  # fmt: skip
    steps_s = [(b.valid_from_ns - a.valid_from_ns) * 1e-9 for a, b in pairwise(grants)]
    assert steps_s == pytest.approx([1.0] * len(steps_s))
    assert all(grant.valid_until_ns - grant.valid_from_ns == 3_000_000_000 for grant in grants)
    acknowledged = {one.id for one in flight.said(GrantAcknowledge) if one.loop == GrantLoop.ELECTRICAL}
    assert len(acknowledged.intersection({grant.id for grant in grants})) > 0.9 * len(grants)


@pytest.mark.requirement("POW-011")
def test_what_could_be_believed_never_exceeds_the_safe_supply(flight: Flight) -> None:
    for status in flight.said(PowerStatus, 5.0):
        assert status.granted_power_w + 8000.0 <= status.safe_supply_w


@pytest.mark.requirement("POW-010")
def test_day_and_night_are_followed(flight: Flight) -> None:
    changes = [
        (round(time_s), event.mode_to)
        for time_s, event in flight.events()
        if isinstance(event, PowerModeChanged)
    ]
    assert [mode for _, mode in changes] == [PowerMode.SUNLIT, PowerMode.ECLIPSE, PowerMode.LOW_ENERGY]
    assert changes[1][0] == pytest.approx(187, abs=10)


@pytest.mark.requirement("POW-006")
def test_an_ordered_survival_tier_opens_the_payload_switches(flight: Flight) -> None:
    assert flight.said(BusSetpoint, 370.0, 380.0)[-1].switch_mask >> 0 & 1
    assert flight.said(BusSetpoint, 385.0)[-1].switch_mask == 1 << 22
    assert any(isinstance(event, LoadShed) and event.tier == 3 for _, event in flight.events())
    assert flight.said(PowerStatus, 395.0)[-1].load_power_w < 10_000.0


@pytest.mark.requirement("POW-007")
def test_bus_and_cells_stay_within_their_limits(flight: Flight) -> None:
    assert all(137.0 <= volts[0] <= 173.0 for volts in flight.truth("bus.bus_voltage_v", 1.0))


def test_commands_are_completed(flight: Flight) -> None:
    assert flight.operator.stages.count(Stage.COMPLETED) == 2
    modes = flight.truth("array.section_mode", 110.0)
    assert all(row[3] == 0.0 for row in modes)
