"""Fly a scenario: bring up the loop, run it to its end or to the interrupt, and note what the runner saw."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console

from flight.bus.barrier import BarrierError, StallError
from flight.bus.coordinator import Coordinator
from flight.bus.disk import FileDisk, MemoryDisk
from flight.bus.manifest import Manifest
from flight.bus.settings import Fault as BusFault
from flight.bus.settings import Injection
from flight.dictionary.types import App
from flight.executive.executive import Clock, Executive, RunSettings
from flight.executive.process_control import RealProcessControl
from flight.link.errors import LinkError
from hil.runner.assemble import assemble
from hil.runner.epoch import unix_ns_from_tai
from hil.runner.errors import RunnerError
from hil.runner.evidence import BusAccount
from hil.runner.faults import Hang, Kill, Partition
from hil.runner.machine import (
    StopWatch,
    interruptible,
    new_token,
    private_folder,
    quiet_memory,
    wall_clock_ns,
    wall_clock_s,
)
from hil.runner.memory import MemoryMeter
from hil.runner.progress import RunProgress
from hil.runner.recorder import Recorder
from hil.runner.recording import RecordingOptions, RecordingTotals
from hil.runner.rig import Rig
from hil.runner.scenario import Scenario
from hil.runner.summary import Figures, TraceDigest

__all__ = ["FlightPlan", "RunAbortedError", "fly"]

_SAMPLE_TICKS = 50


class RunAbortedError(RunnerError):
    """The loop could not be brought up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightPlan:
    """Everything that one run is made of.

    Parameters
    ----------
    name : str
        Name of the scenario's file.
    rig_name : str
        Name of the rig's file.
    folder : Path
        The run directory; it exists.
    procedure : Path or None
        Operator procedure.
    clock : Clock
        Clock of the bus.
    pace_ratio : float
        Simulated seconds per second at most; 0: as fast as possible.
    placement : str
        ``default``, or the name of the one process that holds everything.
    setup : StopWatch
        Runs since the command began.
    planned_s : float
        Simulated length of the scenario's file; a quick look flies less.
    """

    name: str
    rig_name: str
    scenario: Scenario
    rig: Rig
    folder: Path
    procedure: Path | None
    clock: Clock
    pace_ratio: float
    placement: str
    setup: StopWatch
    planned_s: float


@dataclass(slots=True, kw_only=True)
class _Course:
    """What became of the run."""

    setup_s: float = 0.0
    run_s: float = 0.0
    coordinator_s: float = 0.0
    ended_by: str = ""


def fly(plan: FlightPlan, console: Console) -> Figures:
    """Run a scenario and leave its raw files in the run directory.

    Raises
    ------
    RunAbortedError
        A process was not READY in time.
    """
    scenario = plan.scenario
    recorder = Recorder(plan.folder, _recording(scenario, plan.clock))
    meter = MemoryMeter()
    course = _Course()
    with (
        private_folder() as private,
        RunProgress(console, plan.name, scenario.duration_s, scenario.tick_s, wall_clock_s) as bar,
    ):

        def on_tick(tick: int) -> None:
            if tick % _SAMPLE_TICKS == 0:
                bar.show(tick)
                meter.sample_when_due()

        executive = _executive(plan, _manifest(plan, private), private, recorder, on_tick)
        try:
            _run(plan, executive, meter, course)
        finally:
            totals = recorder.close()
        bar.finish((executive.tick - 1) * scenario.tick_s)
        return _figures(plan, executive, course, meter, totals)


def _manifest(plan: FlightPlan, private: Path) -> Manifest:
    """Return who takes part, placed as asked."""
    live = plan.pace_ratio > 0.0
    manifest = assemble(
        plan.scenario, plan.rig, folder=plan.folder, private=private, procedure=plan.procedure, live=live
    )
    if plan.placement != "default":
        manifest = manifest.placed(plan.placement)
    in_real_time = plan.clock is Clock.REALTIME
    return replace(manifest, state_folder=str(plan.folder / "state"), state_synced=in_real_time)


def _recording(scenario: Scenario, clock: Clock) -> RecordingOptions:
    return RecordingOptions(
        messages=scenario.record,
        unix_epoch_ns=unix_ns_from_tai(scenario.epoch_ns),
        tick_ns=scenario.tick_ms * 1_000_000,
        chunked=clock is not Clock.REALTIME,
        every_ticks=scenario.record_every_ticks,
    )


def _executive(
    plan: FlightPlan, manifest: Manifest, private: Path, recorder: Recorder, on_tick: Callable[[int], None]
) -> Executive:
    """Make the executive with fresh state, so that a run depends on nothing before it.

    In simulated clocks boot record and snapshots need no medium: nothing outlives the run, and a killed
    application gets its snapshot from the coordinator. What applications write themselves is in files under
    every clock, as a killed process loses its memory.
    """
    in_real_time = plan.clock is Clock.REALTIME
    disk = FileDisk(plan.folder / "state", sync=True) if in_real_time else MemoryDisk()
    scenario = plan.scenario
    settings = RunSettings(clock=plan.clock, restart_ticks=scenario.restart_ticks, pace_ratio=plan.pace_ratio)
    return Executive(
        manifest,
        settings,
        disk,
        run_dir=private,
        control=RealProcessControl(plan.folder / "logs"),
        token=new_token(),
        recorder=recorder,
        injections=_injections(scenario),
        on_tick=on_tick,
        clock_ns=wall_clock_ns,
    )


