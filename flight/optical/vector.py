"""Small vectors as tuples: three floats cost less as scalars than as arrays."""

from math import sqrt

__all__ = ["Vector", "cross", "dot", "norm", "rotated", "scaled_sum", "unit"]

Vector = tuple[float, ...]


def dot(first: Vector, second: Vector) -> float:
    """Return the scalar product."""
    return first[0] * second[0] + first[1] * second[1] + first[2] * second[2]


def cross(first: Vector, second: Vector) -> Vector:
    """Return the vector product."""
    return (
        first[1] * second[2] - first[2] * second[1],
        first[2] * second[0] - first[0] * second[2],
        first[0] * second[1] - first[1] * second[0],
    )


def norm(vector: Vector) -> float:
    """Return the length."""
    return sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2])


def unit(vector: Vector) -> Vector:
    """Return the direction; the x axis for a zero vector."""
    length = norm(vector)
    if length <= 0.0:
        return (1.0, 0.0, 0.0)
    return (vector[0] / length, vector[1] / length, vector[2] / length)


def scaled_sum(first: Vector, second: Vector, scale: float) -> Vector:
    """Return ``first + scale * second``."""
    return (first[0] + scale * second[0], first[1] + scale * second[1], first[2] + scale * second[2])


def rotated(quaternion: Vector, vector: Vector) -> Vector:
    """Return ``vector`` in the frame that the scalar-first unit quaternion rotates into.

    ``q_body_from_eci`` takes components in J2000 to components in the body frame.
    """
    w, axis = quaternion[0], (quaternion[1], quaternion[2], quaternion[3])
    twice = cross(axis, vector)
    twice = (2.0 * twice[0], 2.0 * twice[1], 2.0 * twice[2])
    return scaled_sum(scaled_sum(vector, twice, w), cross(axis, twice), 1.0)
