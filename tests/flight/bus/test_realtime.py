"""The wall clock: equal traces without slips, slips counted and told, kills and hangs survived."""

from collections.abc import Callable

import pytest
from reference.bus import mixed

from flight.bus.manifest import Manifest, Participant
from flight.bus.settings import Fault, Injection
from flight.dictionary.types import App
from flight.executive.executive import Clock, Executive

Make = Callable[..., Executive]


def _run(make: Make, manifest: Manifest, clock: Clock, ticks: int, *faults: Injection) -> Executive:
    executive = make(manifest, clock, faults)
    executive.start()
    executive.run(ticks)
    executive.close()
    assert executive.coordinator.unaccounted_count == 0
    return executive


@pytest.mark.slow
def test_twenty_seconds_without_slips_give_the_simulated_trace(make_executive: Make) -> None:
    """A machine that is busy with something else may slip; then the next of three attempts counts."""
    simulated = _run(make_executive, mixed.manifest(1, 0), Clock.INPROCESS, 200)
    for _ in range(3):
        real = _run(make_executive, mixed.manifest(1, 4), Clock.REALTIME, 200)
        if real.coordinator.ledger.slip_count == 0:
            break
    assert real.coordinator.ledger.slip_count == 0
    assert real.coordinator.trace.hexdigest() == simulated.coordinator.trace.hexdigest()
    assert real.lateness is not None
    assert real.lateness.count == 201


def _unruly(**options: object) -> Manifest:
    factory = "reference.bus.unruly:build"
    return Manifest(
        participants=(
            Participant(app=App.POWER, factory=factory, process="a", options=options),
            Participant(app=App.THERMAL, factory=factory, process="b"),
        )
    )


def test_late_process_is_a_slip_and_the_others_go_on(make_executive: Make) -> None:
    executive = _run(make_executive, _unruly(sleep_tick=5, sleep_s=0.33), Clock.REALTIME, 14)
    ledger = executive.coordinator.ledger
    assert ledger.slip_count >= 3
    assert executive.coordinator.ports[App.POWER].restart_count == 0
    assert executive.coordinator.ports[App.THERMAL].sequence == 14 + 1
    ticks_missed = 14 + 1 + 1 - executive.coordinator.ports[App.POWER].sequence
    assert ticks_missed == 3


def test_killed_application_is_back_with_its_state_within_a_second(make_executive: Make) -> None:
    kill = Injection(tick=15, app=App.POWER, fault=Fault.KILL)
    executive = _run(make_executive, _unruly(), Clock.REALTIME, 30, kill)
    port = executive.coordinator.ports[App.POWER]
    assert port.restart_count == 1
    assert port.return_tick - port.down_tick <= 10


def test_process_that_sleeps_too_long_is_hung_and_restarted(make_executive: Make) -> None:
    executive = _run(make_executive, _unruly(sleep_tick=5, sleep_s=30.0), Clock.REALTIME, 24)
    port = executive.coordinator.ports[App.POWER]
    assert (port.down_tick, port.restart_count) == (10, 1)


def test_process_that_ends_is_restarted(make_executive: Make) -> None:
    executive = _run(make_executive, _unruly(die_tick=8), Clock.REALTIME, 26)
    assert executive.coordinator.ports[App.POWER].restart_count == 1


def test_orderly_stop_leaves_no_process(make_executive: Make) -> None:
    executive = make_executive(_unruly(), Clock.REALTIME)
    executive.start()
    executive.run(3)
    executive.stop()
    executive.run(100)
    executive.close()
    assert executive.tick == 3
    assert executive.star is not None
    assert all(m.child is not None and m.child.exit_code() == 0 for m in executive.star.members.values())
