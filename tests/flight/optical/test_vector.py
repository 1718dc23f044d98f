from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flight.optical.vector import cross, dot, norm, rotated, scaled_sum, unit

NUMBER = st.floats(-1e3, 1e3)
VECTOR = st.tuples(NUMBER, NUMBER, NUMBER)


@given(VECTOR, VECTOR)
def test_the_cross_product_is_perpendicular_to_both(
    first: tuple[float, ...], second: tuple[float, ...]
) -> None:
    made = cross(first, second)
    assert dot(made, first) == pytest.approx(0.0, abs=1e-3)
    assert dot(made, second) == pytest.approx(0.0, abs=1e-3)


@given(VECTOR, st.floats(-pi, pi))
def test_a_rotation_about_z_turns_x_into_y(vector: tuple[float, ...], angle_rad: float) -> None:
    turned = rotated((cos(0.5 * angle_rad), 0.0, 0.0, sin(0.5 * angle_rad)), vector)
    x, y, z = vector
    expected = (
        cos(angle_rad) * x - sin(angle_rad) * y,
        sin(angle_rad) * x + cos(angle_rad) * y,
        z,
    )
    assert turned == pytest.approx(expected, abs=1e-9)
    assert norm(turned) == pytest.approx(norm(vector), abs=1e-9)


def test_unit_vectors_and_sums() -> None:
    assert unit((0.0, 3.0, 4.0)) == pytest.approx((0.0, 0.6, 0.8))
    assert unit((0.0, 0.0, 0.0)) == (1.0, 0.0, 0.0)
    assert scaled_sum((1.0, 2.0, 3.0), (1.0, 1.0, 1.0), -2.0) == (-1.0, 0.0, 1.0)
