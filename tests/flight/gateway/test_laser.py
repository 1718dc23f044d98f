"""The laser end on a bus: it keeps reports, sends while the link is up, and comes back from a crash."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from reference.bus.samples import sample
from reference.link.ends import FLOWN_OPTIONS

from flight.bus.application import Application, Config
from flight.bus.disk import DiskError, MemoryDisk
from flight.bus.settings import Fault, Injection
from flight.dictionary.fields import field_specs
from flight.dictionary.laser import LaserBatch, LaserModemStatus, LaserStatus, LaserWithheld
from flight.dictionary.layout import pack
from flight.dictionary.optical import OpticalStatus
from flight.dictionary.services import BulkReport
from flight.dictionary.thermal import LoopReading
from flight.dictionary.types import App
from flight.gateway.laser import LaserApplication, build
from flight.link.errors import LocalLinkError

EPOCH_NS = 2_272_147_237_000_000_000
HEARD = (LaserBatch, LaserStatus, LaserWithheld)
TERMINAL = 2


def report(number: int, tick: int) -> BulkReport:
    return BulkReport(
        time_ns=EPOCH_NS + tick * 100_000_000,
        structure_id=LoopReading.SPEC.id,
        source=App.LOOPS,
        data=pack(sample(LoopReading, number)),
    )


def modem(tick: int, up: int) -> LaserModemStatus:
    values = {spec.name: 0 for spec in field_specs(LaserModemStatus)}
    time_ns = EPOCH_NS + tick * 100_000_000
    return LaserModemStatus(**(values | {"time_ns": time_ns, "terminal_index": TERMINAL, "link_up": up}))


def optical(up_mask: int, planned_mask: int) -> OpticalStatus:
    return replace(sample(OpticalStatus, 1), link_up_mask=up_mask, planned_mask=planned_mask)


def script(seconds: int, *, modem_up, optical_up, each: int = 60):
    """Return scripts of housekeeping, modem and optical application, by second."""
    reports = {10 * s + 1: [report(s * each + n, 10 * s + 1) for n in range(each)] for s in range(seconds)}
    modems = {10 * s + 2: [modem(10 * s + 2, int(modem_up(s)))] for s in range(seconds)}
    masks = {10 * s + 3: [optical(*optical_up(s))] for s in range(seconds)}
    return reports, modems, masks


ALL = (1 << TERMINAL, 1 << TERMINAL)


class Bench:
    """The laser end between scripted neighbours."""

    def __init__(
        self, make_actor, make_loop, scripts, *, kill_tick: int = 0, disk=None, path: str = ""
    ) -> None:
        reports, modems, masks = scripts
        kept = disk or MemoryDisk()

        class Flown(LaserApplication):
            def __new__(cls, config: Config) -> Application:  # type: ignore[misc]
                options = {**FLOWN_OPTIONS, "ring": path}
                (made,) = build({App.LASER: replace(config, options=options, disk=kept)})
                return made

        self.loop = make_loop(
            Flown,
            make_actor(App.HOUSEKEEPING, reports, ()),
            make_actor(App.LASER_MODEM, modems, HEARD),
            make_actor(App.OPTICAL, masks, ()),
            injections=[Injection(tick=kill_tick, app=App.LASER, fault=Fault.KILL)] if kill_tick else [],
        )

    def heard(self, cls):
        return [(tick, one.message) for tick, one in self.loop[App.LASER_MODEM].heard
                if isinstance(one.message, cls)]  # fmt: skip

    def last(self) -> LaserStatus:
        return self.heard(LaserStatus)[-1][1]


@pytest.fixture
def bench(make_actor, make_loop):
    def made(seconds: int, **named):
        keys = ("modem_up", "optical_up", "each")
        scripts = script(
            seconds, **({"modem_up": lambda _: True, "optical_up": lambda _: ALL}
                        | {key: named.pop(key) for key in keys if key in named})
        )  # fmt: skip
        one = Bench(make_actor, make_loop, scripts, **named)
        one.loop.run(10 * seconds)
        return one

    return made


@pytest.mark.requirement("GTW-012")
def test_batches_go_only_while_modem_and_plan_say_so(bench) -> None:
    def optical_up(second: int) -> tuple[int, int]:
        return (1 << TERMINAL, 0 if second < 12 else 1 << TERMINAL)

    one = bench(20, modem_up=lambda second: second >= 8, optical_up=optical_up, each=100)
    ticks = [tick for tick, _ in one.heard(LaserBatch)]
    assert ticks
    assert min(ticks) >= 125
    assert {tick for tick, status in one.heard(LaserStatus) if status.is_sending} == set(range(126, 200, 10))


def test_other_terminals_do_not_count(bench) -> None:
    one = bench(10, optical_up=lambda _: (0xF & ~(1 << TERMINAL), 0xF), each=100)
    assert not one.heard(LaserBatch)


def test_silent_modem_gets_nothing(bench, make_actor, make_loop) -> None:
    reports, modems, masks = script(20, modem_up=lambda _: True, optical_up=lambda _: ALL, each=125)
    early = {tick: said for tick, said in modems.items() if tick < 50}
    one = Bench(make_actor, make_loop, (reports, early, masks))
    one.loop.run(200)
    assert max(tick for tick, _ in one.heard(LaserBatch)) == 66  # sent in 65; 75 is more than 3 s after 42


def test_frame_waits_until_it_is_full_or_thirty_seconds_old(bench) -> None:
    one = bench(80, each=1)
    batches = [tick for tick, _ in one.heard(LaserBatch)]
    assert batches == [306, 616]  # the oldest report of tick 1 is 30 s old in tick 305; the next of tick 311
    full = bench(8, each=125)  # 134 octets each: more than the 16,342 of a frame
    assert [tick for tick, _ in full.heard(LaserBatch)][:3] == [6, 16, 26]


@pytest.mark.requirement("GTW-010")
def test_counts_balance(bench) -> None:
    one = bench(30, modem_up=lambda second: second % 7 > 3, each=70)
    last = one.last()
    assert last.packet_made_count == 29 * 70 + 70
    assert last.packet_made_count == (
        last.packet_radiated_count + last.packet_dropped_count + last.packet_waiting_count
    )
    assert last.packet_radiated_count > 0
    assert last.batch_count == len(one.heard(LaserBatch))


@pytest.mark.requirement("GTW-010")
def test_killed_end_comes_back_with_every_report_and_fresh_generations(bench, tmp_path: Path) -> None:
    path = str(tmp_path / "board.ring")
    killed = bench(30, each=60, kill_tick=173, path=path)
    assert killed.loop[App.LASER].restart_count == 1
    whole = bench(30, each=60)
    generations = [batch.generation for _, batch in killed.heard(LaserBatch)]
    assert generations == list(range(1, len(generations) + 1))
    assert whole.last().packet_made_count == killed.last().packet_made_count == 30 * 60
    last = killed.last()
    assert last.packet_made_count == (
        last.packet_radiated_count + last.packet_dropped_count + last.packet_waiting_count
    )
    killed.loop[App.LASER].close()
    assert not list(tmp_path.iterdir())


@pytest.mark.requirement("GTW-011")
def test_disk_without_numbers_is_told_and_nothing_is_sent(bench) -> None:
    class Full(MemoryDisk):
        def write(self, name: str, offset: int, octets: bytes) -> None:
            if name.startswith("link_"):
                raise DiskError(28, "no space left")
            super().write(name, offset, octets)

    one = bench(15, each=100, disk=Full())
    assert not one.heard(LaserBatch)
    assert [event.count for _, event in one.heard(LaserWithheld)] == [1, 10]
    assert one.last().batch_withheld_count >= 10
    assert one.last().disk_fault_count >= 10


def test_options_are_refused_by_name() -> None:
    config = Config(app=App.LASER, options={**FLOWN_OPTIONS, "ring": 3})
    with pytest.raises(LocalLinkError, match="ring must be a path or empty, got 3"):
        build({App.LASER: config})
    with pytest.raises(LocalLinkError, match=r"keys\.toml must be on the disk"):
        build({App.LASER: Config(app=App.LASER)})
