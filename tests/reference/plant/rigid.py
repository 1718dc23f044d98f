"""Attitude twin: Euler's equation with wheels and wing modes as one linear system, solved by elimination.

Unknowns are the three angular accelerations and the four modal accelerations together; nothing is
eliminated by hand. Step: the classical Runge-Kutta rule on (quaternion, rate, modes).
"""

from collections.abc import Sequence
from math import pi, sqrt

ROOT = 1.0 / sqrt(3.0)
AXES = ((ROOT, ROOT, ROOT), (-ROOT, ROOT, ROOT), (-ROOT, -ROOT, ROOT), (ROOT, -ROOT, ROOT))
State = tuple[float, ...]
"""Quaternion (4), rate (3), modal coordinates (4), their rates (4), wheel momenta (4)."""


def _cross(a: Sequence[float], b: Sequence[float]) -> list[float]:
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination with pivoting."""
    n = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(n):
        pivot = max(range(column, n), key=lambda k: abs(rows[k][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for k in range(column + 1, n):
            factor = rows[k][column] / rows[column][column]
            rows[k] = [x - factor * y for x, y in zip(rows[k], rows[column], strict=True)]
    out = [0.0] * n
    for k in reversed(range(n)):
        out[k] = (rows[k][n] - sum(rows[k][j] * out[j] for j in range(k + 1, n))) / rows[k][k]
    return out


def momentum(inertia: Sequence[float], coupling: Sequence[Sequence[float]], y: State) -> list[float]:
    """Angular momentum in body axes: body, modes (vector coupling of each), wheels."""
    return [
        inertia[i] * y[4 + i]
        + sum(coupling[k][i] * y[11 + k] for k in range(4))
        + sum(AXES[w][i] * y[15 + w] for w in range(4))
        for i in range(3)
    ]


def slope(
    inertia: Sequence[float],
    coupling: Sequence[Sequence[float]],
    stiffness: Sequence[float],
    damping: Sequence[float],
    y: State,
    torque: Sequence[float],
    motor: Sequence[float],
) -> list[float]:
    """Time derivative of the state."""
    rate = y[4:7]
    spin = _cross(rate, momentum(inertia, coupling, y))
    matrix = [[0.0] * 7 for _ in range(7)]
    right = [0.0] * 7
    for i in range(3):
        matrix[i][i] = inertia[i]
        right[i] = torque[i] - spin[i] - sum(AXES[w][i] * motor[w] for w in range(4))
        for k in range(4):
            matrix[i][3 + k] = matrix[3 + k][i] = coupling[k][i]
    for k in range(4):
        matrix[3 + k][3 + k] = 1.0
        right[3 + k] = -damping[k] * y[11 + k] - stiffness[k] * y[7 + k]
    found = solve(matrix, right)
    w, x, q, z = y[0], y[1], y[2], y[3]
    a, b, c = rate
    turn = [
        -x * a - q * b - z * c,
        w * a + q * c - z * b,
        w * b - x * c + z * a,
        w * c + x * b - q * a,
    ]
    return [*(0.5 * t for t in turn), *found[:3], *y[11:15], *found[3:], *motor]


def step(
    inertia: Sequence[float],
    coupling: Sequence[Sequence[float]],
    stiffness: Sequence[float],
    damping: Sequence[float],
    y: State,
    torque: Sequence[float],
    motor: Sequence[float],
    h_s: float,
) -> State:
    """One Runge-Kutta step with a unit quaternion after it."""

    def rate(at: Sequence[float]) -> list[float]:
        return slope(inertia, coupling, stiffness, damping, tuple(at), torque, motor)

    k1 = rate(y)
    k2 = rate([v + h_s / 2 * k for v, k in zip(y, k1, strict=True)])
    k3 = rate([v + h_s / 2 * k for v, k in zip(y, k2, strict=True)])
    k4 = rate([v + h_s * k for v, k in zip(y, k3, strict=True)])
    out = [v + h_s / 6 * (a + 2 * b + 2 * c + d) for v, a, b, c, d in zip(y, k1, k2, k3, k4, strict=True)]
    norm = sqrt(sum(x * x for x in out[:4]))
    return (*(x / norm for x in out[:4]), *out[4:])


def mode(frequency_hz: float, damping_ratio: float) -> tuple[float, float]:
    """Stiffness and damping of a unit-mass mode."""
    omega = 2.0 * pi * frequency_hz
    return omega * omega, 2.0 * damping_ratio * omega
