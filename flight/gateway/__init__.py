"""The bridge between bus and link: commands in, telemetry out."""
