"""Keys: states, classes, zeroising, and no key in an error."""

import pytest

from flight.link.errors import LocalLinkError
from flight.link.keys import KeyState, KeyStore, builtin_test_keys, read_keys

SECRET = "5E" * 32


def store() -> KeyStore:
    made = KeyStore()
    made.add("up", 3, bytes.fromhex(SECRET), is_test=False)
    return made


def test_newest_active_epoch_serves() -> None:
    keys = store()
    keys.add("up", 4, bytes(16), is_test=False)
    with pytest.raises(LocalLinkError, match="key must be active in some epoch, got none"):
        keys.newest("up", key_class="flight")
    keys.move("up", 3, KeyState.ACTIVE)
    assert keys.newest("up", key_class="flight").epoch == 3
    keys.move("up", 4, KeyState.ACTIVE)
    assert keys.newest("up", key_class="flight").epoch == 4
    keys.move("up", 4, KeyState.RETIRED)
    assert keys.newest("up", key_class="flight").octets == bytes.fromhex(SECRET)


def test_zeroised_key_is_gone_everywhere() -> None:
    keys = store()
    keys.move("up", 3, KeyState.ACTIVE)
    octets = keys.newest("up", key_class="flight").octets
    keys.zeroise()
    keys.zeroise()
    assert octets == b""
    assert keys.state("up", 3) is KeyState.ZEROISED
    with pytest.raises(LocalLinkError, match="state must be one of none, got active"):
        keys.move("up", 3, KeyState.ACTIVE)


def test_classes_are_kept_apart() -> None:
    keys = builtin_test_keys()
    assert keys.newest("TEST-uplink", key_class="test").is_test
    with pytest.raises(LocalLinkError, match="key must be of class flight, got test"):
        keys.newest("TEST-uplink", key_class="flight")
    flight = store()
    flight.move("up", 3, KeyState.ACTIVE)
    with pytest.raises(LocalLinkError, match="key must be of class test, got flight"):
        flight.newest("up", key_class="test")
    for name, is_test in (("TEST-x", False), ("x", True)):
        with pytest.raises(LocalLinkError, match="name must be TEST-"):
            keys.add(name, 1, bytes(32), is_test=is_test)


def test_builtin_keys_are_all_different() -> None:
    keys = builtin_test_keys()
    names = ("TEST-uplink", "TEST-downlink", "TEST-laser")
    assert len({bytes(keys.newest(name, key_class="test").octets) for name in names}) == 3


@pytest.mark.parametrize(
    ("epoch", "octets", "text"),
    [(3, 32, "epoch must be new"), (65536, 32, "epoch must be new"), (4, 24, "key must be one of")],
)
def test_misfits_are_refused(epoch: int, octets: int, text: str) -> None:
    with pytest.raises(LocalLinkError, match=text):
        store().add("up", epoch, bytes(octets), is_test=False)
    with pytest.raises(LocalLinkError, match="key must be known"):
        store().state("down", 1)


@pytest.mark.parametrize(
    "text",
    [
        "key = 1",
        "[[key]\n",
        "",
        f'[[key]]\nname="a"\nepoch=1\nhex="{SECRET}"',
        f'[[key]]\nname="a"\nepoch=1\ntest=false\nhex="{SECRET}Z"',
        f'[[key]]\nname="a"\nepoch=1\ntest=false\nhex="{SECRET}00"',
        f'[[key]]\nname="a"\nepoch="1"\ntest=false\nhex="{SECRET}"',
    ],
)
def test_no_octet_of_a_key_is_in_an_error(text: str) -> None:
    with pytest.raises(LocalLinkError) as caught:
        read_keys(text, where="keys.toml")
    assert "5E5E" not in str(caught.value)
    assert "keys.toml" in str(caught.value) or "key a" in str(caught.value)
