"""The verbs, inside a simulated run: what they return, what they print, what they refuse."""

import pytest

from flight.dictionary.power import SectionLost
from flight.dictionary.pus import VerificationStage
from flight.dictionary.types import App
from ground.script.api import Satellite
from ground.script.errors import CheckError, CommandFailedError, RefusedError
from ground.script.procedure import Procedure

CHARGE = "POWER PowerStatus charge_frac"


@pytest.fixture
def run(make_loop, publish):
    """Return a function that runs a procedure for some seconds and returns the summary of the procedure."""

    def start(body, seconds: float = 30.0, each_tick=publish):
        procedure = Procedure("test", body)
        loop = make_loop(procedure=procedure)
        loop.each_tick = each_tick
        loop.run(seconds)
        return loop.node.summary().procedure

    return start


def test_command_and_check_go_through_the_link(run) -> None:
    def body(sat: Satellite) -> None:
        handle = sat.cmd("POWER", "SetLoadTier", tier=2)
        handle.wait("completed", 5)
        assert sat.wait_check("POWER PowerStatus load_tier == 2", 5) == 2
        assert list(handle.stages())[-2:] == ["accepted", "completed"]

    summary = run(body)
    assert summary.outcome == "passed", summary.error
    assert summary.lines == (
        'cmd("POWER SetLoadTier tier=2")',
        'CHECK: cmd("POWER SetLoadTier tier=2") completed success after 0.200 seconds',
        "CHECK: POWER PowerStatus load_tier == 2 success with value == 2 after waiting 0.900 seconds",
    )


def test_old_matching_sample_does_not_pass_after_a_command(run, satellite) -> None:
    """The value from before the command must not pass the check."""

    def body(sat: Satellite) -> None:
        sat.wait_check("POWER PowerStatus load_tier == 0", 5)
        sat.cmd("POWER SetLoadTier tier=1")
        sat.wait_check("POWER PowerStatus load_tier == 0", 0.5, stale_ok=True)
        with pytest.raises(CheckError, match="no fresh sample"):
            sat.check("POWER PowerStatus load_tier == 0")
        sat.wait_check("POWER PowerStatus load_tier == 0", 5)

    summary = run(body)
    assert summary.outcome == "failed"
    assert summary.error.startswith(
        "CHECK: POWER PowerStatus load_tier == 0 failed with value == 1 after waiting 5.000 seconds"
    )


def test_sample_generated_before_the_execution_but_received_after_it_is_stale(
    run, satellite, power_status
) -> None:
    def each_tick(loop) -> None:
        if loop.tick % 10 == 5:
            old = power_status(loop.now_ns - 3_000_000_000, load_tier=3)
            satellite.housekeeping(App.POWER, old)

    def body(sat: Satellite) -> None:
        sat.cmd("POWER SetLoadTier tier=3").wait("completed", 5)
        sat.wait_check("POWER PowerStatus load_tier == 3", 2.5)

    summary = run(body, each_tick=each_tick)
    assert summary.error.startswith(
        "CHECK: POWER PowerStatus load_tier == 3 failed with no fresh sample after waiting 2.500 seconds"
    )


def test_sample_between_two_ticks_of_the_waiter_is_not_missed(run, satellite, power_status) -> None:
    def each_tick(loop) -> None:
        if loop.tick == 40:
            for tier in (0, 3, 0):
                satellite.housekeeping(App.POWER, power_status(loop.now_ns, load_tier=tier))

    summary = run(lambda sat: sat.wait_check("POWER PowerStatus load_tier == 3", 20), each_tick=each_tick)
    assert summary.outcome == "passed", summary.error


def test_values_come_calibrated_raw_and_with_their_unit(run) -> None:
    def body(sat: Satellite) -> None:
        sat.wait_packet("POWER", "PowerStatus", 2, 5)
        assert sat.tlm(CHARGE) == 0.8
        assert sat.tlm_raw(CHARGE) == pytest.approx(0.8, rel=1e-6)
        assert sat.tlm("POWER PowerStatus mode") == "SUNLIT"
        assert sat.tlm_raw("POWER PowerStatus mode") == 1
        assert sat.tlm_formatted("POWER PowerStatus capacity_wh") == "0.0 Wh"
        assert sat.tlm_formatted(CHARGE) == "0.8"
        assert sat.check_tolerance(CHARGE, 0.79, 0.011) == 0.8
        assert sat.wait_check_tolerance(CHARGE, 0.8, 0.0, 5) == 0.8
        assert len(sat.packet("POWER", "PowerStatus").samples) == 16
        with pytest.raises(CheckError, match=r"within 0.001 of 0.9 failed with value == 0.8"):
            sat.check_tolerance(CHARGE, 0.9, 0.001)

    summary = run(body)
    assert summary.outcome == "passed", summary.error


def test_wait_returns_whether_it_was_met(run) -> None:
    def body(sat: Satellite) -> None:
        start_ns = sat.now_ns()
        assert sat.wait(2.5)
        assert sat.now_ns() - start_ns == 2_500_000_000
        assert sat.wait(f"{CHARGE} > 0.5", 5)
        assert not sat.wait(f"{CHARGE} > 0.9", 1)
        assert not sat.wait_packet("THERMAL", "ThermalStatus", 1, 1)

    summary = run(body)
    assert summary.outcome == "passed", summary.error
    assert "failed with value == 0.8 after waiting 1.000 seconds" in summary.lines[-2]


