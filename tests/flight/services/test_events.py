import pytest

from flight.dictionary.application import ApplicationStarted, CommandReport
from flight.dictionary.layout import pack, unpack
from flight.dictionary.power import LoadShed, SectionRecovered
from flight.dictionary.services import EventFiltered, EventReport, EventsStatus, SetEventEnabled, WatchCleared
from flight.dictionary.types import App, Severity, Stage
from flight.services.build import build_events
from flight.services.events import UNKNOWN_EVENT, EventsApplication

EPOCH_NS = 2_272_147_237_000_000_000
SHED = LoadShed(tier=2, charge_frac=0.25, bus_voltage_v=140.5)


@pytest.fixture
def hear(make_actor, make_loop):
    """Run the event service beside an application that sends events; return who hears the reports."""

    def run(script, *, ticks=100, commands=None):
        power = make_actor(App.POWER, script, ())
        gateway = make_actor(App.GATEWAY, {}, (EventReport, EventsStatus, CommandReport, EventFiltered))
        sender = type("Sender", (gateway,), {"step": _with_commands(gateway, commands or {})})
        loop = make_loop(EventsApplication, power, sender)
        loop.run(ticks)
        return loop[App.GATEWAY]

    return run


def _with_commands(base, commands):
    def step(self, now, inbox):
        base.step(self, now, inbox)
        for command in commands.get(now.tick, ()):
            self.publish(command, destination=App.EVENTS)

    return step


def reports(gateway, cls):
    return [one for one in gateway.of(EventReport) if one.event_id == cls.SPEC.id]


@pytest.mark.requirement("EVT-001")
def test_an_event_is_reported_once_with_source_time_and_content(hear):
    gateway = hear({7: [SHED]})
    (report,) = reports(gateway, LoadShed)
    assert (report.source, report.severity) == (App.POWER, Severity.HIGH)
    assert report.time_ns == EPOCH_NS + 7 * 100_000_000
    assert unpack(LoadShed, report.data) == SHED
    assert unpack(LoadShed, pack(SHED)) == SHED


def test_reports_keep_the_order_of_arrival(hear):
    script = {tick: [SectionRecovered(section_index=tick)] for tick in range(3, 9)}
    found = [
        unpack(SectionRecovered, one.data).section_index for one in reports(hear(script), SectionRecovered)
    ]
    assert found == [3, 4, 5, 6, 7, 8]


@pytest.mark.requirement("EVT-002")
@pytest.mark.requirement("EVT-003")
def test_a_storm_is_squelched_counted_and_announced_by_decades(hear):
    gateway = hear({tick: [SHED] * 3 for tick in range(1, 50)}, ticks=200)
    passed = len(reports(gateway, LoadShed))
    assert 8 <= passed <= 10
    announced = [one.count for one in gateway.of(EventFiltered)]
    assert announced == [1, 10, 100]
    status = gateway.of(EventsStatus)[-1]
    assert status.high_count == 147
    assert status.filtered_count >= 147 - passed
    assert len(reports(gateway, EventFiltered)) == 3


@pytest.mark.requirement("EVT-004")
def test_one_event_can_be_switched_off_and_on(hear):
    off = SetEventEnabled(event_id=LoadShed.SPEC.id, enabled=0)
    on = SetEventEnabled(event_id=LoadShed.SPEC.id, enabled=1)
    script = {5: [SHED], 30: [SHED], 31: [WatchCleared], 60: [SHED]}
    script[31] = [SectionRecovered(section_index=1)]
    gateway = hear(script, commands={20: [off], 50: [on]})
    assert [one.time_ns - EPOCH_NS for one in reports(gateway, LoadShed)] == [500_000_000, 6_000_000_000]
    assert len(reports(gateway, SectionRecovered)) == 1


def test_an_unknown_event_cannot_be_switched(hear):
    gateway = hear({}, commands={3: [SetEventEnabled(event_id=EventsStatus.SPEC.id, enabled=0)]})
    last = gateway.of(CommandReport)[-1]
    assert (last.stage, last.code) == (Stage.FAILED, UNKNOWN_EVENT)


def test_a_snapshot_keeps_counts_and_filters(make_actor, make_loop):
    power = make_actor(App.POWER, {tick: [SHED] * 5 for tick in range(1, 9)}, ())
    loop = make_loop(EventsApplication, power)
    loop.run(20)
    events = loop[App.EVENTS]
    (again,) = build_events({App.EVENTS: events.config})
    again.restore(events.snapshot())
    assert again.snapshot() == events.snapshot()
    assert ApplicationStarted.SPEC.severity is Severity.INFO
