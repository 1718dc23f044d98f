"""What every application must do, as checks for tests/flight/test_every_application.py."""

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

import msgpack
from reference.bus.probe import Loop, Probe, probe, work
from reference.bus.samples import sample

from flight.bus.application import Application, Config, Inbox, Now, Subscription
from flight.bus.envelope import HEADER_OCTETS, parse_header
from flight.bus.exchange import Start
from flight.bus.group import Group, Unit
from flight.bus.mail import ALL_EVENTS, Policy
from flight.bus.settings import Fault, Injection
from flight.dictionary.application import (
    ApplicationHousekeeping,
    CommandCode,
    CommandReport,
    NoOperation,
    Overrun,
    ParameterValue,
    ReportParameters,
    ResetCounters,
    SetParameter,
    StepFailed,
)
from flight.dictionary.codec import decode
from flight.dictionary.declare import Command, Message
from flight.dictionary.executive import BusReject
from flight.dictionary.parameters import parameter_items
from flight.dictionary.registry import DICTIONARY
from flight.dictionary.types import App, Stage

Build = Callable[[Mapping[App, Config]], list[Application]]
Check = Callable[[Build, App], None]
M = TypeVar("M", bound=Message)

LISTENER: Final = App.GROUND
SENDER: Final = App.RADIO
TERMINAL = (Stage.REJECTED, Stage.COMPLETED, Stage.FAILED)
TICKS = 250
_EARS = tuple(
    Subscription(message=cls, depth=1024, policy=Policy.REJECT_NEW) for cls in (CommandReport, ParameterValue)
)


class Bench:
    """One application between a sender of commands and made-up mail, and a listener."""

    def __init__(
        self,
        build: Build,
        app: App,
        commands: Mapping[int, Command] | None = None,
        *,
        mail: bool = False,
        injections: tuple[Injection, ...] = (),
    ) -> None:
        self.app = app
        sent = commands or {}

        def act(one: Probe, now: Now, _: Inbox) -> None:
            if now.tick in sent:
                one.publish(sent[now.tick], destination=app)

        config = Config(app=app, seed=11)
        unit = Unit(build, {app: config})
        heard = self._heard_by(build, config) if mail else []
        senders = self._senders(heard)
        units = [unit, probe(LISTENER, hears=_EARS), probe(SENDER, act), *senders]
        rights = {int(SENDER): frozenset(cls.SPEC.id for cls in DICTIONARY.all())}
        rights |= {int(u_app): rights[SENDER] for one in senders for u_app in one.configs}
        self.loop = Loop(*units, injections=injections, rights=rights)

    def run(self, ticks: int) -> "Bench":
        """Run some ticks."""
        self.loop.run(ticks)
        return self

    @property
    def application(self) -> Application:
        """The application's present object."""
        return self.loop.group.application(self.app)

    def heard(self, *classes: type[Message]) -> list[tuple[int, Message]]:
        """Return what the listener heard of some classes, with ticks."""
        return [(tick, m) for tick, m in self.loop.probe(LISTENER).heard if isinstance(m, classes)]

    def said(self, cls: type[M]) -> list[M]:
        """Return what the application itself published of one class."""
        found = []
        for _, octets in self.loop.routed:
            header = parse_header(octets)
            if header.source == self.app and header.message_id == cls.SPEC.id:
                found.append(decode(cls, octets[HEADER_OCTETS:]))
        return found

    def reports(self) -> list[CommandReport]:
        """Return all reports on commands, in order."""
        return [m for _, m in self.heard(CommandReport) if isinstance(m, CommandReport)]

    @staticmethod
    def _heard_by(build: Build, config: Config) -> list[type[Message]]:
        [application] = build({config.app: config})
        found = [one.message for one in application.SUBSCRIPTIONS]
        events = list(DICTIONARY.events())[::4] if ALL_EVENTS in found else []
        return [cls for cls in found if cls is not ALL_EVENTS] + events

    def _senders(self, heard: list[type[Message]]) -> list[Unit]:
        """Return probes that publish arbitrary legal mail, each class from its own source."""
        by_source: dict[App, list[type[Message]]] = {}
        for cls in heard:
            source = (
                cls.SPEC.source if cls.SPEC.source not in (None, self.app, SENDER, LISTENER) else App.WORLD
            )
            by_source.setdefault(App(source), []).append(cls)
        return [probe(source, _sender(classes)) for source, classes in sorted(by_source.items())]


def _sender(classes: list[type[Message]]) -> Callable[[Probe, Now, Inbox], None]:
    def act(one: Probe, now: Now, _: Inbox) -> None:
        for cls in classes:
            if now.tick % 5 == cls.SPEC.id % 5:
                one.publish(sample(cls, now.tick))

    return act


