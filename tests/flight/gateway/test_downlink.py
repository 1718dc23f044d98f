import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.link.ends import flown_ends, plain_ends

from flight.bus.disk import MemoryDisk
from flight.dictionary.layout import pack
from flight.dictionary.pus import Telemetry, housekeeping_content, parse_telemetry
from flight.dictionary.pus_telemetry import event_content
from flight.dictionary.services import WatchCleared
from flight.dictionary.types import App, Severity
from flight.gateway.downlink import QUEUE_OCTETS_MAX, Channel, Downlink
from flight.gateway.waiting import PACKET_OVERHEAD_OCTETS
from flight.link.events import PacketReceived
from flight.link.profile import load_builtin
from flight.link.receiver import TelemetryReceiver

PROFILE = load_builtin("plain_telemetry")
CADU = PROFILE.cadu_octets
NOW_NS = 2_272_147_237_000_000_000


def event(number: int):
    return event_content(WatchCleared.SPEC.id, Severity.INFO, pack(WatchCleared(watch_id=number, value=1.0)))


def big(octets: int):
    return housekeeping_content(0x1481, bytes(octets))


def received(octets: bytes, receiver: TelemetryReceiver | None = None) -> list[PacketReceived]:
    receiver = receiver or TelemetryReceiver(PROFILE, first_count=0)
    return [one for one in receiver.receive(octets) if isinstance(one, PacketReceived)]


@pytest.mark.requirement("GTW-004")
def test_reports_go_first_then_live_then_stored():
    downlink = Downlink(plain_ends())
    for channel in (Channel.STORED, Channel.LIVE, Channel.REPORTS):
        downlink.put(channel, App.MONITORING, NOW_NS, event(channel))
    packets = received(downlink.frames(8 * CADU, 0))
    assert [one.vcid for one in packets] == [Channel.REPORTS, Channel.LIVE, Channel.STORED]
    assert [parse_telemetry(one.packet).sequence for one in packets] == [0, 1, 2]


def test_stored_housekeeping_keeps_its_share_in_a_flood_of_events():
    downlink = Downlink(flown_ends())
    for _ in range(30):
        downlink.put(Channel.REPORTS, App.POWER, NOW_NS, big(2000))
    for _ in range(5):
        downlink.put(Channel.STORED, App.POWER, NOW_NS, big(900))
    again = Downlink(flown_ends())
    for _ in range(3):
        downlink.frames(6 * CADU, 0)
    again.restore(downlink.snapshot())
    assert again.snapshot() == downlink.snapshot()
    stored = [one for one in downlink.snapshot()[1] if one[0] == Channel.STORED]
    assert 1 <= 5 - len(stored[0][1]) <= 2  # a tenth of 18 frames, while events wait
    assert [len(one[1]) > 0 for one in downlink.snapshot()[1]] == [True, False, True]


def test_without_numbers_nothing_is_sent_and_everything_waits():
    class Full(MemoryDisk):
        is_full = True

        def write(self, name: str, offset: int, octets: bytes) -> None:
            if self.is_full:
                raise OSError(28, "planted")
            super().write(name, offset, octets)

    disk = Full()
    downlink = Downlink(flown_ends(disk))
    assert downlink.frames(4 * CADU, 0) == b""
    assert downlink.withheld_count == 0
    downlink.put(Channel.REPORTS, App.POWER, NOW_NS, event(1))
    assert [downlink.frames(4 * CADU, 0) for _ in range(3)] == [b"", b"", b""]
    assert (downlink.withheld_count, downlink.fault_count, downlink.queued_count) == (3, 3, 1)
    disk.is_full = False
    assert len(downlink.frames(4 * CADU, 0)) == CADU
    assert downlink.queued_count == 0


def test_counts_run_by_application_and_by_type():
    downlink = Downlink(plain_ends())
    for app in (App.MONITORING, App.POWER, App.MONITORING):
        downlink.put(Channel.REPORTS, app, NOW_NS, event(1))
    found = [parse_telemetry(one.packet) for one in received(downlink.frames(CADU, 0))]
    assert [(f.application, f.sequence, f.message_count) for f in found] == [
        (App.MONITORING, 0, 0),
        (App.POWER, 0, 0),
        (App.MONITORING, 1, 1),
    ]
    assert all(isinstance(f, Telemetry) and f.time_ns == NOW_NS for f in found)


