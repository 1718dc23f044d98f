"""Ends of radio links for tests: without security, and as they are flown."""

from flight.bus.disk import MemoryDisk
from flight.link.ends import LinkEnds, read_ends
from flight.link.numbers import NumberDisk
from flight.link.profile import load_builtin

PLAIN_OPTIONS = {"telecommand": "plain_telecommand", "telemetry": "plain_telemetry"}
FLOWN_OPTIONS = {"test_keys": True}


def plain_ends() -> LinkEnds:
    """Return ends without security or sequence control."""
    up, down = load_builtin("plain_telecommand"), load_builtin("plain_telemetry")
    return LinkEnds(telecommand=up, telemetry=down, disk=MemoryDisk())


def flown_ends(disk: NumberDisk | None = None) -> LinkEnds:
    """Return ends as they are flown, with the public keys."""
    return read_ends(FLOWN_OPTIONS, disk or MemoryDisk(), "test")


def flown_laser_ends(disk: NumberDisk | None = None) -> LinkEnds:
    """Return ends with the laser as well, with the public keys."""
    return read_ends({**FLOWN_OPTIONS, "laser": "laser"}, disk or MemoryDisk(), "test")
