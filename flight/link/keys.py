"""Keys by name and epoch: states, zeroising, and test keys that no flight profile accepts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import resources
from typing import NoReturn

from flight.link.errors import LocalLinkError

KEY_OCTETS = (16, 32)
EPOCH_MAX = 0xFFFF


class KeyState(Enum):
    """Life of a key (355.1-B-1 clause 3.3): only active keys may serve an association."""

    PREPARED = "prepared"
    ACTIVE = "active"
    RETIRED = "retired"
    ZEROISED = "zeroised"


_NEXT: Mapping[KeyState, tuple[KeyState, ...]] = {
    KeyState.PREPARED: (KeyState.ACTIVE, KeyState.ZEROISED),
    KeyState.ACTIVE: (KeyState.RETIRED, KeyState.ZEROISED),
    KeyState.RETIRED: (KeyState.ZEROISED,),
    KeyState.ZEROISED: (),
}


@dataclass(slots=True)
class _Entry:
    """One epoch of a key; the octets are overwritten in place when they are zeroised."""

    octets: bytearray
    is_test: bool
    state: KeyState


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """A key to be loaded into an association.

    Attributes
    ----------
    name, epoch
        Which key, 0..65535; the epoch is part of the initialisation vector.
    octets
        The store's own memory: empty after zeroising, so never keep it.
    is_test
        Its octets are public.
    """

    name: str
    epoch: int
    octets: bytearray
    is_test: bool


class KeyStore:
    """Keys of one end of the link.

    A key has a name and counts its epochs; the newest active epoch serves new associations.
    """

    def __init__(self) -> None:
        self._entries: dict[tuple[str, int], _Entry] = {}

    def add(self, name: str, epoch: int, octets: bytes, *, is_test: bool) -> None:
        """Take a key in the state `KeyState.PREPARED`.

        Raises
        ------
        LocalLinkError
            When the length is not 16 or 32 octets, the epoch is out of range or taken, or the name of a test
            key does not say so.
        """
        where = f"key {name}, epoch {epoch}"
        if len(octets) not in KEY_OCTETS:
            _refuse("key", f"one of {KEY_OCTETS} octets", f"{len(octets)} octets", where)
        if not 0 <= epoch <= EPOCH_MAX or (name, epoch) in self._entries:
            _refuse("epoch", f"new and in [0, {EPOCH_MAX}]", str(epoch), where)
        if name.startswith("TEST-") != is_test:
            _refuse("name", "TEST-... exactly for test keys", name, where)
        self._entries[name, epoch] = _Entry(bytearray(octets), is_test, KeyState.PREPARED)

    def move(self, name: str, epoch: int, state: KeyState) -> None:
        """Move a key to another state; zeroising overwrites its octets.

        Raises
        ------
        LocalLinkError
            When there is no such key or the state cannot follow its present one.
        """
        entry = self._entry(name, epoch)
        if state not in _NEXT[entry.state]:
            allowed = ", ".join(after.value for after in _NEXT[entry.state]) or "none"
            _refuse("state", f"one of {allowed}", state.value, f"key {name}, epoch {epoch}")
        entry.state = state
        if state is KeyState.ZEROISED:
            entry.octets[:] = bytes(len(entry.octets))
            entry.octets.clear()

    def zeroise(self) -> None:
        """Overwrite every key."""
        for (name, epoch), entry in self._entries.items():
            if entry.state is not KeyState.ZEROISED:
                self.move(name, epoch, KeyState.ZEROISED)

    def state(self, name: str, epoch: int) -> KeyState:
        """Return the state of a key.

        Raises
        ------
        LocalLinkError
            When there is no such key.
        """
        return self._entry(name, epoch).state

    def newest(self, name: str, *, key_class: str) -> KeyView:
        """Return the newest active epoch of a key.

        Parameters
        ----------
        name
            Of the key.
        key_class
            "flight" refuses test keys; "test" accepts nothing else.

        Raises
        ------
        LocalLinkError
            When no epoch is active, or the key is of the other class.
        """
        epochs = [
            epoch
            for (known, epoch), entry in self._entries.items()
            if known == name and entry.state is KeyState.ACTIVE
        ]
        if not epochs:
            _refuse("key", "active in some epoch", "none", f"key {name}")
        entry = self._entries[name, max(epochs)]
        if entry.is_test != (key_class == "test"):
            _refuse("key", f"of class {key_class}", "test" if entry.is_test else "flight", f"key {name}")
        return KeyView(name=name, epoch=max(epochs), octets=entry.octets, is_test=entry.is_test)

    def _entry(self, name: str, epoch: int) -> _Entry:
        entry = self._entries.get((name, epoch))
        if entry is None:
            _refuse("key", "known", "none", f"key {name}, epoch {epoch}")
        return entry


def read_keys(text: str, *, where: str) -> KeyStore:
    """Read a store from TOML: ``[[key]]`` tables with name, epoch, test and hex; all become active.

    Raises
    ------
    LocalLinkError
        When the text is not of that form; no octet of a key is in the error.
    """
    store = KeyStore()
    try:
        for number, table in enumerate(tomllib.loads(text)["key"]):
            if set(table) != {"name", "epoch", "test", "hex"} or type(table["epoch"]) is not int:
                _refuse("key", "name, epoch, test, hex", ", ".join(table), f"{where}, key {number}")
            octets = bytes.fromhex(table["hex"])
            store.add(str(table["name"]), table["epoch"], octets, is_test=table["test"] is True)
            store.move(str(table["name"]), table["epoch"], KeyState.ACTIVE)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, RecursionError):
        _refuse("keys", "TOML with [[key]] tables", "something else", where)
    return store


def builtin_test_keys() -> KeyStore:
    """Return the public keys of simulated links; a profile of class "flight" refuses them."""
    folder = resources.files("flight.link") / "profiles" / "keys"
    return read_keys((folder / "test.toml").read_text(encoding="utf-8"), where="test.toml")


def _refuse(quantity: str, condition: str, got: str, where: str) -> NoReturn:
    """Raise the error of one quantity."""
    msg = f"{quantity} must be {condition}, got {got} ({where})"
    raise LocalLinkError(msg, field=quantity)
