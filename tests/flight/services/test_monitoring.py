import pytest

from flight.dictionary.application import CommandReport
from flight.dictionary.power import BusReading
from flight.dictionary.services import (
    MonitoringStatus,
    SetWatchEnabled,
    WatchCleared,
    WatchStale,
    WatchTripped,
)
from flight.dictionary.types import App, Stage
from flight.services.build import build_monitoring
from flight.services.monitoring import UNKNOWN_WATCH, MonitoringApplication
from flight.services.watchpoints import WATCHES

HEARS = (WatchTripped, WatchCleared, WatchStale, MonitoringStatus, CommandReport)


def bus(voltage_v: float) -> BusReading:
    return BusReading(
        time_ns=0,
        bus_voltage_v=voltage_v,
        array_power_w=0.0,
        battery_power_w=0.0,
        compute_power_w=0.0,
        optical_power_w=0.0,
        thermal_power_w=0.0,
        housekeeping_power_w=0.0,
        shed_count=0,
        switch_mask=0,
        valid_mask=1,
    )


def seconds(voltage_v):
    return {10 * second: [bus(voltage_v(second))] for second in range(60)}


@pytest.fixture
def watch(make_actor, make_loop):
    def run(script, *, ticks=400, commands=None):
        base = make_actor(App.GATEWAY, {}, HEARS)

        def step(self, now, inbox):
            base.step(self, now, inbox)
            for command in (commands or {}).get(now.tick, ()):
                self.publish(command, destination=App.MONITORING)

        gateway = type("Sender", (base,), {"step": step})
        loop = make_loop(MonitoringApplication, make_actor(App.DISTRIBUTION, script, ()), gateway)
        loop.run(ticks)
        return loop[App.GATEWAY]

    return run


@pytest.mark.requirement("MON-001")
@pytest.mark.requirement("MON-002")
def test_an_undervoltage_trips_and_clears_once(watch):
    heard = watch(seconds(lambda second: 130.0 if 10 <= second < 20 else 150.0))
    (tripped,) = heard.of(WatchTripped)
    assert (tripped.watch_id, tripped.value, tripped.low, tripped.high) == (1, 130.0, 137.0, 173.0)
    assert [one.watch_id for one in heard.of(WatchCleared)] == [1]
    assert heard.of(MonitoringStatus)[1].tripped_count == 0


@pytest.mark.requirement("MON-003")
def test_every_watch_without_values_turns_stale_once(watch):
    heard = watch(seconds(lambda _: 150.0))
    stale = sorted(one.watch_id for one in heard.of(WatchStale))
    assert stale == sorted(one.id for one in WATCHES if one.id != 1)
    assert heard.of(MonitoringStatus)[-1].stale_count == len(WATCHES) - 1


@pytest.mark.requirement("MON-005")
def test_a_watch_can_be_switched_off_and_on(watch):
    low = seconds(lambda second: 130.0 if second >= 10 else 150.0)
    off, on = SetWatchEnabled(watch_id=1, enabled=0), SetWatchEnabled(watch_id=1, enabled=1)
    heard = watch(low, commands={50: [off], 250: [on]})
    (tripped,) = [tick for tick, one in heard.heard if isinstance(one.message, WatchTripped)]
    assert tripped > 250
    assert [one.watch_count for one in heard.of(MonitoringStatus)] == [10, 9, 9, 10]


def test_an_unknown_watch_cannot_be_switched(watch):
    last = watch({}, ticks=20, commands={3: [SetWatchEnabled(watch_id=999, enabled=0)]}).of(CommandReport)[-1]
    assert (last.stage, last.code) == (Stage.FAILED, UNKNOWN_WATCH)


def test_a_snapshot_keeps_states_and_switches(make_actor, make_loop):
    loop = make_loop(MonitoringApplication, make_actor(App.DISTRIBUTION, seconds(lambda _: 130.0), ()))
    loop.run(55)
    service = loop[App.MONITORING]
    (again,) = build_monitoring({App.MONITORING: service.config})
    again.restore(service.snapshot())
    assert again.snapshot() == service.snapshot()
