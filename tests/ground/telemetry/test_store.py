"""The newest packet by generation time; every one is told."""

from flight.dictionary.application import CommandReport
from flight.dictionary.power import PowerStatus
from flight.dictionary.types import App, Stage
from ground.telemetry.store import Received, TelemetryStore


def test_generation_is_the_messages_own_time(power_status) -> None:
    store = TelemetryStore()
    received = store.put(App.POWER, power_status(500), packet_ns=700, reception_ns=900)
    assert (received.generation_ns, received.reception_ns) == (500, 900)
    report = CommandReport(request=1, stage=Stage.ACCEPTED, code=0, step=0)
    assert store.put(App.POWER, report, packet_ns=700, reception_ns=900).generation_ns == 700


def test_recorded_packet_is_told_but_is_not_the_newest(power_status) -> None:
    store = TelemetryStore()
    told: list[Received] = []
    stop = store.listen((App.POWER, PowerStatus.SPEC.id), told.append)
    for time_ns in (10, 20, 15, 20):
        store.put(App.POWER, power_status(time_ns), packet_ns=0, reception_ns=0)
    assert [one.generation_ns for one in told] == [10, 20, 15, 20]
    newest = store.newest(App.POWER, PowerStatus)
    assert newest is told[3]
    assert (newest.count, store.count(App.POWER, PowerStatus)) == (4, 4)
    stop()
    store.put(App.POWER, power_status(30), packet_ns=0, reception_ns=0)
    assert len(told) == 4


def test_listener_to_everything_hears_every_packet(power_status) -> None:
    store = TelemetryStore()
    told: list[Received] = []
    store.listen(None, told.append)
    store.put(App.POWER, power_status(1), packet_ns=0, reception_ns=0)
    store.put(App.GATEWAY, power_status(1), packet_ns=0, reception_ns=0)
    assert [one.app for one in told] == [App.POWER, App.GATEWAY]
    assert [one.app for one in store.all_newest()] == [App.GATEWAY, App.POWER]
    assert store.newest(App.THERMAL, PowerStatus) is None
