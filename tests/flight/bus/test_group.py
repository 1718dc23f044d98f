import pytest
from reference.bus.probe import Loop, Probe, probe, work

from flight.bus.application import Config
from flight.bus.exchange import Start
from flight.bus.group import Group, Unit
from flight.bus.mail import Subscription
from flight.dictionary.application import ParameterValue
from flight.dictionary.types import App

BOTH = {app: Config(app=app) for app in (App.POWER, App.THERMAL)}


def _probes(configs: object) -> list[Probe]:
    assert isinstance(configs, dict)
    return [Probe(config) for config in configs.values()]


def test_factory_must_build_what_it_was_asked_for() -> None:
    unit = Unit(lambda configs: _probes(configs)[:1], BOTH)  # type: ignore[arg-type,return-value]
    with pytest.raises(ValueError, match="must build POWER, THERMAL, got POWER"):
        Group([unit])


def test_restart_builds_a_new_object() -> None:
    group = Group([probe(App.POWER)])
    group.start(Start(16, 0, 0, 0, None))
    first = group.application(App.POWER)
    group.start(Start(16, 5, 0, 1, None))
    assert group.application(App.POWER) is not first


def test_application_that_shares_memory_cannot_be_restarted_alone() -> None:
    group = Group([Unit(_probes, BOTH)])  # type: ignore[arg-type]
    group.start(Start(16, 0, 0, 0, None))
    with pytest.raises(ValueError, match="memory to start again, got POWER"):
        group.start(Start(16, 5, 0, 1, None))


def test_message_heard_by_two_is_decoded_once() -> None:
    ears = [Subscription(message=ParameterValue)]
    value = ParameterValue(application=1, parameter_id=1, value=2.0)
    loop = Loop(
        probe(App.EVENTS, lambda app, _, __: app.publish(value) and None),
        probe(App.POWER, hears=ears),
        probe(App.THERMAL, hears=ears),
    )
    loop.run(2)
    one, other = (loop.probe(app).heard[0][1] for app in (App.POWER, App.THERMAL))
    assert one == value
    assert one is other


def test_time_of_each_application_is_accounted_with_the_injected_clock() -> None:
    clock = iter(range(0, 1000, 7))
    group = Group([probe(App.POWER), probe(App.THERMAL)], lambda: next(clock))
    for app in (16, 17):
        group.start(Start(app, 0, 0, 0, None))
    group.run(0, [work(16), work(17)])
    group.run(1, [work(16)])
    assert group.busy_ns == {16: 14, 17: 7}
