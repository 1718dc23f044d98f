import pytest

from flight.dictionary.gateway import LinkCounts
from flight.gateway.counts import COUNTED, LinkTally
from flight.gateway.refusals import RefusalCounts
from flight.gateway.uplink import TAKEN, Refusal
from flight.link.errors import Reject

OF_TELEMETRY = {
    Reject.FRAME_POINTER,
    Reject.FRAME_SIGNALLING,
    Reject.FRAME_UNREPAIRABLE,
    Reject.FRAME_HEADER_CHECK,
    Reject.FRAME_SECONDARY_HEADER,
    Reject.FRAME_REPEATED,
    Reject.POINTER_MISMATCH,
    Reject.PACKET_INCOMPLETE,
}
"""Rejects that only the receiver of telemetry has: the ground counts them itself."""


def test_every_reject_of_a_telecommand_has_a_field_of_its_own():
    names = {reject.name.lower() for reject in set(Reject) - OF_TELEMETRY}
    assert set(COUNTED) == names | set(TAKEN)


@pytest.mark.requirement("GTW-009")
def test_counts_are_reported_on_change_and_every_ten_seconds():
    tally, refusals, taken = LinkTally(), RefusalCounts(), dict.fromkeys(TAKEN, 0)

    def due(second: int, faults: int = 0) -> LinkCounts | None:
        return tally.take(5, second, taken, refusals, (0, faults))

    assert due(3) is not None
    assert [second for second in range(4, 31) if due(second)] == [10, 20, 30]
    refusals.add(Refusal(name="security_tag", layer="security"))
    found = due(31)
    assert found is not None
    assert (found.security_tag_count, found.security_replayed_count, found.time_ns) == (1, 0, 5)
    taken["bits_corrected"] = 7
    found = due(32, faults=2)
    assert found is not None
    assert (found.bits_corrected_count, found.disk_fault_count) == (7, 2)
    assert due(33, faults=2) is None
