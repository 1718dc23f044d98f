"""Commands wait, go once, in order, at the rate of the link, and never without a safe archive."""

import pytest

from ground.archive.records import CommandRow
from ground.command.build import BuiltCommand, build_command
from ground.command.desk import QueueFullError

S_NS = 1_000_000_000


def tier(value: int = 1) -> BuiltCommand:
    return build_command("POWER", "SetLoadTier", [("tier", value)])


def test_command_goes_through_every_stage_to_radiated(bench) -> None:
    one = bench.desk.submit(tier(), origin="test", now_ns=5)
    assert bench.archive.stages(one) == ["submitted", "authorised", "queued"]
    units = bench.desk.release(6, link_open=True, room_octets=1000)
    assert units == [b"POWER SetLoadTier tier=1 #0 None"]
    expected = ["submitted", "authorised", "queued", "released", "framed", "radiated"]
    assert bench.archive.stages(one) == expected
    row = next(row for row in bench.archive.rows if isinstance(row, CommandRow))
    assert (row.origin, row.name, row.arguments, row.expires_ns) == (
        "test",
        "SetLoadTier",
        "tier=1",
        5 + 300 * S_NS,
    )


def test_commands_wait_for_the_link_and_leave_in_order_once(bench) -> None:
    for value in (0, 1, 2):
        bench.desk.submit(tier(value), origin="test", now_ns=0)
    assert bench.desk.release(1, link_open=False, room_octets=1000) == []
    units = bench.desk.release(2, link_open=True, room_octets=1000)
    assert [unit.split()[2] for unit in units] == [b"tier=0", b"tier=1", b"tier=2"]
    assert bench.desk.release(3, link_open=True, room_octets=1000) == []


def test_commands_queue_behind_the_rate_of_the_link(bench) -> None:
    for value in (0, 1, 2):
        bench.desk.submit(tier(value), origin="test", now_ns=0)
    assert bench.desk.release(1, link_open=True, room_octets=0) == []
    assert len(bench.desk.release(2, link_open=True, room_octets=1)) == 1
    assert len(bench.desk.release(3, link_open=True, room_octets=40)) == 2
    assert bench.desk.queued_count == 0


@pytest.mark.parametrize(("age_ns", "leaves"), [(300 * S_NS, True), (300 * S_NS + 1, False)])
def test_command_expires_after_its_time_and_never_leaves_then(bench, age_ns: int, leaves: bool) -> None:
    one = bench.desk.submit(tier(), origin="test", now_ns=0)
    units = bench.desk.release(age_ns, link_open=True, room_octets=1000)
    assert bool(units) is leaves
    assert bench.archive.stages(one)[-1] == ("radiated" if leaves else "expired")
    assert bench.desk.release(age_ns, link_open=True, room_octets=1000) == []


def test_cancelled_command_does_not_leave_and_a_radiated_one_cannot_be_cancelled(bench) -> None:
    one, two = (bench.desk.submit(tier(value), origin="test", now_ns=0) for value in (1, 2))
    assert bench.desk.cancel(one, 1)
    assert len(bench.desk.release(2, link_open=True, room_octets=1000)) == 1
    assert not bench.desk.cancel(two, 3)
    assert not bench.desk.cancel(99, 3)
    assert bench.archive.stages(one)[-1] == "cancelled"


def test_release_is_safe_before_octets_leave(bench) -> None:
    one = bench.desk.submit(tier(), origin="test", now_ns=0)
    bench.desk.release(1, link_open=True, room_octets=1000)
    safe = [row.stage for row in bench.archive.rows[: bench.archive.safe_count] if hasattr(row, "stage")]
    assert safe == ["submitted", "authorised", "queued", "released", "framed"]
    assert bench.archive.stages(one)[-1] == "radiated"


def test_nothing_leaves_without_an_archive(bench) -> None:
    one = bench.desk.submit(tier(), origin="test", now_ns=0)
    bench.archive.failure = "disk full"
    assert bench.desk.release(1, link_open=True, room_octets=1000) == []
    found = bench.tracker.find(one)
    assert found.life.state == "cancelled"
    assert found.life.marks[-1].detail == "archive failed"


def test_command_that_cannot_be_framed_fails_there_and_the_next_one_goes(bench) -> None:
    bad, good = (bench.desk.submit(tier(value), origin="test", now_ns=0) for value in (3, 1))
    units = bench.desk.release(1, link_open=True, room_octets=1000)
    assert len(units) == 1
    assert bench.tracker.find(bad).life.failed_stage == "framed"
    assert bench.tracker.find(good).life.state == "radiated"


def test_refused_command_is_archived_as_failed_at_authorised(bench) -> None:
    one = bench.desk.submit(tier(), origin="test", now_ns=0, refusal="not armed")
    assert bench.archive.stages(one) == ["submitted", "failed"]
    assert bench.tracker.find(one).life.failed_stage == "authorised"
    assert bench.desk.release(1, link_open=True, room_octets=1000) == []


def test_sequence_counts_run_by_application_and_wrap(bench) -> None:
    bench.archive.sequences = {16: 16383}
    bench.restart()
    bench.desk.submit(tier(), origin="test", now_ns=0)
    bench.desk.submit(build_command("THERMAL", "NoOperation", []), origin="test", now_ns=0)
    bench.desk.submit(tier(), origin="test", now_ns=0)
    units = bench.desk.release(1, link_open=True, room_octets=1000)
    assert [unit.split(b"#")[1].split()[0] for unit in units] == [b"0", b"0", b"1"]


def test_queue_is_bounded(bench) -> None:
    for _ in range(1000):
        bench.desk.submit(tier(), origin="test", now_ns=0)
    with pytest.raises(QueueFullError, match="queued commands must be < 1000"):
        bench.desk.submit(tier(), origin="test", now_ns=0)
