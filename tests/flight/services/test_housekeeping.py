import pytest

from flight.dictionary.application import ApplicationHousekeeping, CommandReport
from flight.dictionary.fields import field_specs
from flight.dictionary.laser import LaserStatus
from flight.dictionary.layout import packet_layout, unpack
from flight.dictionary.power import PowerMode, PowerStatus
from flight.dictionary.radio import RadioStatus
from flight.dictionary.services import BulkReport, HousekeepingReport, SetHousekeepingDivisor
from flight.dictionary.thermal import LoopReading
from flight.dictionary.types import App, Stage, Variable
from flight.services.build import build_housekeeping
from flight.services.housekeeping import UNKNOWN_ROW, HousekeepingApplication
from flight.services.table import LIVE, STORED, TABLE

EPOCH_NS = 2_272_147_237_000_000_000


def power(charge_frac: float) -> PowerStatus:
    values = {spec.name: 0.0 if spec.python is float else 0 for spec in field_specs(PowerStatus)}
    return PowerStatus(**(values | {"mode": PowerMode.SUNLIT, "charge_frac": charge_frac}))


@pytest.fixture
def hear(make_actor, make_loop):
    def run(script, *, ticks=100, commands=None):
        source = make_actor(App.POWER, script, ())
        base = make_actor(App.GATEWAY, {}, (HousekeepingReport, CommandReport))

        def step(self, now, inbox):
            base.step(self, now, inbox)
            for command in (commands or {}).get(now.tick, ()):
                self.publish(command, destination=App.HOUSEKEEPING)

        gateway = type("Sender", (base,), {"step": step})
        loop = make_loop(HousekeepingApplication, source, gateway)
        loop.run(ticks)
        return loop[App.GATEWAY]

    return run


def reports(gateway, channel, cls=PowerStatus):
    found = [one for one in gateway.of(HousekeepingReport) if one.structure_id == cls.SPEC.id]
    return [one for one in found if one.channel == channel]


EACH_SECOND = {10 * second + 1: [power(second / 128)] for second in range(100)}


@pytest.mark.requirement("HKP-001")
def test_every_nth_message_is_reported_on_its_channels(hear):
    gateway = hear(EACH_SECOND, ticks=700)
    live = [unpack(PowerStatus, one.data).charge_frac * 128 for one in reports(gateway, LIVE)]
    assert live == list(range(70))
    stored = [unpack(PowerStatus, one.data).charge_frac * 128 for one in reports(gateway, STORED)]
    assert stored == [0, 30, 60]


@pytest.mark.requirement("HKP-003")
def test_a_report_carries_the_time_and_source_of_its_message(hear):
    (report, *_) = reports(hear(EACH_SECOND), LIVE)
    assert report.time_ns == EPOCH_NS + 100_000_000
    assert report.source == App.POWER


def test_each_source_of_one_kind_is_counted_alone(make_actor, make_loop):
    gateway = make_actor(App.GATEWAY, {}, (HousekeepingReport,))
    loop = make_loop(HousekeepingApplication, gateway)
    loop.run(250)
    found = reports(loop[App.GATEWAY], LIVE, ApplicationHousekeeping)
    assert [one.source for one in found] == [App.HOUSEKEEPING] * len(found)
    assert len(found) >= 2


@pytest.mark.requirement("HKP-002")
def test_a_divisor_is_changed_by_command_and_zero_stops_the_row(hear):
    def divide(divisor):
        return SetHousekeepingDivisor(structure_id=PowerStatus.SPEC.id, channel=LIVE, divisor=divisor)

    gateway = hear(EACH_SECOND, ticks=300, commands={98: [divide(5)], 198: [divide(0)]})
    seconds = [int(unpack(PowerStatus, one.data).charge_frac * 128) for one in reports(gateway, LIVE)]
    assert [s for s in seconds if s < 10] == list(range(10))
    assert len([s for s in seconds if 10 <= s < 20]) == 2
    assert max(seconds) < 20


@pytest.mark.requirement("HKP-002")
def test_an_unknown_row_fails_with_its_code(hear):
    command = SetHousekeepingDivisor(structure_id=PowerStatus.SPEC.id, channel=1, divisor=5)
    last = hear({}, commands={3: [command]}).of(CommandReport)[-1]
    assert (last.stage, last.code) == (Stage.FAILED, UNKNOWN_ROW)


def test_every_message_of_the_table_fits_a_report():
    bound = next(s.shape for s in field_specs(HousekeepingReport) if isinstance(s.shape, Variable))
    for row in TABLE:
        assert packet_layout(row.message).fixed_octets <= bound.count_max
    assert len({(row.message, row.channel) for row in TABLE}) == len(TABLE)


def test_the_stored_rows_of_an_orbit_fit_their_queue():
    octets_per_s = sum(
        (packet_layout(row.message).fixed_octets + 25) / row.divisor for row in TABLE if row.channel == STORED
    )
    assert octets_per_s * 5801.0 < 98_304


def test_a_snapshot_keeps_divisors_and_counts(make_actor, make_loop):
    loop = make_loop(HousekeepingApplication, make_actor(App.POWER, EACH_SECOND, ()))
    loop.run(47)
    service = loop[App.HOUSEKEEPING]
    (again,) = build_housekeeping({App.HOUSEKEEPING: service.config})
    again.restore(service.snapshot())
    assert again.snapshot() == service.snapshot()


@pytest.mark.requirement("HKP-001")
def test_live_rows_rest_while_the_transmitter_is_off(make_actor, make_loop):
    def radio(on):
        return RadioStatus(
            time_ns=0,
            transmitter_on=on,
            receiver_locked=0,
            octets_per_tick=0,
            transmitted_octets=0,
            received_octets=0,
        )

    source = make_actor(App.POWER, EACH_SECOND, ())
    modem = make_actor(App.RADIO, {1: [radio(0)], 301: [radio(1)]}, ())
    gateway = make_actor(App.GATEWAY, {}, (HousekeepingReport,))
    loop = make_loop(HousekeepingApplication, source, modem, gateway)
    loop.run(600)
    live = [unpack(PowerStatus, one.data).charge_frac * 128 for one in reports(loop[App.GATEWAY], LIVE)]
    assert live == list(range(30, 60))
    assert len(reports(loop[App.GATEWAY], STORED)) == 2


@pytest.mark.requirement("HKP-004")
def test_bulk_rows_are_made_only_while_a_laser_end_keeps_them(make_actor, make_loop):
    def laser(on: int) -> LaserStatus:
        values = {spec.name: 0 for spec in field_specs(LaserStatus)}
        return LaserStatus(**(values | {"is_recording": on}))

    values = {
        spec.name: (0.0,) * spec.shape.count if hasattr(spec.shape, "count") else 0
        for spec in field_specs(LoopReading)
    }
    readings = {10 * second + 1: [LoopReading(**(values | {"time_ns": second}))] for second in range(90)}
    source = make_actor(App.LOOPS, readings, ())
    end = make_actor(App.LASER, {301: [laser(1)], 601: [laser(0)]}, (BulkReport, HousekeepingReport))
    loop = make_loop(HousekeepingApplication, source, end)
    loop.run(900)
    found = loop[App.LASER].of(BulkReport)
    assert [unpack(LoopReading, one.data).time_ns for one in found] == [30, 40, 50]
    assert {(one.structure_id, one.source) for one in found} == {(LoopReading.SPEC.id, App.LOOPS)}
    assert found[0].time_ns == EPOCH_NS + 301 * 100_000_000
    assert loop[App.LASER].of(HousekeepingReport)  # the radio's rows go on
