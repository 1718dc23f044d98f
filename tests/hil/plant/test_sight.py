"""Where a partner's light comes from, against retarded places and the Lorentz transformation."""

from math import atan2, hypot, pi

import pytest
from reference.plant.link import seen_direction

from hil.plant.channels import NAVIGATION, OPTICS, PARTNERS
from hil.plant.core import Plant
from hil.plant.params import odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000
OWN = ("position_eci_m", "velocity_eci_m_per_s", "q_body_from_eci")
THEIRS = ("partner_position_eci_m", "partner_velocity_eci_m_per_s")
SEEN = ("partner_azimuth_rad", "partner_elevation_rad")


def rotated(q: list[float], v: list[float]) -> list[float]:
    """Components in the body of a J2000 vector; quaternion scalar first, body from J2000."""
    w, x, y, z = q
    return [
        (1 - 2 * (y * y + z * z)) * v[0] + 2 * (x * y + w * z) * v[1] + 2 * (x * z - w * y) * v[2],
        2 * (x * y - w * z) * v[0] + (1 - 2 * (x * x + z * z)) * v[1] + 2 * (y * z + w * x) * v[2],
        2 * (x * z + w * y) * v[0] + 2 * (y * z - w * x) * v[1] + (1 - 2 * (x * x + y * y)) * v[2],
    ]


def test_light_time_and_aberration() -> None:
    """4,000 sights along an orbit, to second order in v/c (1e-9 rad); without both it is wrong by urads."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    plain_rad = []
    for _ in range(1000):
        for _ in range(5):
            plant.step(1.0)
        own, others, found = (plant.truth(name) for name in ("navigation", "partners", "optics"))
        position, velocity, attitude = (own[NAVIGATION.slice(name)] for name in OWN)
        for partner in range(4):
            there, moving = (others[PARTNERS.slice(name)][3 * partner : 3 * partner + 3] for name in THEIRS)
            line = tuple(a - b for a, b in zip(there, position, strict=True))
            ray = seen_direction(tuple(velocity), line, tuple(moving))
            x, y, z = rotated(attitude, ray)
            azimuth_rad, elevation_rad = (found[OPTICS.slice(name)][partner] for name in SEEN)
            across_rad = (azimuth_rad - atan2(y, x) + pi) % (2.0 * pi) - pi
            assert across_rad * hypot(x, y) == pytest.approx(0.0, abs=5e-9)
            assert elevation_rad == pytest.approx(atan2(z, hypot(x, y)), abs=5e-9)
            plain = rotated(attitude, [c / hypot(*line) for c in line])
            plain_rad.append(hypot(*(a - b for a, b in zip(plain, (x, y, z), strict=True))))
    assert max(plain_rad) > 3e-6
