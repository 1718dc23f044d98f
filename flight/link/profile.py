"""A profile names every option of a link; both ends of the link are built from the same profile.

Options of the standards that this version does not serve are named too and refused with a clear text.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from importlib import resources
from typing import NoReturn, Self, TypeVar

from flight.link.errors import LocalLinkError
from flight.link.packet import SPACE_ONLY, WITH_ENCAPSULATION
from flight.link.profile_rules import RULES, LimitOptions, describe, shares_fault
from flight.link.security_options import NO_SEQUENCE, SecurityOptions, SequenceOptions

Value = TypeVar("Value", str, bool, int)
Options = TypeVar(
    "Options", bound="FrameOptions | CodingOptions | SecurityOptions | SequenceOptions | LimitOptions"
)

CHANNEL_IDLE = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameOptions:
    """Transfer frames: ``kind`` is "aos" (732.0-B-4), "tm" (132.0-B-3) or "tc" (232.0-B-4).

    Attributes
    ----------
    kind
        Frame format.
    length_octets
        Octets of every frame (aos, tm), or of the longest (tc, <= 1024); marker and code are not counted.
    spacecraft_id
        10 bits; up to 255 an AOS header is that of 732.0-B-4, which had 8.
    channels
        Virtual channels in use, most urgent first; tm: 0..7.
    content
        "packets", "bitstream" (aos: B_PDU) or "octets" (aos, tm: data units of fixed length, VCA).
    count_cycle
        aos: extend the 24-bit frame count by the 4-bit cycle.
    header_check, insert_octets
        aos: header RS(10,6); insert zone, sent as zeros.
    segment_header
        tc: frames carry a segment header with a multiplexer access point.
    ocf
        aos, tm: frames carry the operational control field.
    fecf
        Frames end with a CRC-16.
    encapsulation
        Encapsulation packets (133.1-B-3) travel beside space packets; a document may leave it out.
    """

    kind: str
    length_octets: int
    spacecraft_id: int
    channels: tuple[int, ...]
    content: str
    count_cycle: bool
    header_check: bool
    insert_octets: int
    segment_header: bool
    ocf: bool
    fecf: bool
    encapsulation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingOptions:
    """Synchronisation and channel coding (131.0-B-6, 231.0-B-4).

    Attributes
    ----------
    code
        "none", "rs" (each frame is the data of a codeblock) or "rs_slices" (the stream of frames with their
        markers is cut into codeblocks, 131.0-B-6) for aos and tm; "bch", or "none" (recorded frames that lie
        side by side) for tc.
    correct
        bch: repair one wrong bit in each block; false only detects.
    rs_parity_octets, rs_interleave, rs_virtual_fill_octets
        Reed-Solomon: 32 or 16 octets of parity, 1..8 codewords, symbols that are not sent; 0, 1, 0 without.
    randomiser
        "none", "tm131071" or "tm255" (aos, tm), "tc255" (tc).
    marker_hex
        Attached marker (aos, tm: 4 to 8 octets); empty for tc and for frames that lie side by side.
    marker_mismatch_max
        Wrong bits accepted in a marker at its expected place (aos, tm).
    """

    code: str
    correct: bool
    rs_parity_octets: int
    rs_interleave: int
    rs_virtual_fill_octets: int
    randomiser: str
    marker_hex: str
    marker_mismatch_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All options of one direction of a link.

    Attributes
    ----------
    name
        For people and counters.
    frame, coding, security, limits, sequence
        The options by layer; a document may leave out the section of sequence control.

    Raises
    ------
    LocalLinkError
        When an option is out of range, contradicts another or is not served yet.
    """

    name: str
    frame: FrameOptions
    coding: CodingOptions
    security: SecurityOptions
    limits: LimitOptions
    sequence: SequenceOptions = NO_SEQUENCE

    def __post_init__(self) -> None:
        if self.frame.kind not in RULES:
            _refuse(self.name, "frame.kind", f"one of {', '.join(RULES)}", self.frame.kind)
        for option, allowed in RULES[self.frame.kind]:
            section, _, key = option.partition(".")
            value = getattr(getattr(self, section), key)
            if value not in allowed:
                _refuse(self.name, option, describe(allowed), value)
        channels = self.frame.channels
        channel_limit = 8 if self.frame.kind == "tm" else CHANNEL_IDLE
        if (
            not channels
            or len(set(channels)) != len(channels)
            or not set(channels) <= set(range(channel_limit))
        ):
            _refuse(self.name, "frame.channels", f"distinct channels in [0, {channel_limit - 1}]", channels)
        try:
            marker = bytes.fromhex(self.coding.marker_hex)
        except ValueError:
            _refuse(self.name, "coding.marker_hex", "hexadecimal octets", self.coding.marker_hex)
        else:
            allowed_octets = (0,) if self.frame.kind == "tc" else (0, 4, 5, 6, 7, 8)
            if len(marker) not in allowed_octets:
                condition = "empty" if self.frame.kind == "tc" else "empty or 4 to 8 octets"
                _refuse(self.name, "coding.marker_hex", condition, self.coding.marker_hex)
        if fault := shares_fault(self.frame.kind, len(channels), self.limits.shares_permille):
            _refuse(self.name, "limits.shares_permille", fault, self.limits.shares_permille)
        self._check_code()

    @property
    def shares_permille(self) -> tuple[int, ...]:
        """Guaranteed thousandths of the frames for each channel, 0 for none."""
        return self.limits.shares_permille or (0,) * len(self.frame.channels)

    def with_channels(self, channels: tuple[int, ...]) -> "Profile":
        """Return the same profile with its channels, and their shares, in another order."""
        share_of = dict(zip(self.frame.channels, self.shares_permille, strict=True))
        shares = tuple(share_of.get(channel, 0) for channel in channels)
        return replace(
            self,
            frame=replace(self.frame, channels=channels),
            limits=replace(self.limits, shares_permille=shares),
        )

    def _check_code(self) -> None:
        """Hold a frame to its codeblock."""
        coding = self.coding
        if self.frame.kind == "tc" and coding.code == "none":
            if coding.correct:
                _refuse(self.name, "coding.correct", "false without bch", coding.correct)
            if coding.randomiser != "none":
                _refuse(self.name, "coding.randomiser", "none without bch", coding.randomiser)
        if coding.code not in ("rs", "rs_slices"):
            if (coding.rs_parity_octets, coding.rs_interleave, coding.rs_virtual_fill_octets) != (0, 1, 0):
                _refuse(self.name, "coding.rs_parity_octets", "0, with 1 and 0, without rs", coding.code)
            return
        symbols = 255 - coding.rs_parity_octets - coding.rs_virtual_fill_octets
        if coding.rs_parity_octets == 0 or symbols < 1:
            _refuse(self.name, "coding.rs_parity_octets", "16 or 32 with rs", coding.rs_parity_octets)
        if coding.code == "rs_slices" and coding.rs_virtual_fill_octets:
            _refuse(
                self.name, "coding.rs_virtual_fill_octets", "0 with slices", coding.rs_virtual_fill_octets
            )
        if coding.code == "rs" and self.frame.length_octets != symbols * coding.rs_interleave:
            condition = f"{symbols * coding.rs_interleave}, the data of a codeblock"
            _refuse(self.name, "frame.length_octets", condition, self.frame.length_octets)

    @property
    def packet_kinds(self) -> int:
        """Kinds of packets, as the C core numbers them (see `flight.link.packet`)."""
        return WITH_ENCAPSULATION if self.frame.encapsulation else SPACE_ONLY

    @property
    def block_octets(self) -> int:
        """Octets behind a marker on the channel: a frame, or a codeblock (aos, tm)."""
        if self.coding.code in ("rs", "rs_slices"):
            return (255 - self.coding.rs_virtual_fill_octets) * self.coding.rs_interleave
        return self.frame.length_octets

    @property
    def marker(self) -> bytes:
        """The attached marker."""
        return bytes.fromhex(self.coding.marker_hex)

    @property
    def cadu_octets(self) -> int:
        """Octets of a marker and what belongs to it on the channel (aos, tm)."""
        return len(self.marker) + self.block_octets

    def with_spacecraft(self, spacecraft_id: int) -> "Profile":
        """Return the same profile for another spacecraft."""
        return replace(self, frame=replace(self.frame, spacecraft_id=spacecraft_id))

    @classmethod
    def from_toml(cls, text: str, *, where: str) -> Self:
        """Read a profile; every option must be given and no other.

        Parameters
        ----------
        text
            The TOML document.
        where
            Name of the file for error texts.

        Raises
        ------
        LocalLinkError
            When the text is no TOML, a key is unknown or missing, a type is wrong or an option is refused.
        """
        try:
            table = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            msg = f"profile must be TOML, got: {error} ({where})"
            raise LocalLinkError(msg, field="profile") from error
        table.setdefault("sequence", {"mode": "none"})
        if isinstance(table.get("frame"), dict):
            table["frame"].setdefault("encapsulation", False)
        if isinstance(table.get("limits"), dict):
            table["limits"].setdefault("shares_permille", [])
        _require_keys(table, tuple(f.name for f in fields(cls)), where)
        return cls(
            name=_value(table, "name", str, where),
            frame=_frame_options(_section(table, FrameOptions, "frame", where), f"{where} [frame]"),
            coding=_coding_options(_section(table, CodingOptions, "coding", where), f"{where} [coding]"),
            security=_security_options(table, where),
            limits=_limit_options(_section(table, LimitOptions, "limits", where), f"{where} [limits]"),
            sequence=_sequence_options(table, where),
        )


