import signal
import time

import pytest
from reference.bus.probe import Loop, Probe, probe

from flight.bus.application import Inbox, Now
from flight.bus.barrier import StallError
from flight.bus.inprocess import InProcess
from flight.bus.stall import StallGuard
from flight.dictionary.application import ParameterValue
from flight.dictionary.types import App


def _speaks(app: Probe, _: Now, __: Inbox) -> None:
    app.publish(ParameterValue(application=1, parameter_id=1, value=1.0))


def test_stop_ends_after_the_present_tick() -> None:
    loop = Loop(
        probe(App.POWER, lambda _, now, __: loop.clock.stop() if now.tick == 4 else None),
        probe(App.EVENTS, _speaks),
    )
    loop.run(100)
    assert loop.clock.tick == 5


def test_progress_is_told_after_each_tick() -> None:
    ticks: list[int] = []
    loop = Loop(probe(App.POWER, _speaks))
    clock = InProcess(loop.coordinator, loop.group, on_tick=ticks.append)
    clock.run(3)
    clock.run(2)
    assert ticks == [0, 1, 2, 3, 4]


def test_endless_step_aborts_with_tick_and_stack() -> None:
    def never_returns(_: Probe, now: Now, __: Inbox) -> None:
        while now.tick == 3:
            time.sleep(0.01)

    loop = Loop(probe(App.POWER, never_returns), probe(App.EVENTS, _speaks))
    clock = InProcess(loop.coordinator, loop.group, wall_budget_s=0.2)
    with pytest.raises(StallError) as caught:
        clock.run(10)
    assert caught.value.tick == 3
    assert "never_returns" in caught.value.stack


def test_budget_is_for_one_tick_and_not_for_the_run() -> None:
    def works(*_: object) -> None:
        until_s = time.perf_counter() + 0.01
        while time.perf_counter() < until_s:
            pass

    loop = Loop(probe(App.POWER, works))
    clock = InProcess(loop.coordinator, loop.group, wall_budget_s=0.08)
    clock.run(30)
    assert clock.tick == 30


def test_guard_gives_the_alarm_back() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with StallGuard(5.0) as guard:
        guard.wind()
        assert signal.getsignal(signal.SIGALRM) is not before
    assert signal.getsignal(signal.SIGALRM) is before
