from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.dictionary.timecode import pack_time, unpack_time

DAY_S = 86_400


def test_the_epoch_is_1958_and_a_known_day_has_its_seconds():
    assert pack_time(0) == bytes(8)
    days_1958_to_2000 = 42 * 365 + 10
    assert pack_time(days_1958_to_2000 * DAY_S * 10**9) == (days_1958_to_2000 * DAY_S).to_bytes(4) + bytes(4)


@given(st.integers(0, 2**32 * 10**9 - 1))
def test_the_fine_part_is_the_nearest_of_two_to_minus_32_seconds_and_comes_back(time_ns):
    octets = pack_time(time_ns)
    exact_s = Fraction(time_ns, 10**9)
    packed_s = Fraction(int.from_bytes(octets), 2**32)
    assert abs(packed_s - exact_s) <= Fraction(1, 2**33)
    assert unpack_time(octets) == time_ns


@pytest.mark.parametrize("time_ns", [-1, 2**32 * 10**9])
def test_a_time_outside_the_code_is_refused(time_ns):
    with pytest.raises(ValueError, match="time_ns must be in"):
        pack_time(time_ns)
