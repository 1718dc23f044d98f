"""A profile names every option of a link; both ends of the link are built from the same profile.

Options of the standards that this version does not serve are named too and refused with a clear text.
"""

from dataclasses import dataclass, replace
from importlib import resources
from typing import NoReturn, Self

from flight.link.errors import LocalLinkError
from flight.link.frame_options import CodingOptions, FrameOptions
from flight.link.packet import SPACE_ONLY, WITH_ENCAPSULATION
from flight.link.profile_rules import RULES, LimitOptions, associations_fault, describe, shares_fault
from flight.link.profile_toml import read_document
from flight.link.security_options import NO_SEQUENCE, SecurityOptions, SequenceOptions

CHANNEL_IDLE = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """All options of one direction of a link.

    Attributes
    ----------
    name
        For people and counters.
    frame, coding, security, limits, sequence
        The options by layer; a document may leave out the section of sequence control.
    more_security
        Further security associations, beside the first in `security`; a document has a list of them.

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
    more_security: tuple[SecurityOptions, ...] = ()

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
        if association_fault := associations_fault(channels, self.associations):
            _refuse(self.name, *association_fault)
        self._check_code()

    @property
    def associations(self) -> tuple[SecurityOptions, ...]:
        """The security associations, none without security."""
        return (self.security, *self.more_security) if self.security.is_on else ()

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
        """Read a profile, as :func:`flight.link.profile_toml.read_document` takes it.

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
        document = read_document(text, where=where)
        return cls(
            name=document.name,
            frame=document.frame,
            coding=document.coding,
            security=document.associations[0],
            limits=document.limits,
            sequence=document.sequence,
            more_security=document.associations[1:],
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
