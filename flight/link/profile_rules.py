"""What each option of a profile may be, by the kind of frame, and the bounds of its ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from flight.link.security_options import ANY_SALT, DIRECTIONS, SecurityOptions

ASSOCIATIONS_MAX = 64
"""Associations of one direction at one end."""

Allowed = range | tuple[object, ...]

_TELEMETRY: tuple[tuple[str, Allowed], ...] = (
    ("frame.segment_header", (False,)),
    ("coding.code", ("none", "rs", "rs_slices")),
    ("coding.correct", (False,)),
    ("coding.rs_parity_octets", (0, 16, 32)),
    ("coding.rs_interleave", range(1, 9)),
    ("coding.rs_virtual_fill_octets", range(239)),
    ("coding.randomiser", ("none", "tm131071", "tm255")),
    ("coding.marker_mismatch_max", range(8)),
    ("sequence.mode", ("none",)),
    ("limits.packet_octets_max", range(7, 65_543)),
    ("limits.queue_octets_max", range(1, 1 << 30)),
)
RULES: dict[str, tuple[tuple[str, Allowed], ...]] = {
    "aos": (
        ("frame.length_octets", range(21, 65_536)),
        ("frame.spacecraft_id", range(1024)),
        ("frame.content", ("packets", "bitstream", "octets")),
        ("frame.header_check", (False, True)),
        ("frame.insert_octets", range(256)),
        *_TELEMETRY,
    ),
    "tm": (
        ("frame.length_octets", range(21, 2049)),
        ("frame.spacecraft_id", range(1024)),
        ("frame.content", ("packets", "octets")),
        ("frame.count_cycle", (False,)),
        ("frame.header_check", (False,)),
        ("frame.insert_octets", (0,)),
        *_TELEMETRY,
    ),
    "tc": (
        ("frame.length_octets", range(9, 1025)),
        ("frame.spacecraft_id", range(1024)),
        ("frame.content", ("packets",)),
        ("frame.count_cycle", (False,)),
        ("frame.header_check", (False,)),
        ("frame.insert_octets", (0,)),
        ("frame.ocf", (False,)),
        ("coding.code", ("none", "bch")),
        ("coding.correct", (False, True)),
        ("coding.rs_parity_octets", (0,)),
        ("coding.rs_interleave", (1,)),
        ("coding.rs_virtual_fill_octets", (0,)),
        ("coding.randomiser", ("none", "tc255")),
        ("coding.marker_mismatch_max", (0,)),
        ("limits.packet_octets_max", range(7, 65_543)),
        ("limits.queue_octets_max", (0,)),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOptions:
    """Bounds of the ends.

    Attributes
    ----------
    packet_octets_max
        The longest packet.
    queue_octets_max
        Waiting octets of a channel in a sender (aos, tm).
    shares_permille
        aos, tm: guaranteed thousandths of the frames for each channel, in the order of ``frame.channels``, at
        most 1000 in sum; a document may leave them out, then no channel has one.
    """

    packet_octets_max: int
    queue_octets_max: int
    shares_permille: tuple[int, ...] = ()


def describe(allowed: Allowed) -> str:
    """Say in words what a rule allows."""
    if isinstance(allowed, range):
        return f"in [{allowed.start}, {allowed.stop - 1}]"
    return "one of " + ", ".join(str(value).lower() for value in allowed)


def shares_fault(kind: str, channel_count: int, shares: tuple[int, ...]) -> str | None:
    """Say in words what the shares of the channels must be, None when they are so."""
    if kind == "tc" and shares:
        return "empty"
    if len(shares) not in (0, channel_count):
        return f"one for each of the {channel_count} channels"
    if min(shares, default=0) < 0 or sum(shares) > 1000:
        return ">= 0 and <= 1000 in sum"
    return None


def associations_fault(
    channels: Sequence[int], associations: Sequence[SecurityOptions]
) -> tuple[str, str, object] | None:
    """Return option, what it must be and what it is for associations that do not go together."""
    spis = [one.spi for one in associations]
    if len(set(spis)) != len(spis) or len(spis) > ASSOCIATIONS_MAX:
        return "security.spi", f"distinct, and at most {ASSOCIATIONS_MAX}", spis
    for one in associations:
        if not set(one.channels) <= set(channels):
            return "security.channels", f"of the profile's {tuple(channels)}", one.channels
    for direction in DIRECTIONS[1:]:
        serving = [one for one in associations if one.direction in ("both", direction)]
        covered = {vcid for one in serving for vcid in one.channels or channels}
        if serving and covered != set(channels):
            missing = tuple(sorted(set(channels) - covered))
            return "security.channels", f"an association for each channel ({direction})", missing
    for at, one in enumerate(associations):
        for other in associations[:at]:
            if _vectors_meet(one, other):
                return "security.salt_hex", f"different where key {one.key} is the same", (other.spi, one.spi)
    return None


def _vectors_meet(one: SecurityOptions, other: SecurityOptions) -> bool:
    """Say whether two senders of one key could make the same initialisation vector."""
    first, second = _vector_head(one), _vector_head(other)
    has_same_size = len(one.implicit) + one.iv_octets == len(other.implicit) + other.iv_octets
    is_same_key = one.key == other.key and one.mode == other.mode == "gcm"
    return is_same_key and has_same_size and (first.startswith(second) or second.startswith(first))


def _vector_head(options: SecurityOptions) -> bytes:
    """Return what stands before the number in a sender's vectors; the key's epoch is the same for all."""
    is_own = options.salt_hex in ("", ANY_SALT)
    return options.implicit + (own_salt(options, 0) if is_own else bytes.fromhex(options.salt_hex))


def own_salt(options: SecurityOptions, epoch: int) -> bytes:
    """Return the salt of a sender that has none given: SPI and key epoch, cut in front to its place."""
    return (options.spi << 16 | epoch).to_bytes(8)[8 - options.salt_octets :]
