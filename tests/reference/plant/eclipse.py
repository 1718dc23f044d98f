"""Shadow twin: two discs in the sky, their common area from circular segments."""

from collections.abc import Sequence
from math import asin, atan2, pi, sin, sqrt


def _segment(radius: float, half_angle: float) -> float:
    """Area of the circular segment that subtends twice ``half_angle``: r^2 (u - sin u) / 2, u the angle."""
    u = 2.0 * half_angle
    if u > 0.5:
        return radius**2 * (u - sin(u)) / 2.0
    term, total, n = u**3 / 6.0, 0.0, 3
    while abs(term) > 1e-18 * abs(total) and n < 40:
        total += term
        n += 2
        term *= -u * u / (n * (n - 1))
    return radius**2 * total / 2.0


def _half_angle(opposite: float, left: float, right: float) -> float:
    """Angle of a triangle between ``left`` and ``right``, by the half-angle rule, which does not cancel."""
    s = (opposite + left + right) / 2.0
    return 2.0 * asin(min(1.0, sqrt(max(0.0, (s - left) * (s - right) / (left * right)))))


def lit_fraction(a: float, b: float, c: float) -> float:
    """Lit share of a disc of radius ``a`` behind a disc of radius ``b``, centres ``c`` apart (rad)."""
    if c >= a + b:
        return 1.0
    if c <= b - a:
        return 0.0
    if c <= a - b:
        return 1.0 - (b / a) ** 2
    half_a = _half_angle(b, a, c)
    half_b = _half_angle(a, b, c)
    return 1.0 - (_segment(a, half_a) + _segment(b, half_b)) / (pi * a * a)


def shadow_fraction(
    sun: Sequence[float], body: Sequence[float], sun_radius_m: float, body_radius_m: float
) -> float:
    """Lit share of the Sun seen past a body; vectors from the satellite, m."""
    far = sqrt(sum(x * x for x in sun))
    near = sqrt(sum(x * x for x in body))
    u = [x / far for x in sun]
    w = [x / near for x in body]
    half_gap = asin(min(1.0, sqrt(sum((p - q) ** 2 for p, q in zip(u, w, strict=True))) / 2.0))
    return lit_fraction(asin(sun_radius_m / far), asin(body_radius_m / near), 2.0 * half_gap)


def limb_angle(sun: Sequence[float], body: Sequence[float], radius_m: float, flattening: float) -> float:
    """Angle from the centre of a flattened body to its limb, on the Sun's side, in the plane of all three.

    The plane cuts the body in an ellipse x'Qx = 1; the polar line of the observer p, x'Qp = 1, meets it in
    the two points of tangency.
    """
    place = [-x for x in body]
    distance = sqrt(sum(x * x for x in place))
    first = [x / distance for x in place]
    along = sum(x * y for x, y in zip(sun, first, strict=True))
    across = [x - along * y for x, y in zip(sun, first, strict=True)]
    size = sqrt(sum(x * x for x in across))
    second = [x / size for x in across]
    weights = [1.0, 1.0, 1.0 / (1.0 - flattening) ** 2]

    def form(a: Sequence[float], b: Sequence[float]) -> float:
        return sum(w * x * y for w, x, y in zip(weights, a, b, strict=True))

    qa, qb, qc = form(first, first), form(first, second), form(second, second)
    p = distance / radius_m
    # On the polar line: p (qa x + qb y) = 1, so x = (1/p - qb y) / qa; put into the ellipse, solved for y.
    a = qc - qb * qb / qa
    c = 1.0 / (p * p * qa) - 1.0
    y = sqrt(-c / a)
    x = (1.0 / p - qb * y) / qa
    return atan2(y, p - x)
