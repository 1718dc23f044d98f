"""What one end of a link is made with: profiles, keys, and the disk of numbers that outlive a crash."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flight.link.errors import LocalLinkError
from flight.link.keys import KeyStore, builtin_test_keys, read_keys
from flight.link.numbers import NumberDisk
from flight.link.profile import Profile, load_builtin
from flight.link.security import SecurityEnd

__all__ = ["KEYS_FILE", "LinkEnds", "read_ends"]

KEYS_FILE = "keys.toml"
"""Name of the key file on the disk of an end."""

_FILE_OCTETS_MAX = 65_536
_PROFILES = ("telecommand", "telemetry", "laser")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEnds:
    """The two profiles of a link with what makes them secure; gateway and ground have one each.

    Attributes
    ----------
    telecommand, telemetry
        Profiles of the way up and of the way down by radio, the same at both ends.
    laser
        Profile of the way down by laser, None where there is none.
    keys
        Key store of this end.
    disk
        Where numbers of security and V(R) outlive a crash of this end.
    """

    telecommand: Profile
    telemetry: Profile
    disk: NumberDisk
    keys: KeyStore = field(default_factory=KeyStore)
    laser: Profile | None = None

    def security(self, profile: Profile, *, is_sender: bool) -> SecurityEnd | None:
        """Return the associations of one direction, None where the profile has no security.

        Raises
        ------
        LocalLinkError
            When the key is missing or not of the profile's class.
        """
        if not profile.security.is_on:
            return None
        return SecurityEnd(profile, is_sender=is_sender, keys=self.keys, disk=self.disk, keeps_each=True)


def read_ends(options: Mapping[str, object], disk: NumberDisk, where: str) -> LinkEnds:
    """Return the ends that options name; profiles and keys that are no built-in ones lie on the disk.

    Parameters
    ----------
    options
        ``telecommand`` and ``telemetry``: name of a built-in profile, or of a file ``*.toml`` on the disk;
        ``radio_telecommand`` and ``radio_telemetry`` by default. ``laser`` likewise, none by default.
        ``test_keys``: true takes the public keys of simulated links; else the keys are those of the file
        ``keys.toml`` on the disk.
    disk
        Of this end.
    where
        For error texts.

    Raises
    ------
    LocalLinkError
        When an option is of the wrong type, or a file is missing or refused.
    """
    profiles = {}
    names = {"telecommand": "radio_telecommand", "telemetry": "radio_telemetry"}
    for name, chosen in {**names, **{key: options[key] for key in _PROFILES if key in options}}.items():
        if not isinstance(chosen, str):
            msg = f"{name} must be the name of a profile, got {chosen!r} ({where})"
            raise LocalLinkError(msg, field=name)
        profiles[name] = (
            Profile.from_toml(_text(disk, chosen, where), where=chosen)
            if chosen.endswith(".toml")
            else load_builtin(chosen)
        )
    test_keys = options.get("test_keys", False)
    if not isinstance(test_keys, bool):
        msg = f"test_keys must be true or false, got {test_keys!r} ({where})"
        raise LocalLinkError(msg, field="test_keys")
    is_secured = any(profile.security.is_on for profile in profiles.values())
    keys = KeyStore()
    if test_keys:
        keys = builtin_test_keys()
    elif is_secured:
        keys = read_keys(_text(disk, KEYS_FILE, where), where=KEYS_FILE)
    return LinkEnds(
        telecommand=profiles["telecommand"],
        telemetry=profiles["telemetry"],
        laser=profiles.get("laser"),
        disk=disk,
        keys=keys,
    )


def _text(disk: NumberDisk, name: str, where: str) -> str:
    """Return the text of a file on the disk."""
    try:
        octets = disk.read(name, 0, _FILE_OCTETS_MAX)
    except OSError as error:
        msg = f"{name} must be readable, got {error} ({where})"
        raise LocalLinkError(msg, field=name) from error
    if not octets:
        msg = f"{name} must be on the disk, got none ({where})"
        raise LocalLinkError(msg, field=name)
    try:
        return octets.decode()
    except UnicodeDecodeError as error:
        msg = f"{name} must be text in UTF-8, got something else ({where})"
        raise LocalLinkError(msg, field=name) from error
