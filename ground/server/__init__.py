"""The ground node: station, telemetry, commands, archive and scripts in one, and its door for clients."""
