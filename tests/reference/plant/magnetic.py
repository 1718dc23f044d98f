"""Field twin: the gradient of the potential, which is summed from explicit Legendre polynomials."""

from math import atan2, comb, cos, factorial, hypot, sin, sqrt

REFERENCE_M = 6371200.0
G = {
    1: (-29350.0, -1410.3),
    2: (-2556.2, 2950.9, 1648.7),
    3: (1360.9, -2404.2, 1243.8, 453.4),
    4: (894.7, 799.6, 55.8, -281.1, 12.0),
    5: (-232.9, 369.0, 187.2, -138.7, -141.9, 20.9),
    6: (64.3, 63.8, 76.7, -115.7, -40.9, 14.9, -60.8),
}
"""IGRF-14, 2025.0, nT (IAGA Working Group V-MOD, igrf14coeffs.txt)."""
H = {
    1: (0.0, 4545.5),
    2: (0.0, -3133.6, -814.2),
    3: (0.0, -56.9, 237.6, -549.6),
    4: (0.0, 278.6, -134.0, 212.0, -375.4),
    5: (0.0, 45.3, 220.0, -122.9, 42.9, 106.2),
    6: (0.0, -18.4, 16.8, 48.9, -59.8, 10.9, 72.8),
}


def _schmidt(n: int, m: int, x: float) -> float:
    """Schmidt function P_n^m: the m-th derivative of Rodrigues' sum times (1 - x^2)^(m/2), normalised."""
    total = 0.0
    for k in range((n - m) // 2 + 1):
        power = n - 2 * k - m
        weight = (-1) ** k * comb(n, k) * comb(2 * n - 2 * k, n) * factorial(n - 2 * k) / factorial(power)
        total += weight * x**power
    total *= (1.0 - x * x) ** (m / 2.0) / 2.0**n
    return total * (1.0 if m == 0 else sqrt(2.0 * factorial(n - m) / factorial(n + m)))


def potential(r: tuple[float, float, float]) -> float:
    """Scalar potential at an Earth-fixed position, nT m."""
    radius = sqrt(sum(x * x for x in r))
    longitude = atan2(r[1], r[0])
    return REFERENCE_M * sum(
        (REFERENCE_M / radius) ** (n + 1)
        * (G[n][m] * cos(m * longitude) + H[n][m] * sin(m * longitude))
        * _schmidt(n, m, r[2] / radius)
        for n in G
        for m in range(n + 1)
    )


def field(r: tuple[float, float, float]) -> list[float]:
    """Field at an Earth-fixed position, T: minus the gradient, by central differences of order six."""
    h = 2e4
    out = []
    for axis in range(3):
        slope = 0.0
        for offset, weight in ((1, 45.0), (2, -9.0), (3, 1.0)):
            ahead, behind = list(r), list(r)
            ahead[axis] += offset * h
            behind[axis] -= offset * h
            slope += weight * (potential(tuple(ahead)) - potential(tuple(behind)))  # type: ignore[arg-type]
        out.append(-1e-9 * slope / (60.0 * h))
    return out


def dipole_latitude_rad(r: tuple[float, float, float]) -> float:
    """Angle of a position above the centred dipole's equator."""
    north = (-G[1][1], -H[1][1], -G[1][0])
    along = sum(x * y for x, y in zip(north, r, strict=True)) / sqrt(sum(x * x for x in north))
    across = sqrt(max(0.0, sum(x * x for x in r) - along * along))
    return atan2(along, hypot(across, 0.0))
