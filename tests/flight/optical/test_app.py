"""The optical application against the simulated terminals and partners."""

import pytest
from closed_loop import EPOCH_NS, Flight

from flight.dictionary.optical import (
    EnableLaser,
    LinkDark,
    LinkEnded,
    LinkLost,
    LinkUp,
    OpticalStatus,
    PlanLink,
    TerminalMode,
    TerminalReading,
    TerminalSetpoint,
)
from flight.dictionary.types import App, Stage

pytestmark = pytest.mark.slow
SECOND_NS = 1_000_000_000
NIGHT = {"orbit.anomaly_rad": 2.1, "battery.charge_initial_frac": 0.7}
"""Terminals 0, 1 and 2 have their partners within the gimbals' reach for half an hour."""
LINKS = [
    {"terminal": 2, "partner": 2, "from_s": 60.0, "until_s": 260.0},
    {"terminal": 1, "partner": 1, "from_s": 100.0, "until_s": 260.0},
]


@pytest.fixture(scope="module")
def flight() -> Flight:
    """Two planned links, a third ordered; partner 2 vanishes for 3 s, a laser is forbidden, optical is
    killed."""
    window = {"from_ns": EPOCH_NS + 120 * SECOND_NS, "until_ns": EPOCH_NS + 180 * SECOND_NS}
    return Flight(
        numbers=NIGHT,
        options={App.OPTICAL: {"links": LINKS}},
        faults=[
            {"name": "partner_lost", "onset_tick": 1500, "end_tick": 1530, "parameters": {"terminal": 2}}
        ],
        orders={
            500: [
                (App.OPTICAL, PlanLink(terminal_index=0, partner_index=0, **window)),
                (App.OPTICAL, PlanLink(terminal_index=0, partner_index=0, **window)),
            ],
            2300: [(App.OPTICAL, EnableLaser(terminal_index=1, enabled=0))],
        },
        kills=[(App.OPTICAL, 2100)],
    ).run(300, "optics.pointing_error_rad")


@pytest.mark.requirement("OPT-003")
def test_planned_links_come_up_within_ten_seconds(flight: Flight) -> None:
    ups = [
        (round(time_s), event.terminal_index, event.acquisition_s)
        for time_s, event in flight.events()
        if isinstance(event, LinkUp)
    ]
    first = {terminal: acquisition_s for _, terminal, acquisition_s in reversed(ups)}
    assert sorted(first) == [0, 1, 2]
    assert all(acquisition_s <= 10.0 for acquisition_s in first.values())


@pytest.mark.requirement("OPT-006")
def test_a_command_plans_a_link_and_an_overlap_is_refused(flight: Flight) -> None:
    assert flight.operator.stages.count(Stage.COMPLETED) == 2
    assert flight.operator.stages.count(Stage.FAILED) == 1
    ended = [event.terminal_index for _, event in flight.events() if isinstance(event, LinkEnded)]
    assert sorted(ended) == [0, 1, 2]


@pytest.mark.requirement("OPT-004")
def test_a_lost_partner_is_named_and_found_again(flight: Flight) -> None:
    lost = [
        (time_s, event.terminal_index) for time_s, event in flight.events() if isinstance(event, LinkLost)
    ]
    assert [time_s for time_s, terminal in lost if terminal == 2] == pytest.approx([151.0], abs=2.0)
    back = [
        time_s for time_s, event in flight.events() if isinstance(event, LinkUp) and event.terminal_index == 2
    ]
    assert len(back) == 2
    assert back[1] - 153.0 <= 10.0
    status = flight.said(OpticalStatus, 295.0)[-1]
    assert status.link_up_s[2] >= 0.9 * status.planned_s[2]
    assert status.planned_s[2] == pytest.approx(200.0, abs=2.0)


@pytest.mark.requirement("OPT-009")
def test_a_restart_keeps_the_link(flight: Flight) -> None:
    readings = flight.said(TerminalReading, 205.0, 225.0)
    assert all(one.frame_lock_mask >> 2 & 1 for one in readings)
    acquisitions = flight.said(OpticalStatus, 225.0)[-1].acquisition_count
    assert acquisitions[1] == 1


@pytest.mark.requirement("OPT-005")
def test_a_forbidden_laser_is_off_from_the_next_setpoint_on(flight: Flight) -> None:
    before = flight.said(TerminalSetpoint, 229.0, 230.0)[-1]
    after = flight.said(TerminalSetpoint, 230.7, 260.0)
    assert before.laser_mask >> 1 & 1
    assert not any(one.laser_mask >> 1 & 1 for one in after)
    assert after[-1].terminal_mode[1] == TerminalMode.POINT


@pytest.mark.requirement("OPT-001")
def test_the_beam_stays_on_the_partner(flight: Flight) -> None:
    for errors in flight.truth("optics.pointing_error_rad", 80.0)[:60]:
        assert errors[2] < 5e-6


@pytest.mark.requirement("OPT-007")
def test_lasers_wait_for_the_lease() -> None:
    alone = Flight(numbers=NIGHT, options={App.OPTICAL: {"links": LINKS[:1]}}, without=(App.POWER,)).run(90)
    assert all(one.laser_mask == 0 for one in alone.said(TerminalSetpoint))
    assert alone.said(OpticalStatus)[-1].terminal_mode[2] == TerminalMode.POINT


@pytest.mark.requirement("OPT-010")
def test_a_dark_interval_is_told_ahead_and_is_no_loss() -> None:
    # Seen from terminal 0 the partner ahead runs into the gimbal's stop; the link pauses and comes back.
    links = [{"terminal": 0, "partner": 0, "from_s": 60.0, "until_s": 700.0}]
    made = Flight(
        numbers={"orbit.anomaly_rad": 0.9, "battery.charge_initial_frac": 0.7},
        options={App.OPTICAL: {"links": links}},
    )
    made.run(720, "optics.partner_azimuth_rad")
    (told,) = made.said(LinkDark)
    azimuths = [row[0] for row in made.truth("optics.partner_azimuth_rad")]
    beyond = [second for second, azimuth in enumerate(azimuths) if abs(azimuth) > 3.02]
    from_s, until_s = (told.from_ns - EPOCH_NS) * 1e-9, (told.until_ns - EPOCH_NS) * 1e-9
    assert from_s == pytest.approx(beyond[0], abs=20.0)
    assert until_s == pytest.approx(beyond[-1], abs=20.0)
    assert not any(isinstance(event, LinkLost) for _, event in made.events())
    ups = [time_s for time_s, event in made.events() if isinstance(event, LinkUp)]
    assert len(ups) == 2
    assert ups[1] - until_s <= 10.0
    status = made.said(OpticalStatus)[-1]
    assert status.link_up_s[0] >= 0.9 * status.planned_s[0]
