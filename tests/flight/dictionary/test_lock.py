"""What a number means once, it means for ever."""

from importlib import resources

import pytest

from flight.dictionary.lock import LockError, lock_faults, updated_lock
from flight.dictionary.registry import DICTIONARY

LOCK = (resources.files("flight.dictionary") / "dictionary.lock").read_text(encoding="utf-8")
LINE = "message 0x1100 PowerStatus\n"


def test_the_dictionary_is_as_its_lock_says():
    assert lock_faults(DICTIONARY, LOCK) == [], (
        "run `flight dictionary lock --out flight/dictionary/dictionary.lock`"
    )
    assert updated_lock(DICTIONARY, LOCK) == LOCK


def test_every_kind_of_number_is_locked():
    kinds = {line.split()[0] for line in LOCK.splitlines() if not line.startswith("#")}
    assert kinds == {"application", "command", "enumeration", "event", "message", "parameter"}
    assert "enumeration PowerMode 00001 SUNLIT\n" in LOCK
    assert "parameter POWER 001 charge_floor_frac\n" in LOCK
    assert "application 0016 POWER\n" in LOCK


def test_a_new_id_must_be_added():
    without = LOCK.replace(LINE, "")
    (fault,) = lock_faults(DICTIONARY, without)
    assert fault.startswith("message 0x1100 PowerStatus must be in the lock")
    assert updated_lock(DICTIONARY, without) == LOCK


def test_an_id_that_is_no_longer_declared_is_retired_and_stays():
    more = LOCK + "message 0x1fff Forgotten\n"
    (fault,) = lock_faults(DICTIONARY, more)
    assert fault == "message 0x1fff Forgotten must be declared or retired, got neither"
    retired = updated_lock(DICTIONARY, more)
    assert "message 0x1fff Forgotten retired\n" in retired
    assert lock_faults(DICTIONARY, retired) == []
    assert updated_lock(DICTIONARY, retired) == retired


@pytest.mark.parametrize("other", ["message 0x1100 ArrayStatus\n", "message 0x1100 PowerStatus retired\n"])
def test_an_id_is_never_used_again(other):
    reused = LOCK.replace(LINE, other)
    assert len(lock_faults(DICTIONARY, reused)) == 1
    with pytest.raises(LockError, match="for ever, got PowerStatus"):
        updated_lock(DICTIONARY, reused)
