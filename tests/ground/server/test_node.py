"""The node as a whole: what is summed up is what happened, and the same run gives the same archive."""

import gc
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference.link.ends import plain_ends

from flight.dictionary.power import SectionLost
from flight.dictionary.types import App
from ground.archive.query import ArchiveReader
from ground.archive.records import LineRow
from ground.archive.sqlite import ArchiveWriter
from ground.script.api import Satellite
from ground.script.procedure import Procedure
from ground.server.config import GroundConfig
from ground.server.node import GroundNode, StationView

OUT = StationView(in_view=False, azimuth_rad=0.0, elevation_rad=-0.1, range_m=3e6)


def operate(sat: Satellite) -> None:
    sat.cmd("POWER SetLoadTier tier=1").wait("completed", 10)
    sat.wait_check("POWER PowerStatus load_tier == 1", 10)
    sat.cmd("POWER NoOperation").wait("completed", 10)


def dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_summary_counts_what_came_down(make_loop, publish, satellite, archive_path: Path) -> None:
    loop = make_loop(procedure=Procedure("operate", operate))
    loop.each_tick = publish
    loop.run(20)
    satellite.event(App.POWER, SectionLost(section_index=1, power_w=0.0, power_expected_w=1.0))
    loop.run(1)
    summary = loop.node.summary()
    assert summary.packets_by_kind == (("event", 1), ("housekeeping", 21), ("verification", 4))
    assert summary.packets_by_apid == ((16, 26),)
    assert summary.packets_by_channel == ((0, 5), (1, 21))
    assert (summary.packet_count, summary.missing_count, summary.event_count) == (26, 0, 1)
    assert [command.state for command in summary.commands] == ["completed", "completed"]
    assert all(command.delay_s("accepted") == 0.2 for command in summary.commands)
    assert not summary.interactive
    loop.node.close()
    reader = ArchiveReader(archive_path)
    assert len(list(reader.packets())) == 26
    assert len(list(reader.events())) == 1
    assert [history.row.origin for history in reader.commands()] == ["procedure", "procedure"]
    assert ("procedure", "passed") in reader.meta()
    reader.close()


def test_the_same_run_gives_the_same_archive(make_loop, publish, satellite, config, tmp_path: Path) -> None:
    dumps = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.sqlite"
        other = replace_satellite(satellite)
        archive = ArchiveWriter(path, satellite=109, durable=False)
        node = GroundNode(config, archive, procedure=Procedure("operate", operate))
        run_loop(node, other, publish, 15)
        node.close()
        dumps.append(dump(path))
    assert dumps[0] == dumps[1]
    assert len(dumps[0]) > 50


def replace_satellite(satellite):
    """Return a satellite like a fresh one."""
    return type(satellite)(answer=satellite.answer)


def run_loop(node, satellite, publish, seconds: float) -> None:
    """Run a node against a satellite without the fixture's loop."""
    up: list[bytes] = []
    down: list[bytes] = []
    view = StationView(in_view=True, azimuth_rad=0.0, elevation_rad=0.5, range_m=1e6)

    class Ticks:
        tick = 0
        now_ns = satellite.now_ns

    ticks = Ticks()
    start_ns = satellite.now_ns
    for tick in range(round(seconds * 10)):
        ticks.tick, ticks.now_ns = tick, start_ns + tick * 100_000_000
        satellite.now_ns = ticks.now_ns
        publish(ticks)
        satellite.hear(up)
        arrived, down = down, satellite.frames()
        up = node.step(ticks.now_ns, arrived, view)


def test_commands_wait_for_the_pass_and_expire_without_one(make_loop, publish, satellite) -> None:
    loop = make_loop(procedure=Procedure("p", lambda sat: (sat.cmd("POWER NoOperation"), sat.wait(1e4))))
    loop.view = OUT
    loop.run(200)
    assert satellite.commands == []
    loop.view = StationView(in_view=True, azimuth_rad=0.0, elevation_rad=0.5, range_m=1e6)
    loop.run(1)
    assert len(satellite.commands) == 1
    loop.node.close()
    later = make_loop(procedure=Procedure("p", lambda sat: (sat.cmd("POWER NoOperation"), sat.wait(1e4))))
    later.view = OUT
    later.run(301)
    assert later.node.summary().commands[-1].state == "expired"


def test_last_view_holds_while_the_antenna_says_nothing_new(make_loop, satellite) -> None:
    loop = make_loop(
        procedure=Procedure("p", lambda sat: (sat.wait(5), sat.cmd("POWER NoOperation"), sat.wait(2)))
    )
    loop.run(1)
    loop.view = None
    loop.run(8)
    assert len(satellite.commands) == 1


def test_uplink_rate_spreads_commands_over_time(make_loop, satellite, config) -> None:
    def burst(sat: Satellite) -> None:
        for _ in range(40):
            sat.cmd("POWER NoOperation")
        sat.wait(100)

    slow = replace(config, uplink_bit_per_s=500.0)
    loop = make_loop(procedure=Procedure("burst", burst))
    node = GroundNode(slow, loop.node._archive, procedure=Procedure("burst", burst))
    loop.node = node
    heard = []
    for _ in range(8):
        loop.run(1)
        heard.append(len(satellite.commands))
    unit_octets = 34
    per_second = 500 / 8 / unit_octets
    assert heard[-1] < 40
    for i, count in enumerate(heard):
        assert count <= per_second * (i + 2) + 1
    loop.run(20)
    assert len(satellite.commands) == 40
    node._procedure.stop()


