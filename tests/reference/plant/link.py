"""Laser-link twin: Friis in decibels, the beam's gain from its near field, losses, light direction."""

from math import cos, erf, exp, log10, pi, sin, sqrt

PLANCK_J_S = 6.62607015e-34
LIGHT_M_PER_S = 299_792_458.0


def antenna_gain_db(aperture_m: float, wavelength_m: float, efficiency_frac: float) -> float:
    """4 pi A / lambda^2 of a disc."""
    area = pi * aperture_m**2 / 4.0
    return 10.0 * log10(efficiency_frac * 4.0 * pi * area / wavelength_m**2)


def beam_gain_db(aperture_m: float, wavelength_m: float, half_angle_rad: float) -> float:
    """4 pi |sum of the field|^2 / (lambda^2 sum of |field|^2 over all space), field exp(-r^2/w^2)."""
    waist = wavelength_m / (pi * half_angle_rad)
    radius = aperture_m / 2.0
    amplitude = pi * waist**2 * (1.0 - exp(-((radius / waist) ** 2)))
    power = pi * waist**2 / 2.0
    return 10.0 * log10(4.0 * pi * amplitude**2 / (wavelength_m**2 * power))


def received_dbm(
    power_w: float, gains_db: float, losses_db: float, wavelength_m: float, range_m: float
) -> float:
    """Power plus gains less spreading and losses."""
    spreading = 20.0 * log10(4.0 * pi * range_m / wavelength_m)
    return 10.0 * log10(power_w) + 30.0 + gains_db - spreading - losses_db


def photons_per_bit(power_dbm: float, wavelength_m: float, bit_rate_hz: float) -> float:
    """Energy of a bit over the energy of a photon."""
    return 10.0 ** ((power_dbm - 30.0) / 10.0) / bit_rate_hz / (PLANCK_J_S * LIGHT_M_PER_S / wavelength_m)


def mean_loss_db(error_rad: float, jitter_rad: float, half_angle_rad: float) -> float:
    """Loss of the mean power: one axis after the other, the Gaussian integral completed to a square.

    The mean of exp(-2 (e + x)^2/t^2) over a normal x is exp(-2 e^2/(t^2 + 4 s^2)) / sqrt(1 + 4 s^2/t^2).
    """
    spread = half_angle_rad**2 + 4.0 * jitter_rad**2
    across = exp(-2.0 * error_rad**2 / spread) / sqrt(spread / half_angle_rad**2)
    up = 1.0 / sqrt(spread / half_angle_rad**2)
    return -10.0 * log10(across * up)


def summed_loss_db(error_rad: float, jitter_rad: float, half_angle_rad: float, steps: int = 400) -> float:
    """The same mean by brute force: a grid of +-8 sigma in both axes."""
    width = 16.0 * jitter_rad / steps
    total = weight = 0.0
    for i in range(steps):
        x = (i + 0.5) * width - 8.0 * jitter_rad
        for j in range(0, steps, 4):
            y = (j + 2.0) * width - 8.0 * jitter_rad
            chance = exp(-(x * x + y * y) / (2.0 * jitter_rad**2))
            weight += chance
            total += chance * exp(-2.0 * ((error_rad + x) ** 2 + y * y) / half_angle_rad**2)
    return -10.0 * log10(total / weight)


def seen_direction(
    own_velocity: tuple[float, ...], line: tuple[float, ...], other_velocity: tuple[float, ...]
) -> list[float]:
    """Unit vector of a partner's light in our moving frame: retarded place by iteration, then aberration.

    Positions relative to ours at reception, m; velocities, m/s. Aberration by the Lorentz transformation of a
    light ray (Klioner 2003, Astron. J. 125, 1580, section 5).
    """
    delay = sqrt(sum(x * x for x in line)) / LIGHT_M_PER_S
    for _ in range(5):
        there = [x - delay * v for x, v in zip(line, other_velocity, strict=True)]
        delay = sqrt(sum(x * x for x in there)) / LIGHT_M_PER_S
    size = sqrt(sum(x * x for x in there))
    ray = [x / size for x in there]
    beta = [v / LIGHT_M_PER_S for v in own_velocity]
    gamma = 1.0 / sqrt(1.0 - sum(b * b for b in beta))
    along = sum(b * r for b, r in zip(beta, ray, strict=True))
    lean = gamma * gamma / (1.0 + gamma) * along + gamma
    moved = [r + lean * b for r, b in zip(ray, beta, strict=True)]
    size = sqrt(sum(x * x for x in moved))
    return [x / size for x in moved]


def quad_reading(error_rad: float, spot_rad: float) -> float:
    """Light right of the split less light left of it, scaled to slope 1; intensity exp(-2 x^2/w^2)."""
    share = erf(sqrt(2.0) * error_rad / spot_rad)
    slope = 2.0 * sqrt(2.0 / pi) / spot_rad
    return share / slope


def spiral_point(number: float, spacing_rad: float) -> tuple[float, float]:
    """Archimedean spiral r = spacing * angle / (2 pi), at the angle where `number` spots are swept."""
    angle = sqrt(4.0 * pi * number)
    radius = spacing_rad * angle / (2.0 * pi)
    return radius * cos(angle), radius * sin(angle)
