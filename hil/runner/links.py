"""What a scenario says of its links to the ground: the radio channel, the profiles, the laser."""

from dataclasses import dataclass

from flight.dictionary.optical import TERMINAL_COUNT
from flight.link.profile import builtin_names

__all__ = ["Channel", "LaserLink", "RadioLink"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The radio channel: rate of the downlink and bit errors of both directions."""

    downlink_bits_per_s: float = 512_000.0
    up_bit_error_ratio: float = 0.0
    down_bit_error_ratio: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioLink:
    """Profiles of the radio link, the same at both ends; with their public test keys, for nothing here flies.

    Parameters
    ----------
    telecommand, telemetry : str
        Names of profiles that come with ``flight.link``.
    """

    telecommand: str = "radio_telecommand"
    telemetry: str = "radio_telemetry"

    def __post_init__(self) -> None:
        for name in (self.telecommand, self.telemetry):
            if name not in builtin_names():
                raise ValueError(f"profile must be one of {', '.join(builtin_names())}, got {name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaserLink:
    """Bulk telemetry by laser: one terminal, whose partner hands on to the ground what it hears.

    Parameters
    ----------
    terminal_index : int
        Terminal, 0 to 3; it carries while a planned link of it is up.
    profile : str
        Name of a profile that comes with ``flight.link``; with its public test key.
    relay_range_m : float
        Way from the partner to the ground, for light time.
    bit_error_ratio : float
        Wrong bits on a link that is up.
    """

    terminal_index: int
    profile: str = "laser"
    relay_range_m: float = 0.0
    bit_error_ratio: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.terminal_index < TERMINAL_COUNT:
            raise ValueError(f"terminal_index must be 0 to {TERMINAL_COUNT - 1}, got {self.terminal_index}")
        if self.profile not in builtin_names():
            raise ValueError(f"profile must be one of {', '.join(builtin_names())}, got {self.profile}")
        if not (0.0 <= self.relay_range_m <= 1e9 and 0.0 <= self.bit_error_ratio <= 0.5):
            raise ValueError(
                "relay_range_m must be 0 to 1e9 and bit_error_ratio 0 to 0.5, got"
                f" {self.relay_range_m:g} m and {self.bit_error_ratio:g}"
            )
