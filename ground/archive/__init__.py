"""What the ground keeps: raw packets first, then everything derived from them, in one SQLite file."""
