"""One direction of a link over the C core: frames of fixed length with security, code and randomiser."""

from dataclasses import dataclass, field
from typing import Protocol

from flight.link._clink import ffi, lib
from flight.link.coding import random_sequence
from flight.link.errors import LocalLinkError
from flight.link.profile import Profile
from flight.link.security import SecurityEnd
from flight.link.security_options import SecurityOptions

_KINDS = {"aos": lib.DD_FRAME_AOS, "tm": lib.DD_FRAME_TM}
_CONTENTS = {
    "packets": lib.DD_CONTENT_PACKETS,
    "bitstream": lib.DD_CONTENT_BITS,
    "octets": lib.DD_CONTENT_OCTETS,
}
_HEADER_OCTETS = 6
_HEADER_CHECK_OCTETS = 2
_CODES = {"none": lib.DD_CODE_NONE, "rs": lib.DD_CODE_RS, "rs_slices": lib.DD_CODE_SLICES}


class ChainRecord(Protocol):
    """A `dd_chain` of the C core."""

    sa_count: int
    counts: list[int]
    idle_state: int
    inserts: object
    inserts_size: int
    work_octets: int
    work_base: int


class ChainTotal(Protocol):
    """A `dd_chain_total` of the C core."""

    frame_count: int
    cadu_count: int
    unrepairable_count: int
    corrected_count: int
    skipped_octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Offsets in a frame and sizes, octets.

    Attributes
    ----------
    header_octets
        Before the security header.
    pointer_offset, zone_offset
        Of what follows the security header, and of the data.
    zone_octets
        Data of a frame.
    secured_octets
        Up to the end of the security trailer.
    cadu_octets
        A marker and what belongs to it.
    """

    header_octets: int
    pointer_offset: int
    zone_offset: int
    zone_octets: int
    secured_octets: int
    cadu_octets: int


def profile_values(profile: Profile) -> dict[str, object]:
    """Return the values of the C struct `dd_profile`."""
    flags = (
        profile.frame.ocf * lib.DD_OCF
        | profile.frame.fecf * lib.DD_FECF
        | profile.frame.count_cycle * lib.DD_COUNT_CYCLE
        | profile.frame.segment_header * lib.DD_SEGMENT
    )
    return {
        "channel_mask": sum(1 << vcid for vcid in profile.frame.channels),
        "frame_octets": profile.frame.length_octets,
        "spacecraft": profile.frame.spacecraft_id,
        "flags": flags,
        "marker_octets": len(profile.marker),
        "marker": profile.marker.ljust(lib.DD_MARKER_MAX, b"\0"),
    }


def c_format(profile: Profile, security: SecurityOptions | None = None) -> dict[str, object]:
    """Return the values of the C struct `dd_format` of a profile of kind "aos" or "tm".

    `security` is the association whose form frames have, by default that of the largest zone.
    """
    security = security or min(profile.associations, key=_overhead, default=profile.security)
    coding, frame = profile.coding, profile.frame
    if frame.kind not in _KINDS:
        msg = f"frame.kind must be one of {', '.join(_KINDS)}, got {frame.kind} (profile {profile.name})"
        raise LocalLinkError(msg, field="frame.kind")
    return {
        "profile": profile_values(profile),
        "rs": {
            "parity_octets": coding.rs_parity_octets,
            "interleave": coding.rs_interleave,
            "fill": coding.rs_virtual_fill_octets,
        },
        "insert_octets": frame.insert_octets,
        "frame_kind": _KINDS[frame.kind],
        "content": _CONTENTS[frame.content],
        "header_check": frame.header_check,
        "code": _CODES[coding.code],
        "security_head": security.head_octets,
        "security_tail": security.mac_octets,
    }


def layout_of(profile: Profile, security: SecurityOptions | None = None) -> Layout:
    """Return the layout of the frames of a profile of kind "aos" or "tm".

    `security` is the association whose form they have, by default that of the smallest zone.

    Raises
    ------
    LocalLinkError
        When its parts leave no room for data, or a first header pointer does not reach over the zone.
    """
    made = ffi.new("dd_layout *")
    security = security or max(profile.associations, key=_overhead, default=profile.security)
    if lib.dd_layout_of(ffi.new("dd_format *", c_format(profile, security)), made) != 0:
        msg = (
            f"frame.length_octets must leave room for data that a {profile.frame.content} pointer reaches, "
            f"got {profile.frame.length_octets} octets (profile {profile.name})"
        )
        raise LocalLinkError(msg, field="frame.length_octets")
    return Layout(
        header_octets=made.header_octets,
        pointer_offset=made.pointer_offset,
        zone_offset=made.zone_offset,
        zone_octets=made.zone_octets,
        secured_octets=made.secured_octets,
        cadu_octets=made.cadu_octets,
    )


def insert_offset(profile: Profile) -> int:
    """Return where the insert zone of an AOS frame begins, octets from its first (732.0-B-4 4.1.3)."""
    return _HEADER_OCTETS + _HEADER_CHECK_OCTETS * profile.frame.header_check


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A `dd_chain` of the C core with everything it points at.

    Attributes
    ----------
    profile
        What it was made from.
    layout
        Of frames with the shortest security fields of the profile.
    security
        Associations of this end, None without security.
    record
        The C struct.
    total
        Totals of the last batch, `dd_chain_total`.
    work
        With slices: a part of the stream of frames, worked on in place.
    """

    profile: Profile
    layout: Layout
    security: SecurityEnd | None
    record: ChainRecord
    total: ChainTotal
    work: bytearray
    _kept: tuple[object, ...] = field(repr=False)

    @property
    def is_staged(self) -> bool:
        """The cipher runs from Python, frame by frame."""
        return self.security is not None and self.security.crypto.is_staged

    def zone_octets(self, vcid: int) -> int:
        """Return the data octets of a sender's frames on a channel, as its association lays them out."""
        if self.security is None:
            return self.layout.zone_octets
        least = min(_overhead(one) for one in self.profile.associations)
        return self.layout.zone_octets + least - _overhead(self.security.form(vcid))

    @property
    def is_sliced(self) -> bool:
        """The stream of frames is cut into codeblocks."""
        return self.profile.coding.code == "rs_slices"