def check_declarations(build: Build, app: App) -> None:
    """Identity, handlers and parameters are the application's; every command declared has a handler."""
    [application] = build({app: Config(app=app)})
    cls = type(application)
    assert app == cls.APP
    assert cls.PARAMETERS is DICTIONARY.parameters(app)
    own = {command for command in DICTIONARY.commands(app) if command.SPEC.destination == app}
    assert set(cls.COMMANDS) == own, "COMMANDS must be those of the dictionary"
    for name in cls.COMMANDS.values():
        handler = getattr(application, name, None)
        assert callable(handler), f"handler must exist, got {name}"
        assert len(inspect.signature(handler).parameters) == 2


def check_no_operation(build: Build, app: App) -> None:
    """A no-op is accepted, started and completed in the tick after it came, and counted."""
    bench = Bench(build, app, {3: NoOperation()}).run(8)
    assert [(tick, m.stage) for tick, m in bench.heard(CommandReport)] == [  # type: ignore[attr-defined]
        (5, Stage.ACCEPTED),
        (5, Stage.STARTED),
        (5, Stage.COMPLETED),
    ]
    assert (bench.application.counters.accepted, bench.application.counters.completed) == (1, 1)


def check_counters(build: Build, app: App) -> None:
    """Reset-counters zeroes counts and nothing else."""
    items = () if (kind := DICTIONARY.parameters(app)) is None else parameter_items(kind)
    commands: dict[int, Command] = {2: NoOperation(), 22: ResetCounters()}
    if items:
        commands[3] = _change(build, app)
    bench = Bench(build, app, commands).run(21)
    assert bench.application.counters.accepted == len(commands) - 1
    before = bench.application.parameters
    bench.run(9)
    after = bench.application.counters
    assert (after.accepted, after.completed) == (0, 1)
    assert after.step <= 10
    assert bench.application.parameters == before


def check_parameters(build: Build, app: App) -> None:
    """Parameters are reported, set within bounds, refused outside, and survive a crash."""
    kind = DICTIONARY.parameters(app)
    if kind is None:
        bench = Bench(build, app, {2: SetParameter(parameter_id=1, value=1.0)}).run(8)
        assert [(m.stage, m.code) for m in bench.reports()] == [
            (Stage.REJECTED, CommandCode.UNKNOWN_PARAMETER)
        ]
        return
    items = parameter_items(kind)
    change = _change(build, app)
    commands = {
        2: ReportParameters(),
        4: change,
        6: SetParameter(parameter_id=items[0].id, value=items[0].high + 1.0),
        8: SetParameter(parameter_id=0xFFFF, value=0.0),
        40: ReportParameters(),
    }
    bench = Bench(build, app, commands, injections=_kill(app, 30)).run(50)
    terminal = [(m.stage, m.code) for m in bench.reports() if m.stage in TERMINAL]
    assert terminal == [
        (Stage.COMPLETED, 0),
        (Stage.COMPLETED, 0),
        (Stage.REJECTED, CommandCode.VALUE_REFUSED),
        (Stage.REJECTED, CommandCode.UNKNOWN_PARAMETER),
        (Stage.COMPLETED, 0),
    ]
    values = [m for _, m in bench.heard(ParameterValue) if isinstance(m, ParameterValue)]
    first, last = values[: len(items)], values[-len(items) :]
    assert [(m.parameter_id, m.value) for m in first] == [(item.id, item.default) for item in items]
    assert {m.parameter_id: m.value for m in last}[change.parameter_id] == change.value
    assert {m.application for m in values} == {int(app)}


def check_snapshot(build: Build, app: App) -> None:
    """The state is plain and survives; a restore may correct it once (a lease taken for the worst)."""
    config = Config(app=app, seed=11)
    bench = Bench(build, app, mail=True).run(TICKS)
    fresh, saved = _state_of(build({app: config})[0]), _state_of(bench.application)
    once = _restored(build, config, saved)
    assert _restored(build, config, once) == once, "a restored state must restore to itself"
    assert saved == fresh or once != fresh, "state must survive"
    before, after = list(_leaves(saved)), list(_leaves(once))
    same = sum(a == b for a, b in zip(before, after, strict=False))
    assert same >= 0.9 * len(before), (
        f"nine tenths of the state must survive as it was, got {same} of {len(before)}"
    )
    killed = Bench(build, app, mail=True, injections=_kill(app, TICKS - 10)).run(TICKS + 20)
    assert killed.application.restart_count == 1
    faults = killed.said(StepFailed)
    assert not faults, f"step must not fail after a restart, got {faults[0]}"
    assert killed.application.counters.received > 0 or not killed.application.SUBSCRIPTIONS


def _state_of(application: Application) -> object:
    return msgpack.unpackb(msgpack.packb(application.snapshot()), use_list=False, strict_map_key=False)


def _restored(build: Build, config: Config, state: object) -> object:
    [application] = build({config.app: config})
    application.restore(state)  # type: ignore[arg-type]
    return _state_of(application)


def _leaves(state: object) -> Iterator[object]:
    if isinstance(state, tuple):
        for one in state:
            yield from _leaves(one)
    else:
        yield state