def builtin_names() -> list[str]:
    """Return the names of the profiles that come with the package."""
    folder = resources.files("flight.link") / "profiles"
    return sorted(
        entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")
    )


def load_builtin(name: str) -> Profile:
    """Return a profile that comes with the package (see `builtin_names`).

    Raises
    ------
    LocalLinkError
        When there is none of that name.
    """
    known = builtin_names()
    if name not in known:
        msg = f"profile must be one of {', '.join(known)}, got {name} (built-in profiles)"
        raise LocalLinkError(msg, field="profile")
    text = (resources.files("flight.link") / "profiles" / f"{name}.toml").read_text(encoding="utf-8")
    return Profile.from_toml(text, where=f"{name}.toml")


def _refuse(where: str, option: str, condition: str, value: object) -> NoReturn:
    """Raise the error of one option."""
    msg = f"{option} must be {condition}, got {value!r} ({where})"
    raise LocalLinkError(msg, field=option)


def _require_keys(table: Mapping[str, object], allowed: tuple[str, ...], where: str) -> None:
    """Refuse unknown and missing keys."""
    for key in table:
        if key not in allowed:
            msg = f"key must be one of {', '.join(allowed)}, got {key} ({where})"
            raise LocalLinkError(msg, field=key)
    for key in allowed:
        if key not in table:
            msg = f"{key} must be given, got nothing ({where})"
            raise LocalLinkError(msg, field=key)


