"""Alarms: limits with persistence, dead-band, delays and staleness."""
