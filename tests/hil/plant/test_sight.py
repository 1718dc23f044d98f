"""Where a partner's light comes from, against retarded places and the Lorentz transformation."""

from math import atan2, hypot

import pytest
from reference.plant.link import seen_direction

from hil.plant.channels import NAVIGATION, OPTICS, PARTNERS
from hil.plant.core import Plant
from hil.plant.params import odc100_mid_inclination

EPOCH_NS = 2_152_709_197_000_000_000


def rotated(q: list[float], v: list[float]) -> list[float]:
    """Components in the body of a J2000 vector; quaternion scalar first, body from J2000."""
    w, x, y, z = q
    return [
        (1 - 2 * (y * y + z * z)) * v[0] + 2 * (x * y + w * z) * v[1] + 2 * (x * z - w * y) * v[2],
        2 * (x * y - w * z) * v[0] + (1 - 2 * (x * x + z * z)) * v[1] + 2 * (y * z + w * x) * v[2],
        2 * (x * z + w * y) * v[0] + 2 * (y * z - w * x) * v[1] + (1 - 2 * (x * x + y * y)) * v[2],
    ]


@pytest.mark.parametrize("partner", range(4))
def test_light_time_and_aberration(partner: int) -> None:
    """Second order in v/c is below 1e-9 rad; leaving both out would be wrong by v/c, 2 to 4 urad."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    for _ in range(1 + 400 * partner):
        plant.step()
    own, others, found = (plant.truth(name) for name in ("navigation", "partners", "optics"))
    position = own[NAVIGATION.slice("position_eci_m")]
    velocity = own[NAVIGATION.slice("velocity_eci_m_per_s")]
    there = others[PARTNERS.slice("partner_position_eci_m")][3 * partner : 3 * partner + 3]
    moving = others[PARTNERS.slice("partner_velocity_eci_m_per_s")][3 * partner : 3 * partner + 3]
    line = tuple(a - b for a, b in zip(there, position, strict=True))
    ray = seen_direction(tuple(velocity), line, tuple(moving))
    x, y, z = rotated(own[NAVIGATION.slice("q_body_from_eci")], ray)
    elevation_rad = found[OPTICS.slice("partner_elevation_rad")][partner]
    azimuth_rad = found[OPTICS.slice("partner_azimuth_rad")][partner]
    assert azimuth_rad == pytest.approx(atan2(y, x), abs=1e-8)
    assert elevation_rad == pytest.approx(atan2(z, hypot(x, y)), abs=1e-8)
    plain = rotated(own[NAVIGATION.slice("q_body_from_eci")], [c / hypot(*line) for c in line])
    assert hypot(*(a - b for a, b in zip(plain, (x, y, z), strict=True))) > 2e-6
