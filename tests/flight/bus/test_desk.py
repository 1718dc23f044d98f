"""Commands of an application: the order of reports, refusals, time-outs, parameters."""

from collections.abc import Mapping
from typing import ClassVar

import pytest
from reference.bus.probe import Loop, Probe, command_at, probe

from flight.bus.application import COMPLETED, Application, Config, Failed, Now, Outcome, Started, Subscription
from flight.bus.desk import PENDING_MAX
from flight.bus.group import Unit
from flight.bus.mail import Policy
from flight.bus.settings import Fault, Injection
from flight.dictionary.application import (
    ApplicationHousekeeping,
    CommandCode,
    CommandRejected,
    CommandReport,
    NoOperation,
    ParameterChanged,
    ParameterValue,
    ReportParameters,
    ResetCounters,
    SetParameter,
    StepFailed,
)
from flight.dictionary.declare import Command, Parameters
from flight.dictionary.parameters import parameter_items
from flight.dictionary.power import PowerParameters, SetLoadTier, SetSectionEnabled
from flight.dictionary.types import App, Stage

EARS = [
    Subscription(message=cls, depth=64, policy=Policy.REJECT_NEW)
    for cls in (
        CommandReport,
        CommandRejected,
        ParameterValue,
        ParameterChanged,
        StepFailed,
        ApplicationHousekeeping,
    )
]
OWN_CODE = 300


class Commanded(Application):
    """Completes, fails, raises or goes on, as the tier of a command says."""

    COMMANDS: ClassVar[Mapping[type[Command], str]] = {SetLoadTier: "set_load_tier"}
    PARAMETERS = PowerParameters
    HOUSEKEEPING_PERIOD_S = 1
    PERIOD_MS = 1000

    def set_load_tier(self, now: Now, command: SetLoadTier) -> Outcome:
        match command.tier:
            case 0:
                return COMPLETED
            case 1:
                return Failed(code=OWN_CODE)
            case 2:
                self.kept = self.request
                self.wake_at(now.tick + 3)
                return Started(timeout_s=1.0)
            case _:
                raise RuntimeError("planted")

    def woken(self, now: Now) -> None:
        self.progress(self.kept, 4)
        if now.tick < 8:
            self.complete(self.kept)

    def check_parameters(self, parameters: Parameters) -> str | None:
        assert isinstance(parameters, PowerParameters)
        return "floor above target" if parameters.charge_floor_frac >= parameters.charge_target_frac else None

    def check_command(self, now: Now, command: Command) -> int:  # noqa: ARG002
        return OWN_CODE + 1 if now.tick == 7 else 0


def _loop(*sent: tuple[int, Command], options: Mapping[str, object] | None = None, **more: object) -> Loop:
    def act(app: Probe, now: Now, _: object) -> None:
        for tick, command in sent:
            if tick == now.tick:
                app.publish(command, destination=App.POWER)

    config = Config(app=App.POWER, options=options or {})
    commanded = Unit(lambda configs: [Commanded(configs[App.POWER])], {App.POWER: config})
    return Loop(commanded, probe(App.GATEWAY, act, hears=EARS), **more)


def _reports(loop: Loop) -> list[tuple[int, Stage, int, int]]:
    heard = loop.probe(App.GATEWAY).heard
    return [(tick, m.stage, m.code, m.step) for tick, m in heard if isinstance(m, CommandReport)]


@pytest.mark.parametrize(
    ("command", "last", "code"),
    [
        (NoOperation(), Stage.COMPLETED, 0),
        (SetLoadTier(tier=0), Stage.COMPLETED, 0),
        (SetLoadTier(tier=1), Stage.FAILED, OWN_CODE),
        (SetLoadTier(tier=3), Stage.FAILED, CommandCode.HANDLER_RAISED),
        (SetParameter(parameter_id=2, value=0.8), Stage.COMPLETED, 0),
    ],
)
def test_reports_come_in_order_two_ticks_after_sending(command: Command, last: Stage, code: int) -> None:
    loop = _loop((0, command))
    loop.run(5)
    assert _reports(loop) == [(2, Stage.ACCEPTED, 0, 0), (2, Stage.STARTED, 0, 0), (2, last, code, 0)]


