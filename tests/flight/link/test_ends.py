from dataclasses import replace
from importlib import resources

import pytest

from flight.bus.disk import MemoryDisk
from flight.link.ends import KEYS_FILE, read_ends
from flight.link.errors import LocalLinkError

PROFILE = (resources.files("flight.link") / "profiles" / "radio_telemetry.toml").read_text(encoding="utf-8")
FLIGHT_KEY = """[[key]]
name = "downlink"
epoch = 1
test = false
hex = "4d973c7701198a7624d9ea6058dc51f5bbe564926cf2854f63afa2c655f6c83d"
"""


def _disk(**files: str) -> MemoryDisk:
    disk = MemoryDisk()
    for name, text in files.items():
        disk.write(name.replace("_toml", ".toml"), 0, text.encode())
    return disk


def test_flown_profiles_are_secured_and_need_keys() -> None:
    ends = read_ends({"test_keys": True}, MemoryDisk(), "x")
    assert ends.telecommand.security.mode == ends.telemetry.security.mode == "gcm"
    assert ends.telecommand.sequence.is_on
    up = ends.security(ends.telecommand, is_sender=True)
    assert up is not None
    with pytest.raises(LocalLinkError, match=r"keys\.toml must be on the disk, got none \(x\)"):
        read_ends({}, MemoryDisk(), "x")


def test_profile_and_keys_come_from_the_disk_and_a_flight_profile_refuses_test_keys() -> None:
    flight = PROFILE.replace("TEST-", "").replace('key_class = "test"', 'key_class = "flight"')
    options = {"telemetry": "mine.toml", "telecommand": "plain_telecommand"}
    disk = _disk(mine_toml=flight, keys_toml=FLIGHT_KEY)
    ends = read_ends(options, disk, "x")
    assert ends.telemetry.security.key_class == "flight"
    assert ends.security(ends.telemetry, is_sender=True) is not None
    assert ends.security(ends.telecommand, is_sender=False) is None
    public = read_ends({**options, "test_keys": True}, disk, "x")
    named = replace(public.telemetry, security=replace(public.telemetry.security, key="TEST-downlink"))
    with pytest.raises(LocalLinkError, match="key must be of class flight, got test"):
        public.security(named, is_sender=True)


@pytest.mark.parametrize(
    ("options", "files", "message"),
    [
        ({"telecommand": 3}, {}, "telecommand must be the name of a profile, got 3"),
        ({"telemetry": "maser"}, {}, "profile must be one of"),
        ({"telemetry": "none.toml"}, {}, r"none\.toml must be on the disk, got none"),
        ({"test_keys": "yes"}, {}, "test_keys must be true or false, got 'yes'"),
        ({}, {"keys_toml": "?"}, "keys must be TOML"),
        ({}, {"keys_toml": ""}, "keys.toml must be on the disk"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], files: dict[str, str], message: str) -> None:
    with pytest.raises(LocalLinkError, match=message):
        read_ends(options, _disk(**files), "x")


def test_unreadable_files_are_named() -> None:
    class Broken(MemoryDisk):
        def read(self, name: str, offset: int, octets: int) -> bytes:
            raise OSError(5, f"planted {name} {offset} {octets}")

    with pytest.raises(LocalLinkError, match=r"keys\.toml must be readable"):
        read_ends({}, Broken(), "x")
    disk = MemoryDisk()
    disk.write(KEYS_FILE, 0, b"\xff\xfe")
    with pytest.raises(LocalLinkError, match=r"keys\.toml must be text in UTF-8"):
        read_ends({}, disk, "x")
