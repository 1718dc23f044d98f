"""Factories of the services for the manifest."""

from collections.abc import Mapping

from flight.bus.application import Application, Config
from flight.dictionary.types import App
from flight.services.events import EventsApplication
from flight.services.housekeeping import HousekeepingApplication
from flight.services.monitoring import MonitoringApplication

__all__ = ["build_events", "build_housekeeping", "build_monitoring"]


def build_events(configs: Mapping[App, Config]) -> list[Application]:
    """Return the event service."""
    return [EventsApplication(config) for config in configs.values()]


def build_housekeeping(configs: Mapping[App, Config]) -> list[Application]:
    """Return the housekeeping service."""
    return [HousekeepingApplication(config) for config in configs.values()]


def build_monitoring(configs: Mapping[App, Config]) -> list[Application]:
    """Return the monitoring service."""
    return [MonitoringApplication(config) for config in configs.values()]
