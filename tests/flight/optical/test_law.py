import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.optical import law
from flight.optical.pointing import Pointing

BITS = st.lists(st.booleans(), min_size=4, max_size=4)


@pytest.mark.requirement("OPT-007")
@given(BITS, BITS, st.floats(0.0, 600.0))
def test_permitted_lasers_fit_the_grant(wanted: list[bool], emitting: list[bool], granted_w: float) -> None:
    permitted = law.laser_permitted(wanted, emitting, granted_w)
    assert not any(allow and not want for allow, want in zip(permitted, wanted, strict=True))
    if any(permitted):
        assert law.request_w(permitted) <= granted_w + 1e-9


def test_a_standing_link_is_served_before_a_new_one() -> None:
    granted_w = law.request_w((True, False, False, False))
    assert law.laser_permitted((True, False, True, False), (False, False, True, False), granted_w) == (
        False, False, True, False,
    )  # fmt: skip


def test_the_fallback_covers_all_terminals_with_lasers_off() -> None:
    assert law.request_w((False,) * 4) <= law.FALLBACK_W
    assert not any(law.laser_permitted((True,) * 4, (True,) * 4, law.FALLBACK_W))


def test_the_gimbal_error_is_taken_at_the_time_of_the_reading() -> None:
    ordered = Pointing(3.1, 0.2, 0.001, -0.002, 0.0, 0.0, 1e6)
    error_rad = law.gimbal_error_rad(ordered, 0, 500_000_000, 3.1005, 0.199)
    assert error_rad == pytest.approx(0.0, abs=1e-12)
    # A turn of the azimuth does not count.
    assert law.gimbal_error_rad(ordered, 0, 0, 3.1 - 6.283185307179586, 0.2) == pytest.approx(0.0, abs=1e-9)
    assert law.gimbal_error_rad(ordered, 0, 0, 3.0, 0.2) == pytest.approx(0.1)


def test_radial_error_is_the_hypotenuse() -> None:
    assert law.radial_rad(3e-6, 4e-6) == pytest.approx(5e-6)
