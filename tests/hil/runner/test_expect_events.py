"""Expectations on what happened; each fails when the one thing that it asks for is missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flight.dictionary.types import App
from hil.runner.errors import RunDataError
from hil.runner.evidence import LinkWindow
from hil.runner.expect_events import EventCount, EventHappens, LinksUp, Recovery
from hil.runner.expectation import judge
from hil.runner.faults import Kill, SectionLoss
from hil.runner.verdict import Outcome

LOSS = SectionLoss(at_s=40.0, label="loss", section_index=7)
KILL = Kill(at_s=50.0, label="kill", application=App.POWER)


def named(**changes: object) -> EventHappens:
    settings: dict[str, object] = {
        "name": "named",
        "event": "SectionLost",
        "fault": "loss",
        "within_s": 30.0,
        "values": {"section_index": 7},
    }
    return EventHappens(**{**settings, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("time_s", "section", "outcome"),
    [(52.0, 7, Outcome.PASS), (70.1, 7, Outcome.FAIL), (39.0, 7, Outcome.FAIL), (52.0, 6, Outcome.FAIL)],
)
def test_event_must_come_in_time_with_the_right_values(
    evidence, event, time_s: float, section: int, outcome: Outcome
) -> None:
    made = replace(evidence, faults=(LOSS,), events=(event("SectionLost", time_s, section_index=section),))
    assert named().judge(made).outcome is outcome


def test_no_event_at_all_fails(evidence) -> None:
    verdict = named().judge(replace(evidence, faults=(LOSS,)))
    assert verdict.outcome is Outcome.FAIL
    assert verdict.measured == "none (0 with other values)"


def test_unknown_fault_is_answered_with_the_known_ones(evidence) -> None:
    with pytest.raises(RunDataError, match="fault must be one of loss, got los"):
        named(fault="los").judge(replace(evidence, faults=(LOSS,)))


def test_too_many_events_fail_and_the_most_frequent_is_named(evidence, event) -> None:
    made = replace(evidence, events=[event("Overrun", t) for t in range(3)] + [event("LinkUp", 5.0)])
    assert EventCount(name="x", high_count=4).judge(made).outcome is Outcome.PASS
    verdict = EventCount(name="x", high_count=3).judge(made)
    assert verdict.outcome is Outcome.FAIL
    assert verdict.measured == "4 events, most often Overrun (3)"


def recovery(evidence, event, *, back_s: float | None, after_frac: float):
    charge = np.where(np.arange(100) <= 50, 0.7, after_frac)
    events = [] if back_s is None else [event("ApplicationStarted", back_s)]
    made = replace(evidence, faults=(KILL,), events=[event("ApplicationStarted", 0.0), *events])
    made = made.with_channel("PowerStatus.charge_frac", charge)
    return Recovery(
        name="x", fault="kill", within_ticks=20, quantity="PowerStatus.charge_frac", tolerance=0.005
    ).judge(made)


@pytest.mark.parametrize(
    ("back_s", "after_frac", "outcome"),
    [
        (51.0, 0.7, Outcome.PASS),
        (52.1, 0.7, Outcome.FAIL),
        (51.0, 0.71, Outcome.FAIL),
        (None, 0.7, Outcome.FAIL),
    ],
)
def test_application_must_be_back_in_time_with_its_state(
    evidence, event, back_s: float | None, after_frac: float, outcome: Outcome
) -> None:
    assert recovery(evidence, event, back_s=back_s, after_frac=after_frac).outcome is outcome


def test_restart_of_another_application_does_not_count(evidence, event) -> None:
    made = replace(evidence, faults=(KILL,), events=[event("ApplicationStarted", 51.0, source="THERMAL")])
    made = made.with_channel("PowerStatus.charge_frac", np.full(100, 0.7))
    expectation = Recovery(
        name="x", fault="kill", within_ticks=20, quantity="PowerStatus.charge_frac", tolerance=0.005
    )
    assert expectation.judge(made).outcome is Outcome.FAIL


def links(evidence, up_from_s: float, terminal: int = 2):
    window = LinkWindow(terminal_index=2, partner_index=0, from_s=20.0, until_s=80.0)
    mask = np.where(np.arange(100) >= up_from_s, 1 << terminal, 0)
    made = replace(evidence, windows=(window,)).with_channel("TerminalReading.frame_lock_mask", mask)
    return LinksUp(name="x", up_min_frac=0.9).judge(made)


@pytest.mark.parametrize(
    ("up_from_s", "terminal", "outcome"),
    [(18.0, 2, Outcome.PASS), (26.0, 2, Outcome.PASS), (27.0, 2, Outcome.FAIL), (18.0, 1, Outcome.FAIL)],
)
def test_link_must_be_up_for_most_of_its_window(
    evidence, up_from_s: float, terminal: int, outcome: Outcome
) -> None:
    assert links(evidence, up_from_s, terminal).outcome is outcome


def test_window_that_the_run_did_not_reach_cannot_be_judged(evidence) -> None:
    window = LinkWindow(terminal_index=0, partner_index=0, from_s=50.0, until_s=150.0)
    made = replace(evidence, windows=(window,)).with_channel("TerminalReading.frame_lock_mask", np.ones(100))
    with pytest.raises(RunDataError, match="run ended at 100 s, needs 150 s"):
        LinksUp(name="x", up_min_frac=0.9).judge(made)


def test_no_planned_link_cannot_pass(evidence) -> None:
    with pytest.raises(RunDataError, match="links must be planned"):
        LinksUp(name="x", up_min_frac=0.9).judge(
            evidence.with_channel("TerminalReading.frame_lock_mask", np.ones(9))
        )


def test_a_fault_beyond_a_run_that_was_cut_short_cannot_be_judged(evidence) -> None:
    made = replace(evidence, faults=(replace(LOSS, at_s=1e6), replace(KILL, at_s=5e5)))
    with pytest.raises(RunDataError, match=r"run ended at 100 s, needs 1\.00003e\+06 s"):
        named().judge(made)
    recovery = Recovery(name="x", fault="kill", within_ticks=10, quantity="P.charge_frac", tolerance=0.1)
    with pytest.raises(RunDataError, match="run ended at 100 s, needs 500001 s"):
        recovery.judge(made)


@pytest.mark.parametrize(
    ("end_s", "outcome"), [(39.0, Outcome.INVALID), (69.9, Outcome.INVALID), (70.0, Outcome.FAIL)]
)
def test_an_event_has_failed_to_come_only_when_its_time_is_over(
    evidence, end_s: float, outcome: Outcome
) -> None:
    (verdict,) = judge([named()], replace(evidence, faults=(LOSS,), duration_s=end_s))
    assert verdict.outcome is outcome
    assert (f"run ended at {end_s:g} s, needs 70 s" in verdict.measured) is (outcome is Outcome.INVALID)


@pytest.mark.parametrize(("end_s", "outcome"), [(50.9, Outcome.INVALID), (51.0, Outcome.FAIL)])
def test_an_application_has_failed_to_come_back_only_when_its_time_is_over(
    evidence, end_s: float, outcome: Outcome
) -> None:
    recovery = Recovery(name="x", fault="kill", within_ticks=10, quantity="P.charge_frac", tolerance=0.1)
    (verdict,) = judge([recovery], replace(evidence, faults=(KILL,), duration_s=end_s))
    assert verdict.outcome is outcome
