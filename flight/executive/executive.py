"""The executive: brings a manifest up, runs it under one of the three clocks, and takes it down in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from flight.bus.barrier import await_ready
from flight.bus.children import ProcessControl
from flight.bus.config import Config
from flight.bus.coordinator import Coordinator
from flight.bus.disk import Disk
from flight.bus.exchange import Declared, Snapshot
from flight.bus.group import Group, Unit
from flight.bus.inprocess import InProcess
from flight.bus.jitter import Jitter
from flight.bus.lockstep import Lockstep
from flight.bus.manifest import COORDINATOR, Manifest, rights_of
from flight.bus.realtime import Realtime
from flight.bus.settings import Injection, Recorder, Settings
from flight.bus.star import Star, Transport
from flight.dictionary.types import App
from flight.executive.application import ExecutiveApplication, Office
from flight.executive.boot_record import BootLog
from flight.executive.ladder import Ladder
from flight.executive.store import SlotStore

__all__ = ["Clock", "Executive", "RunSettings"]

VERSION = (0, 1, 0)
_TICK_OCTETS = 8


class Clock(Enum):
    """How time passes on the bus."""

    INPROCESS = "inprocess"
    LOCKSTEP = "lockstep"
    REALTIME = "realtime"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """How a manifest is run.

    Parameters
    ----------
    clock : Clock
        In-process, lockstep or realtime.
    transport : Transport or None
        What carries the frames; None: pairs of sockets in lockstep, ZeroMQ in realtime.
    heartbeat_ticks : int
        Ticks without an answer after which an application counts as hung.
    restart_ticks : int
        Ticks to the first restart, 1 to 20.
    pace_ratio : float
        Lockstep: simulated seconds per second at most; 0: as fast as possible.
    ready_timeout_s : float
        Time in which every process must be READY.
    wall_budget_s : float
        In-process and lockstep: time for one tick after which the run is aborted.
    """

    clock: Clock = Clock.LOCKSTEP
    transport: Transport | None = None
    heartbeat_ticks: int = 5
    restart_ticks: int = 5
    pace_ratio: float = 0.0
    ready_timeout_s: float = 30.0
    wall_budget_s: float = 30.0


class Executive:
    """Runs one manifest.

    Parameters
    ----------
    manifest : Manifest
        Participants; the executive adds itself.
    settings : RunSettings
        How.
    disk : Disk
        State folder: boot record and snapshots.
    run_dir : Path or None
        Folder of mode 0700 for socket, stacks and process logs; needed by the clocks with processes.
    control : ProcessControl or None
        Starts processes; needed by the clocks with processes.
    token : bytes
        Secret of this boot; needed by the clocks with processes.
    recorder : Recorder or None
        Gets every tick's routed octets.
    tap : Recorder or None
        Gets the same, for live displays.
    injections : sequence of Injection
        Faults to insert.
    on_tick : callable or None
        Called with the number of each tick that has ended.
    clock_ns : callable or None
        A clock to account the time of each application in this process with; None: no accounting.
    """

    def __init__(
        self,
        manifest: Manifest,
        settings: RunSettings,
        disk: Disk,
        *,
        run_dir: Path | None = None,
        control: ProcessControl | None = None,
        token: bytes = b"",
        recorder: Recorder | None = None,
        tap: Recorder | None = None,
        injections: Sequence[Injection] = (),
        on_tick: Callable[[int], None] | None = None,
        clock_ns: Callable[[], int] | None = None,
    ) -> None:
        placed = manifest.placed(COORDINATOR) if settings.clock is Clock.INPROCESS else manifest
        self.manifest: Final = placed
        self.settings: Final = settings
        self._disk: Final = disk
        self._run_dir: Final = run_dir
        self._control: Final = control
        self._token: Final = token
        self._recorder: Final = recorder
        self._tap: Final = tap
        self._injections: Final = tuple(injections)
        self._on_tick: Final = on_tick
        self._clock_ns: Final = clock_ns
        self._boot_log: Final = BootLog(disk)
        self.boot: Final = self._boot_log.begin(VERSION)
        self._stores: Final = {
            int(one.app): SlotStore(disk, one.app.name.lower()) for one in placed.participants
        }
        restartable = self._restartable()
        self._check_injections(restartable)
        self._office: Final = Office(self.boot, Ladder(placed.tick_ms, settings.restart_ticks), restartable)
        self.star: Star | None = None
        self.local: Group | None = None
        self._driver: InProcess | Lockstep | Realtime | None = None

    @property
    def coordinator(self) -> Coordinator:
        """The centre of the bus: trace, ledger, ports."""
        if self._office.coordinator is None:
            raise RuntimeError("executive must be started first, got no coordinator")
        return self._office.coordinator

    @property
    def lateness(self) -> Jitter | None:
        """How late the ticks of a realtime run began; None under the other clocks."""
        return self._driver.lateness if isinstance(self._driver, Realtime) else None

    @property
    def tick(self) -> int:
        """Number of ticks that have ended."""
        return 0 if self._driver is None else self._driver.tick

    def start(self) -> None:
        """Bring everything up to the first tick: spawn, READY, GO.

        Raises
        ------
        BarrierError
            When a process is not READY in time; it names the process.
        """
        self.local = Group([*self.manifest.units(COORDINATOR), self._own_unit()], self._clock_ns)
        declared: list[Declared] = self.local.declared()
        if self.settings.clock is not Clock.INPROCESS:
            self.star = self._open_star()
            try:
                declared += await_ready(self.star, self.star.members, self.settings.ready_timeout_s)
            except BaseException:
                self.star.close()
                raise
        coordinator = self._make_coordinator(declared)
        self._office.coordinator = coordinator
        if self.boot.keeps_state:
            self._restore(coordinator)
        self._driver = self._make_driver(coordinator, self.local)
        self._driver.begin()

    def run(self, ticks: int) -> None:
        """Run a number of ticks, fewer after ``stop``."""
        if self._driver is None:
            self.start()
        if self._driver is not None:
            self._driver.run(ticks)

    def stop(self) -> None:
        """End ``run`` after the present tick; safe in a signal handler."""
        if self._driver is not None:
            self._driver.stop()

    def close(self) -> None:
        """End every process in order and note that this run ended so."""
        if self._driver is not None:
            self._driver.end()
            self._boot_log.end(self.boot)

    def _own_unit(self) -> Unit:
        config = Config(
            app=App.EXECUTIVE,
            seed=self.manifest.seed,
            epoch_ns=self.manifest.epoch_ns,
            tick_ms=self.manifest.tick_ms,
        )
        office = self._office
        return Unit(
            lambda configs: [ExecutiveApplication(configs[App.EXECUTIVE], office)], {App.EXECUTIVE: config}
        )

    def _open_star(self) -> Star:
        if self._run_dir is None or self._control is None or not self._token:
            raise ValueError(
                f"run folder, process control and token must be given for {self.settings.clock.value}"
            )
        transport = self.settings.transport
        if transport is None:
            realtime = self.settings.clock is Clock.REALTIME
            transport = Transport.ROUTER if realtime else Transport.PAIR
        star = Star(self.manifest, self._control, self._run_dir, self._token, transport)
        for name in self.manifest.processes:
            star.spawn(name)
        return star

    def _make_coordinator(self, declared: Sequence[Declared]) -> Coordinator:
        may_publish = self.manifest.may_publish()
        may_publish[int(App.EXECUTIVE)] = rights_of(App.EXECUTIVE)
        settings = Settings(
            tick_ms=self.manifest.tick_ms,
            heartbeat_ticks=self.settings.heartbeat_ticks,
            restart_ticks=self.settings.restart_ticks,
        )
        return Coordinator(
            declared,
            may_publish,
            settings=settings,
            injections=self._injections,
            recorder=self._recorder,
            tap=self._tap,
            on_down=self._office.on_down,
            on_snapshot=self._save,
        )

    def _make_driver(self, coordinator: Coordinator, local: Group) -> InProcess | Lockstep | Realtime:
        settings = self.settings
        if self.star is None:
            return InProcess(coordinator, local, wall_budget_s=settings.wall_budget_s, on_tick=self._on_tick)
        if settings.clock is Clock.REALTIME:
            return Realtime(coordinator, self.star, local, on_tick=self._on_tick)
        return Lockstep(
            coordinator,
            self.star,
            local,
            pace_ratio=settings.pace_ratio,
            wall_budget_s=settings.wall_budget_s,
            on_tick=self._on_tick,
        )

    def _save(self, app: int, snapshot: Snapshot) -> None:
        store = self._stores.get(app)
        if store is not None:
            store.save(snapshot.tick.to_bytes(_TICK_OCTETS) + snapshot.octets)

    def _restore(self, coordinator: Coordinator) -> None:
        """Give every application the newest valid snapshot of an earlier run."""
        for app, store in self._stores.items():
            saved = store.load()
            if saved is not None:
                coordinator.ports[app].snapshot = Snapshot(
                    int.from_bytes(saved[:_TICK_OCTETS]), saved[_TICK_OCTETS:]
                )

    def _restartable(self) -> frozenset[int]:
        """Return the applications that have memory of their own."""
        units = [one.unit for one in self.manifest.participants if one.unit]
        return frozenset(
            int(one.app) for one in self.manifest.participants if not one.unit or units.count(one.unit) == 1
        )

    def _check_injections(self, restartable: frozenset[int]) -> None:
        for one in self._injections:
            if int(one.app) not in restartable:
                raise ValueError(
                    f"fault must be on an application with memory of its own, got {one.app.name}"
                )
