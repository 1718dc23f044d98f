"""The expectations on the links, held against counts made by hand."""

from dataclasses import replace

import pytest

from hil.runner.evidence import LaserAccount, LinkAccount, LinkHealth
from hil.runner.expect_link import LaserDump, LinkRepairs
from hil.runner.expectation import judge
from hil.runner.verdict import Outcome

DOWN = {"symbols_corrected": 40, "frames_corrected": 30, "frames_missing": 0, "security_tag": 0}
UP = {"bits_corrected": 3, "cltu_empty": 0, "security_replayed": 0, "units_received": 9}


@pytest.mark.parametrize(
    ("down", "up", "outcome"),
    [
        ({}, {}, Outcome.PASS),
        ({"symbols_corrected": 39}, {}, Outcome.FAIL),
        ({}, {"bits_corrected": 2}, Outcome.FAIL),
        ({"frames_missing": 1}, {}, Outcome.FAIL),
        ({"security_tag": 1}, {}, Outcome.FAIL),
        ({}, {"security_replayed": 1}, Outcome.FAIL),
        ({}, {"units_received": 100}, Outcome.PASS),
    ],
)
def test_repairs_are_wanted_and_losses_and_rejects_are_not(evidence, down, up, outcome: Outcome) -> None:
    health = LinkHealth(
        down=DOWN | down, up=UP | up, missing_by_channel={}, flipped_down_count=40, flipped_up_count=3
    )
    expectation = LinkRepairs(name="x", symbols_corrected_min_count=40, bits_corrected_min_count=3)
    assert expectation.judge(replace(evidence, health=health)).outcome is outcome


@pytest.mark.parametrize(
    ("down", "end_s", "outcome"),
    [
        ({"symbols_corrected": 39}, 60.0, Outcome.INVALID),
        ({"symbols_corrected": 39}, 100.0, Outcome.FAIL),
        ({"frames_missing": 1}, 60.0, Outcome.FAIL),
        ({"security_tag": 1}, 60.0, Outcome.FAIL),
    ],
)
def test_too_few_repairs_fail_at_the_end_and_losses_at_once(evidence, down, end_s, outcome: Outcome) -> None:
    health = LinkHealth(
        down=DOWN | down, up=UP, missing_by_channel={}, flipped_down_count=40, flipped_up_count=3
    )
    made = replace(evidence, health=health, duration_s=end_s)
    (verdict,) = judge([LinkRepairs(name="x", symbols_corrected_min_count=40)], made)
    assert verdict.outcome is outcome


def test_rejects_are_named_with_their_end(evidence) -> None:
    health = LinkHealth(
        down=DOWN | {"security_tag": 2},
        up=UP | {"security_replayed": 1},
        missing_by_channel={"VC 1": 4},
        flipped_down_count=40,
        flipped_up_count=3,
    )
    verdict = LinkRepairs(name="x", rejected_max_count=3).judge(replace(evidence, health=health))
    assert verdict.outcome is Outcome.PASS
    assert verdict.measured.endswith("rejected: 2 down security_tag, 1 up security_replayed")
    assert health.as_table()["frames_missing_by_channel"] == {"VC 1": 4}


PACKETS = LinkAccount(
    made_count=1000, radiated_count=700, dropped_count=100, archived_count=690, gap_count=6, in_flight_count=4
)
"""700 = 690 + 6 + 4 in flight; 1000 = 700 + 100 + 200 waiting."""


def laser(ground: dict[str, int] | None = None, modem_rejects: int = 0, waiting: int = 200, **packets: int):
    return LaserAccount(
        packets=replace(PACKETS, **packets),
        waiting_count=waiting,
        board={"batch_rejected_count": modem_rejects},
        ground={"frames_received": 50, "slot_stale": 0, "security_replayed": 0, **(ground or {})},
    )


@pytest.mark.parametrize(
    ("account", "outcome"),
    [
        (laser(), Outcome.PASS),
        (laser(archived_count=689), Outcome.FAIL),
        (laser(archived_count=691), Outcome.FAIL),
        (laser(gap_count=5), Outcome.FAIL),
        (laser(archived_count=689, gap_count=7), Outcome.FAIL),  # accounted, but more are missing than may be
        (laser(waiting=199), Outcome.FAIL),
        (laser(radiated_count=699, archived_count=689, waiting=201), Outcome.FAIL),  # too few
        (laser(modem_rejects=1), Outcome.FAIL),
        (laser({"slot_checksum": 1}), Outcome.FAIL),
        (laser({"security_replayed": 1}), Outcome.FAIL),
        (laser({"frames_received": 99}), Outcome.PASS),
    ],
)
def test_laser_packets_are_all_somewhere_and_nothing_is_rejected(
    evidence, account: LaserAccount, outcome: Outcome
) -> None:
    expectation = LaserDump(name="x", radiated_min_count=700, missing_max_count=6)
    assert expectation.judge(replace(evidence, laser=account)).outcome is outcome


def test_laser_rejects_are_named_with_their_end(evidence) -> None:
    account = laser({"slot_stale": 2, "frame_checksum": 3}, modem_rejects=1)
    verdict = LaserDump(name="x", missing_max_count=9, rejected_max_count=6).judge(
        replace(evidence, laser=account)
    )
    assert verdict.outcome is Outcome.PASS
    assert "rejected: 1 modem batches, 2 ground slot_stale, 3 ground frame_checksum;" in verdict.measured