@pytest.mark.requirement("GTW-006")
def test_a_full_queue_drops_its_oldest_and_counts_them_and_the_counts_have_no_gap():
    downlink = Downlink(plain_ends())
    count = QUEUE_OCTETS_MAX[Channel.REPORTS] // (PACKET_OVERHEAD_OCTETS + len(event(0).data)) + 10
    for number in range(count):
        downlink.put(Channel.REPORTS, App.MONITORING, NOW_NS, event(number))
    assert downlink.dropped_count == 10
    found = [parse_telemetry(one.packet) for one in received(downlink.frames(10**6, 0))]
    assert [f.sequence for f in found] == list(range(count - 10))
    assert found[0].content.watch_id == 10


def test_live_housekeeping_is_dropped_when_nobody_listens():
    downlink = Downlink(plain_ends())
    downlink.put(Channel.LIVE, App.POWER, NOW_NS, event(1))
    downlink.put(Channel.STORED, App.POWER, NOW_NS, event(2))
    downlink.drop_live()
    assert (downlink.dropped_count, downlink.queued_count) == (1, 1)


def test_the_rate_bounds_the_frames_of_a_tick_and_the_rest_waits():
    downlink = Downlink(plain_ends())
    for _ in range(10):
        downlink.put(Channel.STORED, App.POWER, NOW_NS, big(1000))
    octets = downlink.frames(3 * CADU + 5, 0)
    assert len(octets) == 3 * CADU
    assert downlink.radiated_count + downlink.queued_count == 10
    assert downlink.frames(CADU - 1, 0) == b""


def test_a_report_longer_than_a_tick_carries_goes_in_pieces():
    downlink, receiver = Downlink(plain_ends()), TelemetryReceiver(PROFILE, first_count=0)
    downlink.put(Channel.STORED, App.POWER, NOW_NS, big(4000))
    downlink.put(Channel.STORED, App.POWER, NOW_NS, event(1))
    packets = [one for _ in range(8) for one in received(downlink.frames(CADU, 0), receiver)]
    assert [len(one.packet) for one in packets] == [4025, PACKET_OVERHEAD_OCTETS + len(event(1).data)]
    assert downlink.queued_octets == 0


@pytest.mark.requirement("GTW-006")
@given(
    st.lists(st.tuples(st.sampled_from(Channel), st.integers(0, 3000), st.booleans()), max_size=60), st.data()
)
def test_every_report_is_radiated_dropped_or_waits(puts, data):
    downlink = Downlink(plain_ends())
    radiated = []
    receiver = TelemetryReceiver(PROFILE, first_count=0)
    for channel, octets, flush in puts:
        downlink.put(channel, App.POWER, NOW_NS, big(octets))
        if flush:
            radiated += received(downlink.frames(data.draw(st.integers(0, 20_000)), 0), receiver)
        assert downlink.made_count == downlink.radiated_count + downlink.dropped_count + downlink.queued_count
    while downlink.queued_octets:
        radiated += received(downlink.frames(20_000, 0), receiver)
    assert len(radiated) == downlink.radiated_count
    assert downlink.frame_count == receiver.counters["frames_received"]
    sequences = sorted(int.from_bytes(one.packet[2:4]) & 0x3FFF for one in radiated)
    assert sequences == list(range(len(radiated)))


def test_a_snapshot_goes_on_where_it_was_taken():
    downlink, again = Downlink(plain_ends()), Downlink(plain_ends())
    for number in range(5):
        downlink.put(Channel(number % 3), App.POWER, NOW_NS, event(number))
    downlink.frames(CADU, 0)
    again.restore(downlink.snapshot())
    assert again.snapshot() == downlink.snapshot()
    downlink.put(Channel.LIVE, App.POWER, NOW_NS, event(9))
    again.put(Channel.LIVE, App.POWER, NOW_NS, event(9))
    assert again.frames(4 * CADU, 3) == downlink.frames(4 * CADU, 3)
