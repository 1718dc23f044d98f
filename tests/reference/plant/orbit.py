"""Orbit twin: J2 gravity in its vector form, the classical Runge-Kutta rule, elements by anomalies."""

from math import acos, atan2, cos, pi, sin, sqrt

Vector = tuple[float, float, float]


def _add(a: Vector, b: Vector, k: float = 1.0) -> Vector:
    return a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]


def _dot(a: Vector, b: Vector) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _cross(a: Vector, b: Vector) -> Vector:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def acceleration(mu: float, radius_m: float, j2: float, r: Vector) -> Vector:
    """Gradient of -mu/r (1 - J2 (R/r)^2 P2(sin phi)): radial and polar part (Kaula 1966)."""
    distance = sqrt(_dot(r, r))
    sine = r[2] / distance
    strength = 1.5 * j2 * mu * radius_m**2 / distance**4
    radial = -mu / distance**2 + strength * (5.0 * sine**2 - 1.0)
    polar = -2.0 * strength * sine
    return radial * r[0] / distance, radial * r[1] / distance, radial * r[2] / distance + polar


def rk4(mu: float, radius_m: float, j2: float, r: Vector, v: Vector, h_s: float) -> tuple[Vector, Vector]:
    """One step of the classical fourth-order rule on (r, v)."""

    def rate(state: tuple[Vector, Vector]) -> tuple[Vector, Vector]:
        return state[1], acceleration(mu, radius_m, j2, state[0])

    def moved(k: tuple[Vector, Vector], step: float) -> tuple[Vector, Vector]:
        return _add(r, k[0], step), _add(v, k[1], step)

    k1 = rate((r, v))
    k2 = rate(moved(k1, h_s / 2.0))
    k3 = rate(moved(k2, h_s / 2.0))
    k4 = rate(moved(k3, h_s))
    for weight, k in ((1.0, k1), (2.0, k2), (2.0, k3), (1.0, k4)):
        r = _add(r, k[0], weight * h_s / 6.0)
        v = _add(v, k[1], weight * h_s / 6.0)
    return r, v


def elements(mu: float, r: Vector, v: Vector) -> tuple[float, float, float, float, float, float]:
    """Semi-major axis, eccentricity, inclination, node, perigee, true anomaly (Vallado, algorithm 9)."""
    distance, speed2 = sqrt(_dot(r, r)), _dot(v, v)
    momentum = _cross(r, v)
    h = sqrt(_dot(momentum, momentum))
    lean = _add(tuple(x * (speed2 - mu / distance) for x in r), v, -_dot(r, v))  # type: ignore[arg-type]
    e_vector: Vector = (lean[0] / mu, lean[1] / mu, lean[2] / mu)
    e = sqrt(_dot(e_vector, e_vector))
    semi_major = -mu / (2.0 * (speed2 / 2.0 - mu / distance))
    inclination = acos(momentum[2] / h)
    raan = atan2(momentum[0], -momentum[1])
    node: Vector = (cos(raan), sin(raan), 0.0)
    across = _cross(tuple(x / h for x in momentum), node)  # type: ignore[arg-type]
    perigee = atan2(_dot(e_vector, across), _dot(e_vector, node))
    latitude = atan2(_dot(r, across), _dot(r, node))
    return semi_major, e, inclination, raan, perigee, (latitude - perigee) % (2.0 * pi)


def zonal(mu: float, radius_m: float, degree: int, strength: float, r: Vector) -> Vector:
    """Acceleration of one zonal term, J3 or J4: radial and polar part of its potential's gradient."""
    distance = sqrt(_dot(r, r))
    s = r[2] / distance
    if degree == 3:
        value, slope = (5.0 * s**3 - 3.0 * s) / 2.0, (15.0 * s**2 - 3.0) / 2.0
    else:
        value, slope = (35.0 * s**4 - 30.0 * s**2 + 3.0) / 8.0, (140.0 * s**3 - 60.0 * s) / 8.0
    k = mu * strength * radius_m**degree / distance ** (degree + 2)
    radial, polar = k * ((degree + 1) * value + s * slope), -k * slope
    return radial * r[0] / distance, radial * r[1] / distance, radial * r[2] / distance + polar
