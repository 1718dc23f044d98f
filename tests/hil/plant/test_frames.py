"""Quaternions of attitude matrices."""

from math import cos, pi, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.plant._cplant import ffi, lib

Quaternion = tuple[float, float, float, float]


def matrix_of(q: Quaternion) -> list[float]:
    """Return the row-major matrix of a frame rotation, as Shuster (1993), equation 97, has it."""
    w, x, y, z = q
    return [
        *(1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)),
        *(2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)),
        *(2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)),
    ]


def quaternion_of(matrix: list[float]) -> list[float]:
    q = ffi.new("double[4]")
    lib.dd_matrix_to_quaternion(matrix, q)
    return ffi.unpack(q, 4)


@pytest.mark.parametrize("axis", [1, 2, 3])
@pytest.mark.parametrize("angle_rad", [0.0, 1e-9, 1.0, 0.999999 * pi])
def test_a_turn_about_an_axis_comes_back(axis: int, angle_rad: float) -> None:
    """Near half a turn the scalar part vanishes and the component of the axis is the largest."""
    parts = [cos(0.5 * angle_rad), 0.0, 0.0, 0.0]
    parts[axis] = sin(0.5 * angle_rad)
    w, x, y, z = parts
    assert quaternion_of(matrix_of((w, x, y, z))) == pytest.approx(parts, abs=1e-12)


part = st.floats(-1.0, 1.0)


@given(st.tuples(part, part, part, part).filter(lambda q: sum(x * x for x in q) > 1e-3))
def test_every_rotation_comes_back_with_a_scalar_part_that_is_not_negative(q: Quaternion) -> None:
    size = sqrt(sum(x * x for x in q))
    w, x, y, z = (value / size for value in q)
    found = quaternion_of(matrix_of((w, x, y, z)))
    assert found[0] >= 0.0
    assert sum(value * value for value in found) == pytest.approx(1.0, abs=1e-14)
    assert matrix_of((found[0], found[1], found[2], found[3])) == pytest.approx(
        matrix_of((w, x, y, z)), abs=1e-12
    )
