"""Starts, watches and restarts processes; hosts the coordinator; modes of the whole."""
