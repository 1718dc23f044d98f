"""The bars of the bus: ticks per second of the mixed-rate set; deliveries and one exchange against pyzmq."""

import gc
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.bus_peers import echo_p50_s, publish_subscribe_per_s
from bench.row import Row, against, alone
from reference.bus import fanout, mixed

from flight.bus.barrier import await_ready
from flight.bus.coordinator import Coordinator
from flight.bus.envelope import HEADER_OCTETS
from flight.bus.group import Group
from flight.bus.inprocess import InProcess
from flight.bus.lockstep import Lockstep
from flight.bus.manifest import COORDINATOR, Manifest
from flight.bus.settings import Settings
from flight.bus.star import Star, Transport
from flight.dictionary.codec import encode
from flight.dictionary.types import App
from flight.executive.process_control import RealProcessControl

TESTS = str(Path(__file__).resolve().parent.parent)
REPEATS = 5
MESSAGE_OCTETS = HEADER_OCTETS + len(encode(mixed.lease(App.POWER, 1, 50.0)))
NOTE = "best of five; six messages of eleven fields a tick, encoded, hashed, accounted, decoded; recorder off"


def run() -> Iterator[Row]:
    """Measure everything."""
    bars = ((0, 10_000, 4000), (2, 3000, 1500), (8, 1500, 1000))
    for processes, bar, ticks in bars:
        name = f"mixed-rate set over {processes} processes" if processes else "mixed-rate set in-process"
        value = _best(
            lambda processes=processes, ticks=ticks: _ticks_per_s(mixed.manifest(0, processes), ticks)
        )  # type: ignore[misc]
        yield alone(name, value, "ticks/s", at_least=bar, note=NOTE)
    with TemporaryDirectory(prefix="dd") as folder:
        raw = _best(lambda: publish_subscribe_per_s(Path(folder), MESSAGE_OCTETS, 100_000))
        yield from _deliveries(raw)
        yield from _exchange(Path(folder))


def _deliveries(raw_per_s: float) -> Iterator[Row]:
    """Deliveries of eight messages a tick that every application hears, decoded by each process."""
    reference = "raw pyzmq PUB/SUB, one frame"
    for processes, applications, is_bar in ((0, 8, True), (2, 8, False), (2, 2, False)):
        manifest = fanout.manifest(applications, 8, processes)
        copies = 8 * applications
        value = copies * _best(lambda manifest=manifest: _ticks_per_s(manifest, 1000))  # type: ignore[misc]
        where = f"over {processes} processes" if processes else "in-process"
        name = f"deliveries of 8 messages a tick to {applications} applications {where}"
        if is_bar:
            yield against(name, value, "messages/s", reference, raw_per_s, at_least=0.30)
        else:
            note = "for comparison: the bar is on the row above"
            yield against(name, value, "messages/s", reference, raw_per_s, note=note)


def _exchange(folder: Path) -> Iterator[Row]:
    """One tick with one process: one message out, step, one message back."""
    raw_s = min(echo_p50_s(folder, MESSAGE_OCTETS, 2000) for _ in range(REPEATS))
    ours_s = min(_exchange_p50_s() for _ in range(REPEATS))
    name = "one tick exchange with one process, p50"
    yield against(name, ours_s * 1e6, "us", "raw DEALER/ROUTER echo", raw_s * 1e6, at_most=1.5)


def _best(measure: Callable[[], float]) -> float:
    return max(measure() for _ in range(REPEATS))


def _ticks_per_s(manifest: Manifest, ticks: int) -> float:
    """Return ticks per second of one run, after fifty ticks to settle."""
    with _loop(manifest) as clock:
        clock.run(50)
        begin_s = time.perf_counter()
        clock.run(ticks)
        return ticks / (time.perf_counter() - begin_s)


def _exchange_p50_s() -> float:
    times: list[float] = []
    with _loop(fanout.talker(), lambda _: times.append(time.perf_counter())) as clock:
        clock.run(2000)
    return statistics.median(b - a for a, b in pairwise(times))


class _loop:  # noqa: N801 - a context manager, used like a function
    """Bring a manifest up, in-process or in lockstep, without an executive."""

    def __init__(
        self,
        manifest: Manifest,
        on_tick: Callable[[int], None] | None = None,
        transport: Transport = Transport.PAIR,
    ) -> None:
        self._transport = transport
        self._manifest = manifest
        self._on_tick = on_tick
        self._folder = TemporaryDirectory(prefix="dd")

    def __enter__(self) -> InProcess | Lockstep:
        manifest, settings = self._manifest, Settings()
        local = Group(manifest.units(COORDINATOR))
        if not manifest.processes:
            coordinator = Coordinator(local.declared(), manifest.may_publish(), settings=settings)
            self._clock: InProcess | Lockstep = InProcess(coordinator, local, on_tick=self._on_tick)
        else:
            run_dir = Path(self._folder.name)
            control, token = RealProcessControl(run_dir, [TESTS]), secrets.token_bytes(16)
            star = Star(manifest, control, run_dir, token, self._transport)
            for name in manifest.processes:
                star.spawn(name)
            declared = await_ready(star, manifest.processes, 60.0)
            coordinator = Coordinator(declared, manifest.may_publish(), settings=settings)
            self._clock = Lockstep(coordinator, star, local, on_tick=self._on_tick)
        self._clock.begin()
        gc.collect()
        gc.freeze()
        return self._clock

    def __exit__(self, *_: object) -> None:
        gc.unfreeze()
        unaccounted = self._clock.coordinator.unaccounted_count
        self._clock.end()
        self._folder.cleanup()
        if unaccounted:
            raise RuntimeError(f"unaccounted messages must be 0, got {unaccounted}")