def test_failed_command_is_an_error_with_its_stage(run, satellite) -> None:
    satellite.answer = lambda _: [VerificationStage.REJECTED]

    def body(sat: Satellite) -> None:
        with pytest.raises(CommandFailedError, match="is failed: accepted: handler_raised"):
            sat.cmd("POWER NoOperation").wait("completed", 5)

    summary = run(body)
    assert summary.outcome == "passed", summary.error


def test_unanswered_command_becomes_ambiguous_and_is_not_sent_again(run, satellite) -> None:
    satellite.answer = lambda _: []

    def body(sat: Satellite) -> None:
        with pytest.raises(CommandFailedError, match="is ambiguous: silence after radiated"):
            sat.cmd("POWER NoOperation").wait("completed", 60)

    summary = run(body)
    assert summary.outcome == "passed", summary.error
    assert len(satellite.commands) == 1


def test_hazardous_command_needs_arm_and_fire_once(run, satellite) -> None:
    def body(sat: Satellite) -> None:
        with pytest.raises(RefusedError, match="must be armed and fired") as caught:
            sat.cmd("EXECUTIVE RestartApplication application=16")
        assert caught.value.reason == "not_authorised"
        with pytest.raises(RefusedError, match="arming must be asked for"):
            sat.cmd("GATEWAY ArmCommand application=1 command_id=0x4010 token=1")
        armed = sat.arm("EXECUTIVE RestartApplication application=16")
        sat.fire(armed).wait("completed", 5)
        for token in (armed.token, "00000000", "no token"):
            with pytest.raises(RefusedError, match="token must be"):
                sat.fire(token)

    summary = run(body)
    assert summary.outcome == "passed", summary.error
    names = [type(one.command).__name__ for one in satellite.commands]
    assert names == ["ArmCommand", "RestartApplication"]
    assert satellite.commands[0].command.token == satellite.commands[1].token
    assert satellite.refused == []


def test_events_are_waited_for_and_listed(run, satellite) -> None:
    def each_tick(loop) -> None:
        if loop.tick in (5, 60, 120):
            satellite.event(
                App.POWER, SectionLost(section_index=loop.tick // 10, power_w=0.0, power_expected_w=1.0)
            )

    def body(sat: Satellite) -> None:
        assert sat.wait_event("SectionLost", 3).text.startswith("section 0 lost")
        assert sat.wait_event("sectionlost", 10).text.startswith("section 6 lost")
        sat.cmd("POWER NoOperation")
        assert sat.wait_event("SectionLost", 10).text.startswith("section 12 lost")
        assert [event.count for event in sat.events(after_count=1)] == [2, 3]
        with pytest.raises(CheckError, match="event SectionLost failed within 2 seconds"):
            sat.wait_event("SectionLost", 2)

    summary = run(body, each_tick=each_tick)
    assert summary.outcome == "passed", summary.error


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda sat: sat.cmd("POWER SetLoadTeir tier=1"), "unknown_name"),
        (lambda sat: sat.cmd("POWER SetLoadTier tier=7"), "argument"),
        (lambda sat: sat.tlm("POWER PowerStatus charge"), "unknown_name"),
        (lambda sat: sat.tlm("THERMAL ThermalStatus mode"), "request"),
        (lambda sat: sat.wait(float("nan")), "request"),
        (lambda sat: sat.wait(-1), "request"),
        (lambda sat: sat.wait_check("POWER PowerStatus charge_frac > much", 1), "request"),
        (lambda sat: sat.wait_check("POWER PowerStatus mode == NOON", 1), "unknown_name"),
        (lambda sat: sat.wait_event("NoSuchEvent", 1), "unknown_name"),
    ],
)
def test_refusals_have_a_reason_and_a_text(run, call, reason: str) -> None:
    def body(sat: Satellite) -> None:
        with pytest.raises(RefusedError) as caught:
            call(sat)
        assert caught.value.reason == reason
        assert str(caught.value)

    summary = run(body, seconds=3)
    assert summary.outcome == "passed", summary.error


def test_queued_command_is_cancelled(make_loop) -> None:
    def body(sat: Satellite) -> None:
        handle = sat.cmd("POWER NoOperation")
        handle.cancel()
        assert handle.state().state == "cancelled"
        with pytest.raises(RefusedError, match="must be queued"):
            handle.cancel()

    loop = make_loop(procedure=Procedure("test", body))
    loop.run(2)
    summary = loop.node.summary()
    assert summary.procedure.outcome == "passed", summary.procedure.error
    assert loop.satellite.commands == []


def test_ten_thousand_readings_in_one_tick_are_too_many(run) -> None:
    def body(sat: Satellite) -> None:
        while True:
            sat.now_ns()

    summary = run(body, seconds=1)
    assert summary.outcome == "failed"
    assert summary.error == "procedure must let time pass, got 10000 calls in one tick"