def _injections(scenario: Scenario) -> list[Injection]:
    """Return the faults that the coordinator inserts."""
    found = []
    for fault in scenario.faults:
        tick = scenario.tick_of(fault.at_s)
        if isinstance(fault, Kill):
            found.append(Injection(tick=tick, app=fault.application, fault=BusFault.KILL))
        elif isinstance(fault, Hang):
            found.append(Injection(tick=tick, app=fault.application, fault=BusFault.HANG))
        elif isinstance(fault, Partition):
            found += _cut(fault, tick, scenario)
    return found


def _cut(fault: Partition, tick: int, scenario: Scenario) -> Iterator[Injection]:
    """Yield the beginning of a partition and, where it has one, its end."""
    yield Injection(tick=tick, app=fault.application, fault=BusFault.CUT, message_id=fault.message_id)
    if fault.for_s is not None:
        end = scenario.tick_of(fault.until_s)
        yield Injection(tick=end, app=fault.application, fault=BusFault.JOIN, message_id=fault.message_id)


def _run(plan: FlightPlan, executive: Executive, meter: MemoryMeter, course: _Course) -> None:
    """Start, run to the end or the interrupt, stop in order."""
    try:
        executive.start()
    except BarrierError as error:
        raise RunAbortedError(f"{error}; logs are in {plan.folder / 'logs'}") from error
    except (ValueError, LinkError) as error:  # an application that refuses its options, in this process
        raise RunAbortedError(str(error)) from error
    try:
        with interruptible(executive.stop) as came, quiet_memory():
            course.setup_s = plan.setup.wall_s
            watch = StopWatch()
            try:
                executive.run(plan.scenario.tick_count + 1)
            except StallError as error:
                course.ended_by = str(error)
            course.run_s, course.coordinator_s = watch.wall_s, watch.cpu_s
            meter.sample()
        if came:
            course.ended_by = came[0]
    finally:
        executive.close()
        if executive.local is not None:
            executive.local.close()


def _figures(
    plan: FlightPlan, executive: Executive, course: _Course, meter: MemoryMeter, totals: RecordingTotals
) -> Figures:
    coordinator = executive.coordinator
    return Figures(
        scenario=plan.name,
        rig=plan.rig_name,
        clock=plan.clock.value,
        seed=plan.scenario.seed,
        placement=plan.placement,
        simulated_s=(executive.tick - 1) * plan.scenario.tick_s,
        run_wall_s=course.run_s,
        completed=executive.tick == plan.scenario.tick_count + 1,
        ended_by=course.ended_by,
        wall_s={
            "set-up": course.setup_s,
            "run": course.run_s,
            "coordinator (processor)": course.coordinator_s,
            "recorder (processor)": totals.cpu_s,
            **_busy(executive),
        },
        process_count=1 + len(executive.manifest.processes) if executive.star else 1,
        rss_peak_mb=meter.peak_mb,
        trace_hash=coordinator.trace.hexdigest(),
        digests=tuple(
            TraceDigest(tick=one.tick, hexdigest=one.hexdigest) for one in coordinator.trace.digests
        ),
        slip_count=coordinator.ledger.slip_count,
        bus=_account(coordinator),
        lateness_ms=_lateness(executive),
        planned_s=plan.planned_s,
        recording={key: value for key, value in asdict(totals).items() if key.endswith("_count")},
    )


def _lateness(executive: Executive) -> dict[str, float]:
    """Return how late ticks began in real time."""
    jitter = executive.lateness
    if jitter is None:
        return {}
    percentiles = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999}
    found = {name: 1e3 * jitter.percentile_s(frac) for name, frac in percentiles.items()}
    return {**found, "max": 1e3 * jitter.max_s}


def _account(coordinator: Coordinator) -> BusAccount:
    ledger = coordinator.ledger
    return BusAccount(
        sent_count=ledger.sent_count,
        offered_count=ledger.offered_count,
        handled_count=ledger.handled_count,
        lost_count=coordinator.lost_count,
        superseded_count=coordinator.superseded_count,
        crash_count=ledger.crash_count,
        cut_count=coordinator.router.cut_count,
        refused_count=ledger.refused_count,
        waiting_count=coordinator.waiting_count + coordinator.out_count,
    )


def _busy(executive: Executive) -> Mapping[str, float]:
    """Return the time that each participant was busy, as its process accounted for it."""
    busy_ns: dict[int, int] = {}
    if executive.local is not None:
        busy_ns.update(executive.local.busy_ns)
    if executive.star is not None:
        for member in executive.star.members.values():
            if member.bye is not None:
                busy_ns.update(member.bye.busy_ns)
    return {App(app).name.lower(): value / 1e9 for app, value in sorted(busy_ns.items())}
