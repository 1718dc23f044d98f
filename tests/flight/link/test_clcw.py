"""The control word against the bit numbers of 232.0-B-4 figure 4-6."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.link.clcw import Clcw, parse_clcw
from flight.link.errors import LocalLinkError, RemoteLinkError

FIELDS = (  # name, first bit, last bit; bit 0 is the first transmitted
    ("status", 3, 5),
    ("vcid", 8, 13),
    ("no_rf_available", 16, 16),
    ("no_bit_lock", 17, 17),
    ("lockout", 18, 18),
    ("wait", 19, 19),
    ("retransmit", 20, 20),
    ("bypass_count", 21, 22),
    ("report_value", 24, 31),
)


VECTORS = tomllib.loads((Path(__file__).parents[2] / "vectors" / "link.toml").read_text(encoding="utf-8"))


def test_word_is_the_printed_one() -> None:
    vector = VECTORS["clcw"][0]
    clcw = Clcw(**vector["fields"])
    assert f"{clcw.pack():08X}" == vector["word"]
    assert parse_clcw(int(vector["word"], 16)) == clcw


@pytest.mark.parametrize(("name", "first", "last"), FIELDS)
def test_each_field_has_its_bits(name: str, first: int, last: int) -> None:
    value = (1 << last - first + 1) - 1
    clear = Clcw(vcid=0).pack()
    given_field = {"vcid": 0, name: value if last > first else True}
    word = Clcw(**given_field).pack()
    assert clear == 1 << 31 - 7
    assert word ^ clear == value << 31 - last


@given(st.integers(0, 63), st.integers(0, 3), st.integers(0, 255), st.booleans(), st.booleans())
def test_word_is_read_back(vcid: int, bypass: int, value: int, lockout: bool, wait: bool) -> None:
    clcw = Clcw(vcid=vcid, bypass_count=bypass, report_value=value, lockout=lockout, wait=wait)
    assert parse_clcw(clcw.pack()) == clcw


# Another type; versions 1 to 3; no COP, COP 2 and 3.
@pytest.mark.parametrize(
    "word", [0x80000000, 0x81000000, 0x21000000, 0x41000000, 0x61000000, 0, 0x02000000, 0x03000000]
)
def test_other_words_are_refused(word: int) -> None:
    with pytest.raises(RemoteLinkError, match=f"control word must be a CLCW of COP-1, got {word:08x}"):
        parse_clcw(word)


def test_fields_out_of_range_are_refused() -> None:
    with pytest.raises(LocalLinkError, match=r"bypass_count must be in \[0, 3\], got 4"):
        Clcw(vcid=0, bypass_count=4)
