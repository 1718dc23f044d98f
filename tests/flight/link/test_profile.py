"""Profiles: strict keys, every refused option by name, the built-in ones."""

from dataclasses import replace
from importlib import resources

import pytest

from flight.link.errors import LocalLinkError
from flight.link.profile import Profile, load_builtin

TEXT = (resources.files("flight.link") / "profiles" / "plain_telemetry.toml").read_text(encoding="utf-8")


def test_built_in_profiles_are_what_their_files_say() -> None:
    telemetry = load_builtin("plain_telemetry")
    assert telemetry.frame.length_octets == 1115
    assert telemetry.marker.hex() == "1acffc1d"
    assert telemetry.cadu_octets == 1279
    assert load_builtin("plain_telecommand").frame.segment_header
    assert telemetry.with_spacecraft(3).frame.spacecraft_id == 3


def test_unknown_built_in_profile_names_the_known_ones() -> None:
    with pytest.raises(
        LocalLinkError,
        match="plain_telecommand, plain_telemetry, radio_telecommand, radio_telemetry, got maser",
    ):
        load_builtin("maser")


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (
            "ocf = true",
            "ocg = true",
            r"key must be one of kind, length_octets, .*, got ocg \(x.toml \[frame\]\)",
        ),
        ("ocf = true", "", r"ocf must be given, got nothing \(x.toml \[frame\]\)"),
        ("ocf = true", "ocf = 1", r"ocf must be of type bool, got 1 \(x.toml \[frame\]\)"),
        ("[limits]", "[limit]", r"key must be one of name, frame, .*, got limit \(x.toml\)"),
        ("channels = [0, 1, 2]", "channels = [0, true]", "channels must be a list of integers"),
        ("channels = [0, 1, 2]", "channels = [0, 63]", r"channels must be distinct channels in \[0, 62\]"),
        ("channels = [0, 1, 2]", "channels = [0, 0]", "channels must be distinct"),
        ("channels = [0, 1, 2]", "channels = []", "channels must be distinct"),
        ('kind = "aos"', 'kind = "uslp"', "frame.kind must be one of aos, tm, tc, got 'uslp'"),
        ("segment_header = false", "segment_header = true", "frame.segment_header must be one of false"),
        ("insert_octets = 0", "insert_octets = 256", r"frame.insert_octets must be in \[0, 255\], got 256"),
        (
            'code = "rs"',
            'code = "none"',
            "coding.rs_parity_octets must be 0, with 1 and 0, without rs, got 'none'",
        ),
        ('mode = "none"', 'mode = "gcm"', "spi must be given"),
        ('code = "rs"', 'code = "bch"', "coding.code must be one of none, rs, rs_slices, got 'bch'"),
        (
            "rs_parity_octets = 32",
            "rs_parity_octets = 0",
            "coding.rs_parity_octets must be 16 or 32 with rs, got 0",
        ),
        ("1ACFFC1D", "1ACF", "coding.marker_hex must be empty or 4 to 8 octets, got '1ACF'"),
        ("1ACFFC1D", "zz", "coding.marker_hex must be hexadecimal octets, got 'zz'"),
        (
            "length_octets = 1115",
            "length_octets = 20",
            r"frame.length_octets must be in \[21, 65535\], got 20",
        ),
        ("[limits]", "[limits]\nshares_permille = 1", "shares_permille must be a list of integers"),
        (
            "[limits]",
            "[limits]\nshares_permille = [1]",
            r"shares_permille must be one for each of the 3 channels",
        ),
        (
            "[limits]",
            "[limits]\nshares_permille = [0, 501, 500]",
            "shares_permille must be >= 0 and <= 1000 in sum",
        ),
        (
            "[limits]",
            "[limits]\nshares_permille = [0, -1, 2]",
            "shares_permille must be >= 0 and <= 1000 in sum",
        ),
        ('name = "plain_telemetry"', "name = 3", "name must be of type str, got 3"),
        ('name = "plain_telemetry"', "name = ", r"profile must be TOML, got: .* \(x.toml\)"),
        pytest.param(
            'name = "plain_telemetry"',
            "name = " + "[" * 9999,
            "profile must be TOML, got: .*recursion",
            id="nested too deep",
        ),
        ('[security]\nmode = "none"               # none', "", "security must be given"),
    ],
)
def test_each_bad_profile_is_refused_with_its_place(old: str, new: str, text: str) -> None:
    assert old in TEXT
    with pytest.raises(LocalLinkError, match=text):
        Profile.from_toml(TEXT.replace(old, new, 1), where="x.toml")


def test_shares_go_with_their_channels() -> None:
    flown = load_builtin("radio_telemetry")
    assert flown.shares_permille == (0, 0, 100)
    assert flown.with_channels((1, 2, 0)).shares_permille == (0, 100, 0)
    assert load_builtin("plain_telemetry").shares_permille == (0, 0, 0)


def test_section_must_be_a_table() -> None:
    text = TEXT.split("[frame]", maxsplit=1)[0] + "frame = 1\ncoding = 1\nsecurity = 1\nlimits = 1\n"
    with pytest.raises(LocalLinkError, match="frame must be a table, got 1"):
        Profile.from_toml(text, where="x.toml")


def test_telecommand_profile_has_no_marker() -> None:
    profile = load_builtin("plain_telecommand")
    with pytest.raises(LocalLinkError, match=r"limits\.shares_permille must be empty, got"):
        replace(profile, limits=replace(profile.limits, shares_permille=(1000,)))
    with pytest.raises(LocalLinkError, match=r"coding\.marker_hex must be empty, got"):
        replace(profile, coding=replace(profile.coding, marker_hex="1ACFFC1D"))


@pytest.mark.parametrize(("option", "value"), [("correct", True), ("randomiser", "tc255")])
def test_telecommand_without_code_has_nothing_of_units(option: str, value: object) -> None:
    profile = load_builtin("plain_telecommand")
    bare = {"code": "none", "correct": False, "randomiser": "none"}
    with pytest.raises(LocalLinkError, match=rf"coding\.{option} must be .* without bch, got"):
        replace(profile, coding=replace(profile.coding, **{**bare, option: value}))