def check_overrun(build: Build, app: App) -> None:
    """Skipped ticks are reported and counted, and made up by one step."""
    config = Config(app=app, seed=11)
    group = Group([Unit(build, {app: config})])
    group.start(Start(int(app), 0, 0, 0, None))
    cls = type(group.application(app))
    due = cls.PERIOD_MS > 0
    group.run(0, [work(app, due=due)])
    [reply] = group.run(57, [work(app, due=due, skipped_count=7)])
    ids = [int.from_bytes(octets[2:4]) for octets in reply.outbox]
    assert ids.count(Overrun.SPEC.id) == 1
    assert StepFailed.SPEC.id not in ids
    counters = group.application(app).counters
    assert (counters.overrun, counters.step) == (1, 2 if due else 0)
    assert 57 < reply.next_wake <= 57 + 20


def check_housekeeping(build: Build, app: App) -> None:
    """Housekeeping comes at its period, in the application's name, with its mode and true counts."""
    bench = Bench(build, app, {2: NoOperation(), 4: NoOperation()}, mail=True).run(TICKS)
    rows = bench.said(ApplicationHousekeeping)
    period_s = type(bench.application).HOUSEKEEPING_PERIOD_S
    assert 1 <= period_s <= 60
    assert rows, "housekeeping must come"
    assert TICKS // (10 * period_s) - 1 <= len(rows) <= TICKS // (10 * period_s) + 1
    [*_, last] = rows
    assert (last.accepted_count, last.completed_count, last.decode_error_count) == (2, 2, 0)
    assert last.step_count > 0 or type(bench.application).PERIOD_MS == 0
    quiet = Bench(build, app).run(TICKS)
    assert quiet.said(ApplicationHousekeeping)[-1].mode == quiet.application.mode


def check_reports(build: Build, app: App) -> None:
    """Every command of the application is accepted, started and ended, or rejected: one end, in order."""
    own = sorted((c for c in DICTIONARY.commands(app) if c.SPEC.destination == app), key=lambda c: c.SPEC.id)
    commands = {5 + 3 * index: sample(cls, index) for index, cls in enumerate(own)}
    patience = round(max((cls.SPEC.timeout_s for cls in own), default=0.0) * 10) + 20
    bench = Bench(build, app, commands).run(10 + 3 * len(own) + patience)
    by_request: dict[int, list[Stage]] = {}
    for report in bench.reports():
        by_request.setdefault(report.request, []).append(report.stage)
    assert len(by_request) == len(own), "every command must be reported"
    for stages in by_request.values():
        assert stages[-1] in TERMINAL
        assert sum(stage in TERMINAL for stage in stages) == 1, "a command must have one end"
        if stages[0] is not Stage.REJECTED:
            assert stages[:2] == [Stage.ACCEPTED, Stage.STARTED]
            assert set(stages[2:-1]) <= {Stage.PROGRESS}


def check_robustness(build: Build, app: App) -> None:
    """No legal message makes a step fail or a rule of the bus broken (the partners are not here)."""
    bench = Bench(build, app, mail=True).run(TICKS)
    faults = bench.said(StepFailed)
    assert not faults, f"step must not fail, got {faults[0]}"
    counted = bench.loop.coordinator.ledger.rejects
    rejects = {reason for reason, source in counted if source == app} - {BusReject.UNKNOWN_DESTINATION}
    assert not rejects, f"application must send only what it may, got {rejects}"
    assert bench.loop.coordinator.unaccounted_count == 0


def check_repeat(build: Build, app: App) -> None:
    """The same seed gives the same trace."""
    traces = {Bench(build, app, mail=True).run(TICKS).loop.coordinator.trace.hexdigest() for _ in range(2)}
    assert len(traces) == 1


CHECKS: tuple[Check, ...] = (
    check_declarations,
    check_no_operation,
    check_counters,
    check_parameters,
    check_snapshot,
    check_overrun,
    check_housekeeping,
    check_reports,
    check_robustness,
    check_repeat,
)


def _kill(app: App, tick: int) -> tuple[Injection, ...]:
    return (Injection(tick=tick, app=app, fault=Fault.KILL),)


def _change(build: Build, app: App) -> SetParameter:
    """Return a change of one parameter that the application's own rule allows."""
    [application] = build({app: Config(app=app)})
    kind = DICTIONARY.parameters(app)
    assert kind is not None
    for item in parameter_items(kind):
        value = item.default + 0.01 * (item.high - item.low)
        value = value if value <= item.high else item.default - 0.01 * (item.high - item.low)
        candidate = _with(application, item.name, value)
        if application.check_parameters(candidate) is None:  # type: ignore[arg-type]
            return SetParameter(parameter_id=item.id, value=value)
    raise AssertionError("one parameter must be changeable by a hundredth of its range")


def _with(application: Application, name: str, value: float) -> object:
    return dataclasses.replace(application.parameters, **{name: value})  # type: ignore[type-var]
