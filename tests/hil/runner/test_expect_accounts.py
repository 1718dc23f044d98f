"""Expectations on accounts; a single message, packet or late command that nobody accounts for fails them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ground.script.procedure import STOPPED
from hil.runner.errors import RunDataError
from hil.runner.evidence import BusAccount, CommandRecord, LinkAccount
from hil.runner.expect_accounts import Accounting, CommandTimes, Downlink, EnergyLedger, ProcedurePasses
from hil.runner.expectation import judge
from hil.runner.verdict import Outcome

BUS = BusAccount(
    sent_count=100,
    offered_count=300,
    handled_count=280,
    lost_count=3,
    superseded_count=5,
    crash_count=2,
    cut_count=0,
    refused_count=1,
    waiting_count=9,
)
LINK = LinkAccount(made_count=900, radiated_count=700, dropped_count=200, archived_count=690, gap_count=10)


def test_one_copy_that_is_nowhere_fails_the_bus(evidence) -> None:
    assert Accounting(name="x").judge(replace(evidence, bus=BUS)).outcome is Outcome.PASS
    verdict = Accounting(name="x").judge(replace(evidence, bus=replace(BUS, handled_count=279)))
    assert verdict.outcome is Outcome.FAIL
    assert verdict.measured.startswith("1 unaccounted of 300 copies")


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.PASS),
        ({"archived_count": 689}, Outcome.FAIL),
        ({"gap_count": 11}, Outcome.FAIL),
        ({"archived_count": 688, "in_flight_count": 2}, Outcome.PASS),
    ],
)
def test_one_packet_that_is_nowhere_fails_the_downlink(evidence, changes, outcome: Outcome) -> None:
    made = replace(evidence, link=replace(LINK, **changes))
    assert Downlink(name="x").judge(made).outcome is outcome


def test_silence_is_no_proof_of_a_downlink(evidence) -> None:
    silent = LinkAccount(made_count=900, radiated_count=0, dropped_count=900, archived_count=0, gap_count=0)
    assert Downlink(name="x").judge(replace(evidence, link=silent)).outcome is Outcome.FAIL


def test_what_never_came_down_is_said(evidence) -> None:
    verdict = Downlink(name="x").judge(replace(evidence, link=LINK))
    assert verdict.measured.endswith("210 of 900 made never came down")


def command(accepted_s: float | None, completed_s: float | None) -> CommandRecord:
    stages = {"submitted": 9.0, "radiated": 10.0}
    if accepted_s is not None:
        stages["accepted"] = 10.0 + accepted_s
    if completed_s is not None:
        stages["completed"] = 10.0 + completed_s
    return CommandRecord(name="SetLoadTier", stages=stages)


@pytest.mark.parametrize(
    ("accepted_s", "completed_s", "outcome"),
    [
        (0.8, 0.9, Outcome.PASS),
        (2.1, 2.2, Outcome.FAIL),
        (0.8, 5.1, Outcome.FAIL),
        (0.8, None, Outcome.FAIL),
        (None, None, Outcome.FAIL),
    ],
)
def test_commands_must_be_accepted_and_completed_in_time(
    evidence, accepted_s: float | None, completed_s: float | None, outcome: Outcome
) -> None:
    made = replace(evidence, commands=(command(0.5, 0.6), command(accepted_s, completed_s)))
    expectation = CommandTimes(name="x", accepted_max_s=2.0, completed_max_s=5.0)
    assert expectation.judge(made).outcome is outcome


def test_commands_must_be_acknowledged_in_time_where_the_scenario_says_so(evidence) -> None:
    acked = command(0.5, 0.6)
    acked = replace(acked, stages={**acked.stages, "cop_acked": 10.4})
    expectation = CommandTimes(name="x", accepted_max_s=2.0, completed_max_s=5.0, acked_max_s=0.5)
    assert expectation.judge(replace(evidence, commands=(acked,))).outcome is Outcome.PASS
    for late in (command(0.5, 0.6), replace(acked, stages={**acked.stages, "cop_acked": 10.6})):
        assert expectation.judge(replace(evidence, commands=(acked, late))).outcome is Outcome.FAIL


def test_too_few_commands_fail(evidence) -> None:
    made = replace(evidence, commands=(command(0.5, 0.6),))
    expectation = CommandTimes(name="x", accepted_max_s=2.0, completed_max_s=5.0, count_min=2)
    assert expectation.judge(made).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("accepted_s", "completed_s", "end_s", "outcome"),
    [
        (0.5, None, 12.0, Outcome.INVALID),  # 3 s are left for its completion
        (0.5, None, 15.1, Outcome.FAIL),
        (None, None, 12.1, Outcome.FAIL),
        (0.5, 5.1, 90.0, Outcome.FAIL),
        (0.5, 0.6, 90.0, Outcome.INVALID),  # the second command may still come
        (0.5, 0.6, 100.0, Outcome.FAIL),
    ],
)
def test_a_command_has_failed_only_when_its_time_is_over(
    evidence, accepted_s: float | None, completed_s: float | None, end_s: float, outcome: Outcome
) -> None:
    expectation = CommandTimes(name="x", accepted_max_s=2.0, completed_max_s=5.0, count_min=2)
    made = replace(evidence, commands=(command(accepted_s, completed_s),), duration_s=end_s)
    (verdict,) = judge([expectation], made)
    assert verdict.outcome is outcome


def test_no_command_before_the_scenario_ends_is_nothing_to_judge(evidence) -> None:
    with pytest.raises(RunDataError, match="run ended at 60 s, needs 100 s"):
        CommandTimes(name="x", accepted_max_s=2.0, completed_max_s=5.0).judge(
            replace(evidence, duration_s=60.0)
        )


@pytest.mark.parametrize(
    ("archived_count", "end_s", "outcome"),
    [(7, 60.0, Outcome.INVALID), (7, 100.0, Outcome.FAIL), (6, 60.0, Outcome.FAIL)],
)
def test_too_few_packets_fail_at_the_end_and_lost_ones_at_once(
    evidence, archived_count: int, end_s: float, outcome: Outcome
) -> None:
    account = LinkAccount(
        made_count=7, radiated_count=7, dropped_count=0, archived_count=archived_count, gap_count=0
    )
    made = replace(evidence, link=account, duration_s=end_s)
    (verdict,) = judge([Downlink(name="x", radiated_min_count=8)], made)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("procedure", "end_s", "outcome"),
    [
        (f"failed {STOPPED}", 60.0, Outcome.INVALID),
        (f"failed {STOPPED}", 100.0, Outcome.FAIL),
        ("failed CHECK: ...", 60.0, Outcome.FAIL),
    ],
)
def test_a_procedure_that_the_interrupt_stopped_has_not_failed(
    evidence, procedure: str, end_s: float, outcome: Outcome
) -> None:
    (verdict,) = judge([ProcedurePasses(name="x")], replace(evidence, procedure=procedure, duration_s=end_s))
    assert verdict.outcome is outcome


def test_run_without_commands_cannot_tell(evidence) -> None:
    queued = CommandRecord(name="SetLoadTier", stages={"submitted": 1.0})
    with pytest.raises(RunDataError, match="commands must have been radiated, got none"):
        CommandTimes(name="x", accepted_max_s=2.0, completed_max_s=5.0).judge(
            replace(evidence, commands=(queued,))
        )


@pytest.mark.parametrize(
    ("procedure", "outcome"),
    [("passed", Outcome.PASS), ("failed CHECK: ...", Outcome.FAIL), ("running", Outcome.FAIL)],
)
def test_procedure_must_have_passed(evidence, procedure: str, outcome: Outcome) -> None:
    assert ProcedurePasses(name="x").judge(replace(evidence, procedure=procedure)).outcome is outcome


def powers(evidence, leak_w: float = 0.0):
    """Return a satellite of constant powers: 1000 W of array, of which `leak_w` vanish."""
    rows = {
        "ledger.array_power_w": 1000.0,
        "ledger.converter_loss_w": 30.0,
        "ledger.regulator_loss_w": 10.0,
        "ledger.pack_heat_w": 5.0,
        "ledger.pack_reversible_w": 1.0,
        "ledger.switch_power_w": 600.0,
        "ledger.housekeeping_power_w": 56.0,
        "ledger.pack_terminal_power_w": -304.0,
    }
    for name, power_w in rows.items():
        evidence = evidence.with_channel(f"truth.{name}", np.full(1001, power_w), step_s=0.1)
    stored_j = np.arange(0.0, 101.0) * (300.0 - leak_w)
    return evidence.with_channel("truth.storage.pack_stored_j", stored_j)


def test_leak_of_two_in_a_thousand_fails_the_energy_ledger(evidence) -> None:
    expectation = EnergyLedger(name="x", tolerance_frac=0.001)
    assert expectation.judge(powers(evidence)).outcome is Outcome.PASS
    verdict = expectation.judge(powers(evidence, leak_w=2.0))
    assert verdict.outcome is Outcome.FAIL
    assert verdict.measured.startswith("+0.2000%")
