"""The ground segment: station, telemetry, commands, archive, alarms, script interface, consoles, server."""
