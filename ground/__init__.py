"""The ground segment: station, telemetry, commands, archive, alarms, script interface, consoles, server."""

from ground.script.live import connect

__all__ = ["connect"]
