"""Commands are checked before they leave, and what is wrong is said with the right answer beside it."""

import pytest

from flight.dictionary.compute import SetPowerCeiling
from flight.dictionary.executive import RestartApplication, SetSystemMode
from flight.dictionary.power import SetLoadTier
from flight.dictionary.types import App
from ground.command.build import ArgumentError, build_command, rebuild_command
from ground.telemetry.names import UnknownNameError


def test_words_become_the_fields_types() -> None:
    built = build_command("compute", "setpowerceiling", [("power_ceiling_w", "90e3")])
    assert built.command == SetPowerCeiling(power_ceiling_w=90e3)
    assert built.app is App.COMPUTE
    assert built.name == "COMPUTE SetPowerCeiling"
    assert built.arguments == "power_ceiling_w=90000.0"
    assert not built.hazardous


def test_hexadecimal_and_plain_numbers_are_read() -> None:
    built = build_command("EXECUTIVE", "RestartApplication", [("application", "0x10")])
    assert built.command == RestartApplication(application=16)
    assert built.hazardous
    assert build_command("POWER", "SetLoadTier", [("tier", 2)]).command == SetLoadTier(tier=2)


@pytest.mark.parametrize(
    ("app", "name", "nearest"),
    [
        ("POWR", "SetLoadTier", "POWER"),
        ("POWER", "SetLoadTire", "SetLoadTier"),
        ("POWER", "SetPowerCeiling", ""),
    ],
)
def test_unknown_name_is_met_with_the_nearest(app: str, name: str, nearest: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        build_command(app, name, [("tier", 1)])
    if nearest:
        assert caught.value.nearest[0] == nearest
        assert nearest in str(caught.value)


def test_unknown_argument_is_met_with_the_arguments_there_are() -> None:
    with pytest.raises(UnknownNameError, match="tier"):
        build_command("POWER", "SetLoadTier", [("teir", 1)])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], r"arguments must be complete, got no tier"),
        ([("tier", 1), ("tier", 1)], r"argument must be given once, got tier twice"),
        ([("tier", 4)], r"tier must be in \[0, 3\], got 4"),
        ([("tier", "one")], r"tier must be int, got 'one'"),
        ([("tier", 1.5)], r"SetLoadTier.tier must be int, got float"),
        ([("tier", b"1")], r"SetLoadTier.tier must be int, got bytes"),
    ],
)
def test_wrong_arguments_are_named(arguments: list[tuple[str, str | int]], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        build_command("POWER", "SetLoadTier", arguments)


@pytest.mark.parametrize("value", ["nan", "inf", "-1", "1e9"])
def test_number_outside_its_range_is_refused(value: str) -> None:
    with pytest.raises(ArgumentError, match="power_ceiling_w"):
        build_command("COMPUTE", "SetPowerCeiling", [("power_ceiling_w", value)])


def test_command_of_all_applications_goes_to_any() -> None:
    assert build_command("THERMAL", "NoOperation", []).app is App.THERMAL


def test_body_rebuilds_the_same_command() -> None:
    built = build_command("EXECUTIVE", "SetSystemMode", [("mode", 2)])
    assert rebuild_command(App.EXECUTIVE, SetSystemMode, built.body) == built
    with pytest.raises(ArgumentError):
        rebuild_command(App.EXECUTIVE, SetSystemMode, b"\x91\x09")
