"""The operator scripts of `scripts` against a satellite that answers as they expect, and one that is sick."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flight.dictionary.compute import ComputeStatus
from flight.dictionary.declare import Message
from flight.dictionary.executive import ApplicationRestarted, ExecutiveStatus, RestartApplication, SystemMode
from flight.dictionary.fields import field_specs
from flight.dictionary.gateway import GatewayStatus
from flight.dictionary.power import BusReading, SectionLost
from flight.dictionary.types import App
from ground.script.procedure import Procedure, load_procedure

SCRIPTS = Path(__file__).parents[3] / "scripts"


def message(cls: type[Message], **values: object) -> Message:
    zero = {spec.name: next(iter(spec.enum)) if spec.enum else spec.python() for spec in field_specs(cls)}
    return cls(**{**zero, **values})


@pytest.fixture
def healthy(satellite, power_status) -> Callable[[object], None]:
    """Return what lets a healthy satellite report once a second, with one event before the ground listens."""

    def each_tick(loop) -> None:
        now_ns = loop.now_ns
        if loop.tick == 3:
            event = SectionLost(section_index=4, power_w=1.0, power_expected_w=4000.0)
            satellite.event(App.POWER, event)
        if loop.tick % 10:
            return
        satellite.housekeeping(App.POWER, power_status(now_ns, charge_frac=0.8))
        satellite.housekeeping(
            App.DISTRIBUTION, message(BusReading, time_ns=now_ns, bus_voltage_v=160.0, valid_mask=1)
        )
        status = message(ComputeStatus, time_ns=now_ns, die_temperature_max_k=340.0)
        satellite.housekeeping(App.COMPUTE, status)
        satellite.housekeeping(App.GATEWAY, message(GatewayStatus, time_ns=now_ns))
        mode = message(ExecutiveStatus, time_ns=now_ns, mode=SystemMode.OPERATE)
        satellite.housekeeping(App.EXECUTIVE, mode)

    return each_tick


@pytest.fixture
def run(make_loop):
    def start(name: str, each_tick, seconds: float):
        loop = make_loop(procedure=Procedure(name, load_procedure(SCRIPTS / name)))
        loop.each_tick = each_tick
        loop.run(seconds)
        return loop.node.summary().procedure

    return start


def test_pass_script_pings_checks_and_lists_what_happened(run, healthy, satellite) -> None:
    summary = run("ground_pass.py", healthy, 30)
    assert summary.outcome == "passed", summary.error
    assert [one.application.name for one in satellite.commands] == [
        "EXECUTIVE",
        "POWER",
        "THERMAL",
        "COMPUTE",
        "OPTICAL",
    ]
    assert "EVENT: POWER section 4 lost: 1 W of 4000 W" in summary.lines
    assert summary.lines[-1] == "satellite healthy"


def test_pass_script_fails_for_a_sick_satellite(run, satellite, power_status) -> None:
    def weak(loop) -> None:
        if loop.tick % 10 == 0:
            satellite.housekeeping(App.POWER, power_status(loop.now_ns, charge_frac=0.3))

    summary = run("ground_pass.py", weak, 120)
    assert summary.outcome == "failed"
    assert "satellite must be healthy, got 5 failed checks" in summary.error
    assert "POWER PowerStatus charge_frac > 0.4 failed with value == 0.3" in "\n".join(summary.lines)


def test_restart_script_arms_fires_and_verifies(run, healthy, satellite) -> None:
    restarted: list[int] = []

    def each_tick(loop) -> None:
        healthy(loop)
        fired = [one for one in satellite.commands if isinstance(one.command, RestartApplication)]
        if fired and not restarted:
            restarted.append(loop.tick)
            event = ApplicationRestarted(application=int(App.POWER), restart_count=1, down_ticks=5)
            satellite.event(App.EXECUTIVE, event)

    summary = run("ground_restart.py", each_tick, 30)
    assert summary.outcome == "passed", summary.error
    assert restarted
