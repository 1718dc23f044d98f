"""One conformance suite over every application that flies; planted faulty applications must fail it."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace

import pytest
from reference.bus import faulty
from reference.bus.conformance import CHECKS, Build, Check
from reference.link.ends import FLOWN_OPTIONS

import flight
from flight.bus.application import Application, Config
from flight.bus.manifest import resolve
from flight.dictionary.types import App

FACTORIES = {
    App.EVENTS: "flight.services.build:build_events",
    App.HOUSEKEEPING: "flight.services.build:build_housekeeping",
    App.MONITORING: "flight.services.build:build_monitoring",
    App.GATEWAY: "flight.gateway.app:build",
    App.LASER: "flight.gateway.laser:build",
    App.POWER: "flight.power.app:build",
    App.THERMAL: "flight.thermal.app:build",
    App.COMPUTE: "flight.compute.app:build",
    App.OPTICAL: "flight.optical.app:build",
}
TESTED_ELSEWHERE = {App.EXECUTIVE}
"""The executive's application needs its host: tests/flight/executive."""


def _names(check: Check) -> str:
    return check.__name__.removeprefix("check_")


@pytest.mark.parametrize("check", CHECKS, ids=_names)
@pytest.mark.parametrize("app", FACTORIES, ids=lambda app: app.name.lower())
def test_application_conforms(app: App, check: Check) -> None:
    check(_with_options(resolve(FACTORIES[app])), app)


def _with_options(build: Build) -> Build:
    """Give both ends of the links their keys: there are none that they would take by themselves."""

    def made(configs: Mapping[App, Config]) -> list[Application]:
        given = dict.fromkeys((App.GATEWAY, App.LASER), FLOWN_OPTIONS)
        return build({app: replace(one, options=given.get(app, one.options)) for app, one in configs.items()})

    return made


def test_no_application_is_left_out() -> None:
    for module in pkgutil.walk_packages(flight.__path__, "flight."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found = {cls.APP for cls in _subclasses(Application) if cls.__module__.startswith("flight.")}
    assert found == set(FACTORIES) | TESTED_ELSEWHERE


def _subclasses(cls: type[Application]) -> set[type[Application]]:
    direct = set(cls.__subclasses__())
    return direct.union(*(_subclasses(one) for one in direct))


@pytest.mark.parametrize("check", CHECKS, ids=_names)
def test_sound_example_conforms(check: Check) -> None:
    check(_build(faulty.Sound), App.POWER)


@pytest.mark.parametrize("name", sorted(faulty.PLANTED))
def test_planted_fault_fails_its_check(name: str) -> None:
    cls, check = faulty.PLANTED[name]
    with pytest.raises((AssertionError, TypeError, ValueError)):
        check(_build(cls), App.POWER)


def _build(cls: type[Application]) -> Build:
    def build(configs: Mapping[App, Config]) -> list[Application]:
        return [cls(config) for config in configs.values()]

    return build
