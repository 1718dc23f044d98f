"""Raw values become values for people in one place."""

from struct import pack, unpack

from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.power import PowerMode
from ground.telemetry.calibrate import calibrate, raw
from ground.telemetry.names import item_named

FRAC = item_named("POWER", "PowerStatus", "charge_frac")
MODE = item_named("POWER", "PowerStatus", "mode")


def test_enumeration_is_its_word_and_its_number() -> None:
    assert calibrate(MODE, PowerMode.ECLIPSE) == "ECLIPSE"
    assert raw(MODE, PowerMode.ECLIPSE) == 2
    assert type(raw(MODE, PowerMode.ECLIPSE)) is int


def test_float_is_shown_as_it_was_written() -> None:
    assert calibrate(FRAC, unpack(">f", pack(">f", 0.8))[0]) == 0.8
    assert calibrate(FRAC, 0.0) == 0.0


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_shown_float_names_the_same_32_bits(value: float) -> None:
    shown = calibrate(FRAC, value)
    assert isinstance(shown, float)
    assert pack(">f", shown) == pack(">f", value)
    assert raw(FRAC, value) == value
