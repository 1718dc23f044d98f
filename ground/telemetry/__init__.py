"""Telemetry: packets become values with names, units and times; the newest of each is kept."""