@pytest.mark.parametrize(
    ("tick", "command", "code"),
    [
        (0, SetSectionEnabled(section_index=1, enabled=1), CommandCode.UNSUPPORTED),
        (0, SetParameter(parameter_id=99, value=0.5), CommandCode.UNKNOWN_PARAMETER),
        (0, SetParameter(parameter_id=2, value=1.5), CommandCode.VALUE_REFUSED),
        (0, SetParameter(parameter_id=1, value=0.59), None),
        (6, SetLoadTier(tier=0), OWN_CODE + 1),
        (0, SetLoadTier(tier=4), CommandCode.BODY_REFUSED),
    ],
)
def test_command_is_rejected_with_its_code(tick: int, command: Command, code: int | None) -> None:
    loop = _loop((tick, command), options={"parameters": {"charge_target_frac": 0.6}})
    loop.run(tick + 4)
    events = [m for _, m in loop.probe(App.GATEWAY).heard if isinstance(m, CommandRejected)]
    if code is None:
        assert _reports(loop)[-1][1] is Stage.COMPLETED
        assert events == []
        return
    assert _reports(loop) == [(tick + 2, Stage.REJECTED, code, 0)]
    assert [event.code for event in events] == [code]


def test_cross_field_rule_refuses_a_parameter() -> None:
    loop = _loop(
        (0, SetParameter(parameter_id=1, value=0.6)), options={"parameters": {"charge_target_frac": 0.55}}
    )
    loop.run(4)
    assert _reports(loop) == [(2, Stage.REJECTED, CommandCode.VALUE_REFUSED, 0)]


def test_parameter_change_is_reported_and_kept() -> None:
    loop = _loop((0, SetParameter(parameter_id=2, value=0.75)), (2, ReportParameters()))
    loop.run(5)
    heard = [m for _, m in loop.probe(App.GATEWAY).heard]
    changed = next(m for m in heard if isinstance(m, ParameterChanged))
    assert (changed.value_from, changed.value_to) == (0.9, 0.75)
    values = [m for m in heard if isinstance(m, ParameterValue)]
    assert len(values) == 1 + len(parameter_items(PowerParameters))
    assert (values[2].parameter_id, values[2].value) == (2, 0.75)


def test_started_command_reports_progress_and_completion_later() -> None:
    loop = _loop((0, SetLoadTier(tier=2)))
    loop.run(10)
    stages = [(tick, stage, step) for tick, stage, _, step in _reports(loop)]
    assert stages == [
        (2, Stage.ACCEPTED, 0),
        (2, Stage.STARTED, 0),
        (5, Stage.PROGRESS, 4),
        (5, Stage.COMPLETED, 0),
    ]


def test_silence_fails_a_started_command_at_its_time_out() -> None:
    loop = _loop((5, SetLoadTier(tier=2)))
    loop.run(20)
    assert _reports(loop)[-1] == (17, Stage.FAILED, CommandCode.TIME_OUT, 0)


def test_table_of_running_commands_is_bounded() -> None:
    loop = _loop(*[(8, SetLoadTier(tier=2))] * (PENDING_MAX + 2))
    loop.run(12)
    codes = [code for _, stage, code, _ in _reports(loop) if stage is Stage.REJECTED]
    assert codes == [CommandCode.BUSY] * 2


def test_running_command_of_a_killed_application_is_reported_failed() -> None:
    kill = Injection(tick=22, app=App.POWER, fault=Fault.KILL)
    loop = _loop((18, SetLoadTier(tier=2)), injections=[kill])
    loop.run(40)
    assert (Stage.FAILED, CommandCode.RESTARTED) in [(stage, code) for _, stage, code, _ in _reports(loop)]


def test_counters_count_and_reset_zeroes_them_only() -> None:
    sent = [(1, NoOperation()), (2, SetLoadTier(tier=1)), (3, SetSectionEnabled(section_index=0, enabled=0))]
    loop = _loop(*sent, (3, SetParameter(parameter_id=2, value=0.8)), (14, ResetCounters()))
    loop.run(34)
    rows = [m for _, m in loop.probe(App.GATEWAY).heard if isinstance(m, ApplicationHousekeeping)]
    counts = [(m.accepted_count, m.completed_count, m.failed_count, m.rejected_count) for m in rows]
    assert counts[1] == (3, 2, 1, 1)
    assert counts[2] == (0, 1, 0, 0)
    parameters = loop.group.application(App.POWER).parameters
    assert isinstance(parameters, PowerParameters)
    assert parameters.charge_target_frac == 0.8


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"parameters": {"charge_flor_frac": 0.3}}, "charge_floor_frac"),
        ({"parameters": [1]}, "must be a mapping"),
        ({"parameters": {"charge_floor_frac": 0.6, "charge_target_frac": 0.5}}, "floor above target"),
    ],
)
def test_start_parameters_are_checked(options: Mapping[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Commanded(Config(app=App.POWER, options=options))


def test_command_from_a_sender_without_the_right_is_refused() -> None:
    loop = Loop(probe(App.POWER), probe(App.THERMAL, command_at(0, NoOperation(), App.POWER)))
    loop.run(3)
    assert loop.group.application(App.POWER).counters.accepted == 0
    assert loop.coordinator.ledger.reject_count == 1
