"""Where a partner's light comes from, against retarded places and the Lorentz transformation."""

from dataclasses import replace
from math import atan2, hypot, pi

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference.plant.cases import TWIN_CASES
from reference.plant.link import seen_direction

from hil.plant.channels import NAVIGATION, OPTICS, PARTNERS
from hil.plant.core import Plant
from hil.plant.params import PlantParams, odc100_dawn_dusk, odc100_mid_inclination

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


def shift_rad_of(plant: Plant, partner: int) -> float:
    """Compare one sight with the twin, 1e-12 rad; return the shift."""
    own, others, found = (plant.truth(name) for name in ("navigation", "partners", "optics"))
    position, velocity, attitude = (own[NAVIGATION.slice(name)] for name in OWN)
    there, moving = (others[PARTNERS.slice(name)][3 * partner : 3 * partner + 3] for name in THEIRS)
    line = tuple(a - b for a, b in zip(there, position, strict=True))
    x, y, z = rotated(attitude, seen_direction(tuple(velocity), line, tuple(moving)))
    azimuth_rad, elevation_rad = (found[OPTICS.slice(name)][partner] for name in SEEN)
    across_rad = (azimuth_rad - atan2(y, x) + pi) % (2.0 * pi) - pi
    assert across_rad * hypot(x, y) == pytest.approx(0.0, abs=1e-12)
    assert elevation_rad == pytest.approx(atan2(z, hypot(x, y)), abs=1e-12)
    range_m = hypot(*line)
    assert found[OPTICS.slice("partner_range_m")][partner] == pytest.approx(range_m, rel=1e-10)
    plain = rotated(attitude, [c / range_m for c in line])
    return hypot(*(a - b for a, b in zip(plain, (x, y, z), strict=True)))


angles = st.floats(-pi, pi)


@TWIN_CASES
@given(
    st.sampled_from([odc100_mid_inclination(), odc100_dawn_dusk()]),
    st.floats(6.8e6, 8.5e6),
    st.floats(0.0, pi),
    angles,
    angles,
    st.integers(0, 10**18),
)
def test_light_time_and_aberration(
    satellite: PlantParams,
    radius_m: float,
    inclination_rad: float,
    raan_rad: float,
    anomaly_rad: float,
    after_ns: int,
) -> None:
    """Four sights from any circle around the Earth at any date; the light is shifted by at most 2 v/c."""
    orbit = replace(
        satellite.orbit,
        semi_major_axis_m=radius_m,
        inclination_rad=inclination_rad,
        raan_rad=raan_rad,
        anomaly_rad=anomaly_rad,
    )
    plant = Plant(replace(satellite, orbit=orbit), seed=1, epoch_tai_ns=EPOCH_NS + after_ns)
    plant.step(1.0)
    for partner in range(4):
        assert shift_rad_of(plant, partner) < 2.0 * 8e3 / 299_792_458.0


def test_the_shift_of_the_light_matters() -> None:
    """Without light time and aberration a sight of an orbit would be wrong by microradians."""
    plant = Plant(odc100_mid_inclination(), seed=1, epoch_tai_ns=EPOCH_NS)
    shifts_rad = []
    for _ in range(100):
        for _ in range(50):
            plant.step(1.0)
        shifts_rad += [shift_rad_of(plant, partner) for partner in range(4)]
    assert max(shifts_rad) > 3e-6
