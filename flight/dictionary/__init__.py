"""What is said: every message, command, event, parameter and grant, with its id, widths, units and ranges."""
