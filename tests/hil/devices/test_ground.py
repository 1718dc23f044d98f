"""The ground as a participant: it answers in the tick in which it hears."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from reference.link.ends import FLOWN_OPTIONS, flown_ends

from flight.bus.application import Config
from flight.bus.group import Unit
from flight.dictionary.pus import PacketOrigin, build_alive
from flight.dictionary.radio import GroundReceived, GroundTransmit, StationStatus
from flight.dictionary.types import App
from flight.link.clcw import Clcw
from flight.link.sender import TelemetrySender
from hil.devices.ground import build

EPOCH_NS = 2_152_709_197_000_000_000
PROCEDURE = """
def run(sat):
    sat.cmd("POWER", "NoOperation")
    sat.wait(3.0)
"""


def view(in_view: int) -> StationStatus:
    return StationStatus(
        time_ns=EPOCH_NS, station_index=0, in_view=in_view, azimuth_rad=0.0, elevation_rad=0.5, range_m=9e5
    )


def heard(octets: bytes) -> GroundReceived:
    return GroundReceived(time_ns=EPOCH_NS, station_index=0, elevation_rad=0.5, octets=octets)


def satellite() -> TelemetrySender:
    ends = flown_ends()
    return TelemetrySender(ends.telemetry, security=ends.security(ends.telemetry, is_sender=True))


def ground(loop_of, tmp_path: Path, script, procedure: str = ""):
    options: dict[str, object] = {"satellite": 0x6D, "archive": str(tmp_path / "ground.sqlite")}
    options["link"] = FLOWN_OPTIONS
    if procedure:
        path = tmp_path / "procedure.py"
        path.write_text(procedure)
        options["procedure"] = str(path)
    config = Config(app=App.GROUND, seed=7, epoch_ns=EPOCH_NS, options=options)
    return loop_of([Unit(build, {App.GROUND: config})], {App.RADIO: script})


def test_frames_are_archived(loop_of, tmp_path: Path) -> None:
    sender = satellite()
    for count in range(3):
        origin = PacketOrigin(
            application=App.POWER, sequence=count, time_ns=EPOCH_NS, message_count=count, destination=0
        )
        sender.push(1, build_alive(origin))
    frames = b"".join(sender.frames(4, idle=True, only_idle=False))
    loop = ground(loop_of, tmp_path, {3: [view(1), heard(frames)]})
    loop.run(20)
    loop.group.close()
    archive = sqlite3.connect(tmp_path / "ground.sqlite")
    assert archive.execute("SELECT count(*) FROM packet").fetchone()[0] == 3
    archive.close()


def test_command_waits_for_the_pass_and_leaves_in_the_tick_that_confirms_its_channel(
    loop_of, tmp_path: Path
) -> None:
    sender = satellite()
    sender.ocf_word = Clcw(vcid=0).pack()
    (first,) = sender.frames(1, idle=True)
    sender.ocf_word = Clcw(vcid=0, report_value=128).pack()
    (second,) = sender.frames(1, idle=True)
    loop = ground(loop_of, tmp_path, {23: [view(1), heard(first)], 26: [heard(second)]}, PROCEDURE)
    loop.run(60)
    loop.group.close()
    # Sequence control sets V(R) on the first control word; the command follows when the next one confirms it.
    assert [tick for tick, _ in loop.said(GroundTransmit)][:2] == [24, 27]
    archive = sqlite3.connect(tmp_path / "ground.sqlite")
    stages = dict(archive.execute("SELECT stage, time_ns FROM command_stage"))
    outcome = archive.execute("SELECT value FROM meta WHERE name = 'procedure'").fetchone()[0]
    archive.close()
    assert stages["radiated"] == EPOCH_NS + 2_700_000_000
    assert outcome == "passed"
