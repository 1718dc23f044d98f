"""The plant's orbit over long spans: closed form, any order of asking, bounded memory."""

import tracemalloc
from math import cos, pi, sin, sqrt

import pytest

from hil.plant.errors import PlantError
from hil.plant.params import OrbitParams, odc100_mid_inclination
from hil.plant.trajectory import Trajectory

DAY_S = 86400.0


def test_circular_two_body_motion_is_the_closed_form_after_two_days() -> None:
    """Fourth order at steps of 1 s: the phase error grows as (n h)^5 / 120 a step, micrometres; bar 0.1 m."""
    orbit = OrbitParams(
        earth_j2_ratio=0.0, eccentricity_ratio=0.0, inclination_rad=0.0, raan_rad=0.0, perigee_rad=0.0,
        anomaly_rad=0.0,
    )  # fmt: skip
    path = Trajectory(orbit, 2.0 * DAY_S)
    radius = orbit.semi_major_axis_m
    rate = sqrt(orbit.earth_mu_m3_per_s2 / radius**3)
    for time_s in (0.0, 0.5, 599.5, 600.0, 3600.25, DAY_S + 0.125, 2.0 * DAY_S):
        x, y, z = path.position(time_s)
        phase = rate * time_s % (2.0 * pi)
        assert (x, y, z) == pytest.approx((radius * cos(phase), radius * sin(phase), 0.0), abs=0.1)


def test_a_place_is_the_same_to_the_bit_in_whatever_order_it_is_asked_for() -> None:
    orbit = odc100_mid_inclination().orbit
    times_s = [0.0, 12.25, 599.75, 600.0, 4000.5, 7199.0, 20_000.125, 39_999.5, 40_000.0]
    rising, falling, jumping = (Trajectory(orbit, 40_000.0) for _ in range(3))
    places = [rising.position(time_s) for time_s in times_s]
    assert [falling.position(time_s) for time_s in reversed(times_s)] == places[::-1]
    assert [jumping.position(times_s[k]) for k in (5, 0, 8, 2)] == [places[k] for k in (5, 0, 8, 2)]


def test_memory_does_not_grow_with_the_span() -> None:
    tracemalloc.start()
    path = Trajectory(odc100_mid_inclination().orbit, 2.0 * DAY_S)
    for hour in range(48):
        path.position(3600.0 * hour)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2e6  # 172,800 states of six floats would be 40 MB


@pytest.mark.parametrize("duration_s", [0.0, -1.0, 1e9, float("nan")])
def test_impossible_duration_is_refused(duration_s: float) -> None:
    with pytest.raises(PlantError, match="duration_s must be"):
        Trajectory(odc100_mid_inclination().orbit, duration_s)