def start_chain(
    profile: Profile,
    *,
    is_sender: bool,
    security: SecurityEnd | None = None,
    work_octets: int = 0,
    leaves_counts: bool = False,
) -> Chain:
    """Bind one direction of a link.

    Parameters
    ----------
    profile
        Of kind "aos" or "tm".
    is_sender
        Which end.
    security
        Associations of this end; must be given exactly when the profile has security.
    work_octets
        With slices: memory for a part of the stream, at least two frames and a codeblock (the default).
    leaves_counts
        Receiver: frame counts are judged by the caller.

    Raises
    ------
    LocalLinkError
        When security is missing or not wanted, slices meet a cipher that runs frame by frame from Python, or
        the frames have no room for data.
    """
    for one in profile.associations:
        layout_of(profile, one)
    layout = layout_of(profile, min(profile.associations, key=_overhead, default=None))
    _require_security(profile, security)
    is_sliced = profile.coding.code == "rs_slices"
    sequence = random_sequence(profile.coding.randomiser, profile.block_octets)
    least = 2 * (len(profile.marker) + profile.frame.length_octets) + profile.block_octets
    work = bytearray(max(work_octets, least) if is_sliced else 0)
    c_sequence = ffi.from_buffer("uint8_t[]", sequence)
    c_work = ffi.from_buffer("uint8_t[]", work, require_writable=True)
    values: dict[str, object] = {
        "format": c_format(profile),
        "sequence": c_sequence,
        "sequence_size": len(sequence),
        "work": c_work,
        "work_size": len(work),
        "leaves_counts": leaves_counts,
    }
    if security is not None:
        values |= {"sas": security.records, "sa_count": security.count, "aead": security.crypto.aead}
    record = ffi.new("dd_chain *", values)
    lib.dd_chain_start(record, is_sender)
    return Chain(
        profile=profile,
        layout=layout,
        security=security,
        record=record,
        total=ffi.new("dd_chain_total *"),
        work=work,
        _kept=(c_sequence, c_work, sequence, security),
    )


def _require_security(profile: Profile, security: SecurityEnd | None) -> None:
    """Refuse security that is missing, not wanted, or too slow for slices."""
    if profile.security.is_on != (security is not None):
        have = "none" if security is None else "some"
        msg = f"security must be given exactly with a secured profile, got {have} (profile {profile.name})"
        raise LocalLinkError(msg, field="security")
    if security is not None and profile.coding.code == "rs_slices" and security.crypto.is_staged:
        msg = f"slices must have a cipher in C, got {security.crypto.name} (profile {profile.name})"
        raise LocalLinkError(msg, field="coding.code")


def _overhead(options: SecurityOptions) -> int:
    """Return the octets of security fields, by which associations are ordered."""
    return options.overhead_octets