def test_gaps_and_rejects_are_in_the_summary_and_the_archive(
    make_loop, publish, satellite, archive_path
) -> None:
    loop = make_loop()
    loop.each_tick = publish
    lost = 0
    for _ in range(50):
        loop.step()
        if loop._down and loop.tick % 20 == 1:
            loop._down = []
            lost += 1
    satellite.sender.push(1, b"\x08\x05\xc0\x00\x00\x00\x00")
    loop.run(2)
    summary = loop.node.summary()
    assert summary.missing_count == lost == 3
    assert summary.rejects == (("truncated", 1),)
    loop.node.close()
    reader = ArchiveReader(archive_path)
    gaps = {(gap.layer, gap.channel): gap.missing_count for gap in reader.gap_totals()}
    assert gaps[("frame", 1)] == 3
    assert ("packet", "truncated", 1) in reader.counters()
    reader.close()


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=1200), max_size=6), st.booleans())
def test_any_octets_leave_the_node_standing(octets: list[bytes], in_view: bool) -> None:
    class Nowhere:
        failure = ""

        def __getattr__(self, name: str):
            empty = {
                "open_commands": (),
                "last_command_id": 0,
                "last_sequence_counts": {},
                "last_packet_counts": {},
                "load": "",
                "commit": True,
            }
            return lambda *_: empty.get(name)

    node = GroundNode(GroundConfig(satellite=1, token_key=b"k", ends=plain_ends()), Nowhere())  # type: ignore[arg-type]
    view = StationView(in_view=in_view, azimuth_rad=0.0, elevation_rad=0.0, range_m=1.0)
    for tick, part in enumerate(octets):
        assert node.step(tick * 100_000_000, [part], view) == []
    assert node.summary().packet_count >= 0


def test_next_wake_is_the_end_of_the_procedures_wait(make_loop) -> None:
    loop = make_loop(procedure=Procedure("p", lambda sat: sat.wait(3.3)))
    assert loop.node.next_wake_ns is None
    loop.step()
    assert loop.node.next_wake_ns == loop.now_ns - 100_000_000 + 3_300_000_000
    loop.run(4)
    assert loop.node.next_wake_ns is None
    assert loop.node.summary().procedure.outcome == "passed"


def test_run_that_ends_first_stops_the_procedure(make_loop, archive_path: Path) -> None:
    loop = make_loop(procedure=Procedure("p", lambda sat: sat.wait(1000)))
    loop.run(1)
    assert loop.node.summary().procedure.outcome == "running"
    loop.node.close()
    assert loop.node.summary().procedure.outcome == "failed"
    reader = ArchiveReader(archive_path)
    assert "must end before the run does" in dict(reader.meta())["procedure"]
    reader.close()


def test_restarted_node_takes_up_the_queue_and_sends_nothing_twice(make_loop, publish, satellite) -> None:
    first = make_loop(
        procedure=Procedure("p", lambda sat: (sat.cmd("POWER NoOperation"), sat.wait(0.3), sat.wait(1e4)))
    )
    first.step()
    first.view = OUT
    first.run(1)
    first.node._operator.handle(
        first.node._operator.open_session("test"),
        __import__("ground.script.requests", fromlist=["x"]).SendCommand(
            application="POWER", name="SetLoadTier", arguments=(("tier", 2),)
        ),
        first.now_ns,
    )
    first.node._archive.commit()
    first.node._procedure.stop()
    second = make_loop()
    second.tick = first.tick
    second.run(2)
    assert [type(one.command).__name__ for one in satellite.commands] == ["NoOperation", "SetLoadTier"]
    assert [one.sequence for one in satellite.commands] == [0, 1]
    states = [command.state for command in second.node.summary().commands]
    assert states[-1] == "completed"


def test_procedure_in_which_the_node_died_is_not_run_again(make_loop, satellite, archive_path: Path) -> None:
    def body(sat: Satellite) -> None:
        sat.cmd("POWER NoOperation").wait("completed", 5)
        sat.wait(100)

    first = make_loop(procedure=Procedure("body", body))
    first.run(3)
    first.node._archive.commit()
    first.node._procedure._procedure.stop()
    second = make_loop(procedure=Procedure("body", body))
    second.tick = first.tick
    second.run(3)
    assert len(satellite.commands) == 1
    outcome = second.node.summary().procedure
    assert (outcome.outcome, outcome.error) == (
        "failed",
        "procedure must not run twice, got a crash of the ground in body",
    )
    first.node._is_closed = True
    second.node.close()
    third = make_loop(procedure=Procedure("body", body))
    third.tick = second.tick
    third.run(3)
    assert len(satellite.commands) == 2


def test_node_that_is_dropped_lets_go_of_its_archive_without_the_collector(
    config, archive_path: Path
) -> None:
    gc.disable()
    try:
        for tick in range(3):
            archive = ArchiveWriter(archive_path, satellite=109, durable=False)
            node = GroundNode(config, archive, procedure=Procedure("p", lambda sat: sat.wait(99)))
            node.step(tick, (), OUT)
            assert node.summary().archive_failure == ""
            archive.put(LineRow(time_ns=0, origin="test", text="opens a transaction"))
            archive._flush()
            node._procedure.stop()
            del node, archive
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("name", "value"),
    [("ttl_s", 0.0), ("uplink_bit_per_s", -1.0), ("commit_period_s", float("nan")), ("token_key", b"")],
)
def test_settings_outside_their_range_are_refused(config, name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        replace(config, **{name: value})
