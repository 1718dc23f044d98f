"""A security association: its states, what moves it from one to another, and its record in the C core."""

from collections.abc import Mapping
from enum import IntEnum

from flight.link._clink import lib
from flight.link.profile import Profile
from flight.link.profile_rules import own_salt
from flight.link.security_options import ANY_SALT, SecurityOptions

_MASK_OCTETS = lib.DD_AAD_MAX
_HEADER_OCTETS = {"aos": 6, "tm": 6, "tc": 5}
_HEADER_CHECK_OCTETS = 2


class AssociationState(IntEnum):
    """State of an association (355.1-B-1 clause 3.4); only started ones serve."""

    UNKEYED = lib.DD_SA_UNKEYED
    KEYED = lib.DD_SA_KEYED
    STARTED = lib.DD_SA_STARTED
    STOPPED = lib.DD_SA_STOPPED
    EXPIRED = lib.DD_SA_EXPIRED


class AssociationAction(IntEnum):
    """What moves an association to another state."""

    REKEY = 0
    START = 1
    STOP = 2
    EXPIRE = 3
    ZEROISE = 4


_S = AssociationState
_A = AssociationAction
TRANSITIONS: Mapping[tuple[AssociationState, AssociationAction], AssociationState] = {
    (_S.UNKEYED, _A.REKEY): _S.KEYED,
    (_S.KEYED, _A.REKEY): _S.KEYED,
    (_S.STOPPED, _A.REKEY): _S.KEYED,
    (_S.EXPIRED, _A.REKEY): _S.KEYED,
    (_S.KEYED, _A.START): _S.STARTED,
    (_S.STOPPED, _A.START): _S.STARTED,
    (_S.STARTED, _A.STOP): _S.STOPPED,
    (_S.KEYED, _A.EXPIRE): _S.EXPIRED,
    (_S.STARTED, _A.EXPIRE): _S.EXPIRED,
    (_S.STOPPED, _A.EXPIRE): _S.EXPIRED,
    (_S.UNKEYED, _A.ZEROISE): _S.UNKEYED,
    (_S.KEYED, _A.ZEROISE): _S.UNKEYED,
    (_S.STARTED, _A.ZEROISE): _S.UNKEYED,
    (_S.STOPPED, _A.ZEROISE): _S.UNKEYED,
    (_S.EXPIRED, _A.ZEROISE): _S.UNKEYED,
}


def association_values(profile: Profile, options: SecurityOptions, *, is_sender: bool) -> dict[str, object]:
    """Return the values of a `dd_sa` of the C core that a profile fixes."""
    frame = profile.frame
    is_gcm = options.mode == "gcm"
    return {
        "channel_mask": channel_mask(profile, options),
        "ahead_max": options.ahead_max_count,
        "window": options.window_count,
        "seen": [(1 << 64) - 1] * 16,
        "spi": options.spi,
        "spacecraft": frame.spacecraft_id,
        "kind": lib.DD_AEAD_GCM if is_gcm else lib.DD_AEAD_CMAC,
        "is_sender": is_sender,
        "iv_octets": options.iv_octets,
        "number_octets": options.number_octets,
        "pad_octets": options.pad_octets,
        "mac_octets": options.mac_octets,
        "implicit_octets": len(options.implicit),
        "implicit": options.implicit.ljust(16, b"\0"),
        "takes_any_salt": options.salt_hex == ANY_SALT,
        "takes_repeats": not options.anti_replay,
        "mask": authentication_mask(profile, options),
        "mask_header": _HEADER_OCTETS[frame.kind] + frame.segment_header if frame.kind == "tc" else 0,
    }


def channel_mask(profile: Profile, options: SecurityOptions) -> int:
    """Return the virtual channels of an association, bit n for channel n."""
    return sum(1 << vcid for vcid in options.channels or profile.frame.channels)


def salt_of(options: SecurityOptions, epoch: int) -> bytes:
    """Return the salt that a sender puts into its vectors with the key of an epoch."""
    is_own = options.salt_hex in ("", ANY_SALT)
    return own_salt(options, epoch) if is_own else bytes.fromhex(options.salt_hex)


def authentication_mask(profile: Profile, options: SecurityOptions) -> bytes:
    """Return the authentication mask, 128 octets from the first of the frame.

    Without one in the profile every octet counts but two fields. The header check of AOS (732.0-B-4 4.1.2.6)
    covers what the frame becomes, so it cannot be inside. The insert zone is filled where the frames of all
    channels come together, behind security, which gives the insert service nothing (732.0-B-4 table 2-1).
    """
    if options.mask_hex:
        return bytes.fromhex(options.mask_hex).ljust(_MASK_OCTETS, b"\0")
    begin = _HEADER_OCTETS[profile.frame.kind]
    octets = _HEADER_CHECK_OCTETS * profile.frame.header_check + profile.frame.insert_octets
    mask = b"\xff" * begin + bytes(octets) + b"\xff" * _MASK_OCTETS
    return mask[:_MASK_OCTETS]
