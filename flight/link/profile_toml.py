"""Profiles read from TOML: strict keys and types; what the options mean is checked where they are made."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import NoReturn, TypeVar

from flight.link.errors import LocalLinkError
from flight.link.frame_options import CodingOptions, FrameOptions
from flight.link.profile_rules import LimitOptions
from flight.link.security_options import NO_SEQUENCE, SecurityOptions, SequenceOptions

Value = TypeVar("Value", str, bool, int)
Options = TypeVar(
    "Options", bound="FrameOptions | CodingOptions | SecurityOptions | SequenceOptions | LimitOptions"
)

_SECTIONS = ("name", "frame", "coding", "security", "limits", "sequence")
_LEFT_OUT: Mapping[str, dict[str, object]] = {
    "frame": {"encapsulation": False},
    "limits": {"shares_permille": []},
    "security": {
        "salt_hex": "",
        "implicit_hex": "",
        "anti_replay": True,
        "channels": [],
        "direction": "both",
    },
    "sequence": {"control": "secured"},
}
"""What a document may leave out, and what it then is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The sections of a profile."""

    name: str
    frame: FrameOptions
    coding: CodingOptions
    associations: tuple[SecurityOptions, ...]
    limits: LimitOptions
    sequence: SequenceOptions


def read_document(text: str, *, where: str) -> Document:
    """Read the sections of a profile; every option must be given, but those of `_LEFT_OUT`, and no other.

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
        table: dict[str, object] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        msg = f"profile must be TOML, got: {error} ({where})"
        raise LocalLinkError(msg, field="profile") from error
    table.setdefault("sequence", {"mode": "none"})
    _require_keys(table, _SECTIONS, where)
    return Document(
        name=_value(table, "name", str, where),
        frame=_frame_options(_section(table, FrameOptions, "frame", where), f"{where} [frame]"),
        coding=_coding_options(_section(table, CodingOptions, "coding", where), f"{where} [coding]"),
        associations=_associations(table["security"], where),
        limits=_limit_options(_section(table, LimitOptions, "limits", where), f"{where} [limits]"),
        sequence=_sequence_options(table, where),
    )


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
    return _table(table[name], options, name, where)


def _table(section: object, options: type[Options], name: str, where: str) -> Mapping[str, object]:
    """Return a table with what may be left out filled in, its keys checked."""
    if not isinstance(section, dict):
        _refuse(where, name, "a table", section)
    whole = _LEFT_OUT.get(name, {}) | section
    _require_keys(whole, tuple(f.name for f in fields(options)), f"{where} [{name}]")
    return whole


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


def _associations(section: object, where: str) -> tuple[SecurityOptions, ...]:
    """Return the associations of a profile: one table, or a list of them."""
    if section == {"mode": "none"}:
        return (SecurityOptions(mode="none"),)
    tables = section if isinstance(section, list) else [section]
    if not tables:
        _refuse(where, "security", "a table, or a list of them that is not empty", section)
    made = tuple(
        _security_options(_table(table, SecurityOptions, "security", where), f"{where} [security]")
        for table in tables
    )
    if len(made) > 1 and not all(one.is_on for one in made):
        _refuse(where, "security.mode", "gcm or cmac in a list of associations", "none")
    return made


def _security_options(options: Mapping[str, object], where: str) -> SecurityOptions:
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
        salt_hex=_value(options, "salt_hex", str, where),
        implicit_hex=_value(options, "implicit_hex", str, where),
        anti_replay=_value(options, "anti_replay", bool, where),
        channels=_integers(options, "channels", where),
        direction=_value(options, "direction", str, where),
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
        control=_value(options, "control", str, where),
    )


def _limit_options(section: Mapping[str, object], where: str) -> LimitOptions:
    return LimitOptions(
        packet_octets_max=_value(section, "packet_octets_max", int, where),
        queue_octets_max=_value(section, "queue_octets_max", int, where),
        shares_permille=_integers(section, "shares_permille", where),
    )