def _section(
    table: Mapping[str, object], options: type[Options], name: str, where: str
) -> Mapping[str, object]:
    """Return one section of the document, its keys checked."""
    section = table[name]
    if not isinstance(section, dict):
        _refuse(where, name, "a table", section)
    _require_keys(section, tuple(f.name for f in fields(options)), f"{where} [{name}]")
    return section


def _value(section: Mapping[str, object], key: str, kind: type[Value], where: str) -> Value:
    """Return one option, its type checked; true is no integer."""
    value = section[key]
    if type(value) is not kind:
        _refuse(where, key, f"of type {kind.__name__}", value)
    return value


def _integers(section: Mapping[str, object], key: str, where: str) -> tuple[int, ...]:
    """Return an option that is a list of integers."""
    value = section[key]
    if not isinstance(value, list) or any(type(item) is not int for item in value):
        _refuse(where, key, "a list of integers", value)
    return tuple(value)


def _frame_options(section: Mapping[str, object], where: str) -> FrameOptions:
    return FrameOptions(
        kind=_value(section, "kind", str, where),
        length_octets=_value(section, "length_octets", int, where),
        spacecraft_id=_value(section, "spacecraft_id", int, where),
        channels=_integers(section, "channels", where),
        content=_value(section, "content", str, where),
        count_cycle=_value(section, "count_cycle", bool, where),
        header_check=_value(section, "header_check", bool, where),
        insert_octets=_value(section, "insert_octets", int, where),
        segment_header=_value(section, "segment_header", bool, where),
        ocf=_value(section, "ocf", bool, where),
        fecf=_value(section, "fecf", bool, where),
        encapsulation=_value(section, "encapsulation", bool, where),
    )


def _coding_options(section: Mapping[str, object], where: str) -> CodingOptions:
    return CodingOptions(
        code=_value(section, "code", str, where),
        correct=_value(section, "correct", bool, where),
        rs_parity_octets=_value(section, "rs_parity_octets", int, where),
        rs_interleave=_value(section, "rs_interleave", int, where),
        rs_virtual_fill_octets=_value(section, "rs_virtual_fill_octets", int, where),
        randomiser=_value(section, "randomiser", str, where),
        marker_hex=_value(section, "marker_hex", str, where),
        marker_mismatch_max=_value(section, "marker_mismatch_max", int, where),
    )


def _security_options(table: Mapping[str, object], where: str) -> SecurityOptions:
    if table["security"] == {"mode": "none"}:
        return SecurityOptions(mode="none")
    options = _section(table, SecurityOptions, "security", where)
    where = f"{where} [security]"
    return SecurityOptions(
        mode=_value(options, "mode", str, where),
        spi=_value(options, "spi", int, where),
        key=_value(options, "key", str, where),
        key_class=_value(options, "key_class", str, where),
        iv_octets=_value(options, "iv_octets", int, where),
        number_octets=_value(options, "number_octets", int, where),
        pad_octets=_value(options, "pad_octets", int, where),
        mac_octets=_value(options, "mac_octets", int, where),
        mask_hex=_value(options, "mask_hex", str, where),
        window_count=_value(options, "window_count", int, where),
        ahead_max_count=_value(options, "ahead_max_count", int, where),
        reserve_count=_value(options, "reserve_count", int, where),
    )


def _sequence_options(table: Mapping[str, object], where: str) -> SequenceOptions:
    if table["sequence"] == {"mode": "none"}:
        return NO_SEQUENCE
    options = _section(table, SequenceOptions, "sequence", where)
    where = f"{where} [sequence]"
    return SequenceOptions(
        mode=_value(options, "mode", str, where),
        window_count=_value(options, "window_count", int, where),
        sent_max_count=_value(options, "sent_max_count", int, where),
        timer_ms=_value(options, "timer_ms", int, where),
        transmission_max_count=_value(options, "transmission_max_count", int, where),
    )


def _limit_options(section: Mapping[str, object], where: str) -> LimitOptions:
    return LimitOptions(
        packet_octets_max=_value(section, "packet_octets_max", int, where),
        queue_octets_max=_value(section, "queue_octets_max", int, where),
        shares_permille=_integers(section, "shares_permille", where),
    )
