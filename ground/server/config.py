"""What a ground node is built from."""

from dataclasses import dataclass, field

from flight.link.ends import LinkEnds
from ground.alarms.limits import AlarmLimit
from ground.alarms.odc100 import LIMITS
from ground.command.tracking import TrackLimits

__all__ = ["GroundConfig"]

_KEY_OCTETS_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundConfig:
    """Settings of the ground of one satellite.

    Parameters
    ----------
    satellite : int
        Spacecraft id: key of every archived row.
    token_key : bytes
        Secret of the arm tokens, 1 to 64 octets: from the seed in a simulated run, drawn anew in operations.
    ends : LinkEnds
        Profiles of the two ways of the link, keys, and the disk of numbers that outlive a crash.
    ttl_s : float
        How long a command may wait for the satellite to come into view before it expires.
    uplink_bit_per_s : float
        Rate of the uplink; commands queue behind it.
    commit_period_s : float
        How often telemetry is made safe in the archive; releases of commands are at once.
    first_count : int or None
        Sequence count of every application's first packet, so that packets lost before it are missed too: 0
        when the satellite boots with the run; None when the station joins one that has been up.
    track : TrackLimits
        Windows of verification.
    alarms : tuple of AlarmLimit
        What telemetry is held against.

    Raises
    ------
    ValueError
        When a value is outside its range.
    """

    satellite: int
    token_key: bytes
    ends: LinkEnds
    ttl_s: float = 300.0
    uplink_bit_per_s: float = 32_000.0
    commit_period_s: float = 1.0
    first_count: int | None = 0
    track: TrackLimits = field(default_factory=TrackLimits)
    alarms: tuple[AlarmLimit, ...] = LIMITS

    def __post_init__(self) -> None:
        if not 1 <= len(self.token_key) <= _KEY_OCTETS_MAX:
            raise ValueError(f"token_key must have 1 to {_KEY_OCTETS_MAX} octets, got {len(self.token_key)}")
        for name in ("ttl_s", "uplink_bit_per_s", "commit_period_s"):
            if not getattr(self, name) > 0.0:
                raise ValueError(f"{name} must be > 0, got {getattr(self, name)} (ground config)")
