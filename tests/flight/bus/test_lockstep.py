"""The same trace under every placement, with crashes of real processes."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reference.bus import diarist, mixed
from reference.bus.zygote import Zygote

from flight.bus.barrier import BarrierError, StallError
from flight.bus.manifest import Manifest, Participant
from flight.bus.settings import Fault, Injection
from flight.bus.star import Transport
from flight.dictionary.types import App
from flight.executive.executive import Clock, Executive

Make = Callable[..., Executive]
TICKS = 80
FAULTS = (
    Injection(tick=23, app=App.POWER, fault=Fault.KILL),
    Injection(tick=41, app=App.WORLD, fault=Fault.HANG),
    Injection(tick=50, app=App.COMPUTE, fault=Fault.CUT),
    Injection(tick=60, app=App.POWER, fault=Fault.KILL),
    Injection(tick=70, app=App.COMPUTE, fault=Fault.JOIN),
)


def _trace(
    make: Make,
    seed: int,
    processes: int,
    injections: Sequence[Injection] = FAULTS,
    zygote: Zygote | None = None,
) -> str:
    clock = Clock.LOCKSTEP if processes else Clock.INPROCESS
    executive = make(mixed.manifest(seed, processes), clock, injections, zygote)
    executive.start()
    executive.run(TICKS)
    executive.close()
    assert executive.coordinator.unaccounted_count == 0
    return executive.coordinator.trace.hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_trace_is_one_for_every_placement(make_executive: Make, zygote: Zygote, seed: int) -> None:
    """Two repeats in-process and over 1, 2 and 8 processes, with two kills, a hang and a partition."""
    placements = [processes for processes in (0, 1, 2, 8) for _ in range(2)]
    assert len({_trace(make_executive, seed, processes, zygote=zygote) for processes in placements}) == 1


def test_trace_depends_on_the_seed(make_executive: Make) -> None:
    assert len({_trace(make_executive, seed, 0) for seed in range(20)}) == 20


def test_trace_is_one_over_both_wires(make_executive: Make, zygote: Zygote) -> None:
    found = set()
    for transport in Transport:
        executive = make_executive(mixed.manifest(3, 3), Clock.LOCKSTEP, FAULTS, zygote, transport=transport)
        executive.start()
        executive.run(TICKS)
        executive.close()
        found.add(executive.coordinator.trace.hexdigest())
    assert found == {_trace(make_executive, 3, 0)}


def test_kill_ends_the_process_and_a_new_one_has_the_state(make_executive: Make) -> None:
    kill = Injection(tick=35, app=App.POWER, fault=Fault.KILL)
    executive = make_executive(mixed.manifest(0, 8), Clock.LOCKSTEP, [kill])
    executive.start()
    assert executive.star is not None
    member = executive.star.member_of[App.POWER]
    first = member.child
    executive.run(35)
    executive.run(25)
    assert member.incarnation == 2
    assert first is not None
    assert first.exit_code() == -9
    port = executive.coordinator.ports[App.POWER]
    assert port.restart_count == 1
    assert port.snapshot is not None
    assert 0 < port.return_tick - 35 <= 20
    executive.close()


def test_what_is_on_the_disk_outlives_a_kill_under_either_clock(make_executive: Make, tmp_path: Path) -> None:
    """It counts every step that was done, in the tick before the kill too, whoever lost its memory."""
    counts = []
    for name, clock in (("a", Clock.INPROCESS), ("b", Clock.LOCKSTEP)):
        folder = tmp_path / name
        folder.mkdir()
        kill = Injection(tick=17, app=App.POWER, fault=Fault.KILL)
        executive = make_executive(diarist.manifest(str(folder)), clock, [kill], restart_ticks=4)
        executive.start()
        executive.run(30)
        executive.close()
        assert executive.coordinator.ports[App.POWER].restart_count == 1
        counts.append(int.from_bytes((folder / "power.steps").read_bytes()))
    assert counts == [30 - 4, 30 - 4]


def _unruly(**options: object) -> Manifest:
    factory = "reference.bus.unruly:build"
    return Manifest(
        participants=(
            Participant(app=App.POWER, factory=factory, process="a", options=options),
            Participant(app=App.THERMAL, factory=factory, process="b"),
        )
    )


def test_process_that_ends_unasked_is_an_event_and_comes_back(make_executive: Make) -> None:
    executive = make_executive(_unruly(die_tick=14), Clock.LOCKSTEP)
    executive.start()
    executive.run(60)
    executive.close()
    port = executive.coordinator.ports[App.POWER]
    assert (port.restart_count, port.down_tick, port.return_tick) == (1, 14, 19)
    assert executive.coordinator.ports[App.THERMAL].restart_count == 0
    assert executive.coordinator.unaccounted_count == 0


def test_stall_aborts_with_name_tick_and_stack(make_executive: Make) -> None:
    manifest = _unruly(sleep_tick=6, sleep_s=60.0)
    executive = make_executive(manifest, Clock.LOCKSTEP, wall_budget_s=1.0)
    executive.start()
    with pytest.raises(StallError) as caught:
        executive.run(20)
    assert (caught.value.process, caught.value.tick) == ("a", 6)
    assert "unruly.py" in caught.value.stack
    assert "in step" in caught.value.stack


def test_barrier_names_the_process_that_failed_to_build(make_executive: Make) -> None:
    manifest = Manifest(
        participants=(
            Participant(app=App.POWER, factory="reference.bus.unruly:build", process="good"),
            Participant(app=App.THERMAL, factory="reference.bus.unruly:fail", process="bad"),
        )
    )
    executive = make_executive(manifest, Clock.LOCKSTEP)
    with pytest.raises(BarrierError, match="bad") as caught:
        executive.start()
    assert caught.value.missing == ("bad",)


def test_barrier_names_the_process_that_is_silent(make_executive: Make) -> None:
    executive = make_executive(_unruly(), Clock.LOCKSTEP, ready_timeout_s=0.01)
    with pytest.raises(BarrierError, match=r"a, b \(after 0\.01 s"):
        executive.start()


def test_pace_holds_simulated_time_back(make_executive: Make) -> None:
    executive = make_executive(_unruly(), Clock.LOCKSTEP, pace_ratio=10.0)
    executive.start()
    begin_s = time.monotonic()
    executive.run(50)
    assert time.monotonic() - begin_s >= 0.49
    executive.close()


def test_stop_ends_after_the_present_tick(make_executive: Make) -> None:
    executive = make_executive(_unruly(), Clock.LOCKSTEP)
    executive.start()
    executive.run(7)
    executive.stop()
    executive.run(1000)
    assert executive.tick == 7
    executive.close()
    assert executive.star is not None
    assert [member.bye is not None for member in executive.star.members.values()] == [True, True]
    assert [member.child.exit_code() for member in executive.star.members.values() if member.child] == [0, 0]
