"""Build a loop from a scenario and a rig, run it, judge it and report on it."""
